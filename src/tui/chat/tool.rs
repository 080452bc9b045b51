//! Says in one line what a tool call does.

use serde_json::Value;

use super::partial;
use crate::path::RelPath;
use crate::session::ToolState;
use crate::tui::text::grouped;

/// What a tool call does, in parts that are coloured apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Summary {
    /// "read", "edit" …
    pub(super) verb: String,
    /// The path, or what is looked for.
    pub(super) subject: String,
    /// Lines, counts and the like.
    pub(super) detail: String,
}

/// Returns what a call does, from as much of its input as there is.
pub(super) fn summary(name: &str, input: &str, state: &ToolState) -> Summary {
    let fields = Fields::of(input, state);
    let path = fields.text(&["path", "file_path"]).unwrap_or_default();
    let verb = name.split('_').next().unwrap_or(name).to_owned();
    let (subject, detail) = match name {
        "read_file" => (path, read_range(&fields)),
        "list_files" => (if path.is_empty() { "files".to_owned() } else { path }, String::new()),
        "search" => (looked_for(&fields, path), found(state)),
        "edit_file" => (path, edits(&fields)),
        "write_file" => {
            (path, fields.text(&["content"]).map(|text| counted(text.lines().count(), "line")).unwrap_or_default())
        }
        "delete_file" => (path, String::new()),
        "move_file" => {
            let from = fields.text(&["from"]).unwrap_or_default();
            let to = fields.text(&["to"]).unwrap_or_default();
            (if to.is_empty() { from } else { format!("{from} → {to}") }, String::new())
        }
        _ => {
            let first = fields.0.iter().find_map(|(_, value)| value.as_str().map(str::to_owned));
            return Summary { verb: name.to_owned(), subject: first.unwrap_or_default(), detail: String::new() };
        }
    };
    let detail = match state {
        ToolState::Streaming if matches!(name, "edit_file" | "write_file") && input.len() > 256 => size(input.len()),
        ToolState::Streaming | ToolState::Running | ToolState::Finished(_) | ToolState::Dropped => detail,
    };
    Summary { verb, subject, detail }
}

/// Returns the file that a call reads or proposes to change, from the beginning of its input.
pub fn touched_path(name: &str, input: &str) -> Option<RelPath> {
    let keys: &[&str] = match name {
        "read_file" | "edit_file" | "write_file" => &["path", "file_path"],
        "move_file" => &["to"],
        _ => return None,
    };
    RelPath::new(&Fields(partial::fields(input)).text(keys)?).ok()
}

/// Returns the file that a call proposes to change.
pub(super) fn changed_path(name: &str, input: &str, state: &ToolState) -> Option<RelPath> {
    let keys: &[&str] = match name {
        "edit_file" | "write_file" | "delete_file" => &["path", "file_path"],
        "move_file" => &["to"],
        _ => return None,
    };
    match state {
        ToolState::Finished(output) if !output.is_error => {
            // The path stands at the beginning; the whole input need not be read again for each frame.
            let fields = partial::fields(input);
            let text = Fields(fields).text(keys)?;
            RelPath::new(&text).ok()
        }
        ToolState::Streaming | ToolState::Running | ToolState::Finished(_) | ToolState::Dropped => None,
    }
}

/// Returns `12,345 lines` and `1 line`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    let plural = match noun {
        "match" => "matches",
        _ => "",
    };
    if count == 1 {
        format!("1 {noun}")
    } else if plural.is_empty() {
        format!("{} {noun}s", grouped(count))
    } else {
        format!("{} {plural}", grouped(count))
    }
}

struct Fields(Vec<(String, Value)>);

impl Fields {
    fn of(input: &str, state: &ToolState) -> Self {
        let is_whole = match state {
            ToolState::Streaming | ToolState::Dropped => false,
            ToolState::Running | ToolState::Finished(_) => true,
        };
        if is_whole && let Ok(Value::Object(object)) = serde_json::from_str(input) {
            return Self(object.into_iter().collect());
        }
        Self(partial::fields(input))
    }

    fn get(&self, keys: &[&str]) -> Option<&Value> {
        keys.iter().find_map(|key| self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value))
    }

    fn text(&self, keys: &[&str]) -> Option<String> {
        self.get(keys).and_then(Value::as_str).map(str::to_owned)
    }

    fn number(&self, key: &str) -> Option<u64> {
        self.get(&[key]).and_then(Value::as_u64)
    }
}

fn read_range(fields: &Fields) -> String {
    match (fields.number("offset"), fields.number("limit")) {
        (Some(offset), Some(limit)) => {
            let first = offset.max(1);
            format!("{first}-{}", first.saturating_add(limit).saturating_sub(1))
        }
        (Some(offset), None) => format!("from {offset}"),
        (None, Some(limit)) => format!("1-{limit}"),
        (None, None) => String::new(),
    }
}

fn looked_for(fields: &Fields, path: String) -> String {
    let pattern = fields.text(&["pattern", "query", "regex"]).unwrap_or_default();
    let place = if path.is_empty() { fields.text(&["glob", "include"]).unwrap_or_default() } else { path };
    if place.is_empty() { format!("\"{pattern}\"") } else { format!("\"{pattern}\" in {place}") }
}

/// Returns how much a search found: by its own count where it tells one, else by lines.
fn found(state: &ToolState) -> String {
    let ToolState::Finished(output) = state else { return String::new() };
    if output.is_error {
        return String::new();
    }
    let text = &output.text;
    let told = [text.lines().next(), text.lines().next_back()].into_iter().flatten().find_map(|line| {
        let at = line.find(" match")?;
        let digits = line[..at].rsplit(|character: char| !character.is_ascii_digit() && character != ',').next()?;
        digits.replace(',', "").parse::<usize>().ok()
    });
    match told {
        Some(count) => counted(count, "match"),
        None if text.starts_with("no match") => "no matches".to_owned(),
        None => counted(text.lines().filter(|line| !line.trim().is_empty()).count(), "line"),
    }
}

fn edits(fields: &Fields) -> String {
    match fields.get(&["edits"]) {
        Some(Value::Array(edits)) => counted(edits.len(), "edit"),
        Some(Value::String(edits)) => match serde_json::from_str(edits) {
            Ok(Value::Array(edits)) => counted(edits.len(), "edit"),
            _ => String::new(),
        },
        Some(_) => String::new(),
        None if fields.get(&["new_text", "new_string", "new_str"]).is_some() => "1 edit".to_owned(),
        None => String::new(),
    }
}

fn size(bytes: usize) -> String {
    format!("{}.{} KB", bytes / 1000, bytes % 1000 / 100)
}
