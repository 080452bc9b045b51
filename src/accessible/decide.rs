//! The user's place among the changes, and what a decision there asks for.

use std::ops::RangeInclusive;

use super::command::{Extent, Side, Step};
use super::parts::{Part, lines_of, parts, parts_numbered};
use super::words::{count, spoken, spoken_bytes};
use crate::path::RelPath;
use crate::review::{Decision, FileChange, Pick, Review};
use crate::session::Op;

const GONE: &str = "What you heard waits no longer. Say next to hear the next change.";

/// So many lines of a change are read at once.
const PAGE: usize = 40;

/// Where the user is in the review.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    /// The change that was read last, by its place in the list.
    at: usize,
    /// What was heard there; a decision is about this and nothing else.
    heard: Option<Heard>,
    /// Lines that were not read yet.
    rest: Vec<String>,
}

/// A change as it was heard: runs change their numbers when others are decided, words do not.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Heard {
    path: RelPath,
    words: Vec<String>,
}

impl Heard {
    fn of(part: &Part, change: &FileChange) -> Self {
        let mut words = vec![part.headline(change)];
        words.extend(part.body(change));
        Self { path: part.path().clone(), words }
    }

    /// Returns where it stands among all changes, if it still does.
    fn find(&self, all: &[Part], review: &Review) -> Option<usize> {
        let change = review.file(&self.path)?;
        all.iter().position(|part| *part.path() == self.path && Self::of(part, change) == *self)
    }
}

impl Place {
    /// Goes to a change and reads it.
    pub(super) fn go(&mut self, step: &Step, review: &Review) -> Vec<String> {
        let all = parts(review);
        if all.is_empty() {
            self.heard = None;
            return vec!["No change waits for you.".to_owned()];
        }
        // After a decision the next change stands where the decided one stood.
        let stands = self.heard.as_ref().and_then(|heard| heard.find(&all, review));
        self.at = stands.unwrap_or(self.at);
        let wanted = match step {
            Step::Next if stands.is_some() => self.at + 1,
            Step::Next => self.at.min(all.len() - 1),
            Step::Previous if self.at == 0 => return vec!["This is the first change.".to_owned()],
            Step::Previous => (self.at - 1).min(all.len() - 1),
            Step::File(name) => match all.iter().position(|part| part.path().as_str() == name) {
                Some(at) => at,
                None => return vec![format!("No change waits in {}. Say files to hear where some do.", spoken(name))],
            },
            Step::Number(number) => {
                let found = parts_numbered(review)
                    .into_iter()
                    .position(|(numbers, _)| numbers.is_some_and(|numbers| numbers.contains(number)));
                match found {
                    Some(at) => at,
                    None => return vec![format!("There is no change {number}. Say files to hear where some wait.")],
                }
            }
        };
        if wanted >= all.len() {
            return vec!["This was the last change. Say previous to go back, or commit if you are done.".to_owned()];
        }
        self.at = wanted;
        match all.get(wanted) {
            Some(part) => self.read(part, review),
            None => Vec::new(),
        }
    }

    /// Reads the change again, or the first one.
    pub(super) fn show(&mut self, review: &Review) -> Vec<String> {
        let all = parts(review);
        match self.heard.as_ref().map(|heard| heard.find(&all, review)) {
            None => self.go(&Step::Next, review),
            Some(None) => vec![GONE.to_owned()],
            Some(Some(at)) => {
                self.at = at;
                self.read(&all[at], review)
            }
        }
    }

    fn read(&mut self, part: &Part, review: &Review) -> Vec<String> {
        let Some(change) = review.file(part.path()) else { return Vec::new() };
        self.heard = Some(Heard::of(part, change));
        let all = review.progress().pending;
        let numbers = parts_numbered(review).into_iter().nth(self.at).and_then(|(numbers, _)| numbers);
        let headline = part.headline(change);
        let mut said = vec![match numbers.map(RangeInclusive::into_inner) {
            None => headline,
            Some((first, last)) if first == last => format!("Change {first} of {all}: {headline}"),
            Some((first, last)) => format!("Changes {first} to {last} of {all}, together: {headline}"),
        }];
        self.rest = part.body(change);
        said.extend(self.more_lines());
        if self.rest.is_empty() && !matches!(part, Part::Conflict(_)) {
            said.push("Accept or reject?".to_owned());
        }
        said
    }

    /// Reads on.
    pub(super) fn more(&mut self) -> Vec<String> {
        if self.rest.is_empty() { vec!["There is no more.".to_owned()] } else { self.more_lines() }
    }

    /// Returns the operation of a decision; the error is a sentence.
    pub(super) fn decide(
        &self,
        decision: Decision,
        extent: &Extent,
        note: Option<String>,
        review: &Review,
    ) -> Result<Op, String> {
        let pick = match extent {
            Extent::All => Pick::Everything,
            Extent::File => Pick::File { path: self.part(review)?.path().clone() },
            Extent::Part => {
                let conflict = "There is a conflict here: keep mine, take proposal or take both settles it.";
                self.part(review)?.pick().ok_or(conflict)?
            }
            Extent::Lines(numbers) => {
                let part = self.part(review)?;
                let change = review.file(part.path()).ok_or("The change is gone.")?;
                part.pick_lines(change, numbers)?
            }
        };
        Ok(Op::Decide { revision: review.revision(), pick, decision, note })
    }

    /// Returns the operation of a note about the change.
    pub(super) fn note(&self, text: String, review: &Review) -> Result<Op, String> {
        let part = self.part(review)?;
        let pick = part.pick().unwrap_or_else(|| Pick::File { path: part.path().clone() });
        Ok(Op::Note { revision: review.revision(), pick, text })
    }

    /// Returns the change that was read, if it still waits.
    pub(super) fn part(&self, review: &Review) -> Result<Part, String> {
        let heard = self.heard.as_ref().ok_or("Say next to hear a change first.")?;
        let mut all = parts(review);
        let at = heard.find(&all, review).ok_or(GONE)?;
        Ok(all.swap_remove(at))
    }

    /// Reads a side of the conflict that was read.
    pub(super) fn side(&mut self, side: Side, review: &Review) -> Vec<String> {
        let part = match self.part(review) {
            Ok(part) => part,
            Err(words) => return vec![words],
        };
        let conflict = review.file(part.path()).and_then(|change| change.conflict.as_ref());
        let Some(texts) = conflict else { return vec!["There is no conflict here.".to_owned()] };
        let (name, snapshot) = match side {
            Side::Before => ("Before both", &texts.base),
            Side::Yours => ("Yours, on disk", &texts.yours),
            Side::Proposal => ("The proposal", &texts.proposal),
        };
        let lines = lines_of(snapshot);
        if lines.is_empty() {
            let words = if snapshot.is_some() { "it is empty" } else { "there is no file" };
            return vec![format!("{name}: {words}.")];
        }
        let heard = |line: &[u8]| Some(spoken_bytes(line)).filter(|text| !text.trim().is_empty());
        let heard = lines.into_iter().map(|line| heard(line).unwrap_or_else(|| "(empty)".to_owned()));
        self.rest = (1..).zip(heard).map(|(number, text)| format!("line {number}: {text}")).collect();
        let mut said = vec![format!("{name}:")];
        said.extend(self.more_lines());
        said
    }

    fn more_lines(&mut self) -> Vec<String> {
        let mut said: Vec<String> = self.rest.drain(..self.rest.len().min(PAGE)).collect();
        if !self.rest.is_empty() {
            said.push(format!("{} more lines; say more.", self.rest.len()));
        }
        said
    }
}

/// Names the files of the review and how much waits in each.
pub(super) fn files(review: &Review) -> Vec<String> {
    let said: Vec<String> = review
        .files()
        .map(|change| {
            let path = spoken(change.path.as_str());
            let progress = change.progress();
            let mut facts = vec![match progress.pending {
                0 => "nothing waits".to_owned(),
                1 => "one change waits".to_owned(),
                more => format!("{more} changes wait"),
            }];
            if progress.conflicts > 0 {
                facts = vec!["a conflict is to be settled".to_owned()];
            }
            if progress.accepted > 0 {
                facts.push(format!("{} accepted", progress.accepted));
            }
            if progress.rejected > 0 {
                facts.push(format!("{} rejected", progress.rejected));
            }
            let (added, removed) = change.diff.lines();
            if progress.pending > 0 {
                let to_add = count(added, "line", "lines");
                facts.push(format!("{to_add} to add and {removed} to remove"));
            }
            format!("{path}: {}.", facts.join(", "))
        })
        .collect();
    if said.is_empty() { vec!["No file is in the review.".to_owned()] } else { said }
}
