//! Figures in words: what was spent, how full the context is, how long requests took.

use super::words::{count, first_line, sentence, spoken};
use crate::session::{
    CallKind, Caps, Meter, Overhead, SessionState, Spent, StepRecord, StopReason, TurnOutcome, Usage, dollars,
};

/// So many requests and turns are told at once.
const TOLD: usize = 10;

/// Tells what was spent, by this session and beyond it.
pub(super) fn cost(state: &SessionState, spent: &Result<Spent, String>, caps: &Caps) -> Vec<String> {
    let own = [
        ("The last request", state.step_cost_micros, state.step_usage, None),
        ("The last turn", state.turn_cost_micros, state.turn_usage, None),
        ("This session", state.cost_micros, state.usage, caps.session),
    ];
    if state.usage == Usage::default() {
        let mut said = vec!["Nothing was spent in this session yet.".to_owned()];
        said.extend(ledger(spent, caps));
        return said;
    }
    let mut said: Vec<String> = own
        .into_iter()
        .filter(|(_, _, usage, _)| *usage != Usage::default())
        .map(|(name, cost, usage, cap)| {
            let price =
                cost.map_or_else(|| ": the price is not known".to_owned(), |cost| format!(" cost {}", dollars(cost)));
            format!("{name}{price}{}; {}.", of_cap(cap), tokens(usage))
        })
        .collect();
    said.extend(ledger(spent, caps));
    said
}

fn ledger(spent: &Result<Spent, String>, caps: &Caps) -> Vec<String> {
    match spent {
        Err(reason) => vec![sentence(&format!("what other sessions spent is not known: {}", spoken(reason)))],
        Ok(spent) => {
            let mut said = vec![format!(
                "All sessions: {}{} today, {}{} this month; in this project {}.",
                dollars(spent.day),
                of_cap(caps.day),
                dollars(spent.month),
                of_cap(caps.month),
                dollars(spent.project)
            )];
            if spent.reserved.month > 0 {
                said.push(format!("{} more is reserved by calls that run.", dollars(spent.reserved.month)));
            }
            if spent.unpriced > 0 {
                said.push(format!("The price of {} is not known.", count_large(spent.unpriced, "request", "requests")));
            }
            said
        }
    }
}

fn of_cap(cap: Option<u64>) -> String {
    cap.map(|cap| format!(" of {} that may be spent", dollars(cap))).unwrap_or_default()
}

fn tokens(usage: Usage) -> String {
    let cached = match usage.hit_percent() {
        None | Some(0) => String::new(),
        Some(percent) => format!(", {percent} percent of them from the cache"),
    };
    let read = count_large(usage.context(), "token", "tokens");
    format!("{read} read{cached}, {} written", usage.output)
}

/// Tells the last turns, the newest first.
pub(super) fn turns(state: &SessionState) -> Vec<String> {
    let turns = state.turns();
    if turns.is_empty() {
        return vec!["There was no turn yet.".to_owned()];
    }
    let told = turns.iter().take(TOLD).map(|turn| {
        let mut facts = Vec::new();
        match turn.ended {
            Some((TurnOutcome::Done, took)) => facts.push(seconds(took.0)),
            Some((TurnOutcome::Cancelled, took)) => facts.push(format!("stopped after {}", seconds(took.0))),
            Some((TurnOutcome::Failed(_), took)) => facts.push(format!("failed after {}", seconds(took.0))),
            None if turn.is_running => facts.push("it runs".to_owned()),
            None => {}
        }
        facts.extend(turn.cost_micros.map(dollars));
        if turn.usage != Usage::default() {
            facts.push(tokens(turn.usage));
        }
        format!("{}. {} {}", turn.id.0, sentence(&facts.join(", ")), first_line(turn.prompt))
    });
    told.collect()
}

/// Tells how full the context is, and of what.
pub(super) fn context(state: &SessionState, overhead: Overhead, compact_at: u32) -> Vec<String> {
    let meter = Meter::of(state, overhead);
    let used = count_large(meter.used(), "token", "tokens");
    let mut said = vec![match (meter.used() * 100).checked_div(meter.size) {
        Some(percent) => {
            format!("The context is {percent} percent full: {used} of {}; {} are free.", meter.size, meter.free())
        }
        None => format!("The context holds {used}; how many the model can read is not known."),
    }];
    let parts = [
        ("the system prompt", meter.system),
        ("the tools", meter.tools),
        ("files", meter.files),
        ("images", meter.images),
        ("the conversation", meter.conversation),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|part| part.1 > 0).map(|(name, tokens)| format!("{name} {tokens}")).collect();
    let basis = if meter.is_counted { "as the service counted last" } else { "estimated, nothing was sent yet" };
    said.push(sentence(&format!("{}; {basis}", parts.join(", "))));
    said.push(match compact_at {
        _ if state.compaction_rests => {
            "It is summed up only when you say compact, since you took a summary back.".to_owned()
        }
        0 => "It is summed up only when you say compact.".to_owned(),
        percent => format!("It is summed up at {percent} percent, or when you say compact."),
    });
    let shown: Vec<String> = state.context.iter().map(|path| spoken(path.as_str()).into_owned()).collect();
    if !shown.is_empty() {
        said.push(format!("With each request goes: {}.", shown.join(", ")));
    }
    said
}

/// Tells how long the last requests took, the newest first.
pub(super) fn timings(state: &SessionState) -> Vec<String> {
    if state.steps.is_empty() {
        return vec!["No request has ended yet.".to_owned()];
    }
    state.steps.iter().rev().take(TOLD).map(timing).collect()
}

fn timing(step: &StepRecord) -> String {
    let times = &step.timings;
    let name = match step.kind {
        CallKind::Turn => format!("Turn {}, request {}", step.turn.0, step.step.0),
        CallKind::Draft => "The draft of a commit message".to_owned(),
        CallKind::Compaction => "The summary of the conversation".to_owned(),
    };
    let mut facts = vec![format!("{} in all", seconds(times.total))];
    facts.extend(times.first.map(|first| format!("the first words after {}", seconds(first))));
    facts.extend(times.tokens_a_second(step.usage).map(|rate| format!("{rate} tokens a second")));
    if times.retries > 0 {
        let tries = count_large(times.retries.into(), "time", "times");
        facts.push(format!("sent again {tries}, after {}", seconds(times.waited)));
    }
    facts.extend(match &step.stop {
        StopReason::EndTurn | StopReason::ToolUse => None,
        StopReason::MaxTokens => Some("cut off at the token limit".to_owned()),
        StopReason::ContextFull => Some("the context was full".to_owned()),
        StopReason::Refused(word) | StopReason::Malformed(word) | StopReason::Other(word) => {
            Some(spoken(word).into_owned())
        }
    });
    format!("{name}: {}.", facts.join(", "))
}

/// Returns milliseconds as they are said.
fn seconds(millis: u64) -> String {
    match millis {
        0..1_000 => count_large(millis, "millisecond", "milliseconds"),
        1_000..100_000 => format!("{}.{} seconds", millis / 1000, millis % 1000 / 100),
        _ => format!("{} seconds", millis / 1000),
    }
}

fn count_large(number: u64, one: &str, many: &str) -> String {
    count(usize::try_from(number).unwrap_or(usize::MAX), one, many)
}
