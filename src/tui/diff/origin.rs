//! Who made what is under the cursor: the prompt and tool call behind a run.

use super::super::{Effect, Origin, Overlay};
use super::heading;
use super::pane::DiffPane;
use super::rows::{Row, Target, wide};
use crate::review::{Decision, FileChange, Maker, Mark};
use crate::session::{Entry, SessionState};

impl DiffPane {
    /// Shows which prompt, step and tool call made the run under the cursor, or that the user wrote it.
    pub(super) fn show_origin(&self, state: &SessionState) -> Vec<Effect> {
        let say = |text: &str| vec![Effect::Say(text.to_owned())];
        let Some(file) = self.layout.file(self.cursor) else { return say("there is nothing to tell about") };
        let change = &file.change;
        let name = heading::path(&change.path);
        let line = match self.cursor_row() {
            Some(Row::Line { run: Some(run), .. }) => Some(wide(run)),
            _ => None,
        };
        let (about, marks) = match (line, self.target()) {
            (Some(run), _) => (place(&name, change, run..run + 1), marks_of(change, run..run + 1)),
            (None, Target::Runs(runs)) => (place(&name, change, runs.clone()), marks_of(change, runs)),
            (None, Target::File | Target::Unit(_)) => (name, change.marks.iter().collect()),
            (None, Target::Decided(number)) => match made(change, number) {
                Some(made) => (format!("{name}, accepted"), made),
                None => return say("who made it is told of what is pending or was accepted"),
            },
            (None, Target::Conflict | Target::Nothing) => return say("there is no hunk under the cursor"),
        };
        let mut makers: Vec<(&Maker, bool)> = Vec::new();
        for mark in marks {
            match makers.iter_mut().find(|(maker, _)| *maker == &mark.maker) {
                Some((_, loose)) => *loose |= mark.loose,
                None => makers.push((&mark.maker, mark.loose)),
            }
        }
        if makers.is_empty() {
            return say("nobody is known to have made this");
        }
        let origins = makers.into_iter().map(|(maker, loose)| origin(maker, loose, state)).collect();
        vec![Effect::Open(Overlay::Origin { about, origins })]
    }
}

fn marks_of(change: &FileChange, runs: std::ops::Range<usize>) -> Vec<&Mark> {
    change.diff.runs.get(runs).unwrap_or_default().iter().flat_map(|run| change.marks_of(run)).collect()
}

/// Returns the marks of the lines that an accepted decision brought, if it brought any.
fn made(change: &FileChange, number: usize) -> Option<Vec<&Mark>> {
    let decided = change.decided.get(number).filter(|decided| decided.decision == Decision::Accepted)?;
    let (start, end) = (decided.at, decided.at + decided.added.len());
    let made: Vec<&Mark> = change.made.iter().filter(|mark| mark.lines.start < end && start < mark.lines.end).collect();
    (!made.is_empty()).then_some(made)
}

/// Returns where some runs stand, in words.
fn place(name: &str, change: &FileChange, runs: std::ops::Range<usize>) -> String {
    let runs = change.diff.runs.get(runs).unwrap_or_default();
    let (Some(first), Some(last)) = (runs.first(), runs.last()) else { return name.to_owned() };
    let (from, to) = (first.new.start + 1, last.new.end);
    if to > from { format!("{name}, lines {from} to {to}") } else { format!("{name}, line {from}") }
}

fn origin(maker: &Maker, is_loose: bool, state: &SessionState) -> Origin {
    match maker {
        Maker::User => Origin { maker: "You wrote it in the review.".to_owned(), prompt: None },
        Maker::Model { turn, step, call } => {
            let is_it = |entry: &Entry| matches!(entry, Entry::Tool { id, .. } if id.0 == *call);
            let tool = state.entries.iter().rev().find(|entry| is_it(entry)).and_then(|entry| match entry.as_ref() {
                Entry::Tool { name, .. } => Some(name.as_str()),
                _ => None,
            });
            let tool = tool.map(|name| format!("{name} ")).unwrap_or_default();
            let loose = if is_loose { ", loosely matched" } else { "" };
            let prompt = (*turn as usize).checked_sub(1).and_then(|turn| state.prompts.get(turn)).cloned();
            Origin { maker: format!("Turn {turn}, step {step}, tool call {tool}({call}){loose}"), prompt }
        }
    }
}
