//! The tool that replaces texts in a file.

use async_trait::async_trait;
use serde_json::{Map, Value, json};

use super::input::{Input, as_flag, kind};
use crate::engine::{Tool, ToolOutcome, ToolSpec, WorkspaceView};
use crate::review::{Edit, EditAction, Replacement};

const NAME: &str = "edit_file";
const OLD: [&str; 4] = ["old_text", "old_string", "old_str", "old"];
const NEW: [&str; 4] = ["new_text", "new_string", "new_str", "new"];
const ALL: [&str; 2] = ["replace_all", "replaceAll"];

/// Replaces texts in a file.
#[derive(Debug)]
pub(super) struct EditFile;

#[async_trait]
impl Tool for EditFile {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: NAME.to_owned(),
            description: include_str!("../../assets/tools/edit_file.md").trim_end().to_owned(),
            schema: json!({
                "type": "object",
                "properties": {
                    "path": { "type": "string", "description": "The file, relative to the workspace. Give it first." },
                    "edits": {
                        "type": "array",
                        "minItems": 1,
                        "description": "The replacements, applied in order, all or none.",
                        "items": {
                            "type": "object",
                            "properties": {
                                "old_text": { "type": "string", "description": "The text that stands there, once." },
                                "new_text": { "type": "string", "description": "The text that shall stand there." },
                                "replace_all": { "type": "boolean", "description": "Replace every place." }
                            },
                            "required": ["old_text", "new_text"]
                        }
                    }
                },
                "required": ["path", "edits"]
            }),
        }
    }

    async fn call(&self, input: Value, view: WorkspaceView) -> ToolOutcome {
        match edit(input, &view) {
            Ok(edit) => ToolOutcome::Edit(edit),
            Err(fault) => ToolOutcome::Fault(format!("{fault}. Nothing was applied.")),
        }
    }
}

fn edit(input: Value, view: &WorkspaceView) -> Result<Edit, String> {
    let mut input = Input::new(NAME, input)?;
    let path = input.path(view)?;
    let replacements = match input.take(&["edits"]) {
        Some(edits) => replacements(edits)?,
        None => vec![Replacement {
            old: input
                .text(&OLD)
                .map_err(|fault| format!("{fault}; send \"edits\": [{{\"old_text\": …, \"new_text\": …}}]"))?,
            new: input.text(&NEW)?,
            replace_all: input.flag(&ALL)?,
        }],
    };
    Ok(Edit { path, action: EditAction::Replace(replacements) })
}

/// Reads `edits`, also where it came as a JSON string or as one object without its array.
fn replacements(edits: Value) -> Result<Vec<Replacement>, String> {
    let edits = match edits {
        Value::String(text) => serde_json::from_str(&text)
            .map_err(|error| format!("\"edits\" must be an array; you sent a string that is no JSON: {error}"))?,
        other => other,
    };
    let edits = match edits {
        Value::Array(edits) => edits,
        Value::Object(edit) => vec![Value::Object(edit)],
        other => return Err(format!("\"edits\" must be an array of objects, not {}", kind(&other))),
    };
    if edits.is_empty() {
        return Err("\"edits\" is empty; send at least one {\"old_text\": …, \"new_text\": …}".to_owned());
    }
    edits.into_iter().enumerate().map(|(index, edit)| replacement(index, edit)).collect()
}

fn replacement(index: usize, edit: Value) -> Result<Replacement, String> {
    let Value::Object(mut edit) = edit else {
        return Err(format!("edits[{index}] must be an object with old_text and new_text, not {}", kind(&edit)));
    };
    let old = text(&mut edit, index, &OLD)?;
    let new = text(&mut edit, index, &NEW)?;
    let replace_all = match ALL.iter().find_map(|name| edit.remove(*name)) {
        None | Some(Value::Null) => false,
        Some(value) => {
            as_flag(&value).ok_or_else(|| format!("edits[{index}].replace_all must be true or false, not {value}"))?
        }
    };
    Ok(Replacement { old, new, replace_all })
}

fn text(edit: &mut Map<String, Value>, index: usize, names: &[&str]) -> Result<String, String> {
    match names.iter().find_map(|name| edit.remove(*name)) {
        Some(Value::String(text)) => Ok(text),
        Some(other) => Err(format!("edits[{index}].{} must be a string, not {}", names[0], kind(&other))),
        None => Err(format!("edits[{index}].{} is missing", names[0])),
    }
}
