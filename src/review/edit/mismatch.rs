//! What the model is told when its edit cannot be applied.

use super::fold::{Folded, plain, with_lf};
use super::ladder::Miss;
use super::likeness::closest;
use super::lines::Lines;
use crate::path::RelPath;

/// Below this likeness an excerpt would only mislead.
const LIKE_ENOUGH: f64 = 0.6;
/// An excerpt has so many lines at most.
const EXCERPT_LINES: usize = 12;
/// Of a line so many characters are shown.
const SHOWN_CHARS: usize = 240;
/// So many places of an ambiguous text are named.
const NAMED_PLACES: usize = 12;

/// Why one replacement cannot be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// Old and new are equal.
    Identical,
    /// Old is empty and the file is not.
    EmptyOld,
    /// New has a line that stands for left-out code.
    Placeholder(String),
    /// Old stands in several places, which start at these bytes of the text with LF.
    Ambiguous(Vec<usize>),
    /// The text would stay as it is.
    NoChange,
    /// Old was not found.
    Miss(Miss),
}

/// Knows which replacement of which file the words are about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Teller<'a> {
    /// The file.
    pub(super) path: &'a RelPath,
    /// Which of the call's replacements.
    pub(super) index: usize,
    /// How many the call has.
    pub(super) calls: usize,
}

impl Teller<'_> {
    /// Returns the words for the model.
    pub(super) fn tell(self, text: &str, old: &str, new: &str, fault: &Fault) -> String {
        let flat = Folded::endings(text);
        let lines = Lines::new(&flat.text);
        let path = self.path;
        let words = match fault {
            Fault::Identical => "old_text and new_text are the same, so there is nothing to change.".to_owned(),
            Fault::NoChange => {
                format!("{path} would stay as it is: it has the lines of new_text already. Do not send it again.")
            }
            Fault::EmptyOld => format!(
                "old_text is empty, but {path} has {}. Send the text that is to be replaced, or use write_file to \
                 replace all of it.",
                counted(lines.count(), "line")
            ),
            Fault::Placeholder(line) => format!(
                "new_text has the line `{}`, which stands for code that you left out. Send the whole text, or leave \
                 those lines out of old_text too.",
                shown(line)
            ),
            Fault::Ambiguous(starts) => ambiguous(&lines, starts),
            Fault::Miss(miss) => return self.miss(&lines, &with_lf(old), &with_lf(new), miss),
        };
        if self.calls > 1 { format!("edits[{}]: {words} Nothing in this call was applied.", self.index) } else { words }
    }

    fn miss(self, lines: &Lines<'_>, old: &str, new: &str, miss: &Miss) -> String {
        let Self { path, index, calls } = self;
        if matches!(miss, Miss::Nowhere { .. })
            && let Some((first, last)) = already_there(lines, old, new)
        {
            let place = if calls > 1 { format!("edits[{index}]: ") } else { String::new() };
            let rest = if calls > 1 { " Nothing in this call was applied." } else { "" };
            let at = span(first, last);
            return format!(
                "{place}old_text is not in the file, but new_text already is, at {at}. Do not send it again.{rest}"
            );
        }
        let count = counted(lines.count(), "line");
        let head = format!("no match for edits[{index}].old_text in {path} ({count}).");
        let why = match miss {
            Miss::Nowhere { exact_only: true } => {
                " The file or old_text is so large that only an exact match counts: send a shorter piece, as it \
                 stands."
                    .to_owned()
            }
            Miss::Nowhere { exact_only: false } => closest_place(lines, old),
            Miss::Shift { line } => format!(
                " From line {line} on it stands with another indentation, to which new_text cannot be moved: send both \
                 texts with the file's own indentation."
            ),
            Miss::Type { sent, has } => format!(
                " It stands there with {}, where you sent {}, which new_text has too: send both texts with the file's \
                 own characters.",
                named(*has),
                named(*sent)
            ),
        };
        format!("{head}{why} Nothing in this call was applied.")
    }
}

fn ambiguous(lines: &Lines<'_>, starts: &[usize]) -> String {
    let named: Vec<String> =
        starts.iter().take(NAMED_PLACES).map(|start| lines.number_at(*start).to_string()).collect();
    let more = match starts.len().saturating_sub(NAMED_PLACES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "old_text matches {} places (lines {}{more}). Add surrounding lines, or set replace_all.",
        starts.len(),
        named.join(", ")
    )
}

/// Returns the first and last line, from 1, where new stands already; short texts say nothing about that.
fn already_there(lines: &Lines<'_>, old: &str, new: &str) -> Option<(usize, usize)> {
    let text = new.trim_end_matches('\n');
    if text.trim().chars().count() < 8 || old.contains(text) {
        return None;
    }
    let flat = lines.all.join("\n");
    let start = flat.find(text)?;
    Some((lines.number_at(start), lines.number_at(start + text.len() - 1)))
}

fn closest_place(lines: &Lines<'_>, old: &str) -> String {
    let wanted: Vec<&str> = old.strip_suffix('\n').unwrap_or(old).split('\n').collect();
    let text = &lines.all[..lines.count()];
    let Some((start, _)) = closest(text, &wanted).filter(|(_, like)| *like >= LIKE_ENOUGH) else {
        return " Nothing in it is much like it: read the file again before you edit it.".to_owned();
    };
    let end = text.len().min(start + wanted.len());
    let difference = first_difference(&text[start..end], &wanted);
    let centre = start + difference.as_ref().map_or(0, |difference| difference.line);
    let first = if end - start > EXCERPT_LINES { centre.saturating_sub(3).max(start) } else { start };
    let last = end.min(first + EXCERPT_LINES);
    let excerpt: Vec<String> = text[first..last].iter().map(|line| shown(line)).collect();
    let difference = match difference {
        Some(Difference { line, column, has, sent }) => format!(
            "First difference: line {}, column {column}: the file has {has}, you sent {sent}.",
            start + line + 1
        ),
        None => "The file ends there without a newline, you sent one.".to_owned(),
    };
    format!(" Closest: {}:\n{}\n{difference}", span(first + 1, last.max(first + 1)), excerpt.join("\n"))
}

/// Where two blocks of lines first differ, and how.
#[derive(Debug, PartialEq, Eq)]
struct Difference {
    line: usize,
    column: usize,
    has: String,
    sent: String,
}

/// Returns the first difference. The first sent line may be the end of the file's, the last its start.
fn first_difference(there: &[&str], sent: &[&str]) -> Option<Difference> {
    for (line, sent_line) in sent.iter().enumerate() {
        let Some(there_line) = there.get(line) else {
            let has = "ended before".to_owned();
            return Some(Difference { line, column: 1, has, sent: quoted(sent_line) });
        };
        let inner_edge = (line == 0 && sent.len() > 1 && there_line.ends_with(sent_line) && !sent_line.is_empty())
            || (line + 1 == sent.len() && line > 0 && there_line.starts_with(sent_line) && !sent_line.is_empty());
        if there_line != sent_line && !inner_edge {
            return Some(line_difference(line, there_line, sent_line));
        }
    }
    None
}

fn line_difference(line: usize, there: &str, sent: &str) -> Difference {
    let there: Vec<char> = there.chars().collect();
    let sent: Vec<char> = sent.chars().collect();
    let mut at = there.iter().zip(&sent).take_while(|(there, sent)| there == sent).count();
    let blank = |text: &[char], at: usize| text.get(at).is_some_and(|character| matches!(character, ' ' | '\t'));
    if blank(&there, at) != blank(&sent, at) {
        while at > 0 && blank(&there, at - 1) {
            at -= 1;
        }
    }
    Difference { line, column: at + 1, has: described(&there[at..]), sent: described(&sent[at..]) }
}

/// Says what a line goes on with.
fn described(rest: &[char]) -> String {
    let run = |sought: char| rest.iter().take_while(|character| **character == sought).count();
    match rest.first() {
        None => "the end of the line".to_owned(),
        Some('\t') => counted_with_article(run('\t'), "tab"),
        Some(' ') => counted_with_article(run(' '), "space"),
        Some(character) if plain(*character) != *character || character.is_control() => named(*character),
        Some(_) => quoted(&rest.iter().take(24).collect::<String>()),
    }
}

fn named(character: char) -> String {
    let code = u32::from(character);
    if character.is_ascii_graphic() {
        format!("`{character}`")
    } else if character.is_control() || character.is_whitespace() {
        format!("U+{code:04X}")
    } else {
        format!("`{character}` (U+{code:04X})")
    }
}

fn quoted(text: &str) -> String {
    let short: String = text.chars().take(24).collect();
    format!("`{}`", shown(short.trim_end()))
}

/// Returns the line with an end to it.
fn shown(line: &str) -> String {
    match line.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}… (line cut here)", &line[..end]),
        None => line.to_owned(),
    }
}

fn span(first: usize, last: usize) -> String {
    if first == last { format!("line {first}") } else { format!("lines {first}-{last}") }
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn counted_with_article(count: usize, noun: &str) -> String {
    if count == 1 { format!("a {noun}") } else { format!("{count} {noun}s") }
}

/// Returns what the model is told when it edits a file that it has not read.
pub fn not_read(path: &RelPath) -> String {
    format!("read {path} first")
}

/// Returns what the model is told when the file has other text than it read.
pub fn stale(path: &RelPath, read: &str, now: &str) -> String {
    let before: Vec<&str> = read.lines().collect();
    let after: Vec<&str> = now.lines().collect();
    let first = before.iter().zip(&after).take_while(|(before, after)| before == after).count();
    let rest = before.len().min(after.len()) - first;
    let same_end =
        before.iter().rev().zip(after.iter().rev()).take(rest).take_while(|(before, after)| before == after).count();
    let last = after.len() - same_end;
    let shown_last = last.min(first + EXCERPT_LINES);
    if first >= last {
        return format!(
            "{path} changed on disk since you read it; lines were removed before line {}. Read it again.",
            first + 1
        );
    }
    let excerpt: Vec<String> = after[first..shown_last].iter().map(|line| shown(line)).collect();
    let more = if shown_last < last { "\nMore lines changed: read it again." } else { "" };
    let at = span(first + 1, shown_last);
    let verb = if first + 1 == shown_last { "is" } else { "are" };
    format!("{path} changed on disk since you read it; {at} {verb} now:\n{}{more}", excerpt.join("\n"))
}
