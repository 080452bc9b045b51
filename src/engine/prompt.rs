//! What the model is told: the system prompt, the context of a prompt, and the user's decisions in words.

use std::fmt::Write as _;

use super::WorkspaceView;
use super::actor::Actor;
use crate::path::RelPath;
use crate::review::{Decision, Feedback, Snapshot};
use crate::session::{Block, FILE_LEAD, Image, ImageFormat, Level, Message, Role};

/// The system prompt.
pub(super) const SYSTEM: &str = include_str!("../../assets/prompts/system.md");

/// A context file is cut at so many bytes; the model can read on with its tool.
const CONTEXT_FILE_LIMIT: usize = 100_000;

impl Actor {
    /// Returns the user message of a turn: feedback on decisions, context files that changed, the prompt.
    pub(super) fn prompt_message(&mut self, text: &str) -> Message {
        let mut blocks = Vec::new();
        blocks.extend(feedback_text(self.state.review.feedback()).map(|text| Block::Text { text }));
        let mut wanted: Vec<Mention> = self.state.context.iter().cloned().map(Mention::whole).collect();
        wanted
            .extend(mentions(text).filter(|named| named.lines.is_some() || !self.state.context.contains(&named.path)));
        let view = self.view();
        for Mention { path, lines } in wanted {
            if ImageFormat::of_name(path.as_str()).is_some() {
                self.show_image(&view, path, &mut blocks);
                continue;
            }
            // A mention that names no readable file is only a word.
            let Ok(Some(Snapshot { text: content, .. })) = view.read(&path) else { continue };
            if let Some(lines) = lines {
                blocks.extend(
                    content.as_str().and_then(|shown| lines_text(&path, shown, lines)).map(|text| Block::Text { text }),
                );
                continue;
            }
            if self.seen.get(&path).is_some_and(|seen| seen.as_ref() == Some(&content)) {
                continue;
            }
            if let Some(shown) = content.as_str() {
                blocks.push(Block::Text { text: context_text(&path, shown) });
                if shown.len() <= CONTEXT_FILE_LIMIT {
                    self.seen.insert(path, Some(content));
                }
            }
        }
        for image in std::mem::take(&mut self.attached) {
            blocks.extend(image_blocks(image));
        }
        blocks.push(Block::Text { text: text.to_owned() });
        self.warn_of_blindness(&blocks);
        Message::new(Role::User, blocks)
    }

    /// Says that the model does not see what the prompt shows.
    fn warn_of_blindness(&mut self, blocks: &[Block]) {
        let names = blocks.iter().filter_map(|block| match block {
            Block::Image(image) => Some(image.name.as_str()),
            Block::Text { .. } | Block::Reasoning { .. } | Block::ToolUse(_) | Block::ToolResult { .. } => None,
        });
        let names: Vec<&str> = names.collect();
        if names.is_empty() || self.provider.terms(&self.state.model.id).sees_images {
            return;
        }
        let text = format!("{} does not see images: it is only told of {}", self.state.model.name, names.join(", "));
        let hint =
            "Choose a model that does with /model; `images` in the configuration or in models.toml says which do.";
        self.notice(Level::Warning, text, Some(hint.to_owned()));
    }

    /// Adds an image of the workspace, unless the model has seen it as it is; says why where that cannot be.
    fn show_image(&mut self, view: &WorkspaceView, path: RelPath, blocks: &mut Vec<Block>) {
        // A mention that names no file is only a word.
        let content = match view.read(&path) {
            Ok(Some(Snapshot { text, .. })) => text,
            Ok(None) => return,
            Err(fault) => return self.notice(Level::Warning, fault.to_string(), None),
        };
        if self.seen.get(&path).is_some_and(|seen| seen.as_ref() == Some(&content)) {
            return;
        }
        match self.images.prepare(path.name(), content.as_bytes()) {
            Ok(image) => {
                blocks.extend(image_blocks(image));
                self.seen.insert(path, Some(content));
            }
            Err(fault) => self.notice(Level::Warning, fault.to_string(), None),
        }
    }
}

/// Returns an image with its name before it, so that the prompt can speak of it.
fn image_blocks(image: Image) -> [Block; 2] {
    [Block::Text { text: format!("The image {}:", image.name) }, Block::Image(image)]
}

/// A file that a prompt mentions, or some of its lines: first and last, from 1.
struct Mention {
    path: RelPath,
    lines: Option<(usize, usize)>,
}

impl Mention {
    fn whole(path: RelPath) -> Self {
        Self { path, lines: None }
    }

    /// Reads `path`, `path:10` and `path:10-20`.
    fn read(word: &str) -> Option<Self> {
        let ranged = word.rsplit_once(':').and_then(|(path, lines)| {
            let (first, last) = lines.split_once('-').unwrap_or((lines, lines));
            let (first, last) = (first.parse().ok()?, last.parse().ok()?);
            (first > 0 && first <= last).then_some((path, (first, last)))
        });
        let (path, lines) = ranged.map_or((word, None), |(path, lines)| (path, Some(lines)));
        Some(Self { path: RelPath::new(path).ok()?, lines })
    }
}

/// Returns the files that a prompt mentions as `@path` or `@path:10-20`.
fn mentions(text: &str) -> impl Iterator<Item = Mention> {
    text.split_whitespace()
        .filter_map(|word| word.strip_prefix('@'))
        .map(|word| word.trim_end_matches([',', ';', ':', '?', '!', ')', '.']))
        .filter_map(Mention::read)
}

/// Returns some lines of a file in words; none where the file has no such lines.
fn lines_text(path: &RelPath, content: &str, (first, last): (usize, usize)) -> Option<String> {
    let mut out = String::new();
    let mut count = 0;
    for line in content.lines().skip(first - 1).take(last - first + 1) {
        if out.len() + line.len() >= CONTEXT_FILE_LIMIT {
            break;
        }
        out.push_str(line);
        out.push('\n');
        count += 1;
    }
    let last = first + count - 1;
    (count > 0).then(|| {
        format!(
            "Lines {first} to {last} of {path}, as they stand now (pending edits included):\n<lines>\n{out}</lines>"
        )
    })
}

fn context_text(path: &RelPath, content: &str) -> String {
    let mut cut = content.len().min(CONTEXT_FILE_LIMIT);
    while !content.is_char_boundary(cut) {
        cut -= 1;
    }
    let rest = if cut < content.len() { "\n[cut here; use read_file to read on]" } else { "" };
    format!("{FILE_LEAD}{path}, as it stands now (pending edits included):\n<file>\n{}{rest}\n</file>", &content[..cut])
}

/// Returns what the user decided and said since the model last heard, or none when there is nothing to tell.
pub(super) fn feedback_text(feedback: &[Feedback]) -> Option<String> {
    if feedback.is_empty() {
        return None;
    }
    let mut out = String::from("What the user decided about your edits in the meantime:\n");
    for item in feedback {
        let Feedback { path, decision, diff, note, now, at: _ } = item;
        // Writing into a String cannot fail.
        let _ = match decision {
            Decision::Accepted => writeln!(out, "\naccepted in {path}:"),
            Decision::Rejected => writeln!(out, "\nrejected in {path}; do not apply it again unless the user asks:"),
            Decision::Pending => writeln!(out, "\na note on {path}:"),
        };
        out.push_str(diff);
        if !diff.is_empty() && !diff.ends_with('\n') {
            out.push('\n');
        }
        if let Some(note) = note {
            let _ = writeln!(out, "The user says: {note}");
        }
        if *decision == Decision::Rejected && !now.is_empty() {
            let _ = writeln!(out, "What stands there now:\n{}", now.trim_end_matches('\n'));
        }
    }
    Some(out)
}
