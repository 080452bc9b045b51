//! `adit run`: one prompt without a screen, for scripts and other programs.

use std::io::{self, Write};

use crate::engine::{Handle, Subscription};
use crate::review::{Decision, Pick, unified};
use crate::session::{Event, EventKind, Fault, FaultClass, Op, SessionState, TurnOutcome};

/// What `adit run` is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunOptions {
    /// What the user wrote.
    pub prompt: String,
    /// Whether events are printed as JSON, one a line, in place of text.
    pub json: bool,
    /// Whether the whole proposal is accepted; otherwise it is printed as a diff.
    pub accept_all: bool,
    /// Whether what was accepted is committed, with a drafted message.
    pub commit: bool,
}

/// How `adit run` ended, as its exit code tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunExit {
    /// 0: done.
    Done,
    /// 1: failed.
    Failed,
    /// 3: no credentials, or no access.
    NoAccess,
    /// 130: interrupted.
    Interrupted,
    /// 141: whoever read the output went away.
    BrokenPipe,
}

impl RunExit {
    /// Returns the process' exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::NoAccess => 3,
            Self::Interrupted => 130,
            Self::BrokenPipe => 141,
        }
    }
}

/// Runs one prompt to its end. `interrupted` completes when the user wants it to stop.
pub async fn run(
    handle: &Handle,
    options: &RunOptions,
    out: &mut (impl Write + Send),
    notes: &mut (impl Write + Send),
    interrupted: impl Future<Output = ()>,
) -> RunExit {
    let Some(Subscription { state, events }) = handle.subscribe().await else { return RunExit::Failed };
    let mut run = Run { handle, options, state, events, out, notes };
    let exit = match run.to_the_end(interrupted).await {
        Ok(exit) => exit,
        Err(failure) if failure.kind() == io::ErrorKind::BrokenPipe => RunExit::BrokenPipe,
        Err(failure) => {
            // Nothing can be said when the place to say it is what failed.
            let _ = writeln!(run.notes, "adit: cannot write the output: {failure}");
            RunExit::Failed
        }
    };
    handle.send(Op::Shutdown).await;
    while run.events.recv().await.is_some() {}
    exit
}

struct Run<'a, O, N> {
    handle: &'a Handle,
    options: &'a RunOptions,
    state: SessionState,
    events: tokio::sync::mpsc::UnboundedReceiver<std::sync::Arc<Event>>,
    out: &'a mut O,
    notes: &'a mut N,
}

impl<O: Write + Send, N: Write + Send> Run<'_, O, N> {
    async fn to_the_end(&mut self, interrupted: impl Future<Output = ()>) -> io::Result<RunExit> {
        self.handle.send(Op::Prompt { text: self.options.prompt.clone() }).await;
        let mut interrupted = std::pin::pin!(interrupted);
        let mut is_interrupted = false;
        let outcome = loop {
            let event = tokio::select! {
                event = self.events.recv() => event,
                () = &mut interrupted, if !is_interrupted => {
                    is_interrupted = true;
                    self.handle.send(Op::Cancel).await;
                    continue;
                }
            };
            let Some(event) = event else { return Ok(RunExit::Failed) };
            self.show(&event)?;
            match &event.kind {
                EventKind::TurnEnded { outcome, .. } => break outcome.clone(),
                EventKind::Refused { .. } if !self.state.is_busy() => return Ok(RunExit::Failed),
                _ => {}
            }
        };
        match outcome {
            TurnOutcome::Done => self.settle().await,
            TurnOutcome::Cancelled => {
                self.show_pending()?;
                Ok(RunExit::Interrupted)
            }
            TurnOutcome::Failed(fault) => {
                self.show_fault(&fault)?;
                self.show_pending()?;
                Ok(match fault.class {
                    FaultClass::Credentials | FaultClass::Access | FaultClass::Region => RunExit::NoAccess,
                    _ => RunExit::Failed,
                })
            }
        }
    }

    /// Accepts and commits as asked, or prints what is pending.
    async fn settle(&mut self) -> io::Result<RunExit> {
        let progress = self.state.review.progress();
        if !self.options.accept_all {
            self.show_pending()?;
            return Ok(RunExit::Done);
        }
        if progress.conflicts > 0 {
            self.note("a file changed on disk in the same place as its proposal; nothing was accepted")?;
            self.note("Run `adit --continue` to settle it.")?;
            return Ok(RunExit::Failed);
        }
        if progress.pending > 0 && !self.accept().await? {
            return Ok(RunExit::Failed);
        }
        let has_accepted = self.state.review.files().any(|change| !change.written.is_empty());
        if self.options.commit && has_accepted && !self.commit().await? {
            return Ok(RunExit::Failed);
        }
        Ok(RunExit::Done)
    }

    async fn accept(&mut self) -> io::Result<bool> {
        let revision = self.state.review.revision();
        let op = Op::Decide { revision, pick: Pick::Everything, decision: Decision::Accepted, note: None };
        self.handle.send(op).await;
        let mut is_decided = false;
        let mut has_failed = false;
        // The decision comes first, then one word for each file.
        while !(is_decided && self.state.unwritten.is_empty()) {
            let Some(event) = self.events.recv().await else { return Ok(false) };
            self.show(&event)?;
            match &event.kind {
                EventKind::HunksDecided { .. } => is_decided = true,
                EventKind::Refused { .. } => return Ok(false),
                EventKind::WriteFailed { path, reason } => {
                    has_failed = true;
                    self.note(&format!("{path}: {reason}; the hunks stay pending"))?;
                }
                EventKind::FileWritten { path } => self.note(&format!("wrote {path}"))?,
                _ => {}
            }
        }
        Ok(!has_failed)
    }

    async fn commit(&mut self) -> io::Result<bool> {
        if !self.state.repo.bypassed.is_empty() {
            let list = self.state.repo.bypassed.join(", ");
            self.note(&format!("this repository has {list}, which adit does not run yet"))?;
        }
        self.handle.send(Op::DraftCommit).await;
        loop {
            let Some(event) = self.events.recv().await else { return Ok(false) };
            self.show(&event)?;
            match &event.kind {
                EventKind::CommitDrafted { message, .. } => {
                    self.handle.send(Op::Commit { message: message.clone() }).await;
                }
                EventKind::Committed { id, summary, .. } => {
                    let short: String = id.chars().take(10).collect();
                    self.note(&format!("committed {short} {}", clean(summary)))?;
                    return Ok(true);
                }
                EventKind::Refused { .. } => return Ok(false),
                _ => {}
            }
        }
    }

    /// Folds an event and prints what belongs to it.
    fn show(&mut self, event: &Event) -> io::Result<()> {
        self.state.apply(event);
        if self.options.json {
            let line = serde_json::to_string(event).map_err(io::Error::other)?;
            writeln!(self.out, "{line}")?;
            return self.out.flush();
        }
        match &event.kind {
            EventKind::TextDelta { text } => {
                write!(self.out, "{}", clean(text))?;
                self.out.flush()?;
            }
            EventKind::StepEnded { message: Some(_), .. } => writeln!(self.out)?,
            EventKind::ToolCalled { call } => {
                let path = call.input.get("path").and_then(serde_json::Value::as_str).unwrap_or_default();
                self.note(&format!("{} {path}", call.name))?;
            }
            EventKind::ToolFinished { output, .. } if output.is_error => {
                self.note(output.text.lines().next().unwrap_or_default())?;
            }
            EventKind::StepRetried { fault, attempt, .. } => {
                self.note(&format!("try {attempt} failed: {}; sending again", fault.message))?;
            }
            EventKind::StreamSilent { seconds } => self.note(&format!("no data for {seconds} s"))?,
            EventKind::Notice { text, hint, .. } | EventKind::Refused { reason: text, hint } => {
                self.note(text)?;
                if let Some(hint) = hint {
                    self.note(hint)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn show_fault(&mut self, fault: &Fault) -> io::Result<()> {
        self.note(&fault.message)?;
        if let Some(hint) = &fault.hint {
            self.note(hint)?;
        }
        if let Some(id) = &fault.request_id {
            self.note(&format!("request id: {id}"))?;
        }
        Ok(())
    }

    fn show_pending(&mut self) -> io::Result<()> {
        if self.options.json {
            return Ok(());
        }
        for change in self.state.review.files() {
            write!(self.out, "{}", clean(&unified(change, 3)))?;
        }
        self.out.flush()
    }

    /// Prints a line for people, beside the output.
    fn note(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.notes, "adit: {}", clean(text))
    }
}

/// Returns the text without control characters that could steer a terminal; line ends and tabs stay.
fn clean(text: &str) -> std::borrow::Cow<'_, str> {
    let is_harmless = |character: char| matches!(character, '\n' | '\t') || !character.is_control();
    if text.chars().all(is_harmless) {
        return text.into();
    }
    let replaced = text.chars().map(|character| if is_harmless(character) { character } else { '\u{fffd}' });
    replaced.collect::<String>().into()
}
