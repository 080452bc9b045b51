//! Edits by blocks of text to search and replace, for models without tools: in the prompt, in the answer, in history.

use serde_json::Value;

use crate::engine::Delta;
use crate::review::{BlockPiece, BlockReader};
use crate::session::{Block, Message, Role, ToolCall, ToolCallId, ToolOutput};

/// What the model is told in place of its tools.
pub(super) const PROMPT: &str = include_str!("../../../assets/prompts/blocks.md");

/// How a context file is announced in a prompt.
const CONTEXT: &str = "The file ";

/// The blocks of an answer, turned into calls of tools as they stream in.
#[derive(Debug)]
pub(super) struct Blocks {
    reader: BlockReader,
    known: Vec<String>,
    /// Stands before the number of each call, so that no two in a conversation are the same.
    prefix: String,
    calls: usize,
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
            text: None,
            open: None,
        }
    }

    /// Takes a piece of the answer's text.
    pub(super) fn push(&mut self, text: &str, next_block: &mut u32, out: &mut Vec<Delta>) {
        let pieces = self.reader.push(text);
        self.tell(pieces, next_block, out);
    }

    /// Takes the end of the answer; tells whether there was any block. One without its end stays open.
    pub(super) fn finish(mut self, next_block: &mut u32, out: &mut Vec<Delta>) -> bool {
        let reader = std::mem::replace(&mut self.reader, BlockReader::new(Vec::new()));
        self.tell(reader.finish(), next_block, out);
        self.calls > 0
    }

    /// Takes all that came for thought: what follows is the answer, and its calls have other ids.
    pub(super) fn begin_anew(&mut self, next_block: &mut u32, out: &mut Vec<Delta>) {
        let reader = std::mem::replace(&mut self.reader, BlockReader::new(self.known.clone()));
        self.tell(reader.finish(), next_block, out);
        self.prefix = format!("{}-{}", self.prefix, self.calls);
        self.calls = 0;
        self.text = None;
        self.open = None;
    }

    fn tell(&mut self, pieces: Vec<BlockPiece>, next_block: &mut u32, out: &mut Vec<Delta>) {
        for piece in pieces {
            match piece {
                BlockPiece::Text(text) => {
                    let block = *self.text.get_or_insert_with(|| take(next_block));
                    out.push(Delta::Text { block, text });
                }
                BlockPiece::Started { path, makes_file } => {
                    // Nothing to search for in a file that is known: the ladder says what is wrong with that.
                    let makes_file = makes_file && !self.known.contains(&path);
                    self.start(&path, makes_file, next_block, out);
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

    fn start(&mut self, path: &str, makes_file: bool, next_block: &mut u32, out: &mut Vec<Delta>) {
        self.calls += 1;
        self.text = None;
        let block = take(next_block);
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
    for block in messages.iter().flat_map(|message| &message.blocks) {
        let path = match block {
            Block::Text { text } => text.strip_prefix(CONTEXT).and_then(|rest| Some(rest.split_once(", as it")?.0)),
            Block::ToolUse(call) => call.input.get("path").and_then(Value::as_str),
            _ => None,
        };
        known.extend(path.filter(|path| !known.iter().any(|other| other == path)).map(str::to_owned));
    }
    known
}

/// Returns a conversation in which calls are the blocks that they came from, and results are words of the user.
pub(super) fn in_words(messages: &[Message]) -> Vec<Message> {
    messages
        .iter()
        .map(|message| match message.role {
            Role::Assistant => {
                Message { role: Role::Assistant, blocks: message.blocks.iter().filter_map(said).collect() }
            }
            Role::User => Message { role: Role::User, blocks: heard(&message.blocks) },
        })
        .collect()
}

fn said(block: &Block) -> Option<Block> {
    match block {
        Block::ToolUse(call) => Some(Block::Text { text: written(call) }),
        Block::Text { .. } => Some(block.clone()),
        _ => None,
    }
}

/// Returns a user's blocks with the results first, as one list.
fn heard(blocks: &[Block]) -> Vec<Block> {
    let results: Vec<&ToolOutput> = blocks
        .iter()
        .filter_map(|block| if let Block::ToolResult { output, .. } = block { Some(output) } else { None })
        .collect();
    let mut out = Vec::new();
    if !results.is_empty() {
        let mut text = String::from("What became of your blocks, in their order:");
        for (index, output) in results.iter().enumerate() {
            let word = if output.is_error { "failed: " } else { "" };
            text.push_str(&format!("\n{}. {word}{}", index + 1, output.text));
        }
        out.push(Block::Text { text });
    }
    out.extend(blocks.iter().filter(|block| !matches!(block, Block::ToolResult { .. })).cloned());
    out
}

/// Returns a call as the model would have written it.
fn written(call: &ToolCall) -> String {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let path = text(&call.input, "path");
    match call.name.as_str() {
        "edit_file" => {
            let edits = call.input.get("edits").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
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
