//! The ladder: how a text that the model sent is found in a file.

use super::fold::{Folded, indent_and_body, plainly};
use super::lines::{Lines, Wanted, find_block};
use super::splice::{Place, SameLine};
use super::tabs::spaces_for_tabs;

/// Above so many bytes of text, exact rungs only.
const LOOSE_BYTES: usize = 1 << 20;
/// Above so many lines of text, exact rungs only.
const LOOSE_LINES: usize = 20_000;
/// So many lines are compared for indentation before the rung gives up on a hostile text.
const SHIFT_BUDGET: usize = 4_000_000;

/// Where the text was found, on the first rung that knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// The places, in order; more than one only where all are meant or it is ambiguous.
    pub(super) places: Vec<Place>,
    /// When a line counts as unchanged.
    pub(super) same: SameLine,
    /// Whether it is a rung below exact.
    pub(super) loose: bool,
}

/// Why no rung gave a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Miss {
    /// No rung knows the text.
    Nowhere {
        /// Whether the loose rungs were left out for size.
        exact_only: bool,
    },
    /// It stands there with another indentation, which new cannot be given alike.
    Shift {
        /// The first line of the place, from 1.
        line: usize,
    },
    /// It stands there in plain type, and new would bring typographic characters into it.
    Type {
        /// What new has.
        sent: char,
        /// What the file has.
        has: char,
    },
}

/// Looks for `old` on each rung in turn. All three texts have LF only, and `old` is not empty.
pub(super) fn find(text: &Folded, old: &str, new: &str) -> Result<Found, Miss> {
    let flat = text.text.as_str();
    let found = |places, same, loose| Ok(Found { places, same, loose });
    let places = exact(flat, old, new);
    if !places.is_empty() {
        return found(places, SameLine::Exactly, false);
    }
    if flat.len() > LOOSE_BYTES || old.len() > LOOSE_BYTES {
        return Err(Miss::Nowhere { exact_only: true });
    }
    let lines = Lines::new(flat);
    if lines.all.len() > LOOSE_LINES || old.bytes().filter(|byte| *byte == b'\n').count() > LOOSE_LINES {
        return Err(Miss::Nowhere { exact_only: true });
    }
    let places = whole_lines(&lines, old, new, SameLine::ButForItsEnd);
    if !places.is_empty() {
        return found(places, SameLine::ButForItsEnd, true);
    }
    if let Some((old, new)) = without_numbers(old, new) {
        let places = exact(flat, &old, &new);
        if !places.is_empty() {
            return found(places, SameLine::Exactly, true);
        }
        let places = whole_lines(&lines, &old, &new, SameLine::ButForItsEnd);
        if !places.is_empty() {
            return found(places, SameLine::ButForItsEnd, true);
        }
    }
    let places = shifted(&lines, old, new)?;
    if !places.is_empty() {
        return found(places, SameLine::ButForItsEnd, true);
    }
    let places = plain_type(flat, &lines, old, new)?;
    if !places.is_empty() {
        return found(places, SameLine::InPlainType, true);
    }
    let places = spaces_for_tabs(&lines, old, new);
    if !places.is_empty() {
        return found(places, SameLine::ButForItsEnd, true);
    }
    Err(Miss::Nowhere { exact_only: false })
}

/// Rung 1: the very text. A second place that overlaps the first makes it as ambiguous as one apart.
fn exact(flat: &str, old: &str, new: &str) -> Vec<Place> {
    let mut starts: Vec<usize> = flat.match_indices(old).map(|(at, _)| at).collect();
    if let [only] = starts[..] {
        let next = only + flat[only..].chars().next().map_or(1, char::len_utf8);
        starts.extend(flat[next..].find(old).map(|at| next + at));
    }
    starts.into_iter().map(|at| Place { bytes: at..at + old.len(), new: new.to_owned() }).collect()
}

/// Rung 2, and the second half of rung 5: whole lines whose keys are equal.
fn whole_lines(lines: &Lines<'_>, old: &str, new: &str, same: SameLine) -> Vec<Place> {
    let Some(wanted) = Wanted::new(old) else { return Vec::new() };
    let keys = |lines: &[&str]| lines.iter().map(|line| same.key(line).into_owned()).collect::<Vec<String>>();
    find_block(&keys(&lines.all), &keys(&wanted.lines), wanted.terminated)
        .into_iter()
        .map(|first| Place { bytes: lines.bytes(first, wanted.lines.len(), wanted.terminated), new: new.to_owned() })
        .collect()
}

/// Rung 3: both texts without the numbers that the read tool puts before each line.
///
/// Old must have them on every line, one after the other; new on every line, or be empty.
fn without_numbers(old: &str, new: &str) -> Option<(String, String)> {
    let (old, numbers) = strip_numbers(old)?;
    if numbers.windows(2).any(|pair| pair[1] != pair[0] + 1) {
        return None;
    }
    let new = if new.is_empty() { String::new() } else { strip_numbers(new)?.0 };
    (!old.is_empty()).then_some((old, new))
}

fn strip_numbers(text: &str) -> Option<(String, Vec<u64>)> {
    let (body, end) = text.strip_suffix('\n').map_or((text, ""), |body| (body, "\n"));
    let mut numbers = Vec::new();
    let mut lines = Vec::new();
    for line in body.split('\n') {
        let line = line.trim_start_matches(' ');
        let digits = line.len() - line.trim_start_matches(|character: char| character.is_ascii_digit()).len();
        let (number, rest) = line.split_at(digits);
        numbers.push(number.parse().ok()?);
        lines.push(["\t", "→", " | ", "|"].iter().find_map(|mark| rest.strip_prefix(mark))?);
    }
    Some((lines.join("\n") + end, numbers))
}

/// The leading string by which every line of the file differs from what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shift<'a> {
    /// The file's lines have it besides.
    Deeper(&'a str),
    /// The sent lines have it besides.
    Shallower(&'a str),
}

/// Rung 4: every line that is not blank differs by the same leading string.
fn shifted(lines: &Lines<'_>, old: &str, new: &str) -> Result<Vec<Place>, Miss> {
    let Some(wanted) = Wanted::new(old) else { return Ok(Vec::new()) };
    let bodies = |lines: &[&'_ str]| lines.iter().map(|line| indent_and_body(line).1.to_owned()).collect::<Vec<_>>();
    let mut budget = SHIFT_BUDGET;
    let mut places = Vec::new();
    let mut cannot = None;
    for first in find_block(&bodies(&lines.all), &bodies(&wanted.lines), wanted.terminated) {
        let there = &lines.all[first..first + wanted.lines.len()];
        budget = budget.saturating_sub(there.len());
        if budget == 0 {
            return Ok(Vec::new());
        }
        let Some(shift) = uniform_shift(there, &wanted.lines) else { continue };
        let bytes = lines.bytes(first, wanted.lines.len(), wanted.terminated);
        match shift_lines(&wanted.lines, new, shift) {
            Some(new) => places.push(Place { bytes, new }),
            None => cannot = cannot.or(Some(Miss::Shift { line: first + 1 })),
        }
    }
    cannot.map_or(Ok(places), Err)
}

fn uniform_shift<'a>(there: &[&'a str], sent: &[&'a str]) -> Option<Shift<'a>> {
    let mut uniform = None;
    for (there, sent) in there.iter().zip(sent) {
        let ((there, body), (sent, _)) = (indent_and_body(there), indent_and_body(sent));
        if body.is_empty() {
            continue;
        }
        let shift = match (there.strip_suffix(sent), sent.strip_suffix(there)) {
            (Some(""), _) => return None,
            (Some(deeper), _) => Shift::Deeper(deeper),
            (None, Some(shallower)) => Shift::Shallower(shallower),
            (None, None) => return None,
        };
        if *uniform.get_or_insert(shift) != shift {
            return None;
        }
    }
    uniform
}

/// Returns new, shifted alike; none where it cannot be, or where it has the file's indentation already.
fn shift_lines(old: &[&str], new: &str, shift: Shift<'_>) -> Option<String> {
    let blank = |line: &str| line.trim().is_empty();
    let all_have = |lines: &mut dyn Iterator<Item = &str>, lead: &str| {
        let mut any = false;
        lines.filter(|line| !blank(line)).all(|line| {
            any = true;
            line.starts_with(lead)
        }) && any
    };
    let shifted: Option<Vec<String>> = match shift {
        Shift::Deeper(lead) => {
            if all_have(&mut new.split('\n'), lead) && !all_have(&mut old.iter().copied(), lead) {
                return None;
            }
            Some(
                new.split('\n')
                    .map(|line| if blank(line) { line.to_owned() } else { format!("{lead}{line}") })
                    .collect(),
            )
        }
        Shift::Shallower(lead) => new
            .split('\n')
            .map(|line| if blank(line) { Some(line.to_owned()) } else { line.strip_prefix(lead).map(str::to_owned) })
            .collect(),
    };
    shifted.map(|lines| lines.join("\n"))
}

/// Rung 5: equal when both are set in plain type.
fn plain_type(flat: &str, lines: &Lines<'_>, old: &str, new: &str) -> Result<Vec<Place>, Miss> {
    let folded = Folded::typographic(flat);
    let wanted = plainly(old);
    let mut places = exact(&folded.text, &wanted, new);
    for place in &mut places {
        place.bytes = folded.origin(place.bytes.start)..folded.origin(place.bytes.end);
    }
    if places.is_empty() {
        places = whole_lines(lines, old, new, SameLine::InPlainType);
    }
    for place in &places {
        if let Some((sent, has)) = brought_type(&flat[place.bytes.clone()], old, new) {
            return Err(Miss::Type { sent, has });
        }
    }
    Ok(places)
}

/// Returns a typographic character that old has where the file has it plain, if a new line of new has it too:
/// the model's type is then wrong there as well, and what it meant cannot be known.
fn brought_type(there: &str, old: &str, new: &str) -> Option<(char, char)> {
    let mut wrong: Vec<(char, char)> = Vec::new();
    for (there, old) in there.split('\n').zip(old.split('\n')) {
        let differing = old.chars().zip(there.chars()).filter(|(sent, has)| sent != has && !sent.is_ascii());
        for pair in differing {
            if !wrong.contains(&pair) {
                wrong.push(pair);
            }
        }
    }
    let plain_lines: Vec<_> = there.split('\n').map(|line| SameLine::InPlainType.key(line)).collect();
    let stays = |line: &str| plain_lines.contains(&SameLine::InPlainType.key(line));
    let changed = new.split('\n').filter(|line| !line.is_ascii() && !stays(line));
    let sent: Vec<char> = changed.flat_map(str::chars).collect();
    wrong.into_iter().find(|(wrong, _)| sent.contains(wrong))
}
