//! What happened is numbered, folded, written to the journal and told to everyone who reads along.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::actor::Actor;
use super::handle::{Since, Subscription};
use crate::session::{Event, EventKind, Level, Seq};

impl Actor {
    /// Numbers, folds, journals and broadcasts one event.
    pub(super) fn emit(&mut self, kind: EventKind) {
        self.compare_for(&kind);
        let event = Event { seq: Seq(self.state.seq.0 + 1), at: self.clock.now(), kind };
        self.state.apply(&event);
        let event = Arc::new(event);
        let had_failed = !self.unjournaled.is_empty();
        self.unjournaled.push_back(Arc::clone(&event));
        if let Some((_, early)) = &mut self.start {
            early.push(Arc::clone(&event));
        }
        let outcome = self.write_journal();
        self.subscribers.retain(|subscriber| subscriber.send(Arc::clone(&event)).is_ok());
        // Said once, and after the event, whose number comes first.
        match outcome {
            Err(failure) if !had_failed => self.journal_broke(&failure),
            Ok(()) if had_failed => self.notice(Level::Info, "the session's journal is written again", None),
            Ok(()) | Err(_) => {}
        }
    }

    /// Appends what waits, in order.
    fn write_journal(&mut self) -> std::io::Result<()> {
        while let Some(event) = self.unjournaled.front() {
            self.journal.append(event)?;
            self.unjournaled.pop_front();
        }
        Ok(())
    }

    /// Says that the journal cannot be written. The session goes on: what is accepted is on disk anyway.
    fn journal_broke(&mut self, failure: &std::io::Error) {
        tracing::error!(%failure, "cannot write the journal");
        let hint = "Accepted hunks are still written to their files; pending ones and the conversation would be lost \
                    with this process. Free some space: what is missing is written as soon as that works.";
        self.notice(Level::Error, format!("cannot write the session's journal: {failure}"), Some(hint.to_owned()));
    }

    /// Makes sure that what was written outlives the machine.
    pub(super) fn sync(&mut self) {
        match self.journal.sync() {
            Ok(()) => self.has_sync_failed = false,
            Err(failure) => {
                // While events wait, the fault has been told.
                let is_known = std::mem::replace(&mut self.has_sync_failed, true) || !self.unjournaled.is_empty();
                if !is_known {
                    self.journal_broke(&failure);
                }
            }
        }
    }

    /// Tells something.
    pub(super) fn notice(&mut self, level: Level, text: impl Into<String>, hint: Option<String>) {
        self.emit(EventKind::Notice { level, text: text.into(), hint });
    }

    /// Tells why something is not done.
    pub(super) fn refuse(&mut self, reason: impl Into<String>, hint: Option<&str>) {
        self.emit(EventKind::Refused { reason: reason.into(), hint: hint.map(str::to_owned) });
    }

    /// Lets a client read along, from now or from the first event of this engine.
    pub(super) fn subscribe(&mut self, since: Since, answer: oneshot::Sender<Subscription>) {
        let (sender, events) = mpsc::unbounded_channel();
        let state = match (since, &self.start) {
            (Since::Start, Some((state, early))) => {
                // The receiver is at hand, so nothing is lost.
                early.iter().for_each(|event| drop(sender.send(Arc::clone(event))));
                state.clone()
            }
            (Since::Start, None) | (Since::Now, _) => self.state.clone(),
        };
        if answer.send(Subscription { state, events }).is_ok() {
            self.subscribers.push(sender);
        }
    }
}
