//! The chunks of an answer folded into deltas.

use super::super::blocks::{Blocks, taken};
use super::chunk::{CallPiece, Chunk, Piece};
use super::thoughts::{Piece as Part, Thoughts};
use crate::engine::Delta;
use crate::session::{StopReason, ToolCallId, Usage};

/// So many calls in one answer are more than any model means.
const CALL_LIMIT: usize = 256;

/// How far an answer is.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Whether a piece of the answer was handed on.
    pub(super) has_begun: bool,
    /// Why the model stopped, once it has said so.
    stop: Option<String>,
    has_stopped: bool,
    /// What the answer cost, once it was told.
    pub(super) usage: Option<Usage>,
    /// Tells the thoughts in the text from the answer.
    thoughts: Thoughts,
    /// Stands in for tools where the model has none.
    blocks: Option<Blocks>,
    calls: Vec<Call>,
    /// The block that text or reasoning goes on in.
    open: Option<(Kind, u32)>,
    next_block: u32,
    has_refused: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Reasoning,
}

/// A tool call as far as it has come.
#[derive(Debug)]
struct Call {
    index: u32,
    id: String,
    name: String,
    /// Where it stands in the answer, once its name is known.
    block: Option<u32>,
    /// Input that came before the name.
    early: String,
}

impl Progress {
    /// Begins an answer; with `blocks` its text is searched for edits.
    pub(super) fn new(blocks: Option<Blocks>) -> Self {
        Self { blocks, ..Self::default() }
    }

    /// Tells whether the model has said why it stopped.
    pub(super) fn has_stopped(&self) -> bool {
        self.stop.is_some()
    }

    /// Takes a chunk and returns what it adds.
    pub(super) fn read(&mut self, chunk: Chunk) -> Vec<Delta> {
        let mut out = Vec::new();
        for choice in chunk.choices.unwrap_or_default() {
            if choice.index.is_some_and(|index| index > 0) {
                continue;
            }
            for piece in choice.delta.iter().chain(&choice.message) {
                self.piece(piece, &mut out);
            }
            if let Some(reason) = choice.finish_reason.filter(|reason| !reason.is_empty()) {
                self.stop.get_or_insert(reason);
            }
        }
        if let Some(tokens) = chunk.usage {
            self.usage = Some(tokens.into());
        }
        self.has_begun |= !out.is_empty();
        taken(&mut self.blocks, out)
    }

    /// Takes the end of the body as said by the server. A server that says so without a reason means that all is
    /// told, if anything was.
    pub(super) fn said_done(&mut self) {
        if self.has_begun {
            self.stop.get_or_insert_with(|| "stop".to_owned());
        }
    }

    /// Returns what completes an answer of which the reason to stop is known.
    pub(super) fn finish(&mut self) -> Vec<Delta> {
        if std::mem::replace(&mut self.has_stopped, true) {
            return Vec::new();
        }
        let mut out = Vec::new();
        for part in self.thoughts.finish() {
            self.part(part, &mut out);
        }
        let has_called = self.calls.iter().any(|call| call.block.is_some());
        let reason = self.stop.as_deref().unwrap_or("stop");
        let is_cut = reason == "length";
        // Of a cut answer the call that came last may lack its end.
        let last = self.calls.iter().filter_map(|call| call.block).max();
        for block in self.calls.iter().filter_map(|call| call.block) {
            if !(is_cut && Some(block) == last) {
                out.push(Delta::BlockStopped { block });
            }
        }
        out.push(Delta::Stopped(match reason {
            "length" => StopReason::MaxTokens,
            "content_filter" => StopReason::Refused(reason.to_owned()),
            _ if has_called => StopReason::ToolUse,
            "stop" if self.has_refused => StopReason::Refused("refusal".to_owned()),
            "stop" | "eos" | "end_turn" | "stop_sequence" | "tool_calls" | "function_call" => StopReason::EndTurn,
            other => StopReason::Other(other.chars().filter(|letter| !letter.is_control()).take(60).collect()),
        }));
        taken(&mut self.blocks, out)
    }

    fn piece(&mut self, piece: &Piece, out: &mut Vec<Delta>) {
        let reasoned = piece.reasoned();
        if !reasoned.is_empty() {
            self.thoughts.are_told();
            self.part(Part::Thought(reasoned.to_owned()), out);
        }
        let mut text = piece.text();
        if let Some(refusal) = piece.refusal.as_deref().filter(|refusal| !refusal.is_empty()) {
            self.has_refused = true;
            text.push_str(refusal);
        }
        for part in self.thoughts.push(&text) {
            self.part(part, out);
        }
        for (place, call) in piece.tool_calls.iter().flatten().enumerate() {
            self.call(place, call, out);
        }
    }

    /// Hands a thought or a piece of the answer on.
    fn part(&mut self, part: Part, out: &mut Vec<Delta>) {
        match part {
            Part::WasThought => {
                self.open = None;
                out.push(Delta::TextWasThought);
            }
            Part::Thought(text) => {
                let block = self.block_of(Kind::Reasoning);
                out.push(Delta::Reasoning { block, text });
            }
            Part::Said(text) => {
                let block = self.block_of(Kind::Text);
                out.push(Delta::Text { block, text });
            }
        }
    }

    /// Returns the block that text or reasoning goes on in: a new one after anything else.
    fn block_of(&mut self, kind: Kind) -> u32 {
        match self.open {
            Some((open, block)) if open == kind => block,
            Some(_) | None => {
                let block = self.new_block();
                self.open = Some((kind, block));
                block
            }
        }
    }

    fn new_block(&mut self) -> u32 {
        let block = self.next_block;
        self.next_block += 1;
        block
    }

    /// Takes a piece of a call. Pieces are told apart by their index; some servers give every call the index 0 and
    /// an id of its own, others send no index, and then an id begins a call.
    fn call(&mut self, place: usize, piece: &CallPiece, out: &mut Vec<Delta>) {
        self.thoughts.are_told();
        let id = piece.id.as_deref().unwrap_or_default();
        let known = match piece.index {
            Some(index) => self.calls.iter().rposition(|call| call.index == index),
            None if id.is_empty() => self.calls.len().checked_sub(1),
            None => self.calls.iter().rposition(|call| call.id == id),
        };
        let known = known.filter(|at| id.is_empty() || self.calls[*at].id.is_empty() || self.calls[*at].id == id);
        let at = match known {
            Some(at) => at,
            None if self.calls.len() >= CALL_LIMIT => return,
            None => {
                let index = piece.index.unwrap_or(u32::try_from(place).unwrap_or(0));
                let (id, name, early) = (id.to_owned(), String::new(), String::new());
                self.calls.push(Call { index, id, name, block: None, early });
                self.calls.len() - 1
            }
        };
        let Some(function) = &piece.function else { return };
        let input = function.input();
        let has_block = self.calls[at].block.is_some();
        if has_block {
            if let (Some(block), false) = (self.calls[at].block, input.is_empty()) {
                out.push(Delta::ToolInput { block, json: input });
            }
            return;
        }
        let number = at + 1;
        let call = &mut self.calls[at];
        call.name.push_str(function.name.as_deref().unwrap_or_default());
        call.early.push_str(&input);
        if call.name.is_empty() {
            return;
        }
        if call.id.is_empty() {
            call.id = if id.is_empty() { format!("call_{number}") } else { id.to_owned() };
        }
        let (id, name, early) = (ToolCallId(call.id.clone()), call.name.clone(), std::mem::take(&mut call.early));
        self.open = None;
        let block = self.new_block();
        self.calls[at].block = Some(block);
        out.push(Delta::ToolStarted { block, id, name });
        if !early.is_empty() {
            out.push(Delta::ToolInput { block, json: early });
        }
    }
}
