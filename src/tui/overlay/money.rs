//! What was spent, in every span, and what the prompt cache saved; and the question at a cap.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::action::{Action, Context};
use super::super::effect::Effect;
use super::super::safe;
use super::super::status::thousands;
use super::super::text::{clip, put};
use super::super::theme::{Scope, Theme};
use super::modal::{Hint, Modal, Paper, Surroundings, Verdict, act};
use super::sheet::{fitting, key_of, line, question};
use crate::session::{Allowance, Caps, Fault, Op, SessionState, Spent, Usage, dollars};

/// What the screen knows of money beyond the session's own state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::tui) struct Money {
    /// The caps.
    pub caps: Caps,
    /// What the ledger told last; none until it has.
    pub spent: Option<Result<Spent, String>>,
}

/// The columns of the question.
const WIDTH: u16 = 70;

/// Draws what was spent in every span into a sheet; returns how many lines that took.
pub(super) fn draw_spans(inner: Rect, buffer: &mut Buffer, theme: &Theme, state: &SessionState, money: &Money) -> u16 {
    let own = [
        ("step", state.step_cost_micros, state.step_usage),
        ("turn", state.turn_cost_micros, state.turn_usage),
        ("session", state.cost_micros, state.usage),
    ];
    let mut rows: Vec<(String, String, String, Scope)> = Vec::new();
    let mut add = |name: &str, amount: &str, detail: &str, scope: Scope| {
        rows.push((name.to_owned(), amount.to_owned(), detail.to_owned(), scope));
    };
    for (name, cost, usage) in own {
        let cap = if name == "session" { money.caps.session } else { None };
        let amount = match cost {
            Some(cost) => capped(cost, cap),
            None if usage == Usage::default() => "-".to_owned(),
            None => "price not known".to_owned(),
        };
        let scope = cap_scope(cost.unwrap_or(0), cap);
        add(name, &amount, &tokens(usage), scope);
    }
    match &money.spent {
        None => add("ledger", "reading…", "", Scope::Muted),
        Some(Err(reason)) => {
            let words = safe::shown(reason, 0).into_owned();
            add("ledger", &clip(&words, usize::from(inner.width.saturating_sub(10))), "", Scope::Error);
        }
        Some(Ok(spent)) => {
            let rows = [
                ("today", spent.day, spent.reserved.day, money.caps.day),
                ("month", spent.month, spent.reserved.month, money.caps.month),
                ("project", spent.project, spent.reserved.project, None),
            ];
            for (name, cost, reserved, cap) in rows {
                let detail = match reserved {
                    0 => String::new(),
                    reserved => format!("{} more is reserved by running calls", dollars(reserved)),
                };
                add(name, &capped(cost, cap), &detail, cap_scope(cost.saturating_add(reserved), cap));
            }
            if spent.unpriced > 0 {
                let words = match spent.unpriced {
                    1 => "1 call of this session has no known price".to_owned(),
                    calls => format!("{calls} calls of this session have no known price"),
                };
                add("", &words, "", Scope::Warning);
            }
        }
    }
    let usage = state.usage;
    let hits = usage.hit_percent().map_or_else(|| "-".to_owned(), |percent| format!("{percent}% hits"));
    let detail = format!("{} read, {} written", thousands(usage.cache_read), thousands(usage.cache_write));
    add("cache", &hits, &detail, Scope::Text);
    let (shown, more) = fitting(rows.len(), inner);
    for (row, (name, amount, detail, scope)) in rows.iter().enumerate().take(shown) {
        let at = line(inner, row);
        put(buffer, at, 0, name, theme.style(Scope::Muted));
        put(buffer, at, 10, amount, theme.style(*scope));
        put(buffer, at, 30, &clip(detail, usize::from(inner.width.saturating_sub(30))), theme.style(Scope::Muted));
    }
    if let Some(more) = more {
        put(buffer, line(inner, shown), 0, &more, theme.style(Scope::Muted));
    }
    u16::try_from(rows.len()).unwrap_or(u16::MAX)
}

fn tokens(usage: Usage) -> String {
    if usage == Usage::default() {
        return String::new();
    }
    let cached = usage.hit_percent().map_or_else(String::new, |percent| format!(" ({percent}% cached)"));
    format!("{} read{cached}, {} written", thousands(usage.context()), thousands(usage.output))
}

fn capped(cost: u64, cap: Option<u64>) -> String {
    match cap {
        Some(cap) => format!("{} of {}", dollars(cost), dollars(cap)),
        None => dollars(cost),
    }
}

/// Returns how an amount looks: a warning from four fifths of its cap on.
fn cap_scope(cost: u64, cap: Option<u64>) -> Scope {
    match cap {
        Some(cap) if cost >= cap => Scope::Error,
        Some(cap) if cost.saturating_mul(5) >= cap.saturating_mul(4) => Scope::Warning,
        Some(_) | None => Scope::Text,
    }
}

/// The question whether a cap may be passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct OverCap {
    what: String,
}

impl OverCap {
    /// Returns the question that a refused call asks.
    pub(in crate::tui) fn new(fault: &Fault) -> Self {
        Self { what: fault.message.clone() }
    }
}

/// Enter says yes to other questions, but not to money.
impl Modal for OverCap {
    fn context(&self) -> Context {
        Context::Question
    }

    fn hints(&self, _state: &SessionState) -> Vec<Hint> {
        vec![
            act(Action::AnswerYes, "this call"),
            act(Action::AnswerAlways, "all of this session"),
            act(Action::AnswerNo, "no"),
        ]
    }

    fn answer(&mut self, action: Action, _around: Surroundings<'_>) -> Verdict {
        let allow = |allowance| Verdict::Close(vec![Effect::Send(Op::AllowSpending { allowance })]);
        match action {
            Action::AnswerYes => allow(Allowance::Call),
            Action::AnswerAlways => allow(Allowance::Session),
            Action::AnswerNo => Verdict::Close(Vec::new()),
            _ => Verdict::stay(),
        }
    }

    fn view(&self, paper: Paper<'_>, around: Surroundings<'_>) -> Option<Position> {
        let words = [(self.what.as_str(), Scope::Text), ("The call was not made. Make it all the same?", Scope::Muted)];
        let keys =
            [(Action::AnswerYes, "this call"), (Action::AnswerAlways, "all of this session"), (Action::AnswerNo, "no")];
        let keys = keys.map(|(action, what)| (key_of(around.keymap, action), what));
        question(paper.screen, WIDTH, "A cap is reached", &words, keys, paper.buffer, paper.theme);
        None
    }
}
