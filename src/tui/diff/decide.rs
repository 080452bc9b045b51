//! Decisions: what a key means at the cursor, and waiting for the engine's answer before the next one.

use super::super::{Action, Effect, Overlay};
use super::filter::Filter;
use super::heading;
use super::layout::Spot;
use super::pane::DiffPane;
use super::rows::{Row, Target, wide};
use super::sync::Moved;
use crate::path::RelPath;
use crate::review::{Decision, Pick, Revision, Unit};
use crate::session::{Entry, FEEDBACK_PROMPT, Level, Op, SessionState};

/// At most so many keys wait for the engine; a cat on the keyboard is not served further.
const MAX_QUEUE: usize = 200;

/// A decision, undo or redo that was sent and not answered yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waiting {
    /// The proposal as it was.
    revision: Revision,
    /// How many entries the session had: a notice behind them is the refusal.
    entries: usize,
    /// What was decided.
    place: Place,
    /// How much was decided.
    weight: usize,
    /// Whether keys wait for the answer. A note's window asks by itself, and may be closed without an answer.
    holds_keys: bool,
}

/// Where the cursor goes on from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A unit of a file.
    Unit(RelPath, Unit),
    /// The n-th pending run of a file.
    Run(RelPath, usize),
    /// A whole file.
    File(RelPath),
    /// Everything.
    Everything,
    /// Where the history changed something.
    History,
}

/// What the engine made of the decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// It was made, and nothing else changed; go on from here.
    Done(Place),
    /// It was made, and the proposal changed besides.
    Overtaken(Place),
    /// It was not, or not on what the user saw.
    Refused,
}

/// Returns how much is decided; each decision makes it grow, wherever its file lies afterwards.
fn weight(state: &SessionState) -> usize {
    let decided = state.review.files().flat_map(|change| &change.decided);
    decided.map(|decided| (decided.removed.len() + decided.added.len()).max(1)).sum()
}

impl DiffPane {
    /// Tells whether keys wait for the engine's answer.
    pub(super) fn holds_keys(&self) -> bool {
        self.waiting.as_ref().is_some_and(|waiting| waiting.holds_keys)
    }

    /// Keeps an action until the engine has answered.
    pub(super) fn hold(&mut self, action: Action) {
        if self.queue.len() < MAX_QUEUE {
            self.queue.push_back(action);
        }
    }

    /// Does what was held, up to the next decision.
    pub(super) fn work_off(&mut self, state: &SessionState) {
        while !self.holds_keys()
            && let Some(action) = self.queue.pop_front()
        {
            let effects = self.act_now(action, state);
            self.effects.extend(effects);
        }
    }

    /// Tells the user something.
    pub(super) fn say(&mut self, text: impl Into<String>) {
        self.effects.push(Effect::Say(text.into()));
    }

    /// Returns the engine's answer, if it has come.
    pub(super) fn answer(&mut self, state: &SessionState) -> Option<Answer> {
        let waiting = self.waiting.as_ref()?;
        let is_moved = state.review.revision() != waiting.revision;
        let is_done = match waiting.place {
            Place::History => is_moved,
            _ => is_moved && weight(state) > waiting.weight,
        };
        let news = state.entries.get(waiting.entries.min(state.entries.len())..).unwrap_or_default();
        let is_notice = |entry: &Entry| matches!(entry, Entry::Notice { level: Level::Warning | Level::Error, .. });
        let is_refused = news.iter().any(|entry| is_notice(entry));
        // Text of the proposal that the user has not seen yet moved in between: what was held was meant for another.
        let is_overtaken = is_moved && !is_done && waiting.holds_keys;
        if !is_done && !is_refused && !is_overtaken {
            return None;
        }
        let waiting = self.waiting.take()?;
        let is_alone = state.review.revision().0 == waiting.revision.0 + 1;
        Some(match (is_done, is_alone) {
            (true, true) => Answer::Done(waiting.place),
            (true, false) => Answer::Overtaken(waiting.place),
            (false, _) => Answer::Refused,
        })
    }

    /// Waits for the answer to what is sent now.
    fn wait(&mut self, place: Place, holds_keys: bool, state: &SessionState) {
        self.waiting = Some(Waiting {
            revision: state.review.revision(),
            entries: state.entries.len(),
            weight: weight(state),
            place,
            holds_keys,
        });
    }

    /// Decides on what is selected or under the cursor.
    pub(super) fn decide(&mut self, decision: Decision, state: &SessionState) -> Vec<Effect> {
        match self.pick() {
            Ok((pick, place)) => self.send(pick, place, decision, state),
            Err(reason) => vec![Effect::Say(reason)],
        }
    }

    /// Decides on the cursor's file.
    pub(super) fn decide_file(&mut self, decision: Decision, state: &SessionState) -> Vec<Effect> {
        match self.pick_file() {
            Ok((pick, place)) => self.send(pick, place, decision, state),
            Err(reason) => vec![Effect::Say(reason)],
        }
    }

    /// Decides on everything that is pending.
    pub(super) fn decide_all(&mut self, decision: Decision, state: &SessionState) -> Vec<Effect> {
        if !self.totals.is_open() {
            return vec![Effect::Say("nothing is pending".to_owned())];
        }
        match &self.filter {
            Filter::All | Filter::Pending => self.send(Pick::Everything, Place::Everything, decision, state),
            Filter::File(path) => {
                let path = path.clone();
                self.send(Pick::File { path: path.clone() }, Place::File(path), decision, state)
            }
            // What is not listed is not decided.
            Filter::Loose | Filter::Call(_) => {
                vec![Effect::Say("only a part is listed: decide file by file, or list everything first".to_owned())]
            }
        }
    }

    fn send(&mut self, pick: Pick, place: Place, decision: Decision, state: &SessionState) -> Vec<Effect> {
        self.anchor = None;
        self.wait(place, true, state);
        let revision = state.review.revision();
        vec![Effect::Send(Op::Decide { revision, pick, decision, note: None })]
    }

    /// Goes a step back or forth in the history.
    pub(super) fn history(&mut self, op: Op, state: &SessionState) -> Vec<Effect> {
        self.anchor = None;
        self.wait(Place::History, true, state);
        vec![Effect::Send(op)]
    }

    /// Opens the line for a note on what is selected or under the cursor.
    pub(super) fn note(&mut self, decision: Decision, state: &SessionState) -> Vec<Effect> {
        match self.pick() {
            Ok((pick, place)) => {
                if decision != Decision::Pending {
                    self.wait(place, false, state);
                }
                self.anchor = None;
                vec![Effect::Open(Overlay::Note { pick, revision: state.review.revision(), decision })]
            }
            Err(reason) => vec![Effect::Say(reason)],
        }
    }

    /// Sends what was decided and said so far, as a prompt of its own.
    pub(super) fn send_feedback(&self, state: &SessionState) -> Vec<Effect> {
        let waiting = state.review.feedback();
        if waiting.is_empty() {
            return vec![Effect::Say("the model has heard of all your decisions and notes".to_owned())];
        }
        if state.queue.iter().any(|queued| queued.text == FEEDBACK_PROMPT) {
            return vec![Effect::Say("your decisions and notes are sent when the turn has ended".to_owned())];
        }
        let notes = waiting.iter().filter(|told| told.note.is_some()).count();
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        let words = match (notes, waiting.len() - notes) {
            (0, others) => format!("sending {others} decision{}", plural(others)),
            (notes, 0) => format!("sending {notes} note{}", plural(notes)),
            (notes, others) => {
                format!("sending {notes} note{} and {others} decision{}", plural(notes), plural(others))
            }
        };
        vec![Effect::Send(Op::Prompt { text: FEEDBACK_PROMPT.to_owned() }), Effect::Say(words)]
    }

    fn pick_file(&self) -> Result<(Pick, Place), String> {
        let Some(file) = self.layout.file(self.cursor) else { return Err("nothing is pending".to_owned()) };
        let path = file.change.path.clone();
        if file.change.conflict.is_some() {
            return Err(format!("{} has a conflict to settle first", heading::path(&path)));
        }
        if file.change.diff.is_empty() {
            return Err(format!("nothing is pending in {}", heading::path(&path)));
        }
        if file.leaves_out {
            // What is not listed is not decided.
            let listed = file.stops.iter().filter_map(|stop| match &stop.target {
                Target::Runs(runs) => Some(runs.clone()),
                _ => None,
            });
            let runs: Vec<usize> = listed.flatten().collect();
            let place = Place::File(path.clone());
            return Ok((Pick::Runs { path, runs }, place));
        }
        Ok((Pick::File { path: path.clone() }, Place::File(path)))
    }

    /// Returns what a decision would be about now, or why there is nothing.
    pub(super) fn pick(&self) -> Result<(Pick, Place), String> {
        let Some(file) = self.layout.file(self.cursor) else { return Err("nothing is pending".to_owned()) };
        let path = file.change.path.clone();
        if file.change.conflict.is_some() {
            return Err(format!("{} has a conflict to settle first", heading::path(&path)));
        }
        if let Some(rows) = self.selection() {
            let is_deleted = file.change.diff.units.contains(&Unit::Delete);
            return self.pick_lines(rows).ok_or_else(|| match is_deleted {
                true => "the removal of a file is decided as a whole, not by line".to_owned(),
                false => "no pending line is selected".to_owned(),
            });
        }
        match self.target() {
            Target::File => self.pick_file(),
            Target::Unit(unit) => Ok((Pick::Unit { path: path.clone(), unit }, Place::Unit(path, unit))),
            Target::Runs(runs) => {
                let place = Place::Run(path.clone(), runs.start);
                Ok((Pick::Runs { path, runs: runs.collect() }, place))
            }
            Target::Decided(_) => Err("this is decided already; undo takes decisions back".to_owned()),
            Target::Conflict | Target::Nothing => Err("there is no hunk under the cursor".to_owned()),
        }
    }

    /// Returns the selected lines of pending runs.
    fn pick_lines(&self, rows: std::ops::RangeInclusive<usize>) -> Option<(Pick, Place)> {
        let file = self.layout.file(self.cursor)?;
        let is_paired = self.last_geometry().is_paired;
        let (mut removed, mut added, mut first) = (Vec::new(), Vec::new(), None);
        for row in rows {
            let Some(Row::Line { old, new, run: Some(run) }) = file.rows.get(row).copied() else { continue };
            let pair = if is_paired { file.side_by_side(file.rows[row]) } else { Some((old.map(wide), new.map(wide))) };
            let Some((old, new)) = pair else { continue };
            removed.extend(old);
            added.extend(new);
            first = first.or(Some(wide(run)));
        }
        removed.sort_unstable();
        added.sort_unstable();
        added.dedup();
        let path = file.change.path.clone();
        let place = Place::Run(path.clone(), first?);
        Some((Pick::Lines { path, removed, added }, place))
    }

    /// Goes to the next undecided part behind what was decided; stays at the decision where there is none.
    pub(super) fn move_on(&mut self, place: &Place, moved: Option<&Moved>) {
        self.anchor = None;
        match place {
            Place::Everything => {}
            Place::History => {
                if let Some(moved) = moved {
                    self.go_to_line(&moved.path, moved.line);
                }
            }
            Place::Unit(path, _) | Place::Run(path, _) | Place::File(path) => {
                let (from, rest) = match self.layout.find(path) {
                    Ok(file) => (self.next_in(file, place), file + 1),
                    Err(file) => (None, file),
                };
                if let Some(spot) = from.or_else(|| self.first_pending(rest)) {
                    self.go_to(spot);
                } else if let Some(moved) = moved {
                    self.go_to_line(&moved.path, moved.line);
                }
            }
        }
    }

    /// Returns the next undecided part in the file itself.
    fn next_in(&self, file: usize, place: &Place) -> Option<Spot> {
        let stops = &self.layout.files.get(file)?.stops;
        let is_behind = |target: &Target| match (place, target) {
            (Place::Unit(_, decided), Target::Unit(unit)) => unit >= decided,
            (Place::Unit(..), Target::Runs(_)) => true,
            (Place::Run(_, decided), Target::Runs(runs)) => runs.end > *decided,
            _ => false,
        };
        let stop = stops.iter().find(|stop| is_behind(&stop.target))?;
        Some(Spot { file, row: stop.row })
    }
}
