//! What each word does.

use std::io::{self, Write};

use super::choices::{accounts, models, thinking};
use super::command::{Command, Extent};
use super::decide::files;
use super::figures::{context, cost, timings, turns};
use super::find::find;
use super::news::status;
use super::outside::Draft;
use super::past::{go_to, history, makers, prompt, prompts, thoughts};
use super::prose::Prose;
use super::talk::{Purpose, Talk, now};
use super::vocabulary::help;
use super::words::{first_line, sentence, spoken};
use crate::path::RelPath;
use crate::session::{Entry, FEEDBACK_PROMPT, Op};

impl<O: Write + Send> Talk<'_, O> {
    /// Does what a word says; `asked_before` tells whether leaving was asked for just before.
    pub(super) async fn perform(&mut self, command: Command, asked_before: bool) -> io::Result<()> {
        let review = &self.state.review;
        match command {
            Command::Help(about) => self.say_all(help(about.as_deref())),
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
                let said = status(&self.state, now());
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
            Command::Profile(Some(name)) => self.send(Op::SetProfile { name }).await,
            Command::Profile(None) => {
                let now = self.state.model.profile.as_deref();
                self.say_all(accounts("profile", now, &self.handle.profiles()))
            }
            Command::Region(Some(name)) => self.send(Op::SetRegion { name }).await,
            Command::Region(None) => {
                let now = self.state.model.region.as_deref();
                self.say_all(accounts("region", now, &self.handle.regions()))
            }
            Command::Thinking(Some(effort)) => self.send(Op::SetThinking { effort }).await,
            Command::Thinking(None) => self.say(&thinking(&self.state, self.handle.thinking())),
            Command::Cost => {
                let spent = self.handle.spent().await;
                self.say_all(cost(&self.state, &spent, &self.handle.caps()))
            }
            Command::Turns => self.say_all(turns(&self.state)),
            Command::Context => {
                let said = context(&self.state, self.handle.overhead(), self.handle.compact_at());
                self.say_all(said)
            }
            Command::Compact(focus) => self.send(Op::Compact { focus }).await,
            Command::Uncompact => self.send(Op::Uncompact).await,
            Command::Timings => self.say_all(timings(&self.state)),
            Command::Prompts => self.say_all(prompts(&self.state)),
            Command::Prompt(number) => self.prepare(number),
            Command::Find(words) => self.say_all(find(&words, &self.state)),
            Command::Why => {
                let said = self.why();
                self.say_all(said)
            }
            Command::Thoughts => self.thoughts(),
            Command::Tell => self.tell().await,
            Command::Unqueue(extent) => {
                let most = if extent == Extent::All { usize::MAX } else { 1 };
                self.unqueue(most).await
            }
            Command::Model(Some(name)) => self.send(Op::SetModel { name }).await,
            Command::Model(None) => self.say_all(models(self.handle.models())),
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

    /// Reads the last answer again.
    fn read(&mut self) -> io::Result<()> {
        let last = self.state.entries.iter().rev().find_map(|entry| match entry.as_ref() {
            Entry::Text { text, .. } => Some(text.to_string()),
            _ => None,
        });
        match last {
            Some(text) => self.say_all(read_out(&text)),
            None => self.say("There is no answer yet."),
        }
    }

    /// Reads what the model thought in the last turn.
    fn thoughts(&mut self) -> io::Result<()> {
        let said: Vec<String> = thoughts(&self.state).into_iter().flat_map(read_out).collect();
        if said.is_empty() { self.say("The model shows no thoughts of the last turn.") } else { self.say_all(said) }
    }

    /// Prepares an earlier request to be sent again.
    fn prepare(&mut self, number: usize) -> io::Result<()> {
        let Some(text) = prompt(number, &self.state) else {
            return self.say("There is no request with this number. Say prompts to hear them.");
        };
        self.say("Prepared:")?;
        for line in text.lines() {
            self.say(&spoken(line))?;
        }
        self.prepared = Some(text);
        self.say("Say send to send it, write to change it in your editor first.")
    }

    /// Tells which request made the change that was heard.
    fn why(&self) -> Vec<String> {
        let review = &self.state.review;
        match self.place.part(review) {
            Ok(part) => review.file(part.path()).map(|change| makers(&part, change, &self.state)).unwrap_or_default(),
            Err(words) => vec![words],
        }
    }

    /// Takes the last requests that wait back.
    async fn unqueue(&mut self, most: usize) -> io::Result<()> {
        let taken: Vec<_> = self.state.queue.iter().rev().take(most).cloned().collect();
        if taken.is_empty() {
            return self.say("No request waits.");
        }
        for queued in taken {
            self.say(&format!("Taken back: {}", first_line(&queued.text)))?;
            self.send(Op::Unqueue { prompt: queued.id }).await?;
        }
        Ok(())
    }

    /// Sends decisions and notes without another request.
    async fn tell(&mut self) -> io::Result<()> {
        if self.state.review.feedback().is_empty() {
            return self.say("The model has heard of all your decisions and notes.");
        }
        if self.state.queue.iter().any(|queued| queued.text == FEEDBACK_PROMPT) {
            return self.say("Your decisions and notes are sent when the turn has ended.");
        }
        self.send(Op::Prompt { text: FEEDBACK_PROMPT.to_owned() }).await
    }
}

/// Returns a whole text as it is read.
fn read_out(text: &str) -> Vec<String> {
    let mut prose = Prose::default();
    let mut lines = prose.take(text);
    lines.extend(prose.finish());
    lines
}
