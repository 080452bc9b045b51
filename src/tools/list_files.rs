//! The tool that lists the workspace's files.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::input::Input;
use super::offload::{Stop, offload};
use crate::engine::{Tool, ToolOutcome, ToolSpec, WorkspaceView};

const NAME: &str = "list_files";
const DEFAULT_DEPTH: usize = 3;
/// More files than this are not even counted.
const MOST_FILES: usize = 200_000;

/// Lists the workspace's files.
#[derive(Debug)]
pub(super) struct ListFiles;

#[async_trait]
impl Tool for ListFiles {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: NAME.to_owned(),
            description: include_str!("../../assets/tools/list_files.md").trim_end().to_owned(),
            schema: json!({
                "type": "object",
                "properties": {
                    "path": { "type": "string", "description": "The folder. Default: the workspace." },
                    "depth": { "type": "integer", "minimum": 1, "description": "How many levels to show. Default 3." }
                },
                "required": []
            }),
        }
    }

    async fn call(&self, input: Value, view: WorkspaceView) -> ToolOutcome {
        offload(move |stop| match list(input, &view, stop) {
            Ok(text) => ToolOutcome::Text { text, read: None },
            Err(fault) => ToolOutcome::Fault(fault),
        })
        .await
    }
}

fn list(input: Value, view: &WorkspaceView, stop: &Stop) -> Result<String, String> {
    let mut input = Input::new(NAME, input)?;
    let folder = input.optional_path(view)?;
    let depth = input.optional_count(&["depth", "max_depth"])?.unwrap_or(DEFAULT_DEPTH);
    // A shown line, and how many files it stands for; a file stands for itself.
    let mut rows: BTreeMap<String, usize> = BTreeMap::new();
    let mut files = 0;
    let above = folder.as_ref().map_or(0, |folder| folder.parts().count());
    view.walk(folder.as_ref(), &mut |path| {
        let parts: Vec<&str> = path.parts().collect();
        let row = if parts.len() - above.min(parts.len()) > depth {
            format!("{}/", parts[..above + depth].join("/"))
        } else {
            path.as_str().to_owned()
        };
        *rows.entry(row).or_default() += 1;
        files += 1;
        if stop.is_asked() || files >= MOST_FILES { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let Some(folder) = folder else {
        return Ok(if rows.is_empty() { "[the workspace has no files]".to_owned() } else { shown(&rows, files, view) });
    };
    if rows.contains_key(folder.as_str()) || (rows.is_empty() && matches!(view.read(&folder), Ok(Some(_)))) {
        return Err(format!("{folder} is a file: use read_file"));
    }
    if rows.is_empty() {
        return Err(format!("{folder} has no files, or does not exist, or is ignored by git"));
    }
    Ok(shown(&rows, files, view))
}

fn shown(rows: &BTreeMap<String, usize>, files: usize, view: &WorkspaceView) -> String {
    let mut out = String::new();
    let mut left = rows.len();
    for (row, count) in rows {
        let line = match (row.ends_with('/'), count) {
            (false, _) => escaped(row),
            (true, 1) => format!("{} (1 file)", escaped(row)),
            (true, count) => format!("{} ({count} files)", escaped(row)),
        };
        if !out.is_empty() && out.len() + line.len() > view.output_limit {
            break;
        }
        out.push_str(&line);
        out.push('\n');
        left -= 1;
    }
    if left > 0 {
        out.push_str(&format!("[{left} more lines; give a folder as path, or a smaller depth]\n"));
    }
    if files >= MOST_FILES {
        out.push_str(&format!("[only the first {MOST_FILES} files were looked at]\n"));
    }
    out
}

/// Keeps a name on its line.
fn escaped(row: &str) -> String {
    row.chars()
        .flat_map(|character| if character.is_control() { character.escape_debug().collect() } else { vec![character] })
        .collect()
}
