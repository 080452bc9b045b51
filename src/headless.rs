//! `adit run`: one prompt without a screen, for scripts and other programs.

use std::io::{self, Write};
use std::pin::Pin;
use std::sync::Arc;

use crate::engine::{Handle, Subscription};
use crate::review::{Decision, Pick, unified, unified_bytes};
use crate::safe::{written, written_in_line, written_json};
use crate::session::{Event, EventKind, Fault, FaultClass, Message, Op, SessionState, StopReason, TurnOutcome};

/// Of what a tool is called on so many characters are shown.
const NOTED_CHARS: usize = 200;

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
    /// Whether the output goes to a terminal: there a diff is made harmless, elsewhere it keeps its bytes.
    pub is_terminal: bool,
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
    /// 4: a cap on what may be spent was reached.
    Budget,
    /// 130: interrupted.
    Interrupted,
    /// 141: whoever read the output went away.
    BrokenPipe,
}

impl RunExit {
    /// Returns how a turn that failed with such a fault ends the process.
    pub fn of(class: FaultClass) -> Self {
        match class {
            FaultClass::Credentials | FaultClass::Access | FaultClass::Region => Self::NoAccess,
            FaultClass::Budget => Self::Budget,
            _ => Self::Failed,
        }
    }

    /// Returns the process' exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::NoAccess => 3,
            Self::Budget => 4,
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
    let Some(Subscription { state, events }) = handle.subscribe_from_start().await else { return RunExit::Failed };
    let interrupted = std::pin::pin!(interrupted);
    let text = if options.is_terminal { StepText::Shown { is_open: false } } else { StepText::Kept(String::new()) };
    let mut run =
        Run { handle, options, state, events, out, notes, interrupted, is_interrupted: false, text, last: None };
    let exit = match run.go_through().await {
        Ok(exit) => exit,
        Err(failure) if failure.kind() == io::ErrorKind::BrokenPipe => RunExit::BrokenPipe,
        Err(failure) => {
            // Nothing can be said when the place to say it is what failed.
            let _ = writeln!(run.notes, "adit: cannot write the output: {failure}");
            RunExit::Failed
        }
    };
    handle.send(Op::Shutdown).await;
    while let Some(event) = run.events.recv().await {
        // The log is told to its end; whoever read it may be gone by now, which the exit code says already.
        let _ = run.show_last(&event);
    }
    exit
}

/// What the last answer of the turn is.
enum Answer {
    /// Something that can be used.
    Whole,
    /// The model, or a filter before it, refused.
    Refused,
    /// Nothing at all came of the whole turn.
    Empty,
}

impl Answer {
    fn of(message: Option<&Message>, stop: &StopReason, has_worked: bool) -> Self {
        match stop {
            StopReason::Refused(_) => Self::Refused,
            StopReason::EndTurn if !has_worked && !message.is_some_and(Message::speaks) => Self::Empty,
            _ => Self::Whole,
        }
    }
}

struct Run<'a, O, N, I> {
    handle: &'a Handle,
    options: &'a RunOptions,
    state: SessionState,
    events: tokio::sync::mpsc::UnboundedReceiver<Arc<Event>>,
    out: &'a mut O,
    notes: &'a mut N,
    interrupted: Pin<&'a mut I>,
    is_interrupted: bool,
    text: StepText,
    /// The last character of the answer's text so far.
    last: Option<char>,
}

/// What becomes of the text of the step that runs.
#[derive(Debug, PartialEq, Eq)]
enum StepText {
    /// It is kept until the step is over: what a program reads holds no answer that was dropped.
    Kept(String),
    /// It is shown as it comes, to people; says whether the cursor stands behind some of it.
    Shown { is_open: bool },
}

impl<O: Write + Send, N: Write + Send, I: Future<Output = ()>> Run<'_, O, N, I> {
    async fn go_through(&mut self) -> io::Result<RunExit> {
        self.handle.send(Op::Prompt { text: self.options.prompt.clone() }).await;
        let mut answer = Answer::Whole;
        let mut has_worked = false;
        let outcome = loop {
            let Some(event) = self.next().await? else { return Ok(RunExit::Failed) };
            match &event.kind {
                EventKind::TurnEnded { outcome, .. } => break outcome.clone(),
                EventKind::StepEnded { message, stop, .. } => {
                    answer = Answer::of(message.as_ref(), stop, has_worked);
                    has_worked = true;
                }
                EventKind::Refused { .. } if !self.state.is_busy() => return Ok(RunExit::Failed),
                _ => {}
            }
        };
        match outcome {
            TurnOutcome::Done if self.is_interrupted => {
                self.show_pending()?;
                Ok(RunExit::Interrupted)
            }
            TurnOutcome::Done => match answer {
                Answer::Whole => self.settle().await,
                // The notice has said so.
                Answer::Refused | Answer::Empty => {
                    self.show_pending()?;
                    Ok(RunExit::Failed)
                }
            },
            TurnOutcome::Cancelled => {
                self.show_pending()?;
                Ok(RunExit::Interrupted)
            }
            TurnOutcome::Failed(fault) => {
                self.show_fault(&fault)?;
                self.show_pending()?;
                Ok(RunExit::of(fault.class))
            }
        }
    }

    /// Folds and shows the next event; none when the engine has ended. An interrupt stops the turn.
    async fn next(&mut self) -> io::Result<Option<Arc<Event>>> {
        let event = loop {
            tokio::select! {
                event = self.events.recv() => break event,
                () = self.interrupted.as_mut(), if !self.is_interrupted => {
                    self.is_interrupted = true;
                    self.handle.send(Op::Cancel).await;
                }
            }
        };
        if let Some(event) = &event {
            self.show(event)?;
        }
        Ok(event)
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
        if self.is_interrupted {
            return Ok(RunExit::Interrupted);
        }
        let has_accepted = self.state.review.files().any(|change| !change.written.is_empty());
        if !self.options.commit {
            return Ok(RunExit::Done);
        }
        if !has_accepted {
            self.note("nothing was proposed, so nothing was committed")?;
            return Ok(RunExit::Done);
        }
        self.commit().await
    }

    async fn accept(&mut self) -> io::Result<bool> {
        let revision = self.state.review.revision();
        let op = Op::Decide { revision, pick: Pick::Everything, decision: Decision::Accepted, note: None };
        self.handle.send(op).await;
        let mut is_decided = false;
        let mut has_failed = false;
        // The decision comes first, then one word for each file.
        while !(is_decided && self.state.unwritten.is_empty()) {
            let Some(event) = self.next().await? else { return Ok(false) };
            match &event.kind {
                EventKind::HunksDecided { .. } => is_decided = true,
                EventKind::Refused { .. } => return Ok(false),
                EventKind::WriteFailed { reason, .. } => {
                    has_failed = true;
                    self.note(&format!("{reason}; its hunks stay pending"))?;
                }
                EventKind::FileWritten { path, is_removed } => {
                    self.note(&format!("{} {path}", if *is_removed { "removed" } else { "wrote" }))?;
                }
                _ => {}
            }
        }
        Ok(!has_failed)
    }

    async fn commit(&mut self) -> io::Result<RunExit> {
        if !self.state.repo.bypassed.is_empty() {
            let list = self.state.repo.bypassed.join(", ");
            self.note(&format!("git would obey {list} here; adit does not yet, so this commit goes without"))?;
        }
        self.handle.send(Op::DraftCommit).await;
        let mut is_asked = false;
        loop {
            let event = tokio::select! {
                event = self.events.recv() => event,
                // A commit that was asked for is made; its message need not be waited for.
                () = self.interrupted.as_mut(), if !self.is_interrupted && !is_asked => {
                    self.is_interrupted = true;
                    self.note("stopped before the commit; what was accepted is on disk")?;
                    return Ok(RunExit::Interrupted);
                }
            };
            let Some(event) = event else { return Ok(RunExit::Failed) };
            self.show(&event)?;
            match &event.kind {
                EventKind::CommitDrafted { message, .. } if !is_asked => {
                    is_asked = true;
                    self.handle.send(Op::Commit { message: message.clone() }).await;
                }
                EventKind::Committed { id, summary, .. } => {
                    let short: String = id.chars().take(10).collect();
                    self.note(&format!("committed {short} {summary}"))?;
                    return Ok(RunExit::Done);
                }
                EventKind::Refused { .. } => {
                    self.note("nothing was committed; what was accepted is on disk")?;
                    return Ok(RunExit::Failed);
                }
                _ => {}
            }
        }
    }

    /// Folds an event and prints what belongs to it.
    fn show(&mut self, event: &Event) -> io::Result<()> {
        self.state.apply(event);
        if self.options.json {
            let line = serde_json::to_string(event).map_err(io::Error::other)?;
            writeln!(self.out, "{}", written_json(&line))?;
            return self.out.flush();
        }
        match &event.kind {
            EventKind::TextDelta { text } => {
                let before = self.last.take();
                self.last = text.chars().next_back().or(before);
                let text = written(text, before);
                match &mut self.text {
                    StepText::Kept(kept) => kept.push_str(&text),
                    StepText::Shown { is_open } => {
                        *is_open = true;
                        write!(self.out, "{text}")?;
                        self.out.flush()?;
                    }
                }
            }
            EventKind::StepEnded { .. } => self.end_text()?,
            EventKind::ToolCalled { call } => {
                let what = ["path", "from", "pattern"].iter().find_map(|key| call.input.get(key)?.as_str());
                self.note(format!("{} {}", call.name, one_line(what.unwrap_or_default())).trim_end())?;
            }
            EventKind::ToolFinished { output, .. } if output.is_error => {
                self.note(output.text.lines().next().unwrap_or_default())?;
            }
            EventKind::StepRetried { fault, attempt, resumes_at } => {
                match &mut self.text {
                    StepText::Kept(kept) => kept.clear(),
                    StepText::Shown { .. } => self.end_text()?,
                }
                let seconds = resumes_at.0.saturating_sub(event.at.0).div_ceil(1000);
                let next = match seconds {
                    0 => "sending again".to_owned(),
                    1 => "sending again in 1 s".to_owned(),
                    _ => format!("sending again in {seconds} s; Ctrl-C ends it"),
                };
                self.note(&format!("try {attempt} failed: {}; {next}", fault.told()))?;
            }
            EventKind::ComparisonStarted { path } => self.note(&format!("reviewing {path} …"))?,
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

    /// Prints what was kept of a step's text and ends its last line.
    fn end_text(&mut self) -> io::Result<()> {
        match &mut self.text {
            StepText::Kept(kept) if kept.is_empty() => return Ok(()),
            StepText::Kept(kept) => write!(self.out, "{}", std::mem::take(kept))?,
            StepText::Shown { is_open } => {
                if !std::mem::take(is_open) {
                    return Ok(());
                }
            }
        }
        writeln!(self.out)?;
        self.out.flush()
    }

    /// Prints what comes after the end was asked for: in the log all of it, for people nothing.
    fn show_last(&mut self, event: &Event) -> io::Result<()> {
        if self.options.json { self.show(event) } else { Ok(()) }
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
            if self.options.is_terminal {
                write!(self.out, "{}", written(&unified(change, 3), None))?;
            } else {
                self.out.write_all(&unified_bytes(change, 3))?;
            }
        }
        self.out.flush()
    }

    /// Prints a line for people, beside the output.
    fn note(&mut self, text: &str) -> io::Result<()> {
        for line in written(text, None).lines() {
            writeln!(self.notes, "adit: {line}")?;
        }
        Ok(())
    }
}

/// Returns the start of a text in one line.
fn one_line(text: &str) -> String {
    written_in_line(&text.chars().take(NOTED_CHARS).collect::<String>())
}
