//! Entries other than Markdown as rows.

use ratatui::style::Modifier;

use super::tool::{self, counted};
use crate::review::{Decision, Pick};
use crate::session::{Entry, Level, Millis, ToolState, TurnOutcome, Usage};
use crate::tui::markdown::{Flow, Ink, Page, Piece, Room, cells, clip, put_code};
use crate::tui::text::grouped;
use crate::tui::{LinkWay, Scope};

/// A prompt with more lines or bytes is folded to its first rows.
const PROMPT_LINES: usize = 24;
const PROMPT_BYTES: usize = 6000;
const PROMPT_FOLDED_ROWS: usize = 10;
/// An opened prompt shows no more lines or bytes, and a tool's input or output no more lines.
const PROMPT_OPEN_LINES: usize = 2000;
const PROMPT_OPEN_BYTES: usize = 200_000;
const TOOL_LINES: usize = 200;

/// Tells whether an entry is folded at first and can be opened.
pub(super) fn is_foldable(entry: &Entry) -> bool {
    match entry {
        Entry::Reasoning { text, .. } => !text.trim().is_empty(),
        Entry::Tool { .. } | Entry::Compacted { .. } => true,
        Entry::Prompt { text, .. } => is_long(text),
        Entry::Text { .. }
        | Entry::Images { .. }
        | Entry::Decided { .. }
        | Entry::Notice { .. }
        | Entry::Committed { .. }
        | Entry::TurnEnded { .. } => false,
    }
}

/// Tells whether the folded entry is a line about it, which is gone when it is opened.
pub(super) fn is_told_about(entry: &Entry) -> bool {
    matches!(entry, Entry::Reasoning { .. } | Entry::Compacted { .. })
}

/// Tells whether an entry is a line among others like it, with no gap between.
pub(super) fn is_compact(entry: &Entry) -> bool {
    matches!(entry, Entry::Tool { .. } | Entry::Reasoning { .. })
}

/// Returns what an entry is called when it is copied.
pub(super) fn told_as(entry: &Entry) -> &'static str {
    match entry {
        Entry::Prompt { .. } => "the prompt",
        Entry::Text { .. } => "the answer",
        Entry::Reasoning { .. } => "the reasoning",
        Entry::Tool { state: ToolState::Finished(_), .. } => "the tool's output",
        Entry::Tool { .. } => "the tool's input",
        Entry::Decided { .. } => "the note",
        Entry::Notice { .. } | Entry::TurnEnded { .. } => "the message",
        Entry::Committed { .. } => "the commit's id",
        Entry::Compacted { .. } => "the summary",
        Entry::Images { .. } => "the images' names",
    }
}

/// Returns what copying an entry gives.
pub(super) fn copied(entry: &Entry) -> String {
    match entry {
        Entry::Prompt { text, .. } => text.clone(),
        Entry::Text { text, .. } | Entry::Reasoning { text, .. } => text.to_string(),
        Entry::Tool { input, state, .. } => match state {
            ToolState::Finished(output) => output.text.clone(),
            ToolState::Streaming | ToolState::Running | ToolState::Dropped => input.clone(),
        },
        Entry::Decided { note, .. } => note.clone().unwrap_or_default(),
        Entry::Notice { text, hint, .. } => match hint {
            Some(hint) => format!("{text}\n{hint}"),
            None => text.clone(),
        },
        Entry::Committed { id, .. } => id.clone(),
        Entry::Compacted { summary, .. } => summary.clone(),
        Entry::Images { labels } => labels.join("\n"),
        Entry::TurnEnded { outcome, .. } => match outcome {
            TurnOutcome::Done | TurnOutcome::Cancelled => String::new(),
            TurnOutcome::Failed(fault) => {
                let id = fault.request_id.as_ref().map(|id| format!("\nrequest {id}")).unwrap_or_default();
                format!("{}{id}", fault.message)
            }
        },
    }
}

/// Returns an entry's rows; Markdown is laid out elsewhere.
pub(super) fn lay(entry: &Entry, is_open: bool, room: impl Into<Room>) -> Page {
    let Room { width, wraps, links } = room.into();
    let mut sheet = Sheet { page: Page::default(), width, wraps, links };
    match entry {
        Entry::Prompt { text, .. } => sheet.prompt(text, is_open),
        Entry::Images { labels } => {
            let chips: Vec<String> = labels.iter().map(|label| format!("[{label}]")).collect();
            sheet.flow(("▌ ", Ink::of(Scope::User)), &[(&chips.join(" "), Ink::of(Scope::Accent))]);
        }
        Entry::Text { .. } => {}
        Entry::Reasoning { text, is_open: grows, took, .. } => sheet.reasoning(text, *grows, *took),
        Entry::Tool { name, input, state, .. } => sheet.tool(name, input, state, is_open),
        Entry::Decided { pick, decision, note } => sheet.decided(pick, *decision, note.as_deref()),
        Entry::Notice { level, text, hint } => sheet.notice(*level, text, hint.as_deref()),
        Entry::Committed { id, summary } => {
            let short = &id[..id.floor_char_boundary(id.len().min(7))];
            let parts = [
                ("committed ", Ink::of(Scope::Text)),
                (short, Ink::of(Scope::Accent)),
                ("  ", Ink::of(Scope::Text)),
                (summary, Ink::of(Scope::Text)),
            ];
            sheet.flow(("● ", Ink::of(Scope::Good)), &parts);
        }
        Entry::Compacted { replaced, kept, before, after, .. } => sheet.compacted(*replaced, *kept, *before, *after),
        Entry::TurnEnded { outcome, usage, cost_micros, took, .. } => {
            sheet.turn_ended(outcome, *usage, *cost_micros, *took);
        }
    }
    sheet.page
}

fn is_long(text: &str) -> bool {
    text.len() > PROMPT_BYTES || text.lines().nth(PROMPT_LINES).is_some()
}

/// Rows as they are put together.
struct Sheet {
    page: Page,
    width: usize,
    wraps: bool,
    links: LinkWay,
}

impl Sheet {
    /// Puts text after a mark; further rows stand below the text.
    fn flow(&mut self, mark: (&str, Ink), parts: &[(&str, Ink)]) {
        let indent = mark.0.chars().count().min(self.width / 3);
        let mut flow = Flow::new(self.width.saturating_sub(indent));
        for (text, ink) in parts {
            for (at, line) in text.split('\n').enumerate() {
                if at > 0 {
                    flow.end_row();
                }
                flow.push(line, *ink);
            }
        }
        for (at, row) in flow.finish().into_iter().enumerate() {
            let lead = if at == 0 { clip(mark.0, indent) } else { " ".repeat(indent) };
            self.page.push_text(vec![Piece { text: lead, ink: mark.1 }], row);
        }
    }

    fn prompt(&mut self, text: &str, is_open: bool) {
        // Folded it is some rows; opened it shows as much in any width.
        let is_cut = is_long(text) && !is_open;
        let most = if is_cut { PROMPT_FOLDED_ROWS } else { usize::MAX };
        let mut bytes = PROMPT_OPEN_BYTES;
        let bar = Piece { text: "▌ ".to_owned(), ink: Ink::of(Scope::User) };
        let room = self.width.saturating_sub(2).max(1);
        let mut lines = text.trim_end().split('\n');
        let mut is_inside = false;
        for line in lines.by_ref().take(PROMPT_OPEN_LINES) {
            let bound =
                line.floor_char_boundary(line.len().min(bytes).min(room.saturating_mul(4).saturating_mul(most)));
            is_inside = bound < line.len();
            bytes -= bound;
            let mut flow = Flow::new(room);
            flow.push(line[..bound].trim_end_matches('\r'), Ink::of(Scope::User));
            for row in flow.finish() {
                if self.page.rows.len() == most {
                    is_inside = true;
                    break;
                }
                self.page.push_text(vec![bar.clone()], row);
            }
            if self.page.rows.len() >= most || bytes == 0 {
                break;
            }
        }
        let left = lines.count() + usize::from(is_inside);
        if left > 0 {
            let text = format!("… {} more", counted(left, "line"));
            self.page.push(vec![bar, Piece { text, ink: Ink::of(Scope::Muted) }]);
        }
    }

    /// Puts the folded line; opened reasoning is Markdown.
    fn reasoning(&mut self, text: &str, grows: bool, took: Millis) {
        let text = text.trim();
        if text.is_empty() && !grows {
            return;
        }
        let verb = match took.0 {
            _ if grows => "thinking…".to_owned(),
            0..1000 => "thought".to_owned(),
            _ => format!("thought for {}", seconds(took)),
        };
        let count = text.lines().count();
        let told = if count == 0 { verb } else { format!("{verb} ({})", counted(count, "line")) };
        self.page.push(vec![
            Piece { text: "∴ ".to_owned(), ink: Ink::of(Scope::Muted) },
            Piece {
                text: clip(&told, self.width.saturating_sub(2)),
                ink: Ink::of(Scope::Muted).with(Modifier::ITALIC),
            },
        ]);
    }

    fn tool(&mut self, name: &str, input: &str, state: &ToolState, is_open: bool) {
        let (mark, scope) = match state {
            ToolState::Streaming | ToolState::Running => ("⟳ ", Scope::Accent),
            ToolState::Finished(output) if !output.is_error => ("✓ ", Scope::Good),
            ToolState::Finished(_) => ("✗ ", Scope::Error),
            ToolState::Dropped => ("– ", Scope::Muted),
        };
        let summary = tool::summary(name, input, state);
        let failure = match state {
            ToolState::Finished(output) if output.is_error => output.text.lines().next().unwrap_or_default(),
            ToolState::Streaming | ToolState::Running | ToolState::Finished(_) | ToolState::Dropped => "",
        };
        let mut left = self.width.saturating_sub(2);
        let mut pieces = vec![Piece { text: mark.to_owned(), ink: Ink::of(scope) }];
        let parts = [
            ("", summary.verb.as_str(), Ink::of(Scope::Muted)),
            (" ", summary.subject.as_str(), Ink::of(Scope::Text)),
            ("  ", summary.detail.as_str(), Ink::of(Scope::Muted)),
            ("  ", failure, Ink::of(Scope::Error)),
        ];
        for (space, text, ink) in parts {
            if text.is_empty() || left <= space.len() {
                continue;
            }
            let text = format!("{space}{}", clip(text, left - space.len()));
            left = left.saturating_sub(cells(&text));
            pieces.push(Piece { text, ink });
        }
        self.page.push(pieces);
        if is_open {
            self.input(input);
            if let ToolState::Finished(output) = state {
                self.label("output");
                self.code(&output.text);
            }
        }
    }

    /// Puts the fields of a call: each by itself, so that texts keep their lines.
    fn input(&mut self, input: &str) {
        let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(input) else {
            if !input.is_empty() {
                self.label("input");
                self.code(input);
            }
            return;
        };
        for (key, value) in &fields {
            let text = match value {
                serde_json::Value::String(text) => text.clone(),
                other => serde_json::to_string_pretty(other).unwrap_or_else(|_| other.to_string()),
            };
            let is_short = !text.contains('\n') && key.len() + text.len() + 4 <= self.width;
            if is_short {
                let mut pieces = vec![Piece::new(&format!("  {key}  "), Ink::of(Scope::Muted).with(Modifier::BOLD))];
                pieces.push(Piece::new(&text, Ink::of(Scope::Text)));
                self.page.push(pieces);
            } else {
                self.label(key);
                self.code(&text);
            }
        }
    }

    fn label(&mut self, label: &str) {
        let text = format!("  {}", clip(label, self.width.saturating_sub(2)));
        self.page.push(vec![Piece { text, ink: Ink::of(Scope::Muted).with(Modifier::BOLD) }]);
    }

    fn code(&mut self, text: &str) {
        let lead = [Piece { text: "  ".to_owned(), ink: Ink::of(Scope::Muted) }];
        let room = Room { width: self.width.saturating_sub(2), wraps: self.wraps, links: self.links };
        let left = put_code(&mut self.page, &lead, room, text, TOOL_LINES);
        if left > 0 {
            let text = format!("  … {} more", counted(left, "line"));
            self.page.push(vec![Piece { text, ink: Ink::of(Scope::Muted) }]);
        }
    }

    fn decided(&mut self, pick: &Pick, decision: Decision, note: Option<&str>) {
        let (mark, verb, scope) = match decision {
            Decision::Pending => ("✎ ", "note on ", Scope::Accent),
            Decision::Accepted => ("✓ ", "accepted ", Scope::Good),
            Decision::Rejected => ("✗ ", "rejected ", Scope::Error),
        };
        let picked = told(pick);
        let note = note.map(|note| format!(": {note}")).unwrap_or_default();
        let parts = [
            (verb, Ink::of(Scope::Muted)),
            (picked.as_str(), Ink::of(Scope::Text)),
            (note.as_str(), Ink::of(Scope::User)),
        ];
        self.flow((mark, Ink::of(scope)), &parts);
    }

    fn notice(&mut self, level: Level, text: &str, hint: Option<&str>) {
        let (mark, scope) = match level {
            Level::Info => ("· ", Scope::Muted),
            Level::Warning => ("! ", Scope::Warning),
            Level::Error => ("✗ ", Scope::Error),
        };
        self.flow((mark, Ink::of(scope)), &[(text, Ink::of(scope))]);
        if let Some(hint) = hint {
            self.flow(("  ", Ink::of(Scope::Text)), &[(hint, Ink::of(Scope::Text))]);
        }
    }

    /// Puts the folded line of a summary; opened it is Markdown.
    fn compacted(&mut self, replaced: usize, kept: usize, before: u64, after: u64) {
        let kept = if kept == 0 { String::new() } else { format!("; the last {} kept", counted(kept, "message")) };
        let told = format!(
            "a summary stands for {}{kept} · {} → {} tokens · ",
            counted(replaced, "message"),
            tokens(before),
            tokens(after)
        );
        let parts = [
            (told.as_str(), Ink::of(Scope::Muted)),
            ("/uncompact", Ink::of(Scope::Key)),
            (" takes it back", Ink::of(Scope::Muted)),
        ];
        self.flow(("≡ ", Ink::of(Scope::Accent)), &parts);
    }

    fn turn_ended(&mut self, outcome: &TurnOutcome, usage: Usage, cost_micros: Option<u64>, took: Millis) {
        match outcome {
            TurnOutcome::Done => {}
            TurnOutcome::Cancelled => {
                self.flow(
                    ("■ ", Ink::of(Scope::Warning)),
                    &[("stopped; the answer above is not complete", Ink::of(Scope::Warning))],
                );
            }
            TurnOutcome::Failed(fault) => {
                let error = Ink::of(Scope::Error);
                self.flow(("✗ ", error), &[(&fault.message, error)]);
                if let Some(hint) = &fault.hint {
                    self.flow(("  ", error), &[(hint, Ink::of(Scope::Text))]);
                }
                if let Some(id) = &fault.request_id {
                    self.flow(("  ", error), &[("request ", Ink::of(Scope::Muted)), (id, Ink::of(Scope::Muted))]);
                }
                let again = [
                    ("The prompt is kept: ", Ink::of(Scope::Muted)),
                    ("/retry", Ink::of(Scope::Key)),
                    (" sends it again.", Ink::of(Scope::Muted)),
                ];
                self.flow(("  ", error), &again);
            }
        }
        let cost = cost_micros.map(|micros| format!(" · {}", dollars(micros))).unwrap_or_default();
        let told =
            format!("{} read · {} written{cost} · {}", tokens(usage.context()), tokens(usage.output), seconds(took));
        if usage != Usage::default() || !matches!(outcome, TurnOutcome::Failed(_)) {
            let text = format!("  {}", clip(&told, self.width.saturating_sub(2)));
            self.page.push(vec![Piece { text, ink: Ink::of(Scope::Muted) }]);
        }
    }
}

/// Returns what was picked, in words.
fn told(pick: &Pick) -> String {
    match pick {
        Pick::Everything => "everything".to_owned(),
        Pick::Folder { path } => format!("{path}/"),
        Pick::File { path } => path.to_string(),
        Pick::Unit { path, unit } => format!("{path} ({})", format!("{unit:?}").to_lowercase()),
        Pick::Runs { path, runs } => format!("{path} ({})", counted(runs.len(), "change")),
        Pick::Lines { path, removed, added } => format!("{path} ({})", counted(removed.len() + added.len(), "line")),
    }
}

/// Returns a count of tokens, short.
fn tokens(count: u64) -> String {
    match count {
        0..10_000 => grouped(usize::try_from(count).unwrap_or(usize::MAX)),
        10_000..1_000_000 => format!("{}.{}k", count / 1000, count % 1000 / 100),
        _ => format!("{}.{}M", count / 1_000_000, count % 1_000_000 / 100_000),
    }
}

/// Returns dollars, with as many places as say something.
fn dollars(micros: u64) -> String {
    if micros < 100_000 {
        format!("${}.{:04}", micros / 1_000_000, micros % 1_000_000 / 100)
    } else {
        format!("${}.{:02}", micros / 1_000_000, micros % 1_000_000 / 10_000)
    }
}

/// Returns a time taken, in seconds or minutes.
fn seconds(took: Millis) -> String {
    match took.0 / 1000 {
        0..10 => format!("{}.{} s", took.0 / 1000, took.0 % 1000 / 100),
        seconds @ 10..60 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}
