//! The conversation with the user: what happened is said, and what the user says is understood.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::command::{Command, parse};
use super::commit::{CommitTalk, Turn};
use super::decide::Place;
use super::news::{branch, news, opening, waiting};
use super::outside::Editor;
use super::prose::Prose;
use super::run::Finish;
use super::voice::Voice;
use super::words::{count, sentence, spoken};
use crate::engine::Handle;
use crate::review::Decision;
use crate::session::{Event, EventKind, Millis, Op, Seq, SessionState, TurnOutcome, TurnPhase};

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
    /// Whether something was asked of the engine that it has not dealt with yet; the prompt would stand in the way.
    expects_news: bool,
    /// Whether that was asked since `run` looked last.
    pub(super) has_asked: bool,
    /// The last event that belongs to what was asked, once the engine has told it.
    dealt_with: Option<Seq>,
    /// How the talk has gone so far, for the exit code of a script.
    pub(super) finish: Finish,
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
            has_asked: false,
            dealt_with: None,
            finish: Finish::Done,
            editor,
            had_editor: false,
        }
    }

    pub(super) fn welcome(&mut self) -> io::Result<()> {
        self.say("Say help and Enter to hear all words.")?;
        for line in opening(&self.state, now()) {
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
        let branch_before = branch(&self.state);
        self.state.apply(event);
        self.look_whether_dealt_with();
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
        match &event.kind {
            EventKind::RepositoryChanged { .. } => {
                said.extend(branch(&self.state).filter(|now| branch_before.as_ref() != Some(now)));
            }
            EventKind::TurnEnded { outcome, .. } => {
                self.finish = match outcome {
                    _ if self.finish == Finish::Interrupted => Finish::Interrupted,
                    TurnOutcome::Failed(fault) => Finish::Failed(fault.class),
                    TurnOutcome::Done | TurnOutcome::Cancelled => Finish::Done,
                };
                // A request that waits may be sent by itself.
                self.asks();
            }
            _ => {}
        }
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

    /// Takes a line of the user.
    pub(super) async fn hear(&mut self, line: String) -> io::Result<()> {
        self.voice.answered();
        if line.contains('\x1b') {
            return self.say(
                "This line holds an arrow or another key that does nothing here, so nothing was done. \
                 Backspace deletes a letter, Ctrl-U the line.",
            );
        }
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

    /// Takes lines that were pasted with no word before them: they are run as no words, whatever they say.
    pub(super) fn pasted(&mut self, text: String) -> io::Result<()> {
        self.voice.answered();
        if let Some((_, lines)) = &mut self.lines {
            lines.push(text);
            return Ok(());
        }
        let lines = count(text.lines().count(), "line", "lines");
        self.prepared = Some(text);
        self.say(&sentence(&format!("pasted {lines}, prepared as a request")))?;
        self.say("Say send to send it, or write to change it in your editor first.")
    }

    /// Says that a line was cut off by the terminal.
    pub(super) fn too_long(&mut self) -> io::Result<()> {
        self.voice.answered();
        self.say(
            "This line is longer than a terminal passes on, so nothing was done. Say write to use your editor, or paste \
             shorter lines.",
        )
    }

    /// Tells whether a line may not wait for what runs, because it is about that.
    pub(super) fn is_about_what_runs(&self, line: &str) -> bool {
        match parse(line) {
            Ok(Some(Command::Stop)) => true,
            Ok(Some(Command::Retry)) => matches!(self.state.phase, TurnPhase::Retrying { .. }),
            Ok(Some(Command::Code(_))) => self.state.login.is_some(),
            _ => false,
        }
    }

    /// Tells whether nothing runs that was asked for.
    pub(super) fn is_settled(&self) -> bool {
        !self.expects_news && !self.state.is_busy() && self.state.comparing.is_none() && !self.commit.is_at_work()
    }

    /// Notes that the engine has dealt with what was asked of it, and that this is the last event of that.
    pub(super) fn dealt_with(&mut self, last: Seq) {
        self.dealt_with = Some(last);
        self.look_whether_dealt_with();
    }

    fn look_whether_dealt_with(&mut self) {
        self.expects_news &= self.dealt_with.is_none_or(|last| self.state.seq < last);
    }

    fn asks(&mut self) {
        self.expects_news = true;
        self.has_asked = true;
        self.dealt_with = None;
    }

    /// Tells whether a login waits for the code of a device.
    pub(super) fn wants_code(&self) -> bool {
        self.state.login.as_ref().is_some_and(|login| login.device.is_some())
    }

    /// Gives a login up that waits for a code, because the input has ended.
    pub(super) async fn give_login_up(&mut self) -> io::Result<()> {
        self.say("The input has ended, so nobody can say the code.")?;
        self.send(Op::Cancel).await
    }

    /// Says what was begun and is not done, when there is no more input.
    pub(super) fn leave_unfinished(&mut self) -> io::Result<()> {
        self.leaves = true;
        if self.lines.take().is_some() {
            self.finish = Finish::Cut;
            self.say("The input ended before the line with only a full stop, so nothing of it was sent.")?;
        }
        if self.commit.offered().is_some() {
            self.say("Nobody agreed to the message, so nothing was committed.")?;
        }
        Ok(())
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
    pub(super) async fn interrupt(&mut self) -> io::Result<()> {
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
        self.asks();
        self.leaves |= !self.handle.send(op).await;
        Ok(())
    }

    pub(super) fn say_all(&mut self, lines: Vec<String>) -> io::Result<()> {
        lines.iter().try_for_each(|line| self.say(line))
    }

    pub(super) fn say(&mut self, line: &str) -> io::Result<()> {
        self.voice.say(line)
    }

    /// Says that it is the user's turn, if it is.
    pub(super) fn prompt(&mut self) -> io::Result<()> {
        if self.leaves || !self.is_settled() { Ok(()) } else { self.voice.prompt() }
    }
}
