//! The turns that the conversation shows, each with its time, tokens and cost.

use super::{Entry, Millis, SessionState, TurnId, TurnOutcome, Usage};

/// A turn, as far as it is known.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnRecord<'a> {
    /// Its number.
    pub id: TurnId,
    /// What the user wrote.
    pub prompt: &'a str,
    /// How it ended and after how long; none while it runs, or where that was not told.
    pub ended: Option<(&'a TurnOutcome, Millis)>,
    /// Whether it runs.
    pub is_running: bool,
    /// Its tokens.
    pub usage: Usage,
    /// Millionths of a dollar, where prices are known.
    pub cost_micros: Option<u64>,
}

impl SessionState {
    /// Returns the turns that the conversation shows, the newest first.
    pub fn turns(&self) -> Vec<TurnRecord<'_>> {
        let mut turns: Vec<TurnRecord<'_>> = Vec::new();
        for entry in &self.entries {
            match entry.as_ref() {
                Entry::Prompt { turn, text, .. } => {
                    let (id, usage) = (*turn, Usage::default());
                    turns.push(TurnRecord {
                        id,
                        prompt: text,
                        ended: None,
                        is_running: false,
                        usage,
                        cost_micros: None,
                    });
                }
                Entry::TurnEnded { turn, outcome, usage, cost_micros, took } => {
                    if let Some(ended) = turns.iter_mut().rev().find(|other| other.id == *turn) {
                        ended.ended = Some((outcome, *took));
                        (ended.usage, ended.cost_micros) = (*usage, *cost_micros);
                    }
                }
                _ => {}
            }
        }
        if let Some(running) = turns.last_mut().filter(|turn| turn.ended.is_none() && self.is_busy()) {
            running.is_running = true;
            (running.usage, running.cost_micros) = (self.turn_usage, self.turn_cost_micros);
        }
        turns.reverse();
        turns
    }
}
