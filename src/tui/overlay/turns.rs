//! The turns of the conversation with their time, tokens and cost, below what was spent in all.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::effect::Effect;
use super::super::safe;
use super::super::status::thousands;
use super::super::text::{clip, put};
use super::super::theme::{Scope, Theme};
use super::money::{Money, draw_spans};
use super::sheet::{Cursor, between, line, sheet};
use super::timings::seconds;
use crate::session::{Entry, Millis, SessionState, TurnId, TurnOutcome, Usage, dollars};

/// The columns of the sheet.
const WIDTH: u16 = 76;
/// The lines that the spans take, with a blank one below, and the foot.
const SPANS: u16 = 10;
/// The columns of the list: where each begins, and its heading.
const COLUMNS: [(u16, &str); 6] =
    [(0, "turn"), (6, "time"), (15, "read"), (24, "written"), (33, "cost"), (43, "prompt")];

/// What was spent, with a cursor in the turns; the newest is the first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::tui) struct Costs {
    pub(super) cursor: Cursor,
}

/// A turn as it is listed.
struct Turn<'a> {
    id: TurnId,
    prompt: &'a str,
    /// How it ended and after how long; none while it runs, or where that was not told.
    ended: Option<(&'a TurnOutcome, Millis)>,
    is_running: bool,
    usage: Usage,
    cost: Option<u64>,
}

impl Costs {
    /// Takes a key; returns what is asked for when the overlay is done.
    pub(super) fn key(&mut self, key: KeyEvent, state: &SessionState) -> Option<Vec<Effect>> {
        let turns = turns(state);
        if key.code == KeyCode::Enter {
            let chosen = turns.get(self.cursor.at).map(|turn| Effect::ShowTurn(turn.id));
            return Some(chosen.into_iter().collect());
        }
        self.cursor.key(key, turns.len());
        None
    }

    /// Draws it.
    pub(super) fn view(&self, screen: Rect, buffer: &mut Buffer, theme: &Theme, state: &SessionState, money: &Money) {
        let turns = turns(state);
        let lines = u16::try_from(turns.len()).unwrap_or(u16::MAX).min(30);
        let heading = u16::from(lines > 0) * 2;
        // The bottom lines stay in sight.
        let height = (SPANS + heading + lines).min(screen.height.saturating_sub(4)).max(SPANS);
        let inner = sheet(screen, (WIDTH, height), "Cost", buffer, theme);
        let used = draw_spans(inner, buffer, theme, state, money);
        if !turns.is_empty() {
            self.list(&turns, between(inner, used + 1, 1), buffer, theme);
        }
        let foot = line(inner, usize::from(inner.height.saturating_sub(1)));
        let keys = [("Enter", "goes to the prompt"), ("Esc", "leaves"), ("adit cost", "in a shell tells more")];
        let mut at = 0;
        for (key, what) in keys.into_iter().skip(usize::from(turns.is_empty())) {
            at = put(buffer, foot, at, key, theme.style(Scope::Key));
            at = put(buffer, foot, at + 1, what, theme.style(Scope::Muted)) + 2;
        }
    }

    fn list(&self, turns: &[Turn<'_>], area: Rect, buffer: &mut Buffer, theme: &Theme) {
        for (column, heading) in COLUMNS {
            put(buffer, line(area, 0), column, heading, theme.style(Scope::Muted));
        }
        let list = between(area, 1, 0);
        let top = self.cursor.show(list, turns.len());
        for (row, (at, turn)) in turns.iter().enumerate().skip(top).take(list.height.into()).enumerate() {
            let area = line(list, row);
            if at == self.cursor.at {
                buffer.set_style(area, theme.style(Scope::Selection));
            }
            turn.draw(area, buffer, theme);
        }
    }
}

impl Turn<'_> {
    fn draw(&self, area: Rect, buffer: &mut Buffer, theme: &Theme) {
        let (mark, scope) = match self.ended {
            None | Some((TurnOutcome::Done, _)) => ("", Scope::Text),
            Some((TurnOutcome::Cancelled, _)) => ("stopped: ", Scope::Warning),
            Some((TurnOutcome::Failed(_), _)) => ("failed: ", Scope::Error),
        };
        let is_known = self.usage != Usage::default();
        let prompt = safe::shown(self.prompt.lines().next().unwrap_or_default(), 0);
        let cells = [
            self.id.0.to_string(),
            match self.ended {
                Some((_, took)) => seconds(took.0),
                None if self.is_running => "runs".to_owned(),
                None => "-".to_owned(),
            },
            if is_known { thousands(self.usage.context()) } else { "-".to_owned() },
            if is_known { thousands(self.usage.output) } else { "-".to_owned() },
            self.cost.map_or_else(|| "-".to_owned(), dollars),
            format!("{mark}{prompt}"),
        ];
        for ((column, _), text) in COLUMNS.iter().zip(cells) {
            let scope = if *column == 43 { scope } else { Scope::Text };
            let room = usize::from(area.width.saturating_sub(*column));
            put(buffer, area, *column, &clip(&text, room), theme.style(scope));
        }
    }
}

/// Returns the turns that the conversation shows, the newest first.
fn turns(state: &SessionState) -> Vec<Turn<'_>> {
    let mut turns: Vec<Turn<'_>> = Vec::new();
    for entry in &state.entries {
        match entry.as_ref() {
            Entry::Prompt { turn, text, .. } => {
                let (id, usage) = (*turn, Usage::default());
                turns.push(Turn { id, prompt: text, ended: None, is_running: false, usage, cost: None });
            }
            Entry::TurnEnded { turn, outcome, usage, cost_micros, took } => {
                if let Some(ended) = turns.iter_mut().rev().find(|other| other.id == *turn) {
                    ended.ended = Some((outcome, *took));
                    (ended.usage, ended.cost) = (*usage, *cost_micros);
                }
            }
            _ => {}
        }
    }
    if let Some(running) = turns.last_mut().filter(|turn| turn.ended.is_none() && state.is_busy()) {
        running.is_running = true;
        (running.usage, running.cost) = (state.turn_usage, state.turn_cost_micros);
    }
    turns.reverse();
    turns
}
