//! The palette: any action by a few letters of its name.

use std::cmp::Reverse;

use crossterm::event::KeyEvent;
use nucleo::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo::{Config, Matcher, Utf32Str};
use ratatui::layout::Position;

use super::super::action::{ACTIONS, Action, ActionInfo, Context, HABITS};
use super::super::text::{clip, put, width};
use super::super::theme::Scope;
use super::modal::{Hint, Modal, Paper, Surroundings, Verdict, key as hint};
use super::picker::Picker;
use super::sheet::sheet;
use crate::session::SessionState;

/// The palette's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct Palette {
    /// Where the user was; its actions come first.
    context: Context,
    /// What was done last comes before them.
    recent: Vec<Action>,
    picker: Picker,
}

impl Palette {
    /// Returns a palette opened in a context.
    pub(super) fn new(context: Context, recent: &[Action]) -> Self {
        Self { context, recent: recent.to_vec(), picker: Picker::default() }
    }

    fn found(&self) -> Vec<&'static ActionInfo> {
        let mut all: Vec<&ActionInfo> = ACTIONS.iter().filter(|info| !is_elsewhere(info.action)).collect();
        let last = |info: &ActionInfo| self.recent.iter().position(|action| *action == info.action);
        all.sort_by_key(|info| (last(info).unwrap_or(usize::MAX), info.context != self.context));
        let wanted = self.picker.wanted();
        // A colon opens the palette in some keymaps, and is typed again by habit.
        let wanted = wanted.trim_start_matches(':');
        if wanted.is_empty() {
            return all;
        }
        let pattern = Pattern::new(wanted, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut characters = Vec::new();
        let mut ranked: Vec<(Rank, &ActionInfo)> = all
            .into_iter()
            .filter_map(|info| {
                let title = pattern.score(Utf32Str::new(info.title, &mut characters), &mut matcher);
                let name = pattern.score(Utf32Str::new(info.name, &mut characters), &mut matcher);
                let fit = fit(wanted, info);
                let score = if fit == Fit::Exact { title.max(name).or(Some(0)) } else { title.max(name) }?;
                // One letter is too little to decide by.
                let is_hasty = wanted.chars().nth(1).is_none() && info.action.is_weighty();
                Some(((is_hasty, fit, Reverse(score)), info))
            })
            .collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().map(|(_, info)| info).collect()
    }
}

impl Modal for Palette {
    fn context(&self) -> Context {
        Context::Anywhere
    }

    fn hints(&self, _state: &SessionState) -> Vec<Hint> {
        vec![hint("enter", "do it"), hint("down", "next")]
    }

    fn takes_text(&self) -> bool {
        true
    }

    fn key(&mut self, key: KeyEvent, _around: Surroundings<'_>) -> Verdict {
        let found = self.found();
        let is_chosen = self.picker.key(key, found.len());
        let chosen = found.get(self.picker.cursor.at).filter(|_| is_chosen);
        chosen.map_or(Verdict::stay(), |info| Verdict::Perform(info.action))
    }

    fn picker(&mut self) -> Option<&mut Picker> {
        Some(&mut self.picker)
    }

    fn view(&self, paper: Paper<'_>, around: Surroundings<'_>) -> Option<Position> {
        let Paper { screen, buffer, theme } = paper;
        let inner = sheet(screen, (74, 20.min(screen.height.saturating_sub(4))), "Actions", buffer, theme);
        self.picker.view(inner, buffer, theme, (&self.found(), "no action matches"), |info, area, buffer| {
            let key = around.keymap.key(info.context, info.action).map(|key| key.to_string()).unwrap_or_default();
            let room = usize::from(area.width).saturating_sub(width(&key) + 2);
            put(buffer, area, 0, &clip(info.title, room), theme.style(Scope::Text));
            let at = area.width.saturating_sub(u16::try_from(width(&key)).unwrap_or(0));
            put(buffer, area, at, &key, theme.style(Scope::Key));
        })
    }
}

/// How well an action fits what was typed; the least one is the best.
type Rank = (bool, Fit, Reverse<u32>);

/// In which way it fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// Its name, what it does, or what is typed for it elsewhere, is just that.
    Exact,
    /// It begins with that, as whole words.
    Words,
    /// Its letters are in it somewhere.
    Letters,
}

fn fit(wanted: &str, info: &ActionInfo) -> Fit {
    let texts = [info.name, info.title];
    let is_habit = HABITS.iter().any(|(typed, action)| *typed == wanted && *action == info.action);
    let begins = |text: &str| {
        text.strip_prefix(wanted).is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric()))
    };
    if is_habit || texts.contains(&wanted) {
        Fit::Exact
    } else if texts.into_iter().any(begins) {
        Fit::Words
    } else {
        Fit::Letters
    }
}

/// Tells whether an action is an overlay's own: that is done there, not from another one.
pub(super) fn is_elsewhere(action: Action) -> bool {
    matches!(action.info().context, Context::Question | Context::Conflict | Context::Sheet)
}
