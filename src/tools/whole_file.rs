//! The tools that make, remove and move whole files.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::input::Input;
use super::offload::offload;
use crate::engine::{Tool, ToolOutcome, ToolSpec, WorkspaceView};
use crate::review::{Edit, EditAction, added_placeholder};

/// Makes a file or replaces all of its text.
#[derive(Debug)]
pub(super) struct WriteFile;

/// Removes a file.
#[derive(Debug)]
pub(super) struct DeleteFile;

/// Moves a file.
#[derive(Debug)]
pub(super) struct MoveFile;

#[async_trait]
impl Tool for WriteFile {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: "write_file".to_owned(),
            description: include_str!("../../assets/tools/write_file.md").trim_end().to_owned(),
            schema: json!({
                "type": "object",
                "properties": {
                    "path": { "type": "string", "description": "The file, relative to the workspace. Give it first." },
                    "content": { "type": "string", "description": "All of the file's text." }
                },
                "required": ["path", "content"]
            }),
        }
    }

    async fn call(&self, input: Value, view: WorkspaceView) -> ToolOutcome {
        offload(move |_| outcome(write(input, &view))).await
    }
}

fn write(input: Value, view: &WorkspaceView) -> Result<Edit, String> {
    let mut input = Input::new("write_file", input)?;
    let path = input.path(view)?;
    let content = input.text(&["content", "text", "file_text"])?;
    // A fault of reading shows when the edit is applied; here it only means that there is nothing to compare.
    let there = view.read(&path).ok().flatten();
    let there = there.as_ref().and_then(|snapshot| snapshot.text.as_str()).unwrap_or_default();
    if let Some(line) = added_placeholder(there, &content) {
        let line = line.trim();
        return Err(format!(
            "the line `{line}` stands for code that you left out: send the whole text, or use edit_file"
        ));
    }
    Ok(Edit { path, action: EditAction::Write(content) })
}

#[async_trait]
impl Tool for DeleteFile {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: "delete_file".to_owned(),
            description: include_str!("../../assets/tools/delete_file.md").trim_end().to_owned(),
            schema: json!({
                "type": "object",
                "properties": {
                    "path": { "type": "string", "description": "The file, relative to the workspace." }
                },
                "required": ["path"]
            }),
        }
    }

    async fn call(&self, input: Value, view: WorkspaceView) -> ToolOutcome {
        let edit = Input::new("delete_file", input).and_then(|mut input| input.path(&view));
        outcome(edit.map(|path| Edit { path, action: EditAction::Delete }))
    }
}

#[async_trait]
impl Tool for MoveFile {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: "move_file".to_owned(),
            description: include_str!("../../assets/tools/move_file.md").trim_end().to_owned(),
            schema: json!({
                "type": "object",
                "properties": {
                    "from": { "type": "string", "description": "The file, relative to the workspace." },
                    "to": { "type": "string", "description": "Its new path, relative to the workspace." }
                },
                "required": ["from", "to"]
            }),
        }
    }

    async fn call(&self, input: Value, view: WorkspaceView) -> ToolOutcome {
        outcome(moved(input, &view))
    }
}

fn moved(input: Value, view: &WorkspaceView) -> Result<Edit, String> {
    let mut input = Input::new("move_file", input)?;
    let path = input.path_named(&["from", "path", "file_path", "source"], view)?;
    let to = input.path_named(&["to", "new_path", "destination"], view)?;
    if path == to {
        return Err(format!("{path} is where it is to be moved"));
    }
    Ok(Edit { path, action: EditAction::Move(to) })
}

fn outcome(edit: Result<Edit, String>) -> ToolOutcome {
    match edit {
        Ok(edit) => ToolOutcome::Edit(edit),
        Err(fault) => ToolOutcome::Fault(format!("{fault}. Nothing was applied.")),
    }
}
