//! The conversation with the user: what happened is said, and what the user says is understood.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::command::parse;
use super::commit::{CommitTalk, Turn};
use super::decide::Place;
use super::news::{news, status, waiting};
use super::outside::Editor;
use super::prose::Prose;
use super::run::Input;
use super::voice::Voice;
use super::words::spoken;
use crate::engine::Handle;
use crate::review::Decision;
use crate::session::{Event, EventKind, Millis, Op, SessionState};

/// What lines that follow each other are collected for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Request,
    Message,
}

/// What lines are collected for, and the lines so far, until one with only a full stop.
pub(super) type Collected = (Purpose, Vec<String>);

/// The conversation.
pub(super) struct Talk<'a, O> {
    pub(super) handle: &'a Handle,
    pub(super) state: SessionState,
    voice: Voice<'a, O>,
    pub(super) place: Place,
    pub(super) commit: CommitTalk,
    prose: Prose,
    /// A request that `send` sends.
    pub(super) prepared: Option<String>,
    pub(super) lines: Option<Collected>,
    pub(super) leaves: bool,
    /// Whether the last thing said was that leaving is asked for again.
    pub(super) asked_to_leave: bool,
    /// Whether something was asked of the engine that it has not answered yet; the prompt would stand in the way.
    expects_news: bool,
    pub(super) editor: Option<Editor>,
    /// Whether the editor had the terminal since the last line.
    pub(super) had_editor: bool,
}

/// Returns the time.
pub(super) fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

impl<'a, O: Write + Send> Talk<'a, O> {
    /// Returns a conversation in which nothing was said.
    pub(super) fn new(
        handle: &'a Handle,
        state: SessionState,
        out: &'a mut O,
        prepared: Option<String>,
        editor: Option<Editor>,
    ) -> Self {
        Self {
            handle,
            state,
            voice: Voice::new(out),
            place: Place::default(),
            commit: CommitTalk::None,
            prose: Prose::default(),
            prepared,
            lines: None,
            leaves: false,
            asked_to_leave: false,
            expects_news: false,
            editor,
            had_editor: false,
        }
    }

    pub(super) fn welcome(&mut self) -> io::Result<()> {
        self.say("Say help and Enter to hear all words.")?;
        for line in status(&self.state, now()) {
            self.say(&line)?;
        }
        match self.prepared.clone() {
            Some(request) => {
                self.say("A request is prepared:")?;
                self.say(&spoken(&request))?;
                self.say("Say send to send it.")
            }
            None => self.say("To ask for a change, say ask and your request."),
        }
    }

    /// Folds an event and says what is worth saying.
    pub(super) fn event(&mut self, event: &Arc<Event>) -> io::Result<()> {
        self.state.apply(event);
        self.expects_news = false;
        let sentences = match &event.kind {
            EventKind::TextDelta { text } => self.prose.take(text),
            EventKind::StepEnded { .. } | EventKind::StepRetried { .. } | EventKind::ToolCallStarted { .. } => {
                self.prose.finish()
            }
            _ => Vec::new(),
        };
        for line in sentences {
            self.say(&line)?;
        }
        let mut said = news(event, &self.state);
        said.extend(self.commit.event(&event.kind));
        if let EventKind::HunksDecided { decision, .. } = &event.kind {
            let word = match decision {
                Decision::Accepted => "Accepted.",
                Decision::Rejected => "Rejected.",
                Decision::Pending => "Left.",
            };
            let left = waiting(&self.state);
            let next = if self.state.review.progress().pending > 0 { " Say next." } else { " Say commit to commit." };
            said.push(format!("{word} {left}{next}"));
        }
        for line in said {
            self.say(&line)?;
        }
        Ok(())
    }

    /// Takes what the user said.
    pub(super) async fn hear(&mut self, input: Input) -> io::Result<()> {
        let line = match input {
            Input::Line(line) => line,
            Input::Interrupt => return self.interrupt().await,
            Input::End => {
                self.leaves = true;
                return Ok(());
            }
        };
        self.voice.answered();
        if let Some((purpose, mut lines)) = self.lines.take() {
            if line.trim() != "." {
                lines.push(line);
                self.lines = Some((purpose, lines));
                return Ok(());
            }
            return self.collected(purpose, lines).await;
        }
        let asked_before = std::mem::take(&mut self.asked_to_leave);
        match parse(&line) {
            Ok(None) => Ok(()),
            Ok(Some(command)) => self.perform(command, asked_before).await,
            Err(words) => self.say(&spoken(&words)),
        }
    }

    async fn collected(&mut self, purpose: Purpose, lines: Vec<String>) -> io::Result<()> {
        let text = lines.join("\n").trim().to_owned();
        match purpose {
            _ if text.is_empty() => self.say("Nothing was written, so nothing is changed."),
            Purpose::Request => self.send(Op::Prompt { text }).await,
            Purpose::Message => self.offer_message(lines),
        }
    }

    /// Offers a commit message that the user wrote.
    pub(super) fn offer_message(&mut self, lines: Vec<String>) -> io::Result<()> {
        let said = self.commit.offer(lines);
        self.say_all(said)
    }

    /// Stops what runs, leaves what is being written, and at the second time leaves.
    async fn interrupt(&mut self) -> io::Result<()> {
        if self.asked_to_leave {
            self.leaves = true;
            return Ok(());
        }
        if self.lines.take().is_some() || self.commit.leave() {
            return self.say("Left; nothing was sent.");
        }
        self.asked_to_leave = true;
        if self.state.is_busy() {
            self.say("Stopping. Once more leaves.")?;
            return self.send(Op::Cancel).await;
        }
        self.say("Once more leaves.")
    }

    pub(super) async fn turn(&mut self, turn: Turn) -> io::Result<()> {
        self.say_all(turn.said)?;
        match turn.op {
            Some(op) => self.send(op).await,
            None => Ok(()),
        }
    }

    pub(super) async fn send_or_say(&mut self, op: Result<Op, String>) -> io::Result<()> {
        match op {
            Ok(op) => self.send(op).await,
            Err(words) => self.say(&words),
        }
    }

    pub(super) async fn send(&mut self, op: Op) -> io::Result<()> {
        self.expects_news = true;
        self.leaves |= !self.handle.send(op).await;
        Ok(())
    }

    pub(super) fn say_all(&mut self, lines: Vec<String>) -> io::Result<()> {
        lines.iter().try_for_each(|line| self.say(line))
    }

    pub(super) fn say(&mut self, line: &str) -> io::Result<()> {
        self.voice.say(line)
    }

    /// Tells whether something was asked for that is not answered yet.
    pub(super) fn is_occupied(&self) -> bool {
        let is_committing = matches!(self.commit, CommitTalk::Drafting | CommitTalk::Committing(_));
        is_committing || self.expects_news || self.state.is_busy()
    }

    /// Says that it is the user's turn, if it is.
    pub(super) fn prompt(&mut self) -> io::Result<()> {
        let others_go_on = self.leaves || self.expects_news || self.state.is_busy();
        if others_go_on { Ok(()) } else { self.voice.prompt() }
    }
}
