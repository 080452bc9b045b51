//! SEARCH/REPLACE blocks in a model's text, for models that have no tools.

use super::{Edit, EditAction, Replacement};
use crate::path::{PathFault, RelPath};

/// Lines that begin a fence; what follows on the line is a language or, by mistake, a file name.
const FENCES: [&str; 6] = ["```", "<source>", "<code>", "<pre>", "<codeblock>", "<sourcecode>"];
/// Fences of commands to run, in which no blocks are looked for.
const SHELLS: [&str; 14] = [
    "bash",
    "sh",
    "shell",
    "cmd",
    "batch",
    "powershell",
    "ps1",
    "zsh",
    "fish",
    "ksh",
    "csh",
    "tcsh",
    "console",
    "terminal",
];

/// What a model's text asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// One text for another in a file.
    Replace {
        /// The file name as it was written, or the known file that it most likely means.
        path: String,
        /// The lines that stand there; empty makes a new file.
        search: String,
        /// The lines that shall stand there.
        replace: String,
    },
    /// Commands in a shell fence; adit shows them and runs none.
    Shell(String),
}

impl Block {
    /// Returns the block as an edit, none for commands, unless its file name cannot be one.
    pub fn edit(&self) -> Option<Result<Edit, PathFault>> {
        let Self::Replace { path, search, replace } = self else { return None };
        let replacement = Replacement { old: search.clone(), new: replace.clone(), replace_all: false };
        let action = EditAction::Replace(vec![replacement]);
        Some(RelPath::new(path).map(|path| Edit { path, action }))
    }
}

/// What a line of markers is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    Search,
    Divider,
    Replace,
}

/// Returns the blocks in order. The error is for the model: an unfinished block, or one without a file name.
///
/// Markers have 5 to 9 characters. The file name stands on the line before the fence, inside the fence before
/// the block, or is that of the block before. `known` are files that a misspelt name may mean. In a shell fence no
/// blocks are looked for. A second divider ends a block as its end marker does.
pub fn parse_blocks(text: &str, known: &[&str]) -> Result<Vec<Block>, String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut blocks: Vec<Block> = Vec::new();
    let mut last_path = None;
    let mut at = 0;
    while at < lines.len() {
        if is_shell_fence(lines[at]) && !search_follows(&lines, at) {
            let end = fence_end(&lines, at + 1);
            blocks.push(Block::Shell(lines[at + 1..end].concat()));
            at = end + 1;
            continue;
        }
        if marker(lines[at]) != Some(Marker::Search) {
            at += 1;
            continue;
        }
        let head = at;
        let makes_file = lines.get(at + 1).is_some_and(|line| marker(line) == Some(Marker::Divider));
        let path =
            guess_path(&lines[..head], if makes_file { &[] } else { known }).or_else(|| last_path.clone()).ok_or_else(
                || format!("line {}: the block has no file name. Put it alone on the line before the fence.", head + 1),
            )?;
        let divider = find(&lines, head + 1, &[Marker::Divider])
            .ok_or_else(|| format!("line {}: the block of {path} has no `=======` line.", head + 1))?;
        let end = find(&lines, divider + 1, &[Marker::Replace, Marker::Divider])
            .ok_or_else(|| format!("line {}: the block of {path} has no `>>>>>>> REPLACE` line.", head + 1))?;
        let (search, replace) = (lines[head + 1..divider].concat(), lines[divider + 1..end].concat());
        last_path = Some(path.clone());
        blocks.push(Block::Replace { path, search, replace });
        at = end + 1;
    }
    Ok(blocks)
}

/// Returns the file name that the last lines before a block give: the nearest, going back over fences.
///
/// A name that is no known file but much like one, or the last part of one, is that file.
pub fn guess_path(before: &[&str], known: &[&str]) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    for line in before.iter().rev().take(3) {
        names.extend(name_on(line));
        if fence(line.trim_end()).is_none() {
            break;
        }
    }
    let exact = names.iter().find(|name| known.contains(name)).copied();
    let last_part = || {
        let part = |name: &str| known.iter().copied().find(|known| known.rsplit('/').next() == Some(name));
        names.iter().find_map(|name| part(name))
    };
    let alike = || names.iter().find_map(|name| most_like(name, known));
    let dotted = || names.iter().find(|name| name.contains('.')).copied();
    exact.or_else(last_part).or_else(alike).or_else(dotted).or(names.first().copied()).map(str::to_owned)
}

/// Returns the file name that a line gives: alone, as a heading, in marks of emphasis, or behind a fence.
pub(super) fn name_on(line: &str) -> Option<&str> {
    let line = line.trim();
    if let Some(rest) = fence(line) {
        return Some(rest).filter(|rest| rest.contains(['.', '/']));
    }
    if line == "..." || FENCES[1..].iter().any(|fence| line.strip_prefix("</").is_some_and(|rest| &fence[1..] == rest))
    {
        return None;
    }
    let name = line.trim_end_matches(':').trim_start_matches('#').trim();
    Some(name.trim_matches('`').trim_matches('*')).filter(|name| !name.is_empty())
}

/// Returns what follows the fence that the line begins with.
pub(super) fn fence(line: &str) -> Option<&str> {
    FENCES.iter().find_map(|fence| line.strip_prefix(fence))
}

pub(super) fn is_shell_fence(line: &str) -> bool {
    let language = line.trim().strip_prefix("```");
    language.is_some_and(|language| SHELLS.iter().any(|shell| language.starts_with(shell)))
}

fn search_follows(lines: &[&str], at: usize) -> bool {
    lines.iter().skip(at + 1).take(2).any(|line| marker(line) == Some(Marker::Search))
}

fn fence_end(lines: &[&str], from: usize) -> usize {
    let end = lines.iter().skip(from).position(|line| line.trim().starts_with("```"));
    end.map_or(lines.len(), |end| from + end)
}

fn find(lines: &[&str], from: usize, sought: &[Marker]) -> Option<usize> {
    (from..lines.len()).find(|at| marker(lines[*at]).is_some_and(|marker| sought.contains(&marker)))
}

pub(super) fn marker(line: &str) -> Option<Marker> {
    let line = line.trim();
    let first = line.chars().next().filter(|first| "<=>".contains(*first))?;
    let word = line.trim_start_matches(first);
    if !(5..=9).contains(&(line.len() - word.len())) {
        return None;
    }
    match (first, word) {
        ('<', " SEARCH" | " SEARCH>") => Some(Marker::Search),
        ('=', "") => Some(Marker::Divider),
        ('>', " REPLACE") => Some(Marker::Replace),
        _ => None,
    }
}

/// Returns the known file whose name is at least 0.8 like the given one.
fn most_like<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let name: Vec<char> = name.chars().take(256).collect();
    let scored = known.iter().map(|known| {
        let other: Vec<char> = known.chars().take(256).collect();
        let both = 2 * common(&name, &other) * 1000;
        (both / (name.len() + other.len()).max(1), *known)
    });
    let best = scored.filter(|(score, _)| *score >= 800).max_by_key(|(score, _)| *score);
    best.map(|(_, known)| known)
}

/// Returns how many characters two names share: their longest common piece, and so on left and right of it.
fn common(one: &[char], other: &[char]) -> usize {
    let mut best = (0, 0, 0);
    let mut before = vec![0_usize; other.len() + 1];
    for (first, left) in one.iter().enumerate() {
        let mut row = vec![0_usize; other.len() + 1];
        for (second, right) in other.iter().enumerate() {
            if left == right {
                let length = before[second] + 1;
                row[second + 1] = length;
                if length > best.0 {
                    best = (length, first + 1 - length, second + 1 - length);
                }
            }
        }
        before = row;
    }
    let (length, first, second) = best;
    if length == 0 {
        return 0;
    }
    length + common(&one[..first], &other[..second]) + common(&one[first + length..], &other[second + length..])
}
