//! Money: what was spent in each span, the caps on it, and amounts in words.

use serde::{Deserialize, Serialize};

/// What a call of the model was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallKind {
    /// A step of a turn.
    Turn,
    /// The draft of a commit message.
    Draft,
    /// The summary that takes the place of a conversation's beginning.
    Compaction,
}

impl CallKind {
    /// Returns its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Turn => "turn",
            Self::Draft => "draft",
            Self::Compaction => "compaction",
        }
    }
}

/// The time that a cap is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// This session.
    Session,
    /// This day, all sessions of this user.
    Day,
    /// This month, the same.
    Month,
}

impl Span {
    /// Returns its word, which is also its key in the settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Day => "day",
            Self::Month => "month",
        }
    }
}

/// What was spent, in millionths of a dollar, as far as prices are known. Calls that still run are not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spent {
    /// By this session.
    pub session: u64,
    /// Today, by all sessions.
    pub day: u64,
    /// This month, by all sessions.
    pub month: u64,
    /// In this project, ever.
    pub project: u64,
    /// This session's calls whose price is not known.
    pub unpriced: u64,
    /// What the calls that still run may cost.
    pub reserved: Reservations,
}

/// What the calls that still run may cost, in millionths of a dollar. Caps count it, so that two calls at once
/// cannot pass one together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reservations {
    /// Those of this session.
    pub session: u64,
    /// Those begun today, by all sessions.
    pub day: u64,
    /// Those begun this month, by all sessions.
    pub month: u64,
    /// Those in this project.
    pub project: u64,
}

/// How much may be spent, in millionths of a dollar; none is no cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Caps {
    /// By one session.
    pub session: Option<u64>,
    /// In one day, by all sessions.
    pub day: Option<u64>,
    /// In one month, by all sessions.
    pub month: Option<u64>,
}

/// A cap that a call would pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passed {
    /// Which.
    pub span: Span,
    /// The cap.
    pub cap: u64,
    /// What is spent already.
    pub spent: u64,
    /// What is reserved by calls that still run.
    pub reserved: u64,
    /// What the call may cost.
    pub next: u64,
}

impl Caps {
    /// Returns the first cap that a call of this price would pass.
    pub fn passed(&self, spent: Spent, next: u64) -> Option<Passed> {
        let rows = [
            (Span::Session, self.session, spent.session, spent.reserved.session),
            (Span::Day, self.day, spent.day, spent.reserved.day),
            (Span::Month, self.month, spent.month, spent.reserved.month),
        ];
        rows.into_iter().find_map(|(span, cap, spent, reserved)| {
            let cap = cap?;
            let would_be = spent.saturating_add(reserved).saturating_add(next);
            (would_be > cap).then_some(Passed { span, cap, spent, reserved, next })
        })
    }

    /// Tells whether there is any.
    pub fn is_any(&self) -> bool {
        self.session.is_some() || self.day.is_some() || self.month.is_some()
    }
}

impl std::fmt::Display for Passed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { span, cap, spent, reserved, next } = *self;
        let (name, cap, spent) = (span.name(), dollars(cap), dollars(spent));
        write!(out, "the {name}'s cap of {cap} would be passed: {spent} is spent, ")?;
        if reserved > 0 {
            write!(out, "{} is reserved by calls that run, ", dollars(reserved))?;
        }
        write!(out, "and this call may cost {}", dollars(next))
    }
}

/// Returns an amount in dollars: whole cents from a dime on, more places below.
pub fn dollars(micros: u64) -> String {
    if micros >= 100_000 || micros == 0 {
        format!("${}.{:02}", micros / 1_000_000, micros % 1_000_000 / 10_000)
    } else {
        format!("${}.{:04}", micros / 1_000_000, micros % 1_000_000 / 100)
    }
}

/// How far past a cap the user lets adit go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Allowance {
    /// The next call.
    Call,
    /// Every call of this session.
    Session,
}
