//! The tool that searches the workspace's files by a regular expression.

use std::ops::{ControlFlow, Range};

use async_trait::async_trait;
use ignore::overrides::{Override, OverrideBuilder};
use regex::{Regex, RegexBuilder};
use serde_json::{Value, json};

use super::input::Input;
use super::offload::{Stop, offload};
use crate::engine::{Tool, ToolOutcome, ToolSpec, WorkspaceView};
use crate::path::RelPath;
use crate::review::Mode;

const NAME: &str = "search";
/// So many matching lines are shown.
const MOST_MATCHES: usize = 200;
/// So many of one file.
const MOST_IN_A_FILE: usize = 50;
/// So many bytes of a line are shown, around its first match.
const LINE_BYTES: usize = 240;
/// So much memory a compiled expression may take.
const REGEX_BYTES: usize = 4 << 20;

/// Searches the workspace's files.
#[derive(Debug)]
pub(super) struct Search;

#[async_trait]
impl Tool for Search {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: NAME.to_owned(),
            description: include_str!("../../assets/tools/search.md").trim_end().to_owned(),
            schema: json!({
                "type": "object",
                "properties": {
                    "pattern": { "type": "string", "description": "The regular expression." },
                    "path": { "type": "string", "description": "A file or folder. Default: the workspace." },
                    "glob": { "type": "string", "description": "Only paths that match, such as *.rs." },
                    "ignore_case": { "type": "boolean", "description": "Take upper and lower case as the same." }
                },
                "required": ["pattern"]
            }),
        }
    }

    async fn call(&self, input: Value, view: WorkspaceView) -> ToolOutcome {
        offload(move |stop| match search(input, &view, stop) {
            Ok(text) => ToolOutcome::Text { text, read: None },
            Err(fault) => ToolOutcome::Fault(fault),
        })
        .await
    }
}

fn search(input: Value, view: &WorkspaceView, stop: &Stop) -> Result<String, String> {
    let mut input = Input::new(NAME, input)?;
    let pattern = input.text(&["pattern", "regex", "query"])?;
    let folder = input.optional_path(view)?;
    let glob = input.optional_text(&["glob", "include"])?.filter(|glob| !glob.is_empty());
    let ignore_case = input.flag(&["ignore_case", "case_insensitive"])?;
    let expression = RegexBuilder::new(&pattern)
        .case_insensitive(ignore_case)
        .size_limit(REGEX_BYTES)
        .build()
        .map_err(|error| format!("\"pattern\" is no regular expression: {error}"))?;
    let globs = glob.as_deref().map(globs).transpose()?;
    let files = files(folder.as_ref(), globs.as_ref(), view, stop);
    if files.is_empty() {
        let folder = folder.map_or_else(|| "the workspace".to_owned(), |folder| folder.to_string());
        let glob = glob.map_or_else(String::new, |glob| format!(" that match {glob}"));
        return Ok(format!("[no files in {folder}{glob}]"));
    }
    let mut report = Report::new(view.output_limit);
    for path in &files {
        if stop.is_asked() || report.is_full() {
            break;
        }
        search_file(path, &expression, view, &mut report);
    }
    Ok(report.text(files.len()))
}

fn globs(glob: &str) -> Result<Override, String> {
    let mut builder = OverrideBuilder::new("");
    builder.add(glob.trim_start_matches('!')).map_err(|error| format!("\"glob\" is no pattern of paths: {error}"))?;
    builder.build().map_err(|error| format!("\"glob\" is no pattern of paths: {error}"))
}

/// Returns the files to look into, in order, so that the same search gives the same answer.
fn files(folder: Option<&RelPath>, globs: Option<&Override>, view: &WorkspaceView, stop: &Stop) -> Vec<RelPath> {
    let mut files = Vec::new();
    view.walk(folder, &mut |path| {
        if globs.is_none_or(|globs| globs.matched(path.as_str(), false).is_whitelist()) {
            files.push(path);
        }
        if stop.is_asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    // A single file may be named although git ignores it, and then no walk comes by.
    if let Some(file) = folder.filter(|_| files.is_empty() && globs.is_none())
        && matches!(view.read(file), Ok(Some(_)))
    {
        files.push(file.clone());
    }
    files.sort();
    files
}

fn search_file(path: &RelPath, expression: &Regex, view: &WorkspaceView, report: &mut Report) {
    let Ok(Some(snapshot)) = view.read(path) else {
        report.unread += 1;
        return;
    };
    if snapshot.mode == Mode::Symlink || snapshot.text.is_binary() {
        return;
    }
    let text = String::from_utf8_lossy(snapshot.text.as_bytes());
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    // What ends with a line end has no further, empty line.
    let text = text.strip_suffix('\n').unwrap_or(text);
    let is_empty = snapshot.text.as_bytes().is_empty();
    let mut in_this_file = 0;
    for (at, line) in text.split('\n').filter(|_| !is_empty).enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let Some(found) = expression.find(line) else { continue };
        in_this_file += 1;
        if in_this_file > MOST_IN_A_FILE {
            report.line(&format!("{path}: [more than {MOST_IN_A_FILE} matching lines; search in this file alone]"));
            return;
        }
        report.found(&format!("{path}:{}: {}", at + 1, around(line, found.range())));
        if report.is_full() {
            return;
        }
    }
}

/// Returns the part of the line around the match.
fn around(line: &str, found: Range<usize>) -> String {
    if line.len() <= LINE_BYTES {
        return line.to_owned();
    }
    let start = line.floor_char_boundary(found.start.saturating_sub(LINE_BYTES / 3));
    let end = line.floor_char_boundary((start + LINE_BYTES).min(line.len()));
    let (before, after) = (if start > 0 { "…" } else { "" }, if end < line.len() { "…" } else { "" });
    format!("{before}{}{after}", &line[start..end])
}

/// The matches so far.
struct Report {
    out: String,
    matches: usize,
    unread: usize,
    full: bool,
    limit: usize,
}

impl Report {
    fn new(limit: usize) -> Self {
        Self { out: String::new(), matches: 0, unread: 0, full: false, limit }
    }

    fn is_full(&self) -> bool {
        self.full
    }

    fn found(&mut self, line: &str) {
        if self.matches == MOST_MATCHES {
            self.full = true;
            return;
        }
        self.line(line);
        self.matches += usize::from(!self.full);
    }

    fn line(&mut self, line: &str) {
        if !self.out.is_empty() && self.out.len() + line.len() > self.limit {
            self.full = true;
            return;
        }
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn text(mut self, files: usize) -> String {
        if self.matches == 0 {
            self.out = format!("[no matches in {files} files]\n");
        }
        if self.full {
            let shown = self.matches;
            self.out
                .push_str(&format!("[the first {shown} matching lines; narrow the search by path, glob or pattern]\n"));
        }
        if self.unread > 0 {
            self.out.push_str(&format!("[{} files could not be read]\n", self.unread));
        }
        self.out
    }
}
