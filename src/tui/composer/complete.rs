//! Completion of files after `@`, of commands after `/`, and of their arguments.

use std::sync::Arc;

use nucleo::pattern::{Atom, AtomKind, CaseMatching, Normalization};
use nucleo::{Config, Matcher, Utf32Str};

use super::super::theme_names;
use super::command::{COMMANDS, CommandName};
use super::rank::{Touched, rank};
use crate::config::Effort;
use crate::path::{PathList, PathRef, RelPath};
use crate::session::SessionState;
use crate::tui::safe;

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
    /// Whether more of the same word may follow: a folder's files.
    pub(super) goes_on: bool,
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
    files: Arc<PathList>,
    /// The folders that files are in, each with a slash at its end.
    folders: Vec<String>,
    touched: Touched,
    models: Vec<String>,
    profiles: Vec<String>,
    regions: Vec<String>,
    matcher: Matcher,
    query: String,
    /// The files that matched the query, by their index.
    matched: Vec<u32>,
}

impl Finder {
    pub(super) fn new() -> Self {
        Self {
            files: Arc::default(),
            folders: Vec::new(),
            touched: Touched::default(),
            models: Vec::new(),
            profiles: Vec::new(),
            regions: Vec::new(),
            matcher: Matcher::new(Config::DEFAULT.match_paths()),
            query: String::new(),
            matched: Vec::new(),
        }
    }

    pub(super) fn set_files(&mut self, files: Arc<PathList>) {
        let mut folders = std::collections::BTreeSet::new();
        for file in files.iter() {
            let path = file.as_str();
            // Folders further up are known with the first file in them.
            let mut end = path.len();
            while let Some(slash) = path[..end].rfind('/') {
                if !folders.insert(&path[..=slash]) {
                    break;
                }
                end = slash;
            }
        }
        self.folders = folders.into_iter().map(str::to_owned).collect();
        self.files = files;
        self.query.clear();
    }

    pub(super) fn set_touched(&mut self, touched: Touched) {
        self.touched = touched;
    }

    pub(super) fn set_models(&mut self, models: Vec<String>) {
        self.models = models;
    }

    pub(super) fn set_accounts(&mut self, profiles: Vec<String>, regions: Vec<String>) {
        (self.profiles, self.regions) = (profiles, regions);
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
                CommandName::Profile => plain(self.profiles.iter().map(String::as_str), query),
                CommandName::Region => plain(self.regions.iter().map(String::as_str), query),
                CommandName::Accept | CommandName::Reject => plain(["all"].into_iter(), query),
                CommandName::Thinking => plain(Effort::ALL.into_iter().map(|(_, name)| name), query),
                CommandName::Allow => plain(["session"].into_iter(), query),
                CommandName::Commit
                | CommandName::Cost
                | CommandName::Context
                | CommandName::Compact
                | CommandName::Uncompact
                | CommandName::Undo
                | CommandName::Redo
                | CommandName::Clear
                | CommandName::Retry
                | CommandName::Init
                | CommandName::Help
                | CommandName::Timings
                | CommandName::Connection
                | CommandName::Quit => Vec::new(),
            },
        };
        (!candidates.is_empty()).then_some(Offer { start, end: cursor, candidates, selected: 0 })
    }

    fn files(&mut self, query: &str, before: &str) -> Vec<Candidate> {
        let candidate = |path: &str| Candidate {
            insert: format!("{before}{path}"),
            label: path.to_owned(),
            doc: String::new(),
            runs: false,
            goes_on: path.ends_with('/'),
        };
        if query.is_empty() {
            let touched = self.touched.paths();
            let others = self.files.iter().map(PathRef::as_str).filter(|path| !touched.contains(path));
            return touched.iter().copied().chain(others).take(OFFERED).map(candidate).collect();
        }
        let narrows = !self.query.is_empty() && query.starts_with(&self.query);
        if !narrows {
            let all = self.files.len() + self.folders.len();
            self.matched = (0..u32::try_from(all).unwrap_or(u32::MAX)).collect();
        }
        query.clone_into(&mut self.query);
        let atom = Atom::new(query, CaseMatching::Smart, Normalization::Smart, AtomKind::Fuzzy, false);
        let mut buffer = Vec::new();
        let mut found: Vec<(u16, u32)> = Vec::with_capacity(self.matched.len());
        let (files, folders) = (&self.files, &self.folders);
        for index in &self.matched {
            let Some(path) = named(files, folders, *index) else { continue };
            let haystack = Utf32Str::new(path, &mut buffer);
            if let Some(score) = atom.score(haystack, &mut self.matcher) {
                found.push((score, *index));
            }
        }
        self.matched = found.iter().map(|(_, index)| *index).collect();
        let mut ranked: Vec<_> = found
            .iter()
            .filter_map(|(score, index)| Some(rank(query, named(files, folders, *index)?, *score, &self.touched)))
            .collect();
        if ranked.len() > OFFERED {
            ranked.select_nth_unstable(OFFERED);
            ranked.truncate(OFFERED);
        }
        ranked.sort_unstable();
        ranked.iter().map(|(.., path)| candidate(path)).collect()
    }
}

/// Returns the file at a place, or behind the files a folder.
fn named<'a>(files: &'a PathList, folders: &'a [String], at: u32) -> Option<&'a str> {
    let at = usize::try_from(at).ok()?;
    match at.checked_sub(files.len()) {
        None => files.get(at).map(PathRef::as_str),
        Some(folder) => folders.get(folder).map(String::as_str),
    }
}

/// Returns the messages sent before that hold all of a query's words, the newest first, each once.
pub(super) fn recalled<'a>(newest_first: impl Iterator<Item = &'a String>, query: &str, end: usize) -> Option<Offer> {
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    let mut candidates: Vec<Candidate> = Vec::new();
    for text in newest_first {
        let lower = text.to_lowercase();
        let is_new = !candidates.iter().any(|known| known.insert == *text);
        if is_new && words.iter().all(|word| lower.contains(word)) {
            let label = text.split_whitespace().take(40).collect::<Vec<_>>().join(" ");
            candidates.push(Candidate {
                insert: text.clone(),
                label: safe::shown(&label, 0).into_owned(),
                doc: String::new(),
                runs: false,
                goes_on: true,
            });
        }
        if candidates.len() == OFFERED {
            break;
        }
    }
    (!candidates.is_empty()).then_some(Offer { start: 0, end, candidates, selected: 0 })
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
        goes_on: false,
    };
    COMMANDS.iter().filter(|info| info.name.starts_with(query)).take(COMMANDS.len()).map(candidate).collect()
}

fn plain<'a>(words: impl Iterator<Item = &'a str>, query: &str) -> Vec<Candidate> {
    let matches = words.filter(|word| word.to_lowercase().contains(&query.to_lowercase()));
    matches
        .take(OFFERED)
        .map(|word| Candidate {
            insert: word.to_owned(),
            label: word.to_owned(),
            doc: String::new(),
            runs: false,
            goes_on: false,
        })
        .collect()
}
