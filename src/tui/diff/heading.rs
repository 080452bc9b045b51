//! Headings: files, units, hunks, runs, decisions, gaps, conflicts, and the buttons in them.

use std::ops::Range;

use super::super::{Scope, safe};
use super::aids::Aids;
use super::notes::Note;
use super::rows::{FileRows, Makers, Row, wide};
use crate::path::RelPath;
use crate::review::{Decision, FileChange, Maker, Mode, Progress, Snapshot, Unit, sensitive};
use crate::safe::columns;

/// Pieces of a heading's text, each with what it is.
pub(super) type Pieces = Vec<(String, Scope)>;

/// A button in a heading: its text, and its columns counted from the pane's left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Button {
    /// What it says.
    pub(super) text: String,
    /// What it does.
    pub(super) decision: Decision,
    /// Where it stands.
    pub(super) columns: Range<u16>,
}

/// The keys that accept and reject, as the buttons show them; none where no key is bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ButtonKeys {
    /// Accepts.
    pub(super) accept: Option<String>,
    /// Rejects.
    pub(super) reject: Option<String>,
}

impl Default for ButtonKeys {
    fn default() -> Self {
        Self { accept: Some("a".to_owned()), reject: Some("r".to_owned()) }
    }
}

/// Returns a button's text: the key stands in the word where the word begins with it, else before it.
fn label(word: &str, key: Option<&str>, is_long: bool) -> String {
    // A key with a long name leaves no room for what it does.
    let key = key.filter(|key| columns(key) <= 6);
    match (key, is_long) {
        (Some(key), false) => format!("[{key}]"),
        (Some(key), true) => match word.strip_prefix(key) {
            Some(rest) => format!("[{key}]{rest}"),
            None => format!("[{key}] {word}"),
        },
        (None, true) => word.to_owned(),
        (None, false) => word.chars().take(3).collect(),
    }
}

/// Returns the buttons of a heading at a width: at its right end, shorter where there is less room.
pub(super) fn buttons(file: &FileRows, row: Row, width: u16, keys: &ButtonKeys) -> Vec<Button> {
    let has_buttons = match row {
        Row::Unit(_) | Row::Hunk(_) | Row::Run(_) => file.change.conflict.is_none(),
        Row::File
        | Row::Conflict
        | Row::Line { .. }
        | Row::Decided(_)
        | Row::DecidedLine { .. }
        | Row::Note(_)
        | Row::Gap { .. } => false,
    };
    if !has_buttons || width < 24 {
        return Vec::new();
    }
    let accept = label("accept", keys.accept.as_deref(), width >= 56);
    let reject = label("reject", keys.reject.as_deref(), width >= 56);
    let length = |text: &str| u16::try_from(columns(text)).unwrap_or(0);
    // Even the longest two labels are narrower than the least width above.
    let reject_at = width.saturating_sub(1 + length(&reject));
    let accept_at = reject_at.saturating_sub(1 + length(&accept));
    vec![
        Button { columns: accept_at..accept_at + length(&accept), text: accept, decision: Decision::Accepted },
        Button { columns: reject_at..reject_at + length(&reject), text: reject, decision: Decision::Rejected },
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
    if let Some(reason) = sensitive(&change.path).or_else(|| change.from.as_ref().and_then(sensitive)) {
        left.push((format!(" ! {}", reason.name()), Scope::Warning));
    }
    for (flag, scope) in flags(change) {
        left.push((" · ".to_owned(), Scope::Muted));
        left.push((flag.to_owned(), scope));
    }
    if file.is_viewed {
        left.push((" ✓ viewed".to_owned(), Scope::Good));
    }
    let Progress { pending, accepted, rejected, .. } = change.progress();
    let decided = accepted + rejected;
    let mut right = Pieces::new();
    if file.added + file.removed > 0 {
        right.push((format!("+{}", file.added), Scope::GitAdded));
        right.push((format!(" -{}  ", file.removed), Scope::GitDeleted));
    }
    if change.conflict.is_none() || decided > 0 {
        let scope = if pending == 0 { Scope::Good } else { Scope::Pending };
        right.push((format!("{decided} of {} decided", decided + pending), scope));
    }
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
            Unit::Binary if change.by_file => ("as a whole", Scope::Warning),
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
        Row::Note(note) => file.notes.get(wide(note)).map(note_pieces).unwrap_or_default(),
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
    let aids = file.aids(number);
    let fold = if aids.is_blank && file.folds_blank { "▸ " } else { "" };
    let mut pieces = vec![(format!("{fold}@@ -{} +{} @@", span(&hunk.old), span(&hunk.new)), Scope::HunkHeader)];
    // Warnings come before what may be cut off.
    if aids.has_hidden || aids.has_look_alikes {
        pieces.extend(warnings(aids));
    }
    if let Some(around) = file.run(hunk.runs.start).and_then(|run| enclosing(file, run.old.start)) {
        pieces.push((format!(" {around}"), Scope::Muted));
    }
    pieces.extend(marks(file.makers.get(number).copied().unwrap_or_default()));
    if !aids.has_hidden && !aids.has_look_alikes {
        pieces.extend(warnings(aids));
    }
    pieces
}

fn run_pieces(file: &FileRows, number: usize) -> Pieces {
    let (Some(run), Some(hunk)) = (file.run(number), file.hunk_of(number)) else { return Pieces::new() };
    let runs = &file.hunks[hunk].runs;
    let text = format!("@ {} of {}  -{} +{}", number - runs.start + 1, runs.len(), run.old.len(), run.new.len());
    let mut pieces = vec![(text, Scope::HunkHeader)];
    pieces.extend(marks(Makers::of(&file.change, std::slice::from_ref(run))));
    pieces.extend(warnings(Aids::of(file, std::slice::from_ref(run))));
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

/// Says what the reviewer should know of runs.
fn warnings(aids: Aids) -> Pieces {
    let mut pieces = Pieces::new();
    if aids.is_blank {
        pieces.push((" · only blanks".to_owned(), Scope::Muted));
    }
    if aids.has_hidden {
        pieces.push((" · hidden characters".to_owned(), Scope::Error));
    }
    if aids.has_look_alikes {
        pieces.push((" · look-alike letters".to_owned(), Scope::Error));
    }
    pieces
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

fn note_pieces(note: &Note) -> Pieces {
    let mut lines = note.text.lines();
    let first = lines.next().unwrap_or_default();
    let more = if lines.next().is_some() { " …" } else { "" };
    vec![("✎ note: ".to_owned(), Scope::Muted), (format!("{}{more}", safe::shown(first, 0)), Scope::User)]
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
            let how = if change.by_file { "compared" } else { "shown" };
            format!("{words}: {old} → {new} bytes, not {how} by line")
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
