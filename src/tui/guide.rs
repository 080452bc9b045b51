//! Guidance for newcomers: steps in words, each done when the session's state or what the user does says so.

use std::cell::RefCell;
use std::sync::Arc;

use super::action::{ACTIONS, Action};
use super::keymap::Keymap;
use super::text::{clip, wrap};
use crate::session::{Entry, SessionState};

/// The guidance takes at most so many lines.
const MOST: usize = 3;
/// On a screen that is narrower than this it takes more of them, since what is to be done stands at the end.
const NARROW: u16 = 60;
/// So many.
const MOST_NARROW: usize = 5;

/// The steps, in order.
#[derive(Debug, Clone, Default)]
pub struct Guide {
    /// The steps.
    pub steps: Vec<GuideStep>,
}

/// One step.
#[derive(Debug, Clone)]
pub struct GuideStep {
    /// What to do, in one or two sentences. `{accept}` stands for the keys of that action.
    pub text: String,
    /// Tells whether it is done.
    pub done: fn(&SessionState) -> bool,
    /// Doing one of these ends the step too.
    pub ended_by: &'static [Action],
}

impl Guide {
    /// Returns the tour that a newcomer gets in a workspace of their own.
    pub fn first_run() -> Self {
        let step = |text: &str, done: fn(&SessionState) -> bool, ended_by: &'static [Action]| GuideStep {
            text: text.to_owned(),
            done,
            ended_by,
        };
        let steps = vec![
            step(
                "Say below what you want changed; @ names a file. {send} sends it. Nothing is written before you accept it.",
                |state| state.turn.0 > 0,
                &[],
            ),
            step(
                "The answer comes in the chat, its edits wait in the review. Go there with {focus-diff}, or from pane to pane \
                 with {next-pane}.",
                |state| has_decided(state) || has_committed(state),
                &[Action::FocusDiff],
            ),
            step(
                "Decide in the review: {accept} accepts a hunk and writes it, {reject} rejects it, {select-lines} selects lines, \
                 {undo} takes a decision back.",
                |state| has_decided(state) || has_committed(state),
                &[],
            ),
            step(
                "{commit} in the review commits what you accepted; a message is proposed, and yours to change.",
                has_committed,
                &[],
            ),
            step(
                "{help} shows every key, {palette} finds any action by name. adit demo shows all of this with scripted answers.",
                |_| false,
                &[Action::Help, Action::Palette],
            ),
        ];
        Self { steps }
    }

    /// Returns the first step from `at` on that is not done; done ones do not come back.
    pub fn advance(&self, at: usize, state: &SessionState) -> usize {
        let rest = self.steps.iter().skip(at);
        at + rest.take_while(|step| (step.done)(state)).count()
    }

    /// Tells whether an action ends a step.
    pub(super) fn ends_with(&self, at: usize, action: Action) -> bool {
        self.steps.get(at).is_some_and(|step| step.ended_by.contains(&action))
    }

    /// Returns the words of a step with its number and the user's own keys, or none after the last.
    pub fn words(&self, at: usize, keymap: &Keymap) -> Option<String> {
        let step = self.steps.get(at)?;
        Some(format!("{}/{}  {}", at + 1, self.steps.len(), with_keys(&step.text, keymap)))
    }
}

/// The words of the step that is shown, in lines: they are asked for often and seldom change.
#[derive(Debug, Clone, Default)]
pub(super) struct GuideMemo(RefCell<GuideLines>);

/// The lines of a step on a screen so wide.
#[derive(Debug, Clone, Default)]
struct GuideLines {
    of: Option<(usize, u16)>,
    lines: Arc<[String]>,
}

impl GuideMemo {
    /// Returns a step's words in a few lines of a screen so wide; what does not fit is cut with a mark.
    pub(super) fn lines(&self, guide: &Guide, at: usize, width: u16, keymap: &Keymap) -> Arc<[String]> {
        let mut memo = self.0.borrow_mut();
        if memo.of != Some((at, width)) {
            let words = guide.words(at, keymap);
            let mut lines = words.map(|words| wrap(&words, width.saturating_sub(4).into())).unwrap_or_default();
            let most = if width < NARROW { MOST_NARROW } else { MOST };
            if lines.len() > most {
                lines.truncate(most);
                if let Some(last) = lines.last_mut() {
                    *last = format!("{}…", clip(last, usize::from(width).saturating_sub(5)).trim_end_matches('…'));
                }
            }
            *memo = GuideLines { of: Some((at, width)), lines: lines.into() };
        }
        Arc::clone(&memo.lines)
    }
}

/// Puts the keys of actions in the place of their names in braces.
pub(super) fn with_keys(text: &str, keymap: &Keymap) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else { break };
        out.push_str(before);
        match ACTIONS.iter().find(|info| info.name == name) {
            Some(info) => match keymap.key(info.context, info.action) {
                Some(keys) => out.push_str(&keys.to_string()),
                None => out.push_str(&format!("\"{}\" in the palette", info.title)),
            },
            None => out.push_str(&format!("{{{name}}}")),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

fn has_decided(state: &SessionState) -> bool {
    let progress = state.review.progress();
    progress.accepted + progress.rejected > 0
}

fn has_committed(state: &SessionState) -> bool {
    state.entries.iter().any(|entry| matches!(entry.as_ref(), Entry::Committed { .. }))
}
