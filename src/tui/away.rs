//! What leaves adit's screen: texts for the clipboard, for the terminal's own selection, and for the pager.

use std::time::{Duration, Instant};

use super::clipboard::{self, Copied};
use super::effect::Plain;
use super::event_loop::EventLoop;
use super::exit::TuiFault;
use super::jobs::Job;
use super::pacing::Cause;
use super::reader::Reader;
use super::signals::Signal;
use super::update::{Msg, update};
use super::{output, terminal};

/// No more lines are printed into the normal screen: a long conversation would run for minutes over a slow line.
const PRINTED_LINES: usize = 5_000;

/// How to go back from what was printed.
const GO_BACK: &str = "-- Enter goes back to adit --";

/// At the end the draft has so long to reach the disk.
const LAST_KEEPING: Duration = Duration::from_secs(2);

impl EventLoop {
    /// Puts a text on the clipboard; the programs run beside the loop, which is told if one fails.
    pub(super) fn copy(&mut self, copied: Copied) {
        let plan = self.app.clipboard.plan(&copied);
        self.output.send(plan.sequence);
        for command in plan.commands {
            let text = copied.text.clone();
            self.jobs.spawn(async move {
                match clipboard::give(&command, &text).await {
                    Ok(()) => Job::Nothing,
                    Err(reason) => Job::NotCopied { reason, otherwise: command.otherwise },
                }
            });
        }
    }

    /// Keeps the message that is being written when that is due; at the end (without a time) at once, and waits for it.
    pub(super) async fn keep_draft(&mut self, now: Option<Instant>) {
        let composer = &self.app.composer;
        if let Some(now) = now {
            self.kept.look(composer.raw(), now);
        }
        let Some(keeping) = self.kept.take(now, composer.raw(), || composer.kept()) else { return };
        let kept = tokio::task::spawn_blocking(move || keeping.run());
        if now.is_none() {
            let _late = tokio::time::timeout(LAST_KEEPING, kept).await;
            return;
        }
        self.jobs.spawn(async move {
            match kept.await {
                Ok(Err(reason)) => Job::Told(Msg::Said(format!("cannot keep the draft: {reason}"))),
                Ok(Ok(())) | Err(_) => Job::Nothing,
            }
        });
    }

    /// Prints a text where the terminal was before adit, so that it can be scrolled, searched and selected there, and
    /// waits until the user is done.
    pub(super) async fn print(&mut self, text: &str) -> Result<(), TuiFault> {
        self.give_back().await;
        let bytes = printed(text).into_bytes();
        let written = tokio::task::spawn_blocking(move || output::write_all(&bytes)).await;
        if matches!(written, Ok(Ok(()))) {
            self.wait_for_enter().await?;
        }
        // An interrupt was meant for what was printed.
        self.signals.forget_interrupts();
        self.take_back()?;
        self.pacer.want(Cause::Key);
        Ok(())
    }

    /// Waits for a line; the terminal edits it itself now. What cannot be read ends the wait.
    async fn wait_for_enter(&mut self) -> Result<(), TuiFault> {
        let reader = Reader::start().map_err(|source| TuiFault::Terminal { act: "watch", source })?;
        loop {
            tokio::select! {
                _line_or_end = reader.next() => return Ok(()),
                signal = self.signals.next() => match signal {
                    Signal::Resized | Signal::Continued => {}
                    Signal::Interrupt => return Ok(()),
                    Signal::Terminate | Signal::HangUp | Signal::Quit => {
                        let source = std::io::ErrorKind::Interrupted.into();
                        return Err(TuiFault::Terminal { act: "wait at", source });
                    }
                },
            }
        }
    }

    /// Gives the terminal to the user's pager and takes it back.
    pub(super) async fn page(&mut self, plain: Plain) -> Result<(), TuiFault> {
        self.give_back().await;
        let (pager, lines) = (self.pager.clone(), plain.text.lines().count());
        let stays = pager.stays(lines, terminal::size().height);
        let ran = tokio::task::spawn_blocking(move || pager.run(&plain)).await;
        let ran = ran.unwrap_or_else(|_| Err("the pager could not be run".to_owned()));
        // What it printed, or said of its own, is under adit's screen in a moment.
        let is_left = !stays || matches!(ran, Ok(Err(_)));
        if is_left && ran.is_ok() && output::write_all(format!("\n{GO_BACK}\n").as_bytes()).is_ok() {
            self.wait_for_enter().await?;
        }
        self.signals.forget_interrupts();
        self.take_back()?;
        if let Err(reason) | Ok(Err(reason)) = ran {
            let _none = update(&mut self.app, Msg::Said(reason));
        }
        self.pacer.want(Cause::Key);
        Ok(())
    }
}

/// Returns what is printed: the end of a long text, and how to go back.
fn printed(text: &str) -> String {
    let lines = text.lines().count();
    let mut out = String::with_capacity(text.len() + 256);
    if lines > PRINTED_LINES {
        out.push_str(&format!("… {} lines before; the pager shows all of them\n", lines - PRINTED_LINES));
    }
    for line in text.lines().skip(lines.saturating_sub(PRINTED_LINES)) {
        out.push_str(line);
        out.push('\n');
    }
    out.push_str(&format!("\n{GO_BACK}\n"));
    out
}
