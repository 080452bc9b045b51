//! The status line: what the turn does, and the facts that fit, the weightiest kept longest.

use super::app::App;
use super::safe;
use super::text::{clip, width};
use super::theme::Scope;
use crate::config::Effort;
use crate::session::{Head, TurnOutcome, TurnPhase};

/// A piece of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    /// The words.
    pub(super) text: String,
    /// How they look.
    pub(super) scope: Scope,
    /// The facts with the highest number are left out first.
    rank: u8,
}

/// Between two facts.
pub(super) const GAP: &str = "  ";

/// Returns what the turn does, in words; empty when nothing runs.
pub(super) fn phase(app: &App) -> Fact {
    let state = &app.state;
    let seconds = app.now.0.saturating_sub(app.counted_from().0) / 1000;
    let (mut text, scope) = match &state.phase {
        _ if state.login.is_some() => ("waiting for the login".to_owned(), Scope::Warning),
        _ if state.comparing.is_some() => {
            let path = state.comparing.as_ref().map(|path| safe::shown(path.as_str(), 0)).unwrap_or_default();
            (format!("reviewing {path} …  Esc stops"), Scope::Accent)
        }
        TurnPhase::Idle => match &state.last_outcome {
            Some(TurnOutcome::Failed(_)) => ("failed".to_owned(), Scope::Error),
            Some(TurnOutcome::Cancelled) => ("stopped".to_owned(), Scope::Muted),
            Some(TurnOutcome::Done) | None => (String::new(), Scope::Muted),
        },
        TurnPhase::Retrying { reason, resumes_at } => {
            let left = resumes_at.0.saturating_sub(app.now.0).div_ceil(1000);
            (format!("retrying in {left} s: {}", safe::shown(reason, 0)), Scope::Warning)
        }
        _ if state.silent > 0 => (format!("no data for {} s", state.silent), Scope::Warning),
        TurnPhase::Waiting => (format!("waiting {seconds} s"), Scope::Accent),
        TurnPhase::Streaming => (format!("answering {seconds} s"), Scope::Accent),
        TurnPhase::Compacting => ("compacting the conversation".to_owned(), Scope::Accent),
        TurnPhase::Tools => (format!("tools {seconds} s"), Scope::Accent),
    };
    if !state.queue.is_empty() {
        let queued = format!("{} queued", state.queue.len());
        text = if text.is_empty() { queued } else { format!("{text}, {queued}") };
    }
    Fact { text, scope, rank: 0 }
}

/// Returns the facts, those that fit into so many columns, in the order in which they are shown.
pub(super) fn facts(app: &App, room: usize) -> Vec<Fact> {
    let state = &app.state;
    let mut facts = Vec::new();
    let mut add = |rank: u8, scope: Scope, text: String| {
        if !text.is_empty() {
            let text = clip(&safe::shown(&text, 0), 40).into_owned();
            facts.push(Fact { text, scope, rank });
        }
    };
    add(2, Scope::Accent, state.model.name.clone());
    add(6, Scope::Muted, state.model.region.clone().unwrap_or_default());
    add(3, Scope::Text, branch(app));
    let tokens = state.usage.context() + state.usage.output;
    if tokens > 0 {
        add(7, Scope::Muted, format!("{} tokens", thousands(tokens)));
    }
    if let Some(cost) = state.cost_micros {
        add(5, Scope::Muted, dollars(cost));
    }
    if let Some(Ok(spent)) = &app.money.spent {
        let own = state.cost_micros.unwrap_or(0);
        if spent.day > own {
            add(8, Scope::Muted, format!("{} today", dollars(spent.day)));
        }
        if spent.project > own.max(spent.day) {
            add(9, Scope::Muted, format!("{} project", dollars(spent.project)));
        }
    }
    if let Some(effort) = app.effort().filter(|effort| *effort != Effort::Auto) {
        add(8, Scope::Muted, format!("thinking {}", effort.name()));
    }
    if state.model.context > 0 && state.context_used > 0 {
        let used = (state.context_used * 100).div_ceil(u64::from(state.model.context)).min(100);
        let scope = if used >= 80 { Scope::Warning } else { Scope::Muted };
        add(4, scope, format!("{}% context left", 100 - used));
    }
    let progress = state.review.progress();
    let decided = progress.accepted + progress.rejected;
    if progress.conflicts > 0 {
        let conflicts = if progress.conflicts == 1 { "conflict" } else { "conflicts" };
        add(1, Scope::Error, format!("{} {conflicts}", progress.conflicts));
    }
    if progress.pending + decided > 0 {
        let scope = if progress.pending > 0 { Scope::Pending } else { Scope::Good };
        add(0, scope, format!("{decided} of {} decided", progress.pending + decided));
    }
    let notes = state.review.feedback().iter().filter(|told| told.note.is_some()).count();
    if notes > 0 {
        add(1, Scope::User, format!("{notes} {} to send", if notes == 1 { "note" } else { "notes" }));
    }
    while facts.iter().map(|fact| width(&fact.text) + width(GAP)).sum::<usize>() > room {
        let Some(heaviest) = facts.iter().map(|fact| fact.rank).max() else { break };
        facts.retain(|fact| fact.rank != heaviest);
    }
    facts
}

/// Returns HEAD in words, with the operation that is in progress.
fn branch(app: &App) -> String {
    let repo = &app.state.repo;
    let mut words = match &repo.head {
        None if !app.state.lacks_repository() => return String::new(),
        None => "no repository".to_owned(),
        Some(Head::Branch(name)) => name.clone(),
        Some(Head::Unborn(name)) => format!("{name} (no commit yet)"),
        Some(Head::Detached(id)) => format!("detached {id}"),
    };
    if let Some(operation) = &repo.in_progress {
        words.push_str(&format!(" ({operation})"));
    }
    words
}

/// Returns a count as people say it: 950, 12.3k, 1.2M.
pub(super) fn thousands(count: u64) -> String {
    match count {
        0..1_000 => count.to_string(),
        1_000..100_000 => format!("{}.{}k", count / 1000, count % 1000 / 100),
        100_000..1_000_000 => format!("{}k", count / 1000),
        _ => format!("{}.{}M", count / 1_000_000, count % 1_000_000 / 100_000),
    }
}

/// Returns an amount in dollars: cents where it is more than one, else a tenth of them.
fn dollars(micros: u64) -> String {
    if micros >= 100_000 {
        format!("${}.{:02}", micros / 1_000_000, micros % 1_000_000 / 10_000)
    } else {
        format!("${}.{:03}", micros / 1_000_000, micros % 1_000_000 / 1000)
    }
}
