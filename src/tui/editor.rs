//! Lets the user write in their own editor: a temporary file and the command.

use std::io::{self, Write as _};
use std::process::Command;

use super::effect::EditorJob;

/// Runs the editor on the job's text and returns what it left, or none if that is the same.
///
/// It blocks until the editor ends; the terminal must have been given back. The error says what failed.
pub(super) fn run(command: &str, job: &EditorJob) -> Result<Option<String>, String> {
    let (text, name, line) = match job {
        EditorJob::Composer { text } => (text, "prompt.md", 1),
        EditorJob::CommitMessage { text } => (text, "COMMIT_EDITMSG", 1),
        EditorJob::Target { text, path, line, .. } => (text, path.name(), *line),
    };
    edit(command, text, name, line)
}

/// Runs the editor on a text in a file of this name, on a line, and returns what it left, or none if that is the same.
///
/// It blocks until the editor ends; nobody else may read the terminal meanwhile. The error says what failed.
pub fn edit(command: &str, text: &str, name: &str, line: usize) -> Result<Option<String>, String> {
    let mut words = split(command)?.into_iter();
    let program = words.next().ok_or("no editor is set")?;
    let cannot = |error: io::Error| format!("cannot edit in {program}: {error}");
    let folder = tempfile::Builder::new().prefix("adit-").tempdir().map_err(cannot)?;
    let path = folder.path().join(file_name(name));
    let mut file = tempfile_at(&path).map_err(cannot)?;
    file.write_all(text.as_bytes()).map_err(cannot)?;
    drop(file);
    let mut editor = Command::new(&program);
    editor.args(words);
    if line > 1 && takes_a_line(&program) {
        editor.arg(format!("+{line}"));
    }
    let status = editor.arg(&path).status().map_err(cannot)?;
    if !status.success() {
        return Err(format!("{program} ended with {status}; the text is as it was"));
    }
    let bytes = read(&path).map_err(cannot)?;
    let edited = String::from_utf8(bytes).map_err(|_| format!("{program} left text that is not UTF-8"))?;
    Ok((edited != text).then_some(edited))
}

#[allow(clippy::disallowed_methods, reason = "the editor's file is the screen's own, not the workspace's")]
pub(super) fn tempfile_at(path: &std::path::Path) -> io::Result<std::fs::File> {
    std::fs::File::options().write(true).create_new(true).open(path)
}

#[allow(clippy::disallowed_methods, reason = "the editor's file is the screen's own, not the workspace's")]
fn read(path: &std::path::Path) -> io::Result<Vec<u8>> {
    std::fs::read(path)
}

/// Returns a name that keeps the ending, by which editors choose their colours, and nothing that steers.
fn file_name(name: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || matches!(character, '.' | '-' | '_');
    let kept: String = name.chars().map(|character| if plain(character) { character } else { '_' }).collect();
    if kept.starts_with(['-', '.']) { format!("file{kept}") } else { kept }
}

/// Tells whether the editor takes `+LINE`.
fn takes_a_line(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    ["vi", "vim", "nvim", "view", "nano", "emacs", "emacsclient", "kak", "micro", "joe", "mg", "ed"].contains(&name)
}

/// Splits a command line into words as a shell does: blanks, quotes and backslashes, nothing more.
pub fn split(command: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = command.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), close) if open == close => quote = None,
            (Some('\''), other) => word.get_or_insert_default().push(other),
            (_, '\\') => word.get_or_insert_default().extend(characters.next()),
            (Some(_), other) => word.get_or_insert_default().push(other),
            (None, open @ ('\'' | '"')) => {
                quote = Some(open);
                word.get_or_insert_default();
            }
            (None, blank) if blank.is_whitespace() => words.extend(word.take()),
            (None, other) => word.get_or_insert_default().push(other),
        }
    }
    if quote.is_some() {
        return Err(format!("the command has an open quote: {command}"));
    }
    words.extend(word);
    Ok(words)
}
