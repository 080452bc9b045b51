//! Edits by blocks of text to search and replace, for models without tools: in the prompt, in the answer, in history.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::engine::{Delta, Request};
use crate::review::{BlockPiece, BlockReader};
use crate::session::{Block, CallKind, Message, Role, StopReason, ToolCall, ToolCallId, ToolOutput};

/// What the model is told in place of its tools.
const PROMPT: &str = include_str!("../../assets/prompts/blocks.md");

/// How a context file is announced in a prompt.
const CONTEXT: &str = "The file ";

/// An answer whose text is searched for blocks, which become calls of tools while they stream in.
#[derive(Debug)]
pub(super) struct Blocks {
    reader: BlockReader,
    known: Vec<String>,
    /// Stands before the number of each call, so that no two in a conversation are the same.
    prefix: String,
    calls: usize,
    /// The number of the next block of the answer, and the numbers of those that came with one of their own.
    next: u32,
    numbers: BTreeMap<u32, u32>,
    /// The block that text goes on in.
    text: Option<u32>,
    /// The call that is not complete.
    open: Option<Open>,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    block: u32,
    makes_file: bool,
}

impl Blocks {
    /// Begins the answer to this conversation.
    pub(super) fn new(messages: &[Message]) -> Self {
        let known = known_files(messages);
        Self {
            reader: BlockReader::new(known.clone()),
            known,
            prefix: format!("block-{}", messages.len()),
            calls: 0,
            next: 0,
            numbers: BTreeMap::new(),
            text: None,
            open: None,
        }
    }

    /// Takes a delta as the model gave it and returns what it comes to. A block without its end stays open.
    pub(super) fn take(&mut self, delta: Delta) -> Vec<Delta> {
        let mut out = Vec::new();
        match delta {
            Delta::Text { text, .. } => {
                let pieces = self.reader.push(&text);
                self.tell(pieces, &mut out);
            }
            Delta::TextWasThought => {
                self.begin_anew(&mut out);
                out.push(Delta::TextWasThought);
            }
            Delta::Stopped(reason) => {
                let reader = std::mem::replace(&mut self.reader, BlockReader::new(Vec::new()));
                self.tell(reader.finish(), &mut out);
                out.push(Delta::Stopped(match reason {
                    StopReason::EndTurn | StopReason::Other(_) if self.calls > 0 => StopReason::ToolUse,
                    reason => reason,
                }));
            }
            Delta::Reasoning { block, text } => out.push(Delta::Reasoning { block: self.number(block), text }),
            Delta::Signature { block, signature } => {
                out.push(Delta::Signature { block: self.number(block), signature });
            }
            Delta::Redacted { block, data } => out.push(Delta::Redacted { block: self.number(block), data }),
            Delta::ToolStarted { block, id, name } => {
                self.text = None;
                out.push(Delta::ToolStarted { block: self.number(block), id, name });
            }
            Delta::ToolInput { block, json } => out.push(Delta::ToolInput { block: self.number(block), json }),
            // Text has no end of its own here: it may go on in another block.
            Delta::BlockStopped { block } => {
                out.extend(self.numbers.get(&block).map(|block| Delta::BlockStopped { block: *block }));
            }
            Delta::Usage(_)
            | Delta::Opened { .. }
            | Delta::Silent(_)
            | Delta::Unsent
            | Delta::Sent
            | Delta::Remark(_)
            | Delta::Retrying { .. }
            | Delta::Asking { .. }
            | Delta::Switched { .. }
            | Delta::LoginNeeded(_)
            | Delta::LoginEnded => out.push(delta),
        }
        out
    }

    /// Takes all that came for thought: what follows is the answer, and its calls have other ids.
    fn begin_anew(&mut self, out: &mut Vec<Delta>) {
        let reader = std::mem::replace(&mut self.reader, BlockReader::new(self.known.clone()));
        self.tell(reader.finish(), out);
        self.prefix = format!("{}-{}", self.prefix, self.calls);
        self.calls = 0;
        self.text = None;
        self.open = None;
    }

    /// Returns the number of a block that came with one of its own.
    fn number(&mut self, given: u32) -> u32 {
        let next = &mut self.next;
        *self.numbers.entry(given).or_insert_with(|| take(next))
    }

    fn tell(&mut self, pieces: Vec<BlockPiece>, out: &mut Vec<Delta>) {
        for piece in pieces {
            match piece {
                BlockPiece::Text(text) => {
                    let next = &mut self.next;
                    let block = *self.text.get_or_insert_with(|| take(next));
                    out.push(Delta::Text { block, text });
                }
                BlockPiece::Started { path, makes_file } => {
                    // Nothing to search for in a file that is known: the ladder says what is wrong with that.
                    let makes_file = makes_file && !self.known.contains(&path);
                    self.start(&path, makes_file, out);
                }
                BlockPiece::Search(text) | BlockPiece::Replace(text) => self.input(&escaped(&text), out),
                BlockPiece::Divided => {
                    if self.open.is_some_and(|open| !open.makes_file) {
                        self.input("\",\"new_text\":\"", out);
                    }
                }
                BlockPiece::Finished => {
                    if let Some(Open { block, makes_file }) = self.open.take() {
                        let json = if makes_file { "\"}" } else { "\"}]}" };
                        out.push(Delta::ToolInput { block, json: json.to_owned() });
                        out.push(Delta::BlockStopped { block });
                    }
                }
            }
        }
    }

    fn start(&mut self, path: &str, makes_file: bool, out: &mut Vec<Delta>) {
        self.calls += 1;
        self.text = None;
        let block = take(&mut self.next);
        let name = if makes_file { "write_file" } else { "edit_file" };
        let id = ToolCallId(format!("{}-{}", self.prefix, self.calls));
        out.push(Delta::ToolStarted { block, id, name: name.to_owned() });
        self.open = Some(Open { block, makes_file });
        let path = Value::String(path.to_owned());
        let begin = if makes_file {
            format!("{{\"path\":{path},\"content\":\"")
        } else {
            format!("{{\"path\":{path},\"edits\":[{{\"old_text\":\"")
        };
        self.input(&begin, out);
    }

    fn input(&self, json: &str, out: &mut Vec<Delta>) {
        if let Some(open) = self.open {
            out.push(Delta::ToolInput { block: open.block, json: json.to_owned() });
        }
    }
}

/// Returns deltas as they come to, where the answer is searched for blocks.
pub(super) fn taken(blocks: &mut Option<Blocks>, deltas: Vec<Delta>) -> Vec<Delta> {
    match blocks {
        Some(blocks) => deltas.into_iter().flat_map(|delta| blocks.take(delta)).collect(),
        None => deltas,
    }
}

/// Tells whether an answer may hold edits, which a model without tools writes as blocks: those of side calls are
/// taken as they are.
pub(super) fn are_wanted(request: &Request) -> bool {
    request.kind == CallKind::Turn && !request.tools.is_empty()
}

/// Returns the system prompt for a model without tools.
pub(super) fn system(system: &str) -> String {
    format!("{}\n{}", system.trim_end(), PROMPT.trim_end())
}

fn take(next: &mut u32) -> u32 {
    let block = *next;
    *next += 1;
    block
}

/// Returns a text as it stands inside a JSON string.
fn escaped(text: &str) -> String {
    let quoted = Value::String(text.to_owned()).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// Returns the files that the conversation shows or edits.
fn known_files(messages: &[Message]) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    for block in messages.iter().flat_map(|message| message.blocks.iter()) {
        let path = match block {
            Block::Text { text } => text.strip_prefix(CONTEXT).and_then(|rest| Some(rest.split_once(", as it")?.0)),
            Block::ToolUse(call) => call.input.get("path").and_then(Value::as_str),
            _ => None,
        };
        known.extend(path.filter(|path| !known.iter().any(|other| other == path)).map(str::to_owned));
    }
    known
}

/// Returns a conversation in which calls are the blocks that they came from or could have come from, and results are
/// words of the user.
pub(super) fn in_words(messages: &[Message]) -> Vec<Message> {
    // What the calls of the last message of the model were, by their ids.
    let mut called: BTreeMap<&ToolCallId, &ToolCall> = BTreeMap::new();
    let mut out = Vec::with_capacity(messages.len());
    for message in messages {
        let blocks = match message.role {
            Role::Assistant => {
                let calls = message.blocks.iter().filter_map(|block| match block {
                    Block::ToolUse(call) => Some((&call.id, call)),
                    Block::Text { .. } | Block::Reasoning { .. } | Block::Image(_) | Block::ToolResult { .. } => None,
                });
                called.extend(calls);
                message.blocks.iter().filter_map(said).collect()
            }
            Role::User => heard(&message.blocks, &called),
        };
        out.push(Message::new(message.role, blocks));
    }
    out
}

fn said(block: &Block) -> Option<Block> {
    match block {
        Block::ToolUse(call) => Some(Block::Text { text: written(call) }),
        Block::Text { .. } | Block::Reasoning { .. } => Some(block.clone()),
        Block::Image(_) | Block::ToolResult { .. } => None,
    }
}

/// Returns a user's blocks with the results first: those of blocks as one list, others each by its own.
fn heard(blocks: &[Block], called: &BTreeMap<&ToolCallId, &ToolCall>) -> Vec<Block> {
    let mut of_blocks = String::new();
    let (mut count, mut others) = (0, Vec::new());
    for block in blocks {
        let Block::ToolResult { id, output: ToolOutput { text, is_error } } = block else { continue };
        let word = if *is_error { "failed: " } else { "" };
        match called.get(id).filter(|call| !is_block(call)) {
            None => {
                count += 1;
                of_blocks.push_str(&format!("\n{count}. {word}{text}"));
            }
            Some(call) => others.push(Block::Text { text: format!("[what {} gave: {word}{text}]", call.name) }),
        }
    }
    let mut out = Vec::new();
    if count > 0 {
        out.push(Block::Text { text: format!("What became of your blocks, in their order:{of_blocks}") });
    }
    out.extend(others);
    out.extend(blocks.iter().filter(|block| !matches!(block, Block::ToolResult { .. })).cloned());
    out
}

/// Tells whether a call can be written as a block.
fn is_block(call: &ToolCall) -> bool {
    matches!(call.name.as_str(), "edit_file" | "write_file")
}

/// Returns a call as the model would have written it.
fn written(call: &ToolCall) -> String {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let path = text(&call.input, "path");
    match call.name.as_str() {
        "edit_file" => {
            let edits = call.input.get("edits").and_then(Value::as_array).map(Vec::as_slice);
            // One edit may stand in the call itself.
            let edits = edits.unwrap_or(std::slice::from_ref(&call.input));
            edits.iter().map(|edit| block(&path, &text(edit, "old_text"), &text(edit, "new_text"))).collect()
        }
        "write_file" => block(&path, "", &text(&call.input, "content")),
        name => format!("[called {name} with {}]", call.input),
    }
}

fn block(path: &str, search: &str, replace: &str) -> String {
    let line = |text: &str| if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") };
    format!("\n{path}\n```\n<<<<<<< SEARCH\n{}=======\n{}>>>>>>> REPLACE\n```\n", line(search), line(replace))
}
