//! The conversation with the user: lines and events come in, sentences go out, the prompt stands when it is their turn.

use std::io::{self, Write};
use std::sync::Arc;

use tokio::sync::mpsc;

use super::command::{Command, WORDS, parse};
use super::commit::{CommitTalk, Turn};
use super::decide::{Place, files};
use super::news::{news, status, waiting};
use super::outside::{Draft, Editor};
use super::past::{go_to, history};
use super::prose::Prose;
use super::words::{sentence, spoken};
use crate::engine::{Handle, Subscription};
use crate::path::RelPath;
use crate::review::{Decision, Progress};
use crate::session::{Entry, Event, EventKind, Op, SessionState};

/// What comes from the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A line.
    Line(String),
    /// Ctrl-C.
    Interrupt,
    /// The end of the input, or the process is asked to end.
    End,
}

/// What the talk begins with.
#[derive(Debug, Clone, Default)]
pub struct TalkOptions {
    /// Sentences to begin with.
    pub greeting: Vec<String>,
    /// A request that is prepared; `send` sends it.
    pub prepared: Option<String>,
    /// The user's editor.
    pub editor: Option<Editor>,
    /// Told when a line is dealt with: the next may be read, and not before, because an editor may have the terminal.
    pub reads_on: Option<std::sync::mpsc::Sender<()>>,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// Whether the user left, and not the engine or the terminal.
    pub by_user: bool,
    /// What is still pending.
    pub progress: Progress,
}

/// What lines that follow each other are collected for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Request,
    Message,
}

/// Talks until the user leaves or the engine ends.
pub async fn run(
    handle: &Handle,
    options: TalkOptions,
    mut input: mpsc::Receiver<Input>,
    out: &mut (impl Write + Send),
) -> io::Result<Ending> {
    let Some(Subscription { state, mut events }) = handle.subscribe().await else {
        return Ok(Ending { by_user: false, progress: Progress::default() });
    };
    let reads_on = options.reads_on;
    let mut talk = Talk {
        handle,
        state,
        out,
        place: Place::default(),
        commit: CommitTalk::None,
        prose: Prose::default(),
        prepared: options.prepared,
        lines: None,
        leaves: false,
        asked_to_leave: false,
        has_prompt: false,
        expects_news: false,
        editor: options.editor,
        had_editor: false,
    };
    for line in options.greeting {
        talk.say(&line)?;
    }
    talk.welcome()?;
    let mut by_user = true;
    while !talk.leaves {
        // What is there is said first, so that the prompt stands at the end.
        let ready = events.try_recv().ok();
        let event = match ready {
            Some(event) => Some(event),
            None => {
                talk.prompt()?;
                tokio::select! {
                    event = events.recv() => match event {
                        Some(event) => Some(event),
                        None => { by_user = false; break }
                    },
                    said = input.recv() => {
                        let is_line = matches!(said, Some(Input::Line(_)));
                        talk.hear(said.unwrap_or(Input::End)).await?;
                        if std::mem::take(&mut talk.had_editor) {
                            // Interrupts were meant for the editor.
                            while let Ok(said) = input.try_recv() {
                                talk.leaves |= said == Input::End;
                            }
                        }
                        if let Some(reads_on) = reads_on.as_ref().filter(|_| is_line) {
                            // Nobody reads any more where this cannot be told.
                            let _ended = reads_on.send(());
                        }
                        None
                    }
                }
            }
        };
        if let Some(event) = event {
            talk.event(&event)?;
        }
        by_user &= !talk.state.is_ended;
        talk.leaves |= talk.state.is_ended;
    }
    let progress = talk.state.review.progress();
    handle.send(Op::Shutdown).await;
    while events.recv().await.is_some() {}
    Ok(Ending { by_user, progress })
}

/// The conversation.
pub(super) struct Talk<'a, O> {
    pub(super) handle: &'a Handle,
    pub(super) state: SessionState,
    out: &'a mut O,
    place: Place,
    commit: CommitTalk,
    prose: Prose,
    pub(super) prepared: Option<String>,
    /// Lines that are being collected, until one with only a full stop.
    lines: Option<(Purpose, Vec<String>)>,
    pub(super) leaves: bool,
    /// Whether the last thing said was that leaving is asked for again.
    asked_to_leave: bool,
    has_prompt: bool,
    /// Whether something was asked of the engine that it has not answered yet; the prompt would stand in the way.
    expects_news: bool,
    pub(super) editor: Option<Editor>,
    /// Whether the editor had the terminal since the last line.
    pub(super) had_editor: bool,
}

impl<O: Write + Send> Talk<'_, O> {
    fn welcome(&mut self) -> io::Result<()> {
        self.say("Say help and Enter to hear all words.")?;
        for line in status(&self.state) {
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
    fn event(&mut self, event: &Arc<Event>) -> io::Result<()> {
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
        let mut said = news(&event.kind, &self.state);
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
    async fn hear(&mut self, input: Input) -> io::Result<()> {
        let line = match input {
            Input::Line(line) => line,
            Input::Interrupt => return self.interrupt().await,
            Input::End => {
                self.leaves = true;
                return Ok(());
            }
        };
        // The user's Enter ended the prompt's line.
        self.has_prompt = false;
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

    async fn perform(&mut self, command: Command, asked_before: bool) -> io::Result<()> {
        let review = &self.state.review;
        match command {
            Command::Help(about) => self.help(about.as_deref()),
            Command::Ask(Some(text)) => self.send(Op::Prompt { text }).await,
            Command::Ask(None) => {
                self.lines = Some((Purpose::Request, Vec::new()));
                self.say("Write your request; end it with a line that has only a full stop.")
            }
            Command::Write => self.write().await,
            Command::Change => match Draft::of(&self.place, review) {
                Ok(draft) => self.change(draft).await,
                Err(words) => self.say(&words),
            },
            Command::Attach(path) => self.attach(&path).await,
            Command::History => {
                let said = history(review);
                self.say_all(said)
            }
            Command::GoTo(number) => {
                let op = go_to(number, review);
                self.send_or_say(op).await
            }
            Command::Send => match self.prepared.take() {
                Some(text) => self.send(Op::Prompt { text }).await,
                None => self.say("No request is prepared. Say ask and your request."),
            },
            Command::Stop if self.state.is_busy() || self.state.comparing.is_some() => self.send(Op::Cancel).await,
            Command::Stop => self.say("Nothing is running."),
            Command::Retry => self.send(Op::Retry).await,
            Command::Read => self.read(),
            Command::Status => {
                let said = status(&self.state);
                self.say_all(said)
            }
            Command::Files => {
                let said = files(review);
                self.say_all(said)
            }
            Command::Go(step) => {
                let said = self.place.go(&step, review);
                self.say_all(said)
            }
            Command::Show => {
                let said = self.place.show(review);
                self.say_all(said)
            }
            Command::More => {
                let said = self.place.more();
                self.say_all(said)
            }
            Command::Side(side) => {
                let said = self.place.side(side, review);
                self.say_all(said)
            }
            Command::Decide(decision, extent, note) => {
                let op = self.place.decide(decision, &extent, note, review);
                self.send_or_say(op).await
            }
            Command::Note(text) => {
                let op = self.place.note(text, review);
                self.send_or_say(op).await
            }
            Command::Settle(resolution) => {
                let op = self.place.part(review).map(|part| Op::Resolve { path: part.path().clone(), resolution });
                self.send_or_say(op).await
            }
            Command::Undo => self.send(Op::Undo).await,
            Command::Redo => self.send(Op::Redo).await,
            Command::Commit(message) => {
                let turn = self.commit.begin(message, &self.state);
                self.turn(turn).await
            }
            Command::Draft => {
                let turn = self.commit.begin(None, &self.state);
                self.turn(turn).await
            }
            Command::Yes => {
                let turn = self.commit.agree();
                self.turn(turn).await
            }
            Command::No if self.commit.leave() => self.say("Nothing was committed."),
            Command::No => self.say("There is nothing to decline now."),
            Command::Edit(Some((number, words))) => {
                let said = self.commit.replace(number, words);
                self.say_all(said)
            }
            Command::Edit(None) if self.commit.offered().is_some() => {
                self.lines = Some((Purpose::Message, Vec::new()));
                self.say("Write the message; end it with a line that has only a full stop.")
            }
            Command::WriteMessage => match self.commit.offered().map(|lines| lines.join("\n")) {
                Some(message) => self.write_message(message).await,
                None => self.say("No message is offered; say commit first."),
            },
            Command::Edit(None) => self.say("No message is offered; say commit first."),
            Command::Init => self.send(Op::InitRepository).await,
            Command::Proceed => self.send(Op::Proceed).await,
            Command::Allow(allowance) => self.send(Op::AllowSpending { allowance }).await,
            Command::Code(code) => self.send(Op::EnterPasscode { code }).await,
            Command::Profile(name) => self.send(Op::SetProfile { name }).await,
            Command::Region(name) => self.send(Op::SetRegion { name }).await,
            Command::Model(Some(name)) => self.send(Op::SetModel { name }).await,
            Command::Model(None) => {
                let models = self.handle.models().iter();
                let said =
                    models.map(|(name, about)| sentence(&format!("{}: {}", spoken(name), spoken(about)))).collect();
                self.say_all(said)
            }
            Command::Add(path) => {
                let op = RelPath::new(&path).map(|path| Op::AddContext { path });
                self.send_or_say(op.map_err(|fault| sentence(&fault.to_string()))).await
            }
            Command::Drop(path) => {
                let op = RelPath::new(&path).map(|path| Op::DropContext { path });
                self.send_or_say(op.map_err(|fault| sentence(&fault.to_string()))).await
            }
            Command::Clear => self.send(Op::ClearConversation).await,
            Command::Quit if self.state.is_busy() && !asked_before => {
                self.asked_to_leave = true;
                self.say("A turn is running. Say quit once more to stop it and leave.")
            }
            Command::Quit => {
                self.leaves = true;
                Ok(())
            }
        }
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

    fn help(&mut self, about: Option<&str>) -> io::Result<()> {
        let wanted = about.map(str::to_lowercase);
        let is_wanted = |word: &str| wanted.as_deref().is_none_or(|wanted| word.starts_with(wanted));
        let lines: Vec<String> = WORDS
            .iter()
            .filter(|(word, _, _)| is_wanted(word))
            .map(|(word, after, doc)| match *after {
                "" => format!("{word}: {doc}."),
                after => format!("{word} {after}: {doc}."),
            })
            .collect();
        if lines.is_empty() {
            return self.say("There is no such word. Say help to hear all.");
        }
        self.say_all(lines)
    }

    /// Reads the last answer again.
    fn read(&mut self) -> io::Result<()> {
        let last = self.state.entries.iter().rev().find_map(|entry| match entry.as_ref() {
            Entry::Text { text, .. } => Some(text.to_string()),
            _ => None,
        });
        let Some(text) = last else { return self.say("There is no answer yet.") };
        let mut prose = Prose::default();
        let mut lines = prose.take(&text);
        lines.extend(prose.finish());
        self.say_all(lines)
    }

    async fn turn(&mut self, turn: Turn) -> io::Result<()> {
        self.say_all(turn.said)?;
        match turn.op {
            Some(op) => self.send(op).await,
            None => Ok(()),
        }
    }

    async fn send_or_say(&mut self, op: Result<Op, String>) -> io::Result<()> {
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

    fn say_all(&mut self, lines: Vec<String>) -> io::Result<()> {
        lines.iter().try_for_each(|line| self.say(line))
    }

    pub(super) fn say(&mut self, line: &str) -> io::Result<()> {
        if std::mem::take(&mut self.has_prompt) {
            writeln!(self.out)?;
        }
        writeln!(self.out, "{line}")?;
        self.out.flush()
    }

    /// Says that it is the user's turn, once.
    fn prompt(&mut self) -> io::Result<()> {
        if self.has_prompt || self.leaves || self.expects_news || self.state.is_busy() {
            return Ok(());
        }
        self.has_prompt = true;
        write!(self.out, "> ")?;
        self.out.flush()
    }
}
