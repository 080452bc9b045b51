//! A memo of what large texts have between them, shared by all who fold the same session.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use git2::FileFavor;

use super::diff::{compare, line_runs};
use super::merge::merge_file;
use super::{FileChange, FileDiff, Run, Snapshot, Text};

/// Texts that have fewer bytes together are compared anew each time, which is no slower than to look.
const SMALL: usize = 64 << 10;

/// The memo holds on to so many bytes, texts included; the newest answer is kept whatever its size.
const KEPT: usize = 64 << 20;

/// Compares and merges texts, and remembers the last answers about large ones.
///
/// It is a memo and no truth: every answer is that of the bytes alone, so a fold gives the same with a cold memo as with
/// a warm one, only later. A copy shares the memo. That is how the engine, which folds an event first, spares every
/// other client of the session the work.
#[derive(Clone, Default)]
pub struct Comparisons {
    memo: Arc<Mutex<Memo>>,
    watcher: Option<Arc<dyn Fn() + Send + Sync>>,
    is_given_up: bool,
}

/// The last answers, oldest first.
#[derive(Default)]
struct Memo {
    known: VecDeque<(Question, Answer)>,
    bytes: usize,
    /// How many large texts were compared, for those who ask whether that was needed.
    computed: usize,
}

#[derive(PartialEq)]
enum Question {
    Runs([Text; 2]),
    Merge([Text; 3], Option<FileFavor>),
}

#[derive(Clone)]
enum Answer {
    Runs(Option<Arc<Vec<Run>>>),
    Merge(Option<(Text, bool)>),
}

impl Comparisons {
    /// Returns the same memo with someone who is told whenever a long comparison begins.
    #[must_use]
    pub fn watched(&self, began: impl Fn() + Send + Sync + 'static) -> Self {
        Self { watcher: Some(Arc::new(began)), ..self.clone() }
    }

    /// Returns comparisons as a file has them: one that is decided as a whole is not compared by line.
    pub(super) fn of(&self, change: &FileChange) -> Self {
        Self { is_given_up: change.by_file, ..self.clone() }
    }

    /// Returns how many comparisons of large texts were worked out, and not remembered.
    pub fn computed(&self) -> usize {
        self.memo().computed
    }

    /// Returns the difference of two states of a file, as [`diff_texts`](super::diff_texts) does.
    pub(super) fn diff(&self, accepted: Option<&Snapshot>, target: Option<&Snapshot>, renamed: bool) -> FileDiff {
        compare(accepted, target, renamed, |old, new| self.runs(old, new).map(Arc::unwrap_or_clone))
    }

    /// Returns the runs between two texts as `git diff -U0` has them, or none where they are not decided by line.
    pub(super) fn runs(&self, old: &Text, new: &Text) -> Option<Arc<Vec<Run>>> {
        let compute = || line_runs(old.as_bytes(), new.as_bytes()).map(Arc::new);
        if self.is_given_up && old != new {
            return None;
        }
        if old == new || is_small(&[old, new]) {
            return compute();
        }
        let question = Question::Runs([old.clone(), new.clone()]);
        match self.ask(question, || Answer::Runs(compute())) {
            Answer::Runs(runs) => runs,
            // A question is never remembered with the other kind of answer.
            Answer::Merge(_) => compute(),
        }
    }

    /// Merges two changes of a text; the flag tells whether it is clean. None where the texts cannot be merged by line.
    pub(super) fn merge(
        &self,
        base: &Text,
        ours: &Text,
        theirs: &Text,
        favor: Option<FileFavor>,
    ) -> Option<(Text, bool)> {
        let compute = || {
            let sides = [base, ours, theirs].map(Text::as_bytes);
            let (text, is_clean) = merge_file(sides[0], sides[1], sides[2], "yours", "proposal", favor)?;
            Some((Text::new(text), is_clean))
        };
        if self.is_given_up {
            return None;
        }
        if is_small(&[base, ours, theirs]) {
            return compute();
        }
        let question = Question::Merge([base.clone(), ours.clone(), theirs.clone()], favor);
        match self.ask(question, || Answer::Merge(compute())) {
            Answer::Merge(merged) => merged,
            Answer::Runs(_) => compute(),
        }
    }

    fn ask(&self, question: Question, compute: impl FnOnce() -> Answer) -> Answer {
        if let Some(known) = self.memo().find(&question) {
            return known;
        }
        if let Some(watcher) = &self.watcher
            && question.texts().iter().any(Text::takes_long)
        {
            watcher();
        }
        // The memo is not held meanwhile: whoever asks something else must not wait for this.
        let answer = compute();
        self.memo().keep(question, answer.clone());
        answer
    }

    fn memo(&self) -> MutexGuard<'_, Memo> {
        // A memo that a panic left is whole: an entry is put in by one call.
        self.memo.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memo {
    fn find(&mut self, question: &Question) -> Option<Answer> {
        let at = self.known.iter().rposition(|(known, _)| known == question)?;
        // What is asked again is the last to go.
        let entry = self.known.remove(at)?;
        let answer = entry.1.clone();
        self.known.push_back(entry);
        Some(answer)
    }

    fn keep(&mut self, question: Question, answer: Answer) {
        self.computed += 1;
        self.bytes += weight(&question, &answer);
        self.known.push_back((question, answer));
        while self.bytes > KEPT && self.known.len() > 1 {
            if let Some((question, answer)) = self.known.pop_front() {
                self.bytes -= weight(&question, &answer);
            }
        }
    }
}

impl Question {
    fn texts(&self) -> &[Text] {
        match self {
            Self::Runs(texts) => texts,
            Self::Merge(texts, _) => texts,
        }
    }
}

fn weight(question: &Question, answer: &Answer) -> usize {
    let texts: usize = question.texts().iter().map(|text| text.as_bytes().len()).sum();
    texts
        + match answer {
            Answer::Runs(runs) => runs.as_ref().map_or(0, |runs| runs.len() * size_of::<Run>()),
            Answer::Merge(merged) => merged.as_ref().map_or(0, |(text, _)| text.as_bytes().len()),
        }
}

fn is_small(texts: &[&Text]) -> bool {
    texts.iter().map(|text| text.as_bytes().len()).sum::<usize>() < SMALL
}

impl fmt::Debug for Comparisons {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Comparisons").field("known", &self.memo().known.len()).finish_non_exhaustive()
    }
}
