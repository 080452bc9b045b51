//! The neutral corpus: cases of many editing tools, told in one form.

use std::collections::BTreeMap;

use adit::path::RelPath;
use adit::review::{Block, Replacement, apply_replacements, guess_path, not_read, parse_blocks};
use serde_json::Value;

use super::Outcome;

type Files = BTreeMap<String, String>;

/// Runs a row if its kind belongs to editing.
pub(crate) fn run(row: &Value) -> Option<Outcome> {
    match row["kind"].as_str() {
        Some("apply") => Some(Outcome::of(row, apply(row))),
        Some("parse") => Some(Outcome::of(row, parse(row))),
        Some("filename") => Some(Outcome::of(row, filename(row))),
        // The rows about decisions belong to the review.
        Some(_) | None => None,
    }
}

fn apply(row: &Value) -> Result<(), String> {
    if !row["before"].is_object() || !row["edits"].is_array() || !row["expected"].is_object() {
        return Err("before, edits and expected are not what such a row has".to_owned());
    }
    let result = apply_edits(row);
    let expected = &row["expected"];
    let exact = matches!(row["semantics"].as_str(), Some("str_replace_exact" | "anthropic_text_editor"));
    match (result, expected.get("error_kind").and_then(Value::as_str)) {
        (Ok(files), None) => same_files(&files, &texts(&expected["after"])),
        (Ok(files), Some(kind)) => Err(format!("expected the error {kind}, got {files:?}")),
        (Err(error), None) if exact => Err(format!("expected a text, got the error: {error}")),
        (Err(_), None) => Ok(()),
        (Err(error), Some(kind)) if exact => {
            let named_lines = expected["error"].as_str().unwrap_or("[]").trim_matches(['[', ']']);
            let same_kind = kinds_of(&error).contains(&kind) && error.contains(named_lines);
            if same_kind { Ok(()) } else { Err(format!("expected the error {kind} {named_lines}, got: {error}")) }
        }
        (Err(_), Some(_)) => Ok(()),
    }
}

/// Applies the edits of a row to its files, all or none.
pub(crate) fn apply_edits(row: &Value) -> Result<Files, String> {
    let mut files = texts(&row["before"]);
    for edit in row["edits"].as_array().into_iter().flatten() {
        let op = edit["op"].as_str().unwrap_or_default();
        match op {
            "str_replace" => replace(&mut files, row, edit)?,
            "create" => {
                files.insert(field(edit, "path"), field(edit, "text"));
            }
            "insert" => insert(&mut files, edit)?,
            "text" => blocks(&mut files, edit)?,
            other => return Err(format!("adit has no {other}")),
        }
    }
    Ok(files)
}

fn replace(files: &mut Files, row: &Value, edit: &Value) -> Result<(), String> {
    let path = RelPath::new(&field(edit, "path")).map_err(|fault| fault.to_string())?;
    if row["read"] == false {
        return Err(not_read(&path));
    }
    let inside = format!("{path}/");
    if files.keys().any(|file| file.starts_with(&inside)) {
        return Err(format!("{path} is a folder, not a file"));
    }
    let old = field(edit, "old");
    let text = match files.get(path.as_str()) {
        Some(text) => text.clone(),
        None if old.is_empty() => String::new(),
        None => return Err(format!("{path} does not exist")),
    };
    let replacement = Replacement { old, new: field(edit, "new"), replace_all: edit["all"] == true };
    let applied = apply_replacements(&path, &text, &[replacement])?;
    files.insert(path.as_str().to_owned(), applied.text);
    Ok(())
}

/// Adit has no insertion by line: the case is about the bounds, and about whole lines.
fn insert(files: &mut Files, edit: &Value) -> Result<(), String> {
    let path = field(edit, "path");
    let text = files.get_mut(&path).ok_or("the file does not exist")?;
    let after = edit["line"].as_u64().and_then(|line| usize::try_from(line).ok()).ok_or("the line is no number")?;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    if after > lines.len() {
        return Err(format!("line {after} is out of range"));
    }
    let mut inserted = field(edit, "text");
    if !inserted.ends_with('\n') {
        inserted.push('\n');
    }
    *text = [lines[..after].concat(), inserted, lines[after..].concat()].concat();
    Ok(())
}

/// The one file of these cases is meant whatever name the block gives.
fn blocks(files: &mut Files, edit: &Value) -> Result<(), String> {
    let blocks = parse_blocks(&field(edit, "text"), &[])?;
    let path = RelPath::new(files.keys().next().ok_or("there is no file")?).map_err(|fault| fault.to_string())?;
    if blocks.is_empty() {
        return Err("there is no block in the text".to_owned());
    }
    let replacements: Vec<Replacement> = blocks
        .into_iter()
        .filter_map(|block| match block {
            Block::Replace { search, replace, .. } => {
                Some(Replacement { old: search, new: replace, replace_all: false })
            }
            Block::Shell(_) => None,
        })
        .collect();
    let text = files[path.as_str()].clone();
    files.insert(path.as_str().to_owned(), apply_replacements(&path, &text, &replacements)?.text);
    Ok(())
}

fn parse(row: &Value) -> Result<(), String> {
    let known = strings(&row["known_files"]);
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let found = parse_blocks(&field(row, "text"), &known);
    let expected = &row["expected"];
    match (found, expected["blocks"].as_array()) {
        (Ok(found), Some(wanted)) => {
            let wanted: Vec<Block> = wanted.iter().map(block).collect();
            if found == wanted { Ok(()) } else { Err(format!("expected {wanted:?}, got {found:?}")) }
        }
        (Err(error), Some(_)) => Err(format!("expected blocks, got the error: {error}")),
        (Ok(found), None) => Err(format!("expected an error, got {} blocks", found.len())),
        (Err(_), None) => Ok(()),
    }
}

fn block(value: &Value) -> Block {
    match value["shell"].as_str() {
        Some(commands) => Block::Shell(commands.to_owned()),
        None => Block::Replace {
            path: field(value, "path"),
            search: field(value, "search"),
            replace: field(value, "replace"),
        },
    }
}

fn filename(row: &Value) -> Result<(), String> {
    let (lines, known) = (strings(&row["lines"]), strings(&row["known_files"]));
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let found = guess_path(&lines, &known);
    let wanted = row["expected"]["path"].as_str();
    if found.as_deref() == wanted { Ok(()) } else { Err(format!("expected {wanted:?}, got {found:?}")) }
}

/// Returns the words of the corpora for one of adit's errors.
fn kinds_of(error: &str) -> &'static [&'static str] {
    const KNOWN: [(&str, &[&str]); 10] = [
        ("no match for", &["not_found"]),
        ("is not in the file", &["not_found"]),
        ("the same", &["identical"]),
        ("matches", &["ambiguous"]),
        ("old_text is empty", &["exists", "empty_old"]),
        ("stands for code", &["omission_placeholder"]),
        ("leaves the workspace", &["outside_workspace"]),
        ("is a folder", &["is_directory"]),
        ("out of range", &["line_out_of_range"]),
        ("read ", &["not_read"]),
    ];
    KNOWN.iter().find(|(words, _)| error.contains(words)).map_or(&[], |(_, kinds)| kinds)
}

/// Compares whole files and says where they part.
pub(crate) fn same_files(found: &Files, wanted: &Files) -> Result<(), String> {
    if found == wanted {
        return Ok(());
    }
    for (path, text) in wanted {
        let Some(other) = found.get(path) else { return Err(format!("{path} is missing")) };
        if text != other {
            let same = text.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
            let from = |text: &str| String::from_utf8_lossy(&text.as_bytes()[same.saturating_sub(20)..]).into_owned();
            let part = |text: &str| from(text).chars().take(90).collect::<String>();
            return Err(format!("{path} at byte {same}: expected {:?}, got {:?}", part(text), part(other)));
        }
    }
    Err(format!("more files than expected: {:?}", found.keys()))
}

pub(crate) fn texts(value: &Value) -> Files {
    let pairs = value.as_object().into_iter().flatten();
    pairs.map(|(path, text)| (path.clone(), text.as_str().unwrap_or_default().to_owned())).collect()
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn field(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}
