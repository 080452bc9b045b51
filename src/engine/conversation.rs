//! The conversation as a whole: what is sent of it, starting anew, and going past a cap.

use std::sync::Arc;

use super::actor::Actor;
use super::metering::tool_bytes;
use super::{Request, prompt};
use crate::config::Effort;
use crate::path::RelPath;
use crate::session::{Allowance, CallKind, EventKind, FaultClass, Level, Op, Overhead, TurnOutcome};

impl Actor {
    /// Returns the next step's request.
    pub(super) fn next_request(&self) -> Request {
        Request {
            model: self.state.model.id.clone(),
            system: prompt::SYSTEM.to_owned(),
            messages: self.state.sent().into_iter().filter(|message| !message.blocks.is_empty()).collect(),
            kind: CallKind::Turn,
            tools: Arc::clone(&self.specs),
            max_tokens: self.policy.max_tokens,
            effort: self.effort(),
        }
    }

    /// Returns how much the model is to think: as chosen in this session, else as configured for it.
    fn effort(&self) -> Effort {
        let model = &self.state.model;
        let configured = || {
            let names = self.provider.terms(&model.id).names;
            let is_named = |key: &str| key == model.name || key == model.id || names.iter().any(|name| name == key);
            let thinking = &self.policy.thinking;
            thinking.models.iter().find(|(key, _)| is_named(key)).map_or(thinking.effort, |(_, effort)| *effort)
        };
        self.state.thinking.unwrap_or_else(configured)
    }

    /// Chooses how much the model thinks.
    pub(super) fn set_thinking(&mut self, effort: Effort) {
        if !self.provider.terms(&self.state.model.id).thinks {
            let hint = "The model answers as before; choose another with /model.";
            self.refuse(format!("{} cannot be asked to think", self.state.model.name), Some(hint));
            return;
        }
        self.emit(EventKind::ThinkingChanged { effort });
        self.notice(Level::Info, format!("thinking: {}", effort.name()), None);
    }

    /// Holds an operation back that throws away a prompt cache which is worth a question; true when it was held.
    pub(super) fn holds_back(&mut self, op: &Op) -> bool {
        let act = match op {
            Op::SetModel { name } if *name != self.state.model.name => "ask another model",
            Op::SetThinking { effort } if *effort != self.effort() => "let the model think more or less",
            Op::SetProfile { name } if Some(name) != self.state.model.profile.as_ref() => "use another profile",
            Op::SetRegion { name } if Some(name) != self.state.model.region.as_ref() => "call another region",
            Op::Compact { .. } => "compact the conversation",
            _ => return false,
        };
        let (Some(limit), false) = (self.policy.cache_warning, self.state.sent().is_empty()) else { return false };
        let worth_micros = self.metering.cache_worth();
        if worth_micros <= limit || self.turn.is_some() {
            return false;
        }
        self.held_back = Some(op.clone());
        self.emit(EventKind::CacheAtRisk { act: act.to_owned(), worth_micros });
        true
    }

    /// Returns what goes with every request beside the conversation.
    pub(super) fn overhead(&self) -> Overhead {
        let tools: usize = self.specs.iter().map(tool_bytes).sum();
        Overhead { system: prompt::SYSTEM.len() as u64, tools: tools as u64 }
    }

    /// Starts a new conversation in the same session.
    pub(super) fn clear(&mut self) {
        if self.state.is_busy() {
            self.refuse("a turn is running", Some("Stop it, then clear the conversation."));
            return;
        }
        self.seen.clear();
        self.emit(EventKind::ConversationCleared);
    }

    /// Shows a file to the model with each prompt, if there is one.
    pub(super) fn add_context(&mut self, path: RelPath) {
        match self.view().read(&path) {
            Ok(Some(_)) => self.emit(EventKind::ContextAdded { path }),
            Ok(None) => self.refuse(format!("there is no file {path}"), None),
            Err(fault) => self.refuse(fault.to_string(), None),
        }
    }

    /// Shows a file no longer.
    pub(super) fn drop_context(&mut self, path: RelPath) {
        if self.state.context.contains(&path) {
            self.emit(EventKind::ContextDropped { path });
        } else {
            self.refuse(format!("the context has no file {path}"), None);
        }
    }

    /// Lets calls past the caps; a turn that they stopped goes on.
    pub(super) fn allow_spending(&mut self, allowance: Allowance) {
        if !self.metering.caps().is_any() {
            self.refuse(
                "no cap is set on what may be spent",
                Some("The table [budget] of the configuration sets caps."),
            );
            return;
        }
        self.metering.allow(allowance);
        let text = match allowance {
            Allowance::Call => "the next call may pass the caps",
            Allowance::Session => "this session may pass the caps",
        };
        self.notice(Level::Info, text, None);
        let is_stopped =
            matches!(&self.state.last_outcome, Some(TurnOutcome::Failed(fault)) if fault.class == FaultClass::Budget);
        if is_stopped && self.turn.is_none() {
            self.retry();
        }
    }
}
