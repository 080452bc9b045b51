//! Results of tools that are too long for the conversation: cut at a line, and kept so that the model can read on.
//!
//! Adit's own tools page through what they read; this holds for every tool and every fault, however long. The whole
//! text stays in memory, under a path that `read_file` knows, and beside the journal, which keeps what the model was
//! given: a session that is gone on with can still be read on.

use std::collections::VecDeque;
use std::sync::Arc;

use super::ports::Journal;
use crate::path::RelPath;
use crate::session::{Block, Message};

/// The folder whose paths stand for results that were cut. There are no such files.
pub const OUTPUTS: &str = ".adit/outputs";

/// A tool that bounds itself ends with some words about what it left out; so much may they be.
const SLACK: usize = 4_000;
/// Longer lines are folded, so that each can be read.
const LINE_BYTES: usize = 1_800;
/// So many results are kept, and so many bytes of them: older ones give way.
const MOST_KEPT: usize = 16;
const MOST_BYTES: usize = 64 << 20;

/// The results that are kept.
#[derive(Debug, Default)]
pub(super) struct TooLong {
    kept: VecDeque<(u32, RelPath, Arc<str>)>,
    count: u32,
}

impl TooLong {
    /// Returns what a session kept that is gone on with; its numbers go on behind those that its conversation names.
    pub(super) fn resumed(conversation: &[Message], journal: &dyn Journal) -> Self {
        let texts = conversation.iter().flat_map(|message| message.blocks.iter()).filter_map(|block| match block {
            Block::ToolResult { output, .. } => Some(output.text.as_str()),
            _ => None,
        });
        let Some(named) = texts.filter_map(number_named).max() else { return Self::default() };
        let mut all = Self { count: named, ..Self::default() };
        for (number, text) in journal.outputs(MOST_KEPT, MOST_BYTES) {
            if let Some(path) = path_of(number) {
                all.count = all.count.max(number);
                all.kept.push_back((number, path, text.into()));
            }
        }
        all
    }

    /// Returns a result as the conversation takes it: as it is, or its first lines and how to read on.
    pub(super) fn cut(&mut self, text: String, limit: usize, journal: &mut dyn Journal) -> String {
        if text.len() <= limit.saturating_add(SLACK) {
            return text;
        }
        let bytes = text.len();
        let (whole, has_folded) = folded(text);
        let total = whole.lines().count();
        let room = whole.floor_char_boundary(limit);
        let end = whole[..room].rfind('\n').map_or(room, |at| at + 1);
        let shown = whole[..end].lines().count();
        let mut said = whole[..end].to_owned();
        if !said.ends_with('\n') {
            said.push('\n');
        }
        let folds = if has_folded { format!(", lines above {LINE_BYTES} bytes folded") } else { String::new() };
        self.count += 1;
        let next = shown + 1;
        let (left, count) = (total - shown, self.count);
        said.push_str(&match self.keep(count, whole, journal) {
            Some(path) => format!(
                "[cut here: {left} more lines, {bytes} bytes in all{folds}; read on by read_file with path {path} and \
                 offset {next}]\n"
            ),
            None => format!("[cut here: {left} more lines, {bytes} bytes in all{folds}; ask for less]\n"),
        });
        said
    }

    /// Returns what is kept.
    pub(super) fn kept(&self) -> Vec<(RelPath, Arc<str>)> {
        self.kept.iter().map(|(_, path, text)| (path.clone(), Arc::clone(text))).collect()
    }

    /// Keeps a result, and lets older ones go where there is no room; none where it alone is too much.
    fn keep(&mut self, count: u32, whole: String, journal: &mut dyn Journal) -> Option<RelPath> {
        if whole.len() > MOST_BYTES {
            return None;
        }
        let path = path_of(count)?;
        let mut bytes = whole.len() + self.kept.iter().map(|(.., text)| text.len()).sum::<usize>();
        while self.kept.len() >= MOST_KEPT || bytes > MOST_BYTES {
            let (number, _, oldest) = self.kept.pop_front()?;
            bytes -= oldest.len();
            journal.drop_output(number);
        }
        if let Err(failure) = journal.keep_output(count, &whole) {
            // This run has it in memory; a later one says that it is gone.
            tracing::warn!(%failure, count, "cannot keep a tool's result with the session");
        }
        self.kept.push_back((count, path.clone(), whole.into()));
        Some(path)
    }
}

fn path_of(number: u32) -> Option<RelPath> {
    RelPath::new(&format!("{OUTPUTS}/{number}")).ok()
}

/// Returns the number in the words that end a cut result.
fn number_named(text: &str) -> Option<u32> {
    let last = text.trim_end().lines().last()?.strip_prefix("[cut here: ")?;
    let (_, rest) = last.split_once(&format!("{OUTPUTS}/"))?;
    rest.split(' ').next()?.parse().ok()
}

/// Returns a text whose lines are short enough to be read, and whether any was folded for that.
fn folded(text: String) -> (String, bool) {
    if text.lines().all(|line| line.len() <= LINE_BYTES) {
        return (text, false);
    }
    let mut out = String::with_capacity(text.len() + text.len() / LINE_BYTES + 1);
    for line in text.split_inclusive('\n') {
        let mut rest = line;
        while rest.trim_end_matches(['\r', '\n']).len() > LINE_BYTES {
            let (head, tail) = rest.split_at(rest.floor_char_boundary(LINE_BYTES));
            out.push_str(head);
            out.push('\n');
            rest = tail;
        }
        out.push_str(rest);
    }
    (out, true)
}
