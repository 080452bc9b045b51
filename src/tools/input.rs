//! Reads what the model sent for a tool, and says in its words what is wrong with it.

use serde_json::{Map, Value};

use crate::engine::WorkspaceView;
use crate::path::{PathFault, RelPath};

/// Other names that models give to the path.
const PATH: [&str; 4] = ["path", "file_path", "filename", "file"];

/// The input of one call.
#[derive(Debug)]
pub(super) struct Input {
    tool: &'static str,
    fields: Map<String, Value>,
}

impl Input {
    /// Takes the input; an object that was sent as a JSON string is taken as the object.
    pub(super) fn new(tool: &'static str, input: Value) -> Result<Self, String> {
        let input = match input {
            Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
            other => other,
        };
        match input {
            Value::Object(fields) => Ok(Self { tool, fields }),
            Value::Null => Ok(Self { tool, fields: Map::new() }),
            other => Err(format!("the input of {tool} must be a JSON object, not {}", kind(&other))),
        }
    }

    /// Takes a field's value under the first of its names that is there and not null.
    pub(super) fn take(&mut self, names: &[&str]) -> Option<Value> {
        names.iter().find_map(|name| self.fields.remove(*name).filter(|value| !value.is_null()))
    }

    /// Takes a text that must be there.
    pub(super) fn text(&mut self, names: &[&str]) -> Result<String, String> {
        match self.optional_text(names)? {
            Some(text) => Ok(text),
            None => Err(self.missing(names)),
        }
    }

    /// Takes a text that may be missing.
    pub(super) fn optional_text(&mut self, names: &[&str]) -> Result<Option<String>, String> {
        match self.take(names) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(format!("{} of {} must be a string, not {}", quoted(names[0]), self.tool, kind(&other))),
        }
    }

    /// Takes a count from 1 that may be missing; a number in a string is taken as the number.
    pub(super) fn optional_count(&mut self, names: &[&str]) -> Result<Option<usize>, String> {
        let Some(value) = self.take(names) else { return Ok(None) };
        let number = match &value {
            Value::String(text) => text.trim().parse::<f64>().ok(),
            other => other.as_f64(),
        };
        match number {
            // Larger numbers mean no more than "all", and the cast keeps to the type's bounds.
            Some(number) if number >= 0.0 && number.fract() == 0.0 => Ok(Some((number as usize).max(1))),
            _ => Err(format!("{} of {} must be a whole number from 1, not {value}", quoted(names[0]), self.tool)),
        }
    }

    /// Takes a yes or no that may be missing.
    pub(super) fn flag(&mut self, names: &[&str]) -> Result<bool, String> {
        match self.take(names) {
            None => Ok(false),
            Some(value) => as_flag(&value)
                .ok_or_else(|| format!("{} of {} must be true or false, not {value}", quoted(names[0]), self.tool)),
        }
    }

    /// Takes the path of a file, which must be there.
    pub(super) fn path(&mut self, view: &WorkspaceView) -> Result<RelPath, String> {
        self.path_named(&PATH, view)
    }

    /// Takes a path under one of the names, which must be there.
    pub(super) fn path_named(&mut self, names: &[&str], view: &WorkspaceView) -> Result<RelPath, String> {
        let text = self.text(names)?;
        workspace_path(&text, view).map_err(|fault| format!("{}: {fault}", quoted(names[0])))
    }

    /// Takes a path that may be missing; the workspace's own folder is none, too.
    pub(super) fn optional_path(&mut self, view: &WorkspaceView) -> Result<Option<RelPath>, String> {
        let Some(text) = self.optional_text(&["path", "folder", "directory", "file_path"])? else { return Ok(None) };
        match workspace_path(&text, view) {
            Ok(path) => Ok(Some(path)),
            Err(PathFault::Empty) => Ok(None),
            Err(fault) => Err(format!("{}: {fault}", quoted("path"))),
        }
    }

    fn missing(&self, names: &[&str]) -> String {
        let sent: Vec<String> = self.fields.keys().take(8).map(|name| quoted(name)).collect();
        let sent = if sent.is_empty() { "nothing else".to_owned() } else { sent.join(", ") };
        format!("{} is missing in the input of {}, which has {sent}", quoted(names[0]), self.tool)
    }
}

/// Returns the path inside the workspace; one that begins with the workspace's own folder is taken, too.
fn workspace_path(text: &str, view: &WorkspaceView) -> Result<RelPath, PathFault> {
    let root = view.files.root();
    let root = root.trim_end_matches('/');
    let inside = text.strip_prefix(root).filter(|_| !root.is_empty());
    match inside.filter(|rest| rest.is_empty() || rest.starts_with('/')) {
        Some(rest) => RelPath::new(rest.trim_start_matches('/')),
        None => RelPath::new(text),
    }
}

/// Reads a yes or no, also from its word in a string.
pub(super) fn as_flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(word) => match word.trim().to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" | "" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// Names what a JSON value is, with its article.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// Returns the name in quotation marks, with an end to it.
pub(super) fn quoted(name: &str) -> String {
    let short: String = name.chars().take(60).collect();
    format!("\"{}\"", short.escape_debug())
}
