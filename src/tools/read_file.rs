//! The tool that reads a file's lines.

use std::ops::ControlFlow;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::input::Input;
use super::offload::{Stop, offload};
use crate::engine::{FileFault, OUTPUTS, Tool, ToolOutcome, ToolSpec, WorkspaceView};
use crate::path::RelPath;
use crate::review::{Mode, Snapshot};

const NAME: &str = "read_file";
/// So many lines are read unless the model says otherwise.
const DEFAULT_LINES: usize = 2000;
/// A longer line is cut.
const LINE_BYTES: usize = 2000;
/// So many files of the same name are offered for a path that does not exist.
const OFFERED: usize = 5;

/// Reads a file's lines.
#[derive(Debug)]
pub(super) struct ReadFile;

#[async_trait]
impl Tool for ReadFile {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: NAME.to_owned(),
            description: include_str!("../../assets/tools/read_file.md").trim_end().to_owned(),
            schema: json!({
                "type": "object",
                "properties": {
                    "path": { "type": "string", "description": "The file, relative to the workspace." },
                    "offset": { "type": "integer", "minimum": 1, "description": "The first line, from 1." },
                    "limit": { "type": "integer", "minimum": 1, "description": "How many lines to read. Default 2000." }
                },
                "required": ["path"]
            }),
        }
    }

    async fn call(&self, input: Value, view: WorkspaceView) -> ToolOutcome {
        offload(move |stop| match read(input, &view, stop) {
            Ok((text, read)) => ToolOutcome::Text { text, read },
            Err(fault) => ToolOutcome::Fault(fault),
        })
        .await
    }
}

/// Returns the lines, and the file that they are of where it can be edited now.
fn read(input: Value, view: &WorkspaceView, stop: &Stop) -> Result<(String, Option<RelPath>), String> {
    let mut input = Input::new(NAME, input)?;
    let path = input.path(view)?;
    let offset = input.optional_count(&["offset", "start_line"])?.unwrap_or(1);
    let limit = input.optional_count(&["limit", "lines"])?.unwrap_or(DEFAULT_LINES);
    if let Some(output) = view.output(&path) {
        return Ok((page(&path, output, offset, limit, view.output_limit)?, None));
    }
    let snapshot = view.read(&path).map_err(|fault| told(&fault))?.ok_or_else(|| absent(&path, view, stop))?;
    let text = readable(&path, &snapshot)?;
    let text = page(&path, text, offset, limit, view.output_limit)?;
    Ok((text, Some(path)))
}

/// Returns the text of a file that can be read as text, or the reason why it cannot.
fn readable<'a>(path: &RelPath, snapshot: &'a Snapshot) -> Result<&'a str, String> {
    let bytes = snapshot.text.as_bytes();
    if snapshot.mode == Mode::Symlink {
        return Err(format!("{path} is a link to {}", String::from_utf8_lossy(bytes)));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(format!("{path} is UTF-16 text, which adit does not read or edit"));
    }
    if snapshot.text.is_binary() {
        return Err(format!("{path} is binary ({} bytes, with a NUL among the first 8,000)", bytes.len()));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("{path} is not UTF-8: the first invalid byte is on line {line}; adit does not read or edit it")
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Returns the numbered lines that fit, and a last line that says what is left out.
fn page(path: &RelPath, text: &str, offset: usize, limit: usize, most: usize) -> Result<String, String> {
    let total = text.split_inclusive('\n').count();
    if total == 0 {
        return Ok(format!("[{path} is empty]"));
    }
    if offset > total {
        return Err(format!("{path} has {total} lines; there is no line {offset}"));
    }
    let mut out = String::new();
    let mut shown = 0;
    for (at, line) in text.split_inclusive('\n').enumerate().skip(offset - 1).take(limit) {
        let line = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
        let numbered = format!("{:>6}\t{}\n", at + 1, cut(line));
        if shown > 0 && out.len() + numbered.len() > most {
            break;
        }
        out.push_str(&numbered);
        shown += 1;
    }
    let last = offset + shown - 1;
    if last < total {
        out.push_str(&format!("[lines {offset}-{last} of {total}; read on with offset {}]\n", last + 1));
    } else if offset > 1 {
        out.push_str(&format!("[lines {offset}-{last} of {total}, to the end]\n"));
    }
    if last == total && !text.ends_with('\n') {
        out.push_str("[the last line ends without a newline]\n");
    }
    Ok(out)
}

fn cut(line: &str) -> String {
    if line.len() <= LINE_BYTES {
        return line.to_owned();
    }
    let end = line.floor_char_boundary(LINE_BYTES);
    format!("{} [line cut here: it has {} bytes]", &line[..end], line.len())
}

/// Says that nothing stands there, and which files of that name there are.
fn absent(path: &RelPath, view: &WorkspaceView, stop: &Stop) -> String {
    if path.as_str().strip_prefix(OUTPUTS).is_some_and(|rest| rest.starts_with('/')) {
        return format!("the result that {path} stood for is not kept any more; make the call again");
    }
    let mut alike = Vec::new();
    view.walk(None, &mut |found| {
        if found.name().eq_ignore_ascii_case(path.name()) {
            alike.push(found);
        }
        if stop.is_asked() || alike.len() >= OFFERED { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    alike.sort();
    let alike: Vec<String> = alike.iter().map(RelPath::to_string).collect();
    if alike.is_empty() {
        format!("{path} does not exist")
    } else {
        format!("{path} does not exist; there is {}", alike.join(", "))
    }
}

fn told(fault: &FileFault) -> String {
    match fault {
        FileFault::NotAFile { path, what: "a folder" } => format!("{path} is a folder: use list_files"),
        other => other.to_string(),
    }
}
