//! What `y` copies: the hunk, the selected lines, the file or the decision as a unified diff.

use super::super::{Copied, Effect, Plain, safe};
use super::pane::DiffPane;
use super::rows::{FileRows, Row, Target, wide};
use crate::review::{self, FileChange, Hunk};

/// Lines that are left out of a copied diff are context, or gone.
struct Chosen<'a> {
    old: &'a dyn Fn(usize) -> bool,
    new: &'a dyn Fn(usize) -> bool,
}

impl DiffPane {
    /// Copies what is selected or under the cursor.
    pub(super) fn copy(&mut self) -> Vec<Effect> {
        let Some(file) = self.layout.file(self.cursor) else {
            return vec![Effect::Say("there is nothing to copy".to_owned())];
        };
        let all = |_: usize| true;
        let all = Chosen { old: &all, new: &all };
        let target = self.target();
        let what = match (self.anchor, &target) {
            (Some(_), _) => "the selected lines",
            (None, Target::Decided(_)) => "the decision",
            (None, Target::File | Target::Unit(_) | Target::Conflict) => "the file's diff",
            (None, Target::Runs(_) | Target::Nothing) => "the hunk",
        };
        let text = match (self.selection(), target) {
            (Some(rows), _) => selected(file, &file.rows[rows]),
            (None, Target::Runs(runs)) => {
                let hunks = file.hunks.iter().filter(|hunk| hunk.runs.start < runs.end && hunk.runs.end > runs.start);
                let first = file.run(runs.start).map_or(0, |run| run.old.start);
                let last = runs.clone().last().and_then(|run| file.run(run));
                let old = |line: usize| line >= first && last.is_some_and(|last| line < last.old.end.max(first));
                let first = file.run(runs.start).map_or(0, |run| run.new.start);
                let new = |line: usize| line >= first && last.is_some_and(|last| line < last.new.end);
                unified(file, hunks, &Chosen { old: &old, new: &new })
            }
            (None, Target::Decided(decided)) => decided_text(&file.change, decided),
            (None, Target::File | Target::Unit(_) | Target::Conflict) => unified(file, file.hunks.iter(), &all),
            (None, Target::Nothing) => String::new(),
        };
        self.anchor = None;
        if text.is_empty() {
            return vec![Effect::Say("there is nothing to copy".to_owned())];
        }
        vec![Effect::Copy(Copied::new(what, text))]
    }

    /// Copies the path of the file under the cursor.
    pub(super) fn copy_path(&self) -> Vec<Effect> {
        match self.layout.file(self.cursor) {
            Some(file) => vec![Effect::Copy(Copied::new("the path", file.change.path.as_str()))],
            None => vec![Effect::Say("there is nothing to copy".to_owned())],
        }
    }

    /// Returns what the pane shows as it can be read outside of adit's screen: the pending diff, or the file.
    pub(in crate::tui) fn plain(&self) -> Plain {
        if let Some(file) = &self.file {
            return file.plain();
        }
        let diffs = self.layout.files.iter().map(|file| review::unified(&file.change, self.context));
        Plain { name: "review.diff", text: safe::plain(&diffs.collect::<String>()).into_owned() }
    }
}

/// Returns the diff of the selected lines, so that it applies; mere context as it stands.
fn selected(file: &FileRows, rows: &[Row]) -> String {
    let (mut old, mut new, mut context) = (Vec::new(), Vec::new(), String::new());
    for row in rows {
        match row {
            Row::Line { old: line, new: added, run: Some(_) } => {
                old.extend(line.map(wide));
                new.extend(added.map(wide));
            }
            Row::Line { old: Some(line), .. } => context.push_str(&String::from_utf8_lossy(file.old.raw(wide(*line)))),
            Row::Line { new: Some(line), .. } => context.push_str(&String::from_utf8_lossy(file.new.raw(wide(*line)))),
            _ => {}
        }
    }
    if old.is_empty() && new.is_empty() {
        return context;
    }
    let is_in =
        |hunk: &&Hunk| old.iter().any(|line| hunk.old.contains(line)) || new.iter().any(|line| hunk.new.contains(line));
    let chosen =
        Chosen { old: &|line| old.binary_search(&line).is_ok(), new: &|line| new.binary_search(&line).is_ok() };
    unified(file, file.hunks.iter().filter(is_in), &chosen)
}

/// Writes hunks as a unified diff with the counts of what was chosen.
fn unified<'a>(file: &FileRows, hunks: impl Iterator<Item = &'a Hunk>, chosen: &Chosen<'_>) -> String {
    let change = &file.change;
    let mut out = review::unified_header(change);
    let head = out.len();
    let mut shift = 0_isize;
    for hunk in hunks {
        let mut body = String::new();
        let (mut removed, mut added) = (0, 0);
        let mut at = hunk.old.start;
        for run in &change.diff.runs[hunk.runs.clone()] {
            (at..run.old.start).for_each(|line| push(&mut body, ' ', file.old.raw(line)));
            for line in run.old.clone() {
                let is_chosen = (chosen.old)(line);
                removed += usize::from(is_chosen);
                push(&mut body, if is_chosen { '-' } else { ' ' }, file.old.raw(line));
            }
            for line in run.new.clone().filter(|line| (chosen.new)(*line)) {
                added += 1;
                push(&mut body, '+', file.new.raw(line));
            }
            at = run.old.end;
        }
        (at..hunk.old.end).for_each(|line| push(&mut body, ' ', file.old.raw(line)));
        let old = hunk.old.len();
        let new = old - removed + added;
        // A side without lines is numbered by the line before it, as diff does.
        let start = |count: usize, line: usize| if count == 0 { line } else { line + 1 };
        let new_start = hunk.old.start.saturating_add_signed(shift);
        let (from, to) = (start(old, hunk.old.start), start(new, new_start));
        out.push_str(&format!("@@ -{from},{old} +{to},{new} @@\n{body}"));
        shift += added as isize - removed as isize;
    }
    if out.len() == head { String::new() } else { out }
}

fn decided_text(change: &FileChange, decided: usize) -> String {
    let mut out = String::new();
    if let Some(decided) = change.decided.get(decided) {
        decided.removed.iter().for_each(|line| push(&mut out, '-', line.as_bytes()));
        decided.added.iter().for_each(|line| push(&mut out, '+', line.as_bytes()));
    }
    out
}

fn push(out: &mut String, sign: char, line: &[u8]) {
    out.push(sign);
    out.push_str(&String::from_utf8_lossy(line));
    if !line.ends_with(b"\n") {
        out.push_str("\n\\ No newline at end of file\n");
    }
}
