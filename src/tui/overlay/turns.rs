//! The turns of the conversation with their time, tokens and cost, below what was spent in all.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::effect::Effect;
use super::super::safe;
use super::super::status::thousands;
use super::super::text::{clip, put};
use super::super::theme::{Scope, Theme};
use super::modal::{Hint, Modal, Paper, Surroundings, Verdict, key as hint};
use super::money::draw_spans;
use super::sheet::{Cursor, between, line, sheet, tell_keys};
use super::timings::seconds;
use crate::session::{SessionState, TurnOutcome, TurnRecord, Usage, dollars};

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
    cursor: Cursor,
}

impl Modal for Costs {
    fn hints(&self, _state: &SessionState) -> Vec<Hint> {
        vec![hint("enter", "go to the prompt"), hint("down", "next")]
    }

    fn key(&mut self, key: KeyEvent, around: Surroundings<'_>) -> Verdict {
        let turns = around.state.turns();
        if key.code == KeyCode::Enter {
            let chosen = turns.get(self.cursor.at).map(|turn| Effect::ShowTurn(turn.id));
            return Verdict::Close(chosen.into_iter().collect());
        }
        self.cursor.key(key, turns.len());
        Verdict::stay()
    }

    fn list(&mut self) -> Option<&mut Cursor> {
        Some(&mut self.cursor)
    }

    fn view(&self, paper: Paper<'_>, around: Surroundings<'_>) -> Option<Position> {
        let Paper { screen, buffer, theme } = paper;
        let Surroundings { state, money, .. } = around;
        let turns = state.turns();
        let lines = u16::try_from(turns.len()).unwrap_or(u16::MAX).min(30);
        let heading = u16::from(lines > 0) * 2;
        // The bottom lines stay in sight.
        let height = (SPANS + heading + lines).min(screen.height.saturating_sub(4)).max(SPANS);
        let inner = sheet(screen, (WIDTH, height), "Cost", buffer, theme);
        let keys = [("Enter", "goes to the prompt"), ("adit cost", "in a shell tells more"), ("Esc", "leaves")];
        let keys = keys.into_iter().skip(usize::from(turns.is_empty()));
        let inner = tell_keys(inner, keys.map(|(key, what)| (key.to_owned(), what)), buffer, theme);
        let used = draw_spans(inner, buffer, theme, state, money);
        if !turns.is_empty() {
            self.draw_list(&turns, between(inner, used + 1, 0), buffer, theme);
        }
        None
    }
}

impl Costs {
    fn draw_list(&self, turns: &[TurnRecord<'_>], area: Rect, buffer: &mut Buffer, theme: &Theme) {
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
            draw_turn(turn, area, buffer, theme);
        }
    }
}

fn draw_turn(turn: &TurnRecord<'_>, area: Rect, buffer: &mut Buffer, theme: &Theme) {
    let (mark, scope) = match turn.ended {
        None | Some((TurnOutcome::Done, _)) => ("", Scope::Text),
        Some((TurnOutcome::Cancelled, _)) => ("stopped: ", Scope::Warning),
        Some((TurnOutcome::Failed(_), _)) => ("failed: ", Scope::Error),
    };
    let is_known = turn.usage != Usage::default();
    let prompt = safe::shown(turn.prompt.lines().next().unwrap_or_default(), 0);
    let cells = [
        turn.id.0.to_string(),
        match turn.ended {
            Some((_, took)) => seconds(took.0),
            None if turn.is_running => "runs".to_owned(),
            None => "-".to_owned(),
        },
        if is_known { thousands(turn.usage.context()) } else { "-".to_owned() },
        if is_known { thousands(turn.usage.output) } else { "-".to_owned() },
        turn.cost_micros.map_or_else(|| "-".to_owned(), dollars),
        format!("{mark}{prompt}"),
    ];
    for ((column, _), text) in COLUMNS.iter().zip(cells) {
        let scope = if *column == 43 { scope } else { Scope::Text };
        let room = usize::from(area.width.saturating_sub(*column));
        put(buffer, area, *column, &clip(&text, room), theme.style(scope));
    }
}
