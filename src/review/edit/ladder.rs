//! The ladder: how a text that the model sent is found in a file.

use super::align::unchanged;
use super::fold::{Folded, indent_and_body, plain, plainly};
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
    let mut places = exact(flat, old, new);
    if let [place] = &mut places[..] {
        let lead = indent_before(flat, place.bytes.start);
        if new.is_empty() && old.ends_with('\n') && !lead.is_empty() {
            // The line goes with its indentation, which would else be the next line's.
            place.bytes.start -= lead.len();
            return found(places, SameLine::Exactly, true);
        }
        if !fits_behind(lead, old, new) {
            return Err(Miss::Shift { line: flat[..place.bytes.start].matches('\n').count() + 1 });
        }
    }
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
        // Whole lines only: the numbers say so, and a column of data that looks like them must not be lost.
        for same in [SameLine::Exactly, SameLine::ButForItsEnd] {
            let places = whole_lines(&lines, &old, &new, same);
            if !places.is_empty() {
                return found(places, same, true);
            }
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
    let place = |at| Place { bytes: at..at + old.len(), sent: old.to_owned(), new: new.to_owned() };
    starts.into_iter().map(place).collect()
}

/// Returns the blanks before the byte, if there is nothing else before it in its line.
fn indent_before(flat: &str, byte: usize) -> &str {
    let line = flat[..byte].rfind('\n').map_or(0, |at| at + 1);
    let before = &flat[line..byte];
    if before.bytes().all(|byte| matches!(byte, b' ' | b'\t')) { before } else { "" }
}

/// Tells whether new may stand behind the indentation that a single line of old was sent without.
///
/// It may not where it was plainly meant to be moved with old: its first line has other blanks, or a later line less
/// than the indentation. Several lines of old say by themselves where lines stand.
fn fits_behind(lead: &str, old: &str, new: &str) -> bool {
    if lead.is_empty() || old.trim().is_empty() || old.trim_end().contains('\n') || new.trim().is_empty() {
        return true;
    }
    let (first, later) = new.split_once('\n').unwrap_or((new, ""));
    let is_blank = |line: &str| line.trim().is_empty();
    let sent = indent_and_body(old).0;
    let stands = |line: &str| line.strip_prefix(lead).is_some_and(|rest| rest.starts_with(sent));
    indent_and_body(first).0 == sent && later.split('\n').all(|line| is_blank(line) || stands(line))
}

/// Rung 2, and the second half of rung 5: whole lines whose keys are equal.
fn whole_lines(lines: &Lines<'_>, old: &str, new: &str, same: SameLine) -> Vec<Place> {
    let Some(wanted) = Wanted::new(old) else { return Vec::new() };
    let keys = |lines: &[&str]| lines.iter().map(|line| same.key(line).into_owned()).collect::<Vec<String>>();
    find_block(&keys(&lines.all), &keys(&wanted.lines), wanted.terminated)
        .into_iter()
        .map(|first| {
            let bytes = lines.bytes(first, wanted.lines.len(), wanted.terminated);
            Place { bytes, sent: old.to_owned(), new: new.to_owned() }
        })
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
    let firsts = find_block(&bodies(&lines.all), &bodies(&wanted.lines), wanted.terminated);
    for first in firsts.iter().copied() {
        let there = &lines.all[first..first + wanted.lines.len()];
        budget = budget.saturating_sub(there.len());
        if budget == 0 {
            return Ok(Vec::new());
        }
        let Some(shift) = uniform_shift(there, &wanted.lines) else { continue };
        if firsts.len() > 1 && shift.is_foreign(lines) {
            continue;
        }
        let bytes = lines.bytes(first, wanted.lines.len(), wanted.terminated);
        let moved = shifts_alike(there, &wanted.lines, new).then(|| shift_lines(&wanted.lines, new, shift)).flatten();
        match moved {
            Some(new) => {
                let sent = shift_lines(&wanted.lines, old, shift).unwrap_or_else(|| old.to_owned());
                places.push(Place { bytes, sent, new });
            }
            None => cannot = cannot.or(Some(Miss::Shift { line: first + 1 })),
        }
    }
    cannot.map_or(Ok(places), Err)
}

impl Shift<'_> {
    /// Tells whether blanks were sent that no line of the file is indented by: they rather stand for others than
    /// beside them, and of several places another may be meant.
    fn is_foreign(self, lines: &Lines<'_>) -> bool {
        match self {
            Self::Deeper(_) => false,
            Self::Shallower(lead) => {
                lead.chars().any(|blank| !lines.all.iter().any(|line| indent_and_body(line).0.contains(blank)))
            }
        }
    }
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

/// Tells whether new is indented as old was sent, and not as the file is: only then is it to be shifted alike.
///
/// The lines that new took over from old say it. Where it took over none, its first line does, which mostly stands
/// where the first of old stood.
fn shifts_alike(there: &[&str], sent: &[&str], new: &str) -> bool {
    let new: Vec<&str> = new.split('\n').collect();
    let bodies = |lines: &[&'_ str]| lines.iter().map(|line| indent_and_body(line).1.to_owned()).collect::<Vec<_>>();
    let indent = |line: &'_ str| indent_and_body(line).0.to_owned();
    let pairs = unchanged(&bodies(sent), &bodies(&new));
    let told = |line: &str| line.chars().any(char::is_alphanumeric);
    let mut taken: Vec<(usize, usize)> = pairs
        .iter()
        .enumerate()
        .filter_map(|(at, pair)| Some(((*pair)?, at)))
        .filter(|(_, at)| told(new[*at]))
        .collect();
    if taken.is_empty() {
        let first = |lines: &[&str]| lines.iter().position(|line| !indent_and_body(line).1.is_empty());
        taken.extend(first(sent).zip(first(&new)));
    }
    let as_sent = taken.iter().filter(|(old, at)| indent(new[*at]) == indent(sent[*old])).count();
    let as_there = taken.iter().filter(|(old, at)| indent(new[*at]) == indent(there[*old])).count();
    taken.is_empty() || as_sent > as_there
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
                    .map(|line| if line.is_empty() { String::new() } else { format!("{lead}{line}") })
                    .collect(),
            )
        }
        Shift::Shallower(lead) => new
            .split('\n')
            .map(|line| match line.strip_prefix(lead) {
                Some(rest) if !blank(line) || rest.is_empty() => Some(rest.to_owned()),
                Some(_) | None => blank(line).then(|| line.to_owned()),
            })
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
        old.clone_into(&mut place.sent);
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

/// Returns a typographic character that a new line of new has, if old has any where the file has plain ones: the
/// model's type is then wrong in new as well, and what it meant cannot be known. One that the place has is no sign.
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
    let keys = |text: &str| -> Vec<String> {
        text.split('\n').map(|line| SameLine::InPlainType.key(line).into_owned()).collect()
    };
    let pairs = unchanged(&keys(there), &keys(new));
    let changed = new.split('\n').zip(pairs).filter(|(_, pair)| pair.is_none()).map(|(line, _)| line);
    let sent: Vec<char> = changed.flat_map(str::chars).collect();
    let same = wrong.iter().find(|(wrong, _)| sent.contains(wrong)).copied();
    same.or_else(|| {
        let is_brought = |character: &&char| plain(**character) != **character && !there.contains(**character);
        let brought = sent.iter().find(is_brought).filter(|_| !wrong.is_empty())?;
        Some((*brought, plain(*brought)))
    })
}
