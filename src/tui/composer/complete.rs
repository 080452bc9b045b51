//! Completion of files after `@`, of commands after `/`, and of their arguments.

use std::sync::Arc;

use nucleo::pattern::{Atom, AtomKind, CaseMatching, Normalization};
use nucleo::{Config, Matcher, Utf32Str};

use super::super::theme_names;
use super::command::{COMMANDS, CommandName};
use crate::path::RelPath;
use crate::session::SessionState;

/// No more candidates are offered.
pub(super) const OFFERED: usize = 8;

/// One candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    /// What is put in for it.
    pub(super) insert: String,
    /// What is shown.
    pub(super) label: String,
    /// What it does.
    pub(super) doc: String,
    /// Whether it is a command that is complete with this.
    pub(super) runs: bool,
}

/// What is offered at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Offer {
    /// Where the word to complete begins, and where it ends.
    pub(super) start: usize,
    pub(super) end: usize,
    /// The candidates, best first; never none.
    pub(super) candidates: Vec<Candidate>,
    /// The one that would be taken.
    pub(super) selected: usize,
}

/// What is being completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted<'a> {
    File(&'a str),
    Command(&'a str),
    Argument(CommandName, &'a str),
}

/// Finds candidates; keeps what matched the query before, since a longer query matches no more.
#[derive(Debug)]
pub(super) struct Finder {
    files: Arc<Vec<RelPath>>,
    models: Vec<String>,
    matcher: Matcher,
    query: String,
    /// The files that matched the query, by their index.
    matched: Vec<u32>,
}

impl Finder {
    pub(super) fn new() -> Self {
        Self {
            files: Arc::default(),
            models: Vec::new(),
            matcher: Matcher::new(Config::DEFAULT.match_paths()),
            query: String::new(),
            matched: Vec::new(),
        }
    }

    pub(super) fn set_files(&mut self, files: Arc<Vec<RelPath>>) {
        self.files = files;
        self.query.clear();
    }

    pub(super) fn set_models(&mut self, models: Vec<String>) {
        self.models = models;
    }

    /// Returns what can be offered for a text with the cursor at a place.
    pub(super) fn offer(&mut self, text: &str, cursor: usize, state: &SessionState) -> Option<Offer> {
        let (start, wanted) = wanted(text, cursor)?;
        let candidates = match wanted {
            Wanted::File(query) => self.files(query, "@"),
            Wanted::Command(query) => commands(query),
            Wanted::Argument(command, query) => match command {
                CommandName::Add => self.files(query, ""),
                CommandName::Drop => plain(state.context.iter().map(RelPath::as_str), query),
                CommandName::Model => plain(self.models.iter().map(String::as_str), query),
                CommandName::Theme => plain(["auto"].into_iter().chain(theme_names()), query),
                CommandName::Accept | CommandName::Reject => plain(["all"].into_iter(), query),
                CommandName::Commit
                | CommandName::Undo
                | CommandName::Redo
                | CommandName::Clear
                | CommandName::Retry
                | CommandName::Init
                | CommandName::Help
                | CommandName::Quit => Vec::new(),
            },
        };
        (!candidates.is_empty()).then_some(Offer { start, end: cursor, candidates, selected: 0 })
    }

    fn files(&mut self, query: &str, before: &str) -> Vec<Candidate> {
        let candidate = |path: &RelPath| Candidate {
            insert: format!("{before}{}", path.as_str()),
            label: path.to_string(),
            doc: String::new(),
            runs: false,
        };
        if query.is_empty() {
            return self.files.iter().take(OFFERED).map(candidate).collect();
        }
        let narrows = !self.query.is_empty() && query.starts_with(&self.query);
        if !narrows {
            self.matched = (0..u32::try_from(self.files.len()).unwrap_or(u32::MAX)).collect();
        }
        query.clone_into(&mut self.query);
        let atom = Atom::new(query, CaseMatching::Smart, Normalization::Smart, AtomKind::Fuzzy, false);
        let mut buffer = Vec::new();
        let mut found: Vec<(u16, u32)> = Vec::with_capacity(self.matched.len());
        for index in &self.matched {
            let Some(path) = usize::try_from(*index).ok().and_then(|index| self.files.get(index)) else { continue };
            let haystack = Utf32Str::new(path.as_str(), &mut buffer);
            if let Some(score) = atom.score(haystack, &mut self.matcher) {
                found.push((score, *index));
            }
        }
        self.matched = found.iter().map(|(_, index)| *index).collect();
        let path = |index: u32| &self.files[index as usize];
        // Best score first, then the shorter path, then by name.
        let rank = |(score, index): &(u16, u32)| {
            let path = path(*index);
            (std::cmp::Reverse(*score), path.as_str().len(), path.as_str())
        };
        if found.len() > OFFERED {
            found.select_nth_unstable_by(OFFERED, |left, right| rank(left).cmp(&rank(right)));
            found.truncate(OFFERED);
        }
        found.sort_by(|left, right| rank(left).cmp(&rank(right)));
        found.iter().map(|(_, index)| candidate(path(*index))).collect()
    }
}

/// Returns what is being completed at the cursor, and where it begins.
fn wanted(text: &str, cursor: usize) -> Option<(usize, Wanted<'_>)> {
    let head = text.get(..cursor)?;
    let word_start =
        head.rfind(char::is_whitespace).map_or(0, |at| at + head[at..].chars().next().map_or(1, char::len_utf8));
    let word = &head[word_start..];
    if let Some(query) = head.strip_prefix('/') {
        let Some((name, _)) = query.split_once(char::is_whitespace) else {
            return query
                .chars()
                .all(|character| character.is_ascii_alphabetic())
                .then_some((0, Wanted::Command(query)));
        };
        let command = COMMANDS.iter().find(|info| info.name == name)?.command;
        let is_first = head[..word_start].trim_end().len() == name.len() + 1;
        return is_first.then_some((word_start, Wanted::Argument(command, word)));
    }
    let at = word.rfind('@')?;
    // `name@host` is no file; `(@path` is one.
    let is_begin =
        word[..at].chars().next_back().is_none_or(|before| matches!(before, '(' | '[' | '"' | '\'' | '`' | ','));
    is_begin.then_some((word_start + at, Wanted::File(&word[at + 1..])))
}

fn commands(query: &str) -> Vec<Candidate> {
    let candidate = |info: &super::CommandInfo| Candidate {
        insert: format!("/{}", info.name),
        label: format!("/{} {}", info.name, info.args).trim_end().to_owned(),
        doc: info.doc.to_owned(),
        runs: info.args.is_empty(),
    };
    COMMANDS.iter().filter(|info| info.name.starts_with(query)).take(COMMANDS.len()).map(candidate).collect()
}

fn plain<'a>(words: impl Iterator<Item = &'a str>, query: &str) -> Vec<Candidate> {
    let matches = words.filter(|word| word.to_lowercase().contains(&query.to_lowercase()));
    matches
        .take(OFFERED)
        .map(|word| Candidate { insert: word.to_owned(), label: word.to_owned(), doc: String::new(), runs: false })
        .collect()
}
