//! Headings: files, units, hunks, runs, decisions, gaps, conflicts, and the buttons in them.

use std::ops::Range;

use super::super::highlight::Lines;
use super::super::{Scope, safe};
use super::rows::{FileRows, Makers, Row, pending_of, wide};
use crate::path::RelPath;
use crate::review::{Decision, FileChange, Maker, Mode, Run, Snapshot, Unit};

/// Pieces of a heading's text, each with what it is.
pub(super) type Pieces = Vec<(String, Scope)>;

/// A button in a heading: its text, and its columns counted from the pane's left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Button {
    /// What it says.
    pub(super) text: &'static str,
    /// What it does.
    pub(super) decision: Decision,
    /// Where it stands.
    pub(super) columns: Range<u16>,
}

/// Returns the buttons of a heading at a width: at its right end, shorter where there is less room.
pub(super) fn buttons(file: &FileRows, row: Row, width: u16) -> Vec<Button> {
    let has_buttons = match row {
        Row::Unit(_) | Row::Hunk(_) | Row::Run(_) => file.change.conflict.is_none(),
        Row::File | Row::Conflict | Row::Line { .. } | Row::Decided(_) | Row::DecidedLine { .. } | Row::Gap { .. } => {
            false
        }
    };
    if !has_buttons || width < 24 {
        return Vec::new();
    }
    let (accept, reject) = if width >= 56 { ("[a]ccept", "[r]eject") } else { ("[a]", "[r]") };
    let length = |text: &str| u16::try_from(text.len()).unwrap_or(0);
    let reject_at = width - 1 - length(reject);
    let accept_at = reject_at - 1 - length(accept);
    vec![
        Button { text: accept, decision: Decision::Accepted, columns: accept_at..accept_at + length(accept) },
        Button { text: reject, decision: Decision::Rejected, columns: reject_at..reject_at + length(reject) },
    ]
}

/// Returns a path as it can be drawn.
pub(super) fn path(path: &RelPath) -> String {
    safe::shown(path.as_str(), 0).into_owned()
}

/// Returns a file's heading: left part, and what stands at the right.
pub(super) fn file(file: &FileRows) -> (Pieces, Pieces) {
    let change = &file.change;
    let fold = if file.is_folded { "▸ " } else { "▾ " };
    let mut left: Pieces = vec![(fold.to_owned(), Scope::Muted), (path(&change.path), Scope::Title)];
    if let Some(from) = &change.from {
        left.push((format!(" ← {}", path(from)), Scope::Muted));
    }
    for (flag, scope) in flags(change) {
        left.push((" · ".to_owned(), Scope::Muted));
        left.push((flag.to_owned(), scope));
    }
    let pending = pending_of(change);
    let decided = change.decided.len();
    let mut right = Pieces::new();
    if file.added + file.removed > 0 {
        right.push((format!("+{}", file.added), Scope::GitAdded));
        right.push((format!(" -{}  ", file.removed), Scope::GitDeleted));
    }
    let scope = if pending == 0 { Scope::Good } else { Scope::Pending };
    right.push((format!("{decided} of {} decided", decided + pending), scope));
    (left, right)
}

fn flags(change: &FileChange) -> Vec<(&'static str, Scope)> {
    let mut flags = Vec::new();
    for unit in &change.diff.units {
        flags.push(match unit {
            Unit::Create => ("new file", Scope::GitAdded),
            Unit::Delete => ("deleted", Scope::GitDeleted),
            Unit::Rename => ("renamed", Scope::GitModified),
            Unit::Mode => ("mode", Scope::GitModified),
            Unit::TypeChange => ("type", Scope::GitModified),
            Unit::Binary => ("binary", Scope::Warning),
        });
    }
    if !change.diff.is_empty() {
        if change.marks.iter().any(|mark| mark.loose) {
            flags.push(("loosely matched", Scope::Warning));
        }
        if change.marks.iter().any(|mark| mark.maker == Maker::User) {
            flags.push(("yours", Scope::User));
        }
    }
    if change.conflict.is_some() {
        flags.push(("conflict", Scope::Error));
    }
    flags
}

/// Returns the text of a heading below a file's.
pub(super) fn row(file: &FileRows, row: Row) -> Pieces {
    match row {
        Row::File | Row::Line { .. } | Row::DecidedLine { .. } => Pieces::new(),
        Row::Conflict => vec![
            ("! conflict with the file on disk".to_owned(), Scope::Error),
            (" · Enter settles it".to_owned(), Scope::Warning),
        ],
        Row::Unit(unit) => vec![(unit_words(&file.change, unit), Scope::HunkHeader)],
        Row::Hunk(hunk) => hunk_pieces(file, wide(hunk)),
        Row::Run(run) => run_pieces(file, wide(run)),
        Row::Decided(decided) => decided_pieces(&file.change, wide(decided)),
        Row::Gap { lines, .. } => {
            let plural = if lines == 1 { "" } else { "s" };
            vec![(format!("… {lines} line{plural} …"), Scope::Muted)]
        }
    }
}

fn hunk_pieces(file: &FileRows, number: usize) -> Pieces {
    let Some(hunk) = file.hunks.get(number) else { return Pieces::new() };
    let span = |lines: &Range<usize>| {
        let start = if lines.is_empty() { lines.start } else { lines.start + 1 };
        if lines.len() == 1 { start.to_string() } else { format!("{start},{}", lines.len()) }
    };
    let mut pieces = vec![(format!("@@ -{} +{} @@", span(&hunk.old), span(&hunk.new)), Scope::HunkHeader)];
    if let Some(around) = file.run(hunk.runs.start).and_then(|run| enclosing(file, run.old.start)) {
        pieces.push((format!(" {around}"), Scope::Muted));
    }
    pieces.extend(marks(file.makers.get(number).copied().unwrap_or_default()));
    pieces.extend(blank(file, &file.change.diff.runs[hunk.runs.clone()]));
    pieces
}

fn run_pieces(file: &FileRows, number: usize) -> Pieces {
    let (Some(run), Some(hunk)) = (file.run(number), file.hunk_of(number)) else { return Pieces::new() };
    let runs = &file.hunks[hunk].runs;
    let text = format!("@ {} of {}  -{} +{}", number - runs.start + 1, runs.len(), run.old.len(), run.new.len());
    let mut pieces = vec![(text, Scope::HunkHeader)];
    pieces.extend(marks(Makers::of(&file.change, std::slice::from_ref(run))));
    pieces.extend(blank(file, std::slice::from_ref(run)));
    pieces
}

fn marks(makers: Makers) -> Pieces {
    let mut pieces = Pieces::new();
    if makers.is_loose {
        pieces.push((" · loosely matched".to_owned(), Scope::Warning));
    }
    if makers.is_yours {
        pieces.push((" · yours".to_owned(), Scope::User));
    }
    pieces
}

/// Says that runs change nothing but blanks and line ends. Large ones are not looked at.
fn blank(file: &FileRows, runs: &[Run]) -> Option<(String, Scope)> {
    let lines: usize = runs.iter().take(200).map(|run| run.old.len() + run.new.len()).sum();
    if runs.len() > 200 || lines > 400 {
        return None;
    }
    let text = |lines: &Lines, range: &Range<usize>| -> Vec<u8> {
        let bytes = range.clone().flat_map(|line| lines.raw(line).iter().copied());
        bytes.filter(|byte| !byte.is_ascii_whitespace()).take(50_000).collect()
    };
    let is_blank = |run: &Run| text(&file.old, &run.old) == text(&file.new, &run.new);
    runs.iter().all(is_blank).then(|| (" · only blanks".to_owned(), Scope::Muted))
}

fn decided_pieces(change: &FileChange, number: usize) -> Pieces {
    let Some(decided) = change.decided.get(number) else { return Pieces::new() };
    let (sign, scope) = match decided.decision {
        Decision::Accepted => ("✓ accepted", Scope::Accepted),
        Decision::Rejected => ("✗ rejected", Scope::Rejected),
        Decision::Pending => ("? pending", Scope::Pending),
    };
    let mut pieces = vec![(sign.to_owned(), scope)];
    match decided.unit {
        Some(unit) => pieces.push((format!(": {}", unit_verb(unit)), scope)),
        None => pieces.push((format!("  -{} +{}", decided.removed.len(), decided.added.len()), Scope::Muted)),
    }
    if let Some(note) = &decided.note {
        let first = note.lines().next().unwrap_or_default();
        pieces.push((format!("  “{}”", safe::shown(first, 0)), Scope::User));
    }
    pieces
}

fn unit_verb(unit: Unit) -> &'static str {
    match unit {
        Unit::Create => "create this file",
        Unit::Delete => "delete this file",
        Unit::Rename => "rename this file",
        Unit::Mode => "change the executable bit",
        Unit::TypeChange => "change the file's type",
        Unit::Binary => "replace the file's bytes",
    }
}

fn unit_words(change: &FileChange, unit: Unit) -> String {
    let mode = |snapshot: &Option<Snapshot>| snapshot.as_ref().map(|snapshot| snapshot.mode);
    let bytes = |snapshot: &Option<Snapshot>| snapshot.as_ref().map_or(0, |s| s.text.as_bytes().len());
    let words = unit_verb(unit);
    match unit {
        Unit::Create if mode(&change.target) == Some(Mode::Executable) => format!("{words}, executable"),
        Unit::Create if mode(&change.target) == Some(Mode::Symlink) => {
            let target = change.target.as_ref().map(|link| String::from_utf8_lossy(link.text.as_bytes()).into_owned());
            format!("create a link to {}", safe::shown(&target.unwrap_or_default(), 0))
        }
        Unit::Create if bytes(&change.target) == 0 => format!("{words}, empty"),
        Unit::Create | Unit::Delete => words.to_owned(),
        Unit::Rename => format!("{words}: {} → {}", path(change.disk_path()), path(&change.path)),
        Unit::Mode if mode(&change.target) == Some(Mode::Executable) => "make the file executable".to_owned(),
        Unit::Mode => "make the file not executable".to_owned(),
        Unit::TypeChange if mode(&change.target) == Some(Mode::Symlink) => "turn the file into a link".to_owned(),
        Unit::TypeChange => "turn the link into a file".to_owned(),
        Unit::Binary => {
            let (old, new) = (bytes(&change.accepted), bytes(&change.target));
            format!("{words}: {old} → {new} bytes, not shown by line")
        }
    }
}

/// Returns the line that says in what a changed line stands: the nearest one above it that is indented less and
/// begins something. Looks at a bounded number of lines.
fn enclosing(file: &FileRows, line: usize) -> Option<String> {
    let indent = |line: &[u8]| line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let is_blank = |line: &[u8]| line.iter().all(u8::is_ascii_whitespace);
    let here = (line..file.old.len().min(line + 20)).map(|line| file.old.get(line)).find(|line| !is_blank(line));
    let mut least = here.map_or(usize::MAX, indent).max(1);
    for above in (line.saturating_sub(2_000)..line).rev().map(|line| file.old.get(line)) {
        if is_blank(above) || above.len() > 500 {
            continue;
        }
        let depth = indent(above);
        if depth >= least {
            continue;
        }
        least = depth;
        if begins_something(&above[depth..]) {
            let text = String::from_utf8_lossy(&above[depth..]);
            return Some(safe::shown(text.trim_end_matches(['{', ' ', ':']), 0).into_owned());
        }
        if depth == 0 {
            // Still outside of everything: go on for the definition above, if the text is not indented at all.
            least = 1;
        }
    }
    None
}

/// Tells whether a line without its indent begins a function, a type or a section.
fn begins_something(line: &[u8]) -> bool {
    const WORDS: &[&str] = &[
        "fn",
        "func",
        "function",
        "def",
        "class",
        "struct",
        "enum",
        "trait",
        "impl",
        "interface",
        "module",
        "mod",
        "type",
        "public",
        "private",
        "protected",
        "static",
        "async",
        "export",
        "pub",
        "namespace",
        "sub",
        "macro_rules!",
        "#",
        "##",
        "###",
        "describe(",
        "it(",
        "test(",
        "void",
        "int",
        "resource",
        "union",
        "const",
        "unsafe",
        "extern",
    ];
    let text = String::from_utf8_lossy(line);
    let first = text.split([' ', '\t', '(', '<']).next().unwrap_or_default();
    let starts = WORDS.iter().any(|word| first == word.trim_end_matches('(') || text.starts_with("pub("));
    starts || (line.first() == Some(&b'[') && text.trim_end().ends_with(']'))
}
