//! Finds the lines of a text that are most like those that the model sent, for the error's excerpt only.

use std::cmp::Reverse;
use std::collections::HashMap;

/// So many places are looked at closely.
const CANDIDATES: usize = 6;
/// So many characters of a line are compared.
const LINE_CHARS: usize = 200;

/// Returns the first line, from 0, of the place most like `wanted`, and how like it is, from 0 to 1.
///
/// Lines weigh by their length; indentation and line ends do not count. The cost grows with the sum of the
/// two texts' sizes: places worth a closer look are found by lines that they share, and by the longest lines.
pub(super) fn closest(text: &[&str], wanted: &[&str]) -> Option<(usize, f64)> {
    if text.is_empty() || wanted.is_empty() {
        return None;
    }
    let mut starts = by_shared_lines(text, wanted);
    starts.extend(by_longest_lines(text, wanted));
    starts.sort_unstable();
    starts.dedup();
    let scored = starts.into_iter().map(|start| {
        let there = &text[start..text.len().min(start + wanted.len())];
        (start, in_place(there, wanted).max(in_any_order(there, wanted)))
    });
    scored.max_by(|(first, one), (second, other)| one.total_cmp(other).then(second.cmp(first)))
}

fn weight(line: &str) -> usize {
    line.trim().chars().take(LINE_CHARS).count() + 1
}

/// Slides a window over the text and keeps the places that share the most with what is wanted.
fn by_shared_lines(text: &[&str], wanted: &[&str]) -> Vec<usize> {
    let mut missing: HashMap<&str, isize> = HashMap::new();
    for line in wanted {
        *missing.entry(line.trim()).or_default() += 1;
    }
    let mut score = 0_usize;
    let mut scores: Vec<(usize, usize)> = Vec::new();
    for (at, line) in text.iter().enumerate() {
        if let Some(count) = missing.get_mut(line.trim()) {
            if *count > 0 {
                score += weight(line);
            }
            *count -= 1;
        }
        if let Some(left) = at.checked_sub(wanted.len())
            && let Some(count) = missing.get_mut(text[left].trim())
        {
            *count += 1;
            if *count > 0 {
                score -= weight(text[left]);
            }
        }
        if score > 0 {
            scores.push((score, (at + 1).saturating_sub(wanted.len())));
        }
    }
    scores.sort_by_key(|(score, start)| (Reverse(*score), *start));
    scores.dedup_by_key(|(_, start)| *start);
    scores.into_iter().take(CANDIDATES).map(|(_, start)| start).collect()
}

/// Looks for lines like the longest of the wanted ones.
fn by_longest_lines(text: &[&str], wanted: &[&str]) -> Vec<usize> {
    let mut longest: Vec<usize> = (0..wanted.len()).collect();
    longest.sort_by_key(|at| Reverse(weight(wanted[*at])));
    let pairs: Vec<Vec<u64>> = text.iter().map(|line| letter_pairs(line)).collect();
    let mut starts = Vec::new();
    for index in longest.into_iter().take(2) {
        let sought = letter_pairs(wanted[index]);
        let mut alike: Vec<(f64, usize)> =
            pairs.iter().map(|there| shared(there, &sought)).enumerate().map(|(at, score)| (score, at)).collect();
        alike.sort_by(|(one, first), (other, second)| other.total_cmp(one).then(first.cmp(second)));
        starts.extend(alike.into_iter().take(CANDIDATES / 2).map(|(_, at)| at.saturating_sub(index)));
    }
    starts
}

/// Returns how like the lines are, each beside its fellow.
fn in_place(there: &[&str], wanted: &[&str]) -> f64 {
    let total: usize = wanted.iter().map(|line| weight(line)).sum();
    let like: f64 = there
        .iter()
        .zip(wanted)
        .map(|(there, wanted)| shared(&letter_pairs(there), &letter_pairs(wanted)) * weight(wanted) as f64)
        .sum();
    like / total as f64
}

/// Returns how many of the lines both have, wherever they stand.
fn in_any_order(there: &[&str], wanted: &[&str]) -> f64 {
    let mut left: HashMap<&str, usize> = HashMap::new();
    for line in wanted {
        *left.entry(line.trim()).or_default() += 1;
    }
    let mut both = 0;
    for line in there {
        if let Some(count) = left.get_mut(line.trim())
            && *count > 0
        {
            *count -= 1;
            both += weight(line);
        }
    }
    let total: usize = there.iter().chain(wanted).map(|line| weight(line)).sum();
    2.0 * both as f64 / total as f64
}

/// Returns the pairs of neighbouring characters, in order of their value; the line's ends count as characters.
fn letter_pairs(line: &str) -> Vec<u64> {
    let mut pairs = Vec::new();
    let mut before = '\0';
    for character in line.trim().chars().take(LINE_CHARS).chain(['\0']) {
        pairs.push((u64::from(u32::from(before)) << 32) | u64::from(u32::from(character)));
        before = character;
    }
    pairs.sort_unstable();
    pairs
}

/// Returns the share of pairs that both have: Dice's coefficient.
fn shared(one: &[u64], other: &[u64]) -> f64 {
    let (mut first, mut second, mut both) = (0, 0, 0);
    while first < one.len() && second < other.len() {
        match one[first].cmp(&other[second]) {
            std::cmp::Ordering::Less => first += 1,
            std::cmp::Ordering::Greater => second += 1,
            std::cmp::Ordering::Equal => {
                both += 1;
                first += 1;
                second += 1;
            }
        }
    }
    2.0 * f64::from(both) / (one.len() + other.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_like_it() {
        let text: Vec<&str> =
            "fn a() {\n    one();\n}\n\nfn b() {\n    let two = 2;\n    three(two);\n}".split('\n').collect();
        let check = |wanted: &str, start: usize, least: f64| {
            let wanted: Vec<&str> = wanted.split('\n').collect();
            let found = closest(&text, &wanted);
            assert!(found.is_some_and(|(at, score)| at == start && score >= least), "{wanted:?}: {found:?}");
        };
        check("fn b() {\n    let two = 3;", 4, 0.8);
        check("fn b() {\n    three(two);\n}", 4, 0.6);
        check("three(twos);", 6, 0.8);
        assert!(closest(&text, &["something else altogether"]).is_some_and(|(_, score)| score < 0.4));
        assert_eq!(closest(&[], &["a"]), None);
    }
}
