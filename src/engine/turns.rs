//! How turns begin, what the actor does with their news, and what follows when they end.

use std::sync::Arc;

use tokio::sync::watch;

use super::actor::{Actor, RunningTurn};
use super::prompt;
use super::turn::{FromTurn, Turn, results_message};
use crate::session::{Block, EventKind, Fault, FaultClass, Message, PromptId, Role, TurnId, TurnOutcome, TurnPhase};

impl Actor {
    /// Starts a turn for a prompt, or queues it behind the running one and those that wait.
    pub(super) fn prompt(&mut self, text: String) {
        if text.trim().is_empty() {
            self.refuse("the message is empty", None);
            return;
        }
        if self.turn.is_none() && self.state.queue.is_empty() {
            self.start_turn(text);
            return;
        }
        let prompt = self.next_prompt.max(PromptId(self.state.queue.back().map_or(0, |last| last.id.0) + 1));
        self.next_prompt = PromptId(prompt.0 + 1);
        let images = std::mem::take(&mut self.attached);
        self.emit(EventKind::PromptQueued { prompt, text, images });
        self.start_queued();
    }

    /// Starts the turn of the prompt that waits longest, if none runs.
    pub(super) fn start_queued(&mut self) {
        if self.turn.is_some() || self.is_ending {
            return;
        }
        if let Some(queued) = self.state.queue.front().cloned() {
            self.emit(EventKind::PromptUnqueued { prompt: queued.id });
            self.attached.extend(queued.images);
            self.start_turn(queued.text);
        }
    }

    /// Takes a waiting prompt back.
    pub(super) fn unqueue(&mut self, prompt: PromptId) {
        if self.state.queue.iter().any(|queued| queued.id == prompt) {
            self.emit(EventKind::PromptUnqueued { prompt });
        } else {
            self.refuse("that message is not waiting any more: it has been sent, or taken back", None);
        }
    }

    /// Sends the last prompt again after a turn that failed or was stopped.
    ///
    /// Where the model had not answered at all the conversation still ends with the prompt, and it is not
    /// added again. While a request waits to be sent again, it goes at once instead.
    pub(super) fn retry(&mut self) {
        if matches!(self.state.phase, TurnPhase::Retrying { .. }) {
            self.provider.hurry();
            return;
        }
        let Some(text) = self.state.last_prompt.clone() else {
            self.refuse("there is no prompt to send again", None);
            return;
        };
        if self.turn.is_some() {
            self.refuse("a turn is running", Some("Stop it first."));
            return;
        }
        let is_unanswered = self.state.conversation.last().is_some_and(|message| message.role == Role::User);
        let did_end_well = matches!(self.state.last_outcome, Some(TurnOutcome::Done));
        if is_unanswered && !did_end_well {
            // What was decided since is told now; the prompt stands before it.
            let told = prompt::feedback_text(self.state.review.feedback());
            let blocks = told.map(|text| Block::Text { text }).into_iter().collect();
            self.launch(text, Message::new(Role::User, blocks));
        } else {
            self.start_turn(text);
        }
    }

    fn start_turn(&mut self, text: String) {
        self.check_disk();
        let message = self.prompt_message(&text);
        self.launch(text, message);
    }

    fn launch(&mut self, prompt: String, message: Message) {
        let id = TurnId(self.state.turn.0 + 1);
        let had_feedback = !self.state.review.feedback().is_empty() && !message.blocks.is_empty();
        self.emit(EventKind::TurnStarted { turn: id, prompt, message });
        if had_feedback {
            self.emit(EventKind::FeedbackSent);
        }
        let (cancel, cancelled) = watch::channel(false);
        let turn = Turn {
            id,
            metering: Arc::clone(&self.metering),
            provider: Arc::clone(&self.provider),
            tools: Arc::clone(&self.tools),
            clock: Arc::clone(&self.clock),
            max_steps: self.policy.max_steps,
            listener: self.policy.listener,
            compact_at: if self.state.compaction_rests { 0 } else { self.policy.compact_at },
            last_compaction: None,
            actor: self.to_actor.clone(),
            cancel: cancelled,
        };
        self.turn = Some(RunningTurn { id, cancel });
        self.turn_task.spawn(turn.run());
    }

    pub(super) fn turn_news(&mut self, news: FromTurn) {
        match news {
            FromTurn::Events(events) => {
                for event in events {
                    if matches!(event, EventKind::Compacted { .. }) {
                        // What the model had read is summed up now: it reads again before it edits.
                        self.seen.clear();
                        self.metering.drop_cache();
                    }
                    self.emit(event);
                }
            }
            FromTurn::PlanCompaction(cause, answer) => {
                drop(answer.send(self.plan_compaction(cause, None).map(Box::new)))
            }
            FromTurn::CompactionOver => self.compaction_over(),
            // An answer that nobody waits for belongs to a turn that has ended.
            FromTurn::NextRequest(answer) => drop(answer.send((self.next_request(), self.state.model.clone()))),
            FromTurn::Call(call, answer) => {
                self.emit(EventKind::ToolCalled { call });
                drop(answer.send(self.view()));
            }
            FromTurn::Outcome(call, outcome, answer) => {
                let output = self.outcome(&call, outcome);
                self.emit(EventKind::ToolFinished { id: call.id, output: Arc::new(output.clone()) });
                drop(answer.send(output));
            }
            FromTurn::Results(results, answer) => {
                let feedback = prompt::feedback_text(self.state.review.feedback());
                let had_feedback = feedback.is_some();
                self.emit(EventKind::ResultsSent { message: results_message(results, feedback) });
                if had_feedback {
                    self.emit(EventKind::FeedbackSent);
                }
                let _ended = answer.send(());
            }
            FromTurn::Ended(outcome) => self.turn_ended(outcome),
        }
    }

    /// Ends a turn whose task broke off; its report will never come.
    pub(super) fn turn_broke(&mut self) {
        let fault = Fault::new(FaultClass::Other, "adit failed in the middle of this turn").with_hint(
            "Send the prompt again; what was proposed before is still pending. Please report what the log says.",
        );
        self.turn_ended(TurnOutcome::Failed(fault));
    }

    fn turn_ended(&mut self, outcome: TurnOutcome) {
        let Some(turn) = self.turn.take() else { return };
        let is_done = matches!(outcome, TurnOutcome::Done);
        if let TurnOutcome::Failed(fault) = &outcome {
            tracing::warn!(class = ?fault.class, "turn {} failed: {}", turn.id.0, fault.told());
        }
        self.emit(EventKind::TurnEnded { turn: turn.id, outcome });
        self.sync();
        self.look_at_repository();
        // After a stop or a failure what waits is kept, but does not start by itself: the user wanted a halt.
        if is_done {
            self.start_queued();
        }
    }
}
