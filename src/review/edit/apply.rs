//! Applies the replacements of one call to a text, all or none.

use super::fold::{Folded, with_lf};
use super::instruction::{Applied, Replacement};
use super::ladder::{Found, find};
use super::mismatch::{Fault, Teller};
use super::placeholder::added_placeholder;
use super::splice::{Place, splice};
use crate::path::RelPath;

/// The mark that some editors put before a file's first byte.
pub(super) const BOM: char = '\u{feff}';

/// Applies replacements in order to the growing text, all or none. The error is the text that the model gets.
///
/// `path` names the file in the error. The ladder of rungs stops at the first with exactly one match; two or
/// more at a rung are ambiguous. A byte order mark, line endings and every line that is not changed keep their
/// bytes. An empty old is only good for an empty text, which is how a new file may be made.
pub fn apply_replacements(path: &RelPath, text: &str, replacements: &[Replacement]) -> Result<Applied, String> {
    let (bom, body) = match text.strip_prefix(BOM) {
        Some(body) => ("\u{feff}", body),
        None => ("", text),
    };
    let mut applied = Applied { text: body.to_owned(), loose: false };
    for (index, replacement) in replacements.iter().enumerate() {
        let mark = |text| without_mark(text, !bom.is_empty());
        let (old, new) = (mark(&replacement.old), mark(&replacement.new));
        let step = apply(&applied.text, old, new, replacement.replace_all);
        let teller = Teller { path, index, calls: replacements.len() };
        let (text, loose) = step.map_err(|fault| teller.tell(&applied.text, old, new, &fault))?;
        applied = Applied { text, loose: applied.loose || loose };
    }
    applied.text.insert_str(0, bom);
    Ok(applied)
}

fn without_mark(text: &str, has_mark: bool) -> &str {
    if has_mark { text.strip_prefix(BOM).unwrap_or(text) } else { text }
}

fn apply(text: &str, old: &str, new: &str, all: bool) -> Result<(String, bool), Fault> {
    if old.is_empty() && text.is_empty() && !new.is_empty() {
        return Ok((new.to_owned(), false));
    }
    let (old, new) = (with_lf(old), with_lf(new));
    if old == new {
        return Err(Fault::Identical);
    }
    if old.is_empty() {
        return Err(Fault::EmptyOld);
    }
    if let Some(line) = added_placeholder(&old, &new) {
        return Err(Fault::Placeholder(line.trim().to_owned()));
    }
    let flat = Folded::endings(text);
    let mut found = find(&flat, &old, &new).map_err(Fault::Miss)?;
    if found.places.len() > 1 {
        if !all {
            return Err(Fault::Ambiguous(found.places.iter().map(|place| place.bytes.start).collect()));
        }
        keep_apart(&mut found);
    }
    for place in &mut found.places {
        restore_newline(place, &flat.text);
    }
    let after = splice(text, &flat, &found.places, found.same);
    if after == text {
        return Err(Fault::NoChange);
    }
    Ok((after, found.loose))
}

/// Drops places that begin inside the one before, as a search from left to right would.
fn keep_apart(found: &mut Found) {
    let mut end = 0;
    found.places.retain(|place| {
        let apart = place.bytes.start >= end;
        if apart {
            end = place.bytes.end;
        }
        apart
    });
}

/// Gives new the newlines that old ends with, where it lost them and text follows: the next line must not be
/// joined to it. All of them, since blank lines lost with the newline were hardly meant to go.
fn restore_newline(place: &mut Place, flat: &str) {
    let old = &flat[place.bytes.clone()];
    let newlines = old.len() - old.trim_end_matches('\n').len();
    if newlines > 0 && !place.new.is_empty() && !place.new.ends_with('\n') && place.bytes.end < flat.len() {
        place.new.push_str(&old[old.len() - newlines..]);
    }
}
