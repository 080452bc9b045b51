//! A check with its finding and its fix, and the report that is printed.

use std::fmt::Write as _;

use serde::Serialize;

use crate::safe::written_in_line;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// As it should be.
    Ok,
    /// Adit works, but something could be better.
    Warn,
    /// Something will not work.
    Fail,
    /// It was not looked at; the finding says why.
    Skipped,
}

impl CheckState {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Skipped => "skip",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at, in a word or two.
    pub name: String,
    /// How it came out.
    pub state: CheckState,
    /// What was found, in one line.
    pub finding: String,
    /// What to do, as a sentence; none where nothing needs doing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

impl Check {
    /// Returns a check that found all as it should be.
    pub fn ok(name: &str, finding: impl Into<String>) -> Self {
        Self { name: name.to_owned(), state: CheckState::Ok, finding: finding.into(), fix: None }
    }

    /// Returns a check of something that could be better.
    pub fn warn(name: &str, finding: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { state: CheckState::Warn, fix: Some(fix.into()), ..Self::ok(name, finding) }
    }

    /// Returns a check of something that will not work.
    pub fn fail(name: &str, finding: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { state: CheckState::Fail, fix: Some(fix.into()), ..Self::ok(name, finding) }
    }

    /// Returns a check that was not made; `why` is its finding.
    pub fn skipped(name: &str, why: impl Into<String>) -> Self {
        Self { state: CheckState::Skipped, ..Self::ok(name, why) }
    }
}

/// All checks, in the order in which they were made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// The checks.
    pub checks: Vec<Check>,
}

impl Report {
    /// Tells whether something will not work.
    pub fn has_failed(&self) -> bool {
        self.count(CheckState::Fail) > 0
    }

    /// Returns the report for people: one line a check, and below it the fix where there is one.
    pub fn text(&self) -> String {
        let width = self.checks.iter().map(|check| check.name.chars().count()).max().unwrap_or(0);
        let mut out = String::new();
        for Check { name, state, finding, fix } in &self.checks {
            // Writing into a String cannot fail.
            let _ = writeln!(out, "{:<4}  {name:<width$}  {}", state.word(), one_line(finding));
            if let Some(fix) = fix {
                let _ = writeln!(out, "{:<4}  {:<width$}  → {}", "", "", one_line(fix));
            }
        }
        let (failed, warned) = (self.count(CheckState::Fail), self.count(CheckState::Warn));
        let _ = match (failed, warned) {
            (0, 0) => writeln!(out, "\nall is well"),
            (0, warned) => writeln!(out, "\nadit works here; {warned} could be better"),
            (failed, 0) => writeln!(out, "\n{failed} failed"),
            (failed, warned) => writeln!(out, "\n{failed} failed, {warned} could be better"),
        };
        out
    }

    /// Returns the report as one JSON object.
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({"ok": !self.has_failed(), "checks": self.checks})
    }

    fn count(&self, state: CheckState) -> usize {
        self.checks.iter().filter(|check| check.state == state).count()
    }
}

/// Returns a text on one line, with hidden characters shown.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    written_in_line(&words.join(" "))
}
