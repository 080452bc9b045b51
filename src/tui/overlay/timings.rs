//! How long the last requests took: until the head, until the first piece, in all, and how fast the tokens came.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::effect::Effect;
use super::super::safe;
use super::super::text::{clip, put};
use super::super::theme::{Scope, Theme};
use super::modal::{Hint, Modal, Paper, Surroundings, Verdict, key as hint};
use super::sheet::{Cursor, between, line, sheet, tell_keys};
use crate::session::{CallKind, SessionState, StepRecord, StopReason};

/// The columns of the table: where each begins, and its heading.
const COLUMNS: [(u16, &str); 8] = [
    (0, "turn"),
    (6, "head"),
    (15, "first"),
    (24, "in all"),
    (33, "tokens/s"),
    (43, "read"),
    (52, "written"),
    (61, "model"),
];
const WIDTH: u16 = 86;
/// The lines that are no rows: headings, a blank, and what is said of the selected step.
const OTHER_LINES: u16 = 6;

/// The overlay's state: which step is selected, counted from the newest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::tui) struct StepTimes {
    cursor: Cursor,
}

impl Modal for StepTimes {
    fn hints(&self, _state: &SessionState) -> Vec<Hint> {
        vec![hint("enter", "go to the prompt"), hint("down", "next")]
    }

    fn key(&mut self, key: KeyEvent, around: Surroundings<'_>) -> Verdict {
        let steps = &around.state.steps;
        if key.code == KeyCode::Enter {
            let chosen = steps.iter().rev().nth(self.cursor.at).map(|step| Effect::ShowTurn(step.turn));
            return Verdict::Close(chosen.into_iter().collect());
        }
        self.cursor.key(key, steps.len());
        Verdict::stay()
    }

    fn list(&mut self) -> Option<&mut Cursor> {
        Some(&mut self.cursor)
    }

    fn view(&self, paper: Paper<'_>, around: Surroundings<'_>) -> Option<Position> {
        let Paper { screen, buffer, theme } = paper;
        let state = around.state;
        let steps: Vec<&StepRecord> = state.steps.iter().rev().collect();
        let rows = u16::try_from(steps.len().clamp(1, 16)).unwrap_or(16);
        let inner = sheet(screen, (WIDTH, rows + OTHER_LINES), "The last requests", buffer, theme);
        let muted = theme.style(Scope::Muted);
        let keys = [("Enter", "goes to the prompt"), ("Esc", "leaves")].into_iter().skip(usize::from(steps.is_empty()));
        let inner = tell_keys(inner, keys.map(|(key, what)| (key.to_owned(), what)), buffer, theme);
        // Below the list stand a blank line, two lines about the selected step, and another blank one.
        let below = if inner.height > OTHER_LINES { OTHER_LINES - 2 } else { 0 };
        if steps.is_empty() {
            put(buffer, inner, 0, "no request has ended yet", muted);
        } else {
            for (column, heading) in COLUMNS {
                put(buffer, line(inner, 0), column, heading, muted);
            }
        }
        let list = between(inner, 1, below);
        let at = self.cursor.at.min(steps.len().saturating_sub(1));
        let top = self.cursor.show(list, steps.len());
        for (row, (index, step)) in steps.iter().enumerate().skip(top).take(list.height.into()).enumerate() {
            let area = line(list, row);
            if index == at {
                buffer.set_style(area, theme.style(Scope::Selection));
            }
            draw_step(step, area, buffer, theme);
        }
        if let Some(step) = steps.get(at).filter(|_| below > 0) {
            let about = inner.height.saturating_sub(2);
            for (offset, words) in described(step).into_iter().enumerate() {
                let words = clip(&words, inner.width.into()).into_owned();
                put(buffer, line(inner, usize::from(about) + offset), 0, &words, theme.style(Scope::Text));
            }
        }
        None
    }
}

fn draw_step(step: &StepRecord, area: Rect, buffer: &mut Buffer, theme: &Theme) {
    let times = &step.timings;
    let unknown = || "-".to_owned();
    let cells = [
        match step.kind {
            CallKind::Turn => format!("{}.{}", step.turn.0, step.step.0),
            CallKind::Draft => "draft".to_owned(),
            CallKind::Compaction => "sum".to_owned(),
        },
        times.head.map_or_else(unknown, seconds),
        times.first.map_or_else(unknown, seconds),
        seconds(times.total),
        times.tokens_a_second(step.usage).map_or_else(unknown, |count| count.to_string()),
        step.usage.context().to_string(),
        step.usage.output.to_string(),
        safe::shown(&step.model, 0).into_owned(),
    ];
    let scope = if times.retries > 0 { Scope::Warning } else { Scope::Text };
    for ((column, _), text) in COLUMNS.iter().zip(cells) {
        let room = usize::from(area.width.saturating_sub(*column));
        put(buffer, area, *column, &clip(&text, room), theme.style(scope));
    }
}

/// Returns what else is known of a step, in two lines.
fn described(step: &StepRecord) -> [String; 2] {
    let times = &step.timings;
    let mut words = match &step.stop {
        StopReason::EndTurn if step.kind == CallKind::Draft => "a draft of a commit message".to_owned(),
        StopReason::EndTurn if step.kind == CallKind::Compaction => "a summary of the conversation".to_owned(),
        StopReason::EndTurn => "the model was done".to_owned(),
        StopReason::ToolUse => "the model called tools".to_owned(),
        StopReason::MaxTokens => "cut off at the token limit".to_owned(),
        StopReason::ContextFull => "the context is full".to_owned(),
        StopReason::Refused(word) | StopReason::Malformed(word) | StopReason::Other(word) => {
            safe::shown(word, 0).into_owned()
        }
    };
    if times.retries > 0 {
        let again = if times.retries == 1 { "once".to_owned() } else { format!("{} times", times.retries) };
        words.push_str(&format!(" · sent again {again}, after {}", seconds(times.waited)));
    }
    let id = times
        .request_id
        .as_deref()
        .map_or_else(|| "the service gave no request id".to_owned(), |id| format!("request id {}", safe::shown(id, 0)));
    [words, id]
}

/// Returns milliseconds as people read them: 340 ms, 4.2 s, 125 s.
pub(super) fn seconds(millis: u64) -> String {
    match millis {
        0..1_000 => format!("{millis} ms"),
        1_000..100_000 => format!("{}.{} s", millis / 1000, millis % 1000 / 100),
        _ => format!("{} s", millis / 1000),
    }
}
