//! Every call that is paid for is in the ledger, and caps stop a call before it is made.

use std::time::Duration;

use adit::engine::{Bill, Delta, Parts};
use adit::review::Decision;
use adit::review::Pick;
use adit::session::{
    Allowance, CallKind, Caps, EventKind, Fault, FaultClass, Level, Op, StopReason, TurnOutcome, Usage,
};
use serde_json::json;

use super::bench::Bench;
use crate::fakes::{Answer, MemoryFiles, ScriptedProvider, calls, path, says};

/// What the scripted model's usual answer costs: 100 tokens read at 2, 10 written at 10.
const USUAL: u64 = 300;

async fn capped(caps: Caps, answers: impl IntoIterator<Item = Answer>) -> Bench {
    let change = |parts: &mut Parts| {
        parts.policy.caps = caps;
        // So that an estimate is what is read, and nothing for the answer.
        parts.policy.output_percent = 0;
    };
    let files = MemoryFiles::with(&[("a.txt", "one\n")]);
    Bench::with(files, ScriptedProvider::new(answers), Vec::new(), change).await
}

fn failed(event: &EventKind) -> Option<&Fault> {
    match event {
        EventKind::TurnEnded { outcome: TurnOutcome::Failed(fault), .. } => Some(fault),
        _ => None,
    }
}

fn text(text: &str) -> Delta {
    Delta::Text { block: 0, text: text.to_owned() }
}

/// The parts of a bill that tests look at: kind, turn, step, cost, whether it is a guess.
fn told(bills: &[Bill]) -> Vec<(CallKind, u32, u32, Option<u64>, bool)> {
    bills.iter().map(|bill| (bill.kind, bill.turn.0, bill.step.0, bill.cost_micros, bill.is_estimate)).collect()
}

#[tokio::test]
async fn each_step_and_each_draft_is_a_row() {
    let edit = json!({"path": "a.txt", "content": "two\n"});
    let read = json!({"path": "a.txt"});
    let answers =
        [calls(&[("t1", "read_file", read)]), calls(&[("t2", "write_file", edit)]), says("Done."), says("feat: two")];
    let mut bench = capped(Caps::default(), answers).await;
    bench.ask("make it two").await;
    bench.decide(Pick::File { path: path("a.txt") }, Decision::Accepted, None).await;
    bench.send(Op::DraftCommit).await;
    bench.until(|event| matches!(event, EventKind::CommitDrafted { .. })).await;
    let bills = bench.ledger.bills();
    let step = |number, cost| (CallKind::Turn, 1, number, Some(cost), false);
    let draft = (CallKind::Draft, 1, 0, Some(USUAL), false);
    assert_eq!(told(&bills), [step(1, 700), step(2, 700), step(3, USUAL), draft]);
    assert!(
        bills.iter().all(|bill| bill.model == "test.sonnet" && bill.session == "session" && bill.project == "memory")
    );
    assert_eq!(bench.state.cost_micros, Some(700 + 700 + USUAL + USUAL), "the log says the same as the ledger");
}

#[tokio::test]
async fn an_attempt_that_was_cut_is_a_row_of_its_own() {
    let fault = Fault::new(FaultClass::Truncated, "cut");
    let retry = Delta::Retrying { fault, attempt: 1, after: Duration::ZERO };
    let usage = Usage { input: 100, output: 10, ..Usage::default() };
    let deltas = vec![
        text("twelve bytes"),
        retry.clone(),
        retry,
        text("whole"),
        Delta::Stopped(StopReason::EndTurn),
        Delta::Usage(usage),
    ];
    let mut bench = capped(Caps::default(), [Answer::Stream(deltas)]).await;
    bench.ask("go").await;
    let bills = bench.ledger.bills();
    assert_eq!(bills.len(), 2, "the attempt in which nothing had come was not paid for: {bills:?}");
    let cut = bills.iter().find(|bill| bill.is_estimate).unwrap();
    assert_eq!(cut.usage.output, 3, "four bytes a token");
    assert!(cut.usage.context() > 0);
    let whole = bills.iter().find(|bill| !bill.is_estimate).unwrap();
    assert_eq!(whole.usage, usage);
    assert_eq!(bench.state.cost_micros, Some(cut.cost_micros.unwrap() + USUAL));
}

#[tokio::test]
async fn failed_and_stopped_steps_are_rows_where_the_model_had_worked() {
    let fault = |class| Fault::new(class, "it failed");
    let told_and_failed = vec![text("some"), Delta::Usage(Usage { input: 7, output: 1, ..Usage::default() })];
    let rows = [
        (Answer::Fail(vec![text("some")], fault(FaultClass::Truncated)), 1),
        (Answer::Fail(Vec::new(), fault(FaultClass::Stalled)), 1),
        (Answer::Fail(told_and_failed, fault(FaultClass::Truncated)), 1),
        (Answer::Fail(Vec::new(), fault(FaultClass::Access)), 0),
        (Answer::Fail(Vec::new(), fault(FaultClass::Throttled)), 0),
    ];
    for (answer, count) in rows {
        let words = format!("{answer:?}");
        let mut bench = capped(Caps::default(), [answer]).await;
        bench.ask("go").await;
        let bills = bench.ledger.bills();
        assert_eq!(bills.len(), count, "{words}");
        assert_eq!(bench.state.cost_micros, bills.first().and_then(|bill| bill.cost_micros), "{words}");
    }
    let mut bench = capped(Caps::default(), [Answer::Hang(vec![text("some")])]).await;
    bench.send(Op::Prompt { text: "go".to_owned() }).await;
    bench.until(|event| matches!(event, EventKind::TextDelta { .. })).await;
    bench.send(Op::Cancel).await;
    bench.until(|event| matches!(event, EventKind::TurnEnded { .. })).await;
    assert_eq!(bench.ledger.bills().len(), 1);
    assert!(bench.ledger.bills()[0].is_estimate);
}

#[tokio::test]
async fn a_cap_stops_the_call_before_it_is_made_and_allow_goes_on() {
    for (caps, span) in [
        (Caps { session: Some(100), ..Caps::default() }, "session"),
        (Caps { day: Some(100), ..Caps::default() }, "day"),
        (Caps { month: Some(100), ..Caps::default() }, "month"),
    ] {
        let mut bench = capped(caps, [says("at last"), says("again")]).await;
        let end = bench.ask("go").await;
        let fault = failed(&end).expect("the turn failed");
        assert_eq!(fault.class, FaultClass::Budget);
        assert!(
            fault.message.starts_with(&format!("the {span}'s cap of $0.0001 would be passed: $0.00 is spent")),
            "{fault:?}"
        );
        assert!(fault.hint.as_ref().unwrap().contains(&format!("budget.{span}")), "{fault:?}");
        assert_eq!(bench.provider.requests.lock().unwrap().len(), 0, "nothing was sent");
        assert_eq!(bench.ledger.bills(), []);

        bench.send(Op::AllowSpending { allowance: Allowance::Call }).await;
        let end = bench.until(|event| matches!(event, EventKind::TurnEnded { .. })).await;
        assert!(failed(&end).is_none(), "{end:?}");
        let prompts =
            bench.state.conversation.iter().filter(|message| format!("{message:?}").contains("\"go\"")).count();
        assert_eq!(prompts, 1, "the prompt was not added again");
        let end = bench.ask("more").await;
        assert!(failed(&end).is_some_and(|fault| fault.class == FaultClass::Budget), "one call only: {end:?}");
        bench.send(Op::AllowSpending { allowance: Allowance::Session }).await;
        let end = bench.until(|event| matches!(event, EventKind::TurnEnded { .. })).await;
        assert!(failed(&end).is_none(), "{end:?}");
    }
}

#[tokio::test]
async fn a_cap_is_met_in_the_middle_of_a_turn_and_the_turn_goes_on_from_there() {
    let read = json!({"path": "a.txt"});
    let caps = Caps { session: Some(6_000), ..Caps::default() };
    let usage = Delta::Usage(Usage { input: 2_900, output: 10, ..Usage::default() });
    let mut deltas = crate::fakes::call_deltas(&[("t1", "read_file", read)]);
    deltas.extend([Delta::Stopped(StopReason::ToolUse), usage]);
    let mut bench = capped(caps, [Answer::Stream(deltas), says("I have read it.")]).await;
    let end = bench.ask("read a.txt").await;
    assert!(failed(&end).is_some_and(|fault| fault.class == FaultClass::Budget), "{end:?}");
    bench.send(Op::AllowSpending { allowance: Allowance::Call }).await;
    let end = bench.until(|event| matches!(event, EventKind::TurnEnded { .. })).await;
    assert!(failed(&end).is_none(), "{end:?}");
    let last = bench.provider.request(1).messages.last().cloned().unwrap();
    assert!(format!("{last:?}").contains("ToolResult"), "the result is sent, nothing else: {last:?}");
}

#[tokio::test]
async fn a_cap_reckons_with_a_cache_only_where_the_service_told_of_one() {
    // What was read of or written to the cache at first, and whether the second call fits under the cap.
    let rows = [
        (Usage { input: 10_000, ..Usage::default() }, false),
        (Usage { cache_write: 10_000, ..Usage::default() }, true),
    ];
    for (usage, fits) in rows {
        let mut deltas = vec![text("read"), Delta::Stopped(StopReason::EndTurn)];
        deltas.push(Delta::Usage(usage));
        let provider =
            ScriptedProvider { caches: true, ..ScriptedProvider::new([Answer::Stream(deltas), says("more")]) };
        let files = MemoryFiles::with(&[("a.txt", "one\n")]);
        let mut bench = Bench::with(files, provider, Vec::new(), |parts| {
            parts.policy.caps = Caps { session: Some(32_000), ..Caps::default() };
            parts.policy.output_percent = 0;
        })
        .await;
        // So much text that 10 000 tokens are a sound count of it.
        let end = bench.ask(&"word ".repeat(8_000)).await;
        assert!(failed(&end).is_none(), "{end:?}");
        let end = bench.ask("go on").await;
        assert_eq!(failed(&end).is_none(), fits, "{usage:?}: {end:?}");
    }
}

#[tokio::test]
async fn silence_that_is_borne_by_another_try_is_a_row_of_its_own() {
    let fault = Fault::new(FaultClass::Stalled, "no data");
    let retry = Delta::Retrying { fault, attempt: 1, after: Duration::ZERO };
    let usage = Delta::Usage(Usage { input: 100, output: 10, ..Usage::default() });
    let deltas = vec![retry, text("whole"), Delta::Stopped(StopReason::EndTurn), usage];
    let mut bench = capped(Caps::default(), [Answer::Stream(deltas)]).await;
    bench.ask("go").await;
    let rows: Vec<bool> = bench.ledger.bills().iter().map(|bill| bill.is_estimate).collect();
    assert_eq!(rows.len(), 2, "the service may have worked on what was silent: {rows:?}");
    assert_eq!(rows.iter().filter(|is_estimate| **is_estimate).count(), 1);
}

#[tokio::test]
async fn an_answer_without_a_word_is_told() {
    let thought = Delta::Reasoning { block: 0, text: "hm".to_owned() };
    for deltas in [vec![], vec![thought]] {
        let mut deltas: Vec<Delta> = deltas;
        deltas.push(Delta::Stopped(StopReason::EndTurn));
        let mut bench = capped(Caps::default(), [Answer::Stream(deltas)]).await;
        bench.send(Op::Prompt { text: "go".to_owned() }).await;
        let said = bench.until(|event| matches!(event, EventKind::Notice { level: Level::Warning, .. })).await;
        assert!(format!("{said:?}").contains("the model answered with nothing"), "{said:?}");
    }
}

#[test]
fn the_service_s_count_is_taken_as_it_is_unless_it_is_absurd() {
    use adit::session::{Rate, Weight};
    let weight = Weight { bytes: 40_000, image_tokens: 0 };
    let usual = Rate::default().tokens(weight);
    let rows =
        [(10_000, 10_000), (40_000, 40_000), (90_000, 90_000), (799_000, 799_000), (900_000, usual), (1_900, usual)];
    for (told, expected) in rows {
        assert_eq!(Rate::measured(weight, told).tokens(weight), expected, "{told}");
    }
}

#[tokio::test]
async fn without_its_ledger_adit_keeps_what_it_can() {
    let mut bench = capped(Caps::default(), [says("fine")]).await;
    *bench.ledger.fails.lock().unwrap() = true;
    bench.send(Op::Prompt { text: "go".to_owned() }).await;
    let said = bench.until(|event| matches!(event, EventKind::Notice { level: Level::Warning, .. })).await;
    assert!(format!("{said:?}").contains("the disk is full"), "{said:?}");
    let end = bench.until(|event| matches!(event, EventKind::TurnEnded { .. })).await;
    assert!(failed(&end).is_none(), "{end:?}");

    let mut bench = capped(Caps { day: Some(1_000_000), ..Caps::default() }, [says("fine")]).await;
    *bench.ledger.fails.lock().unwrap() = true;
    let end = bench.ask("go").await;
    assert!(
        failed(&end).is_some_and(|fault| fault.class == FaultClass::Budget),
        "the day's cap cannot be kept: {end:?}"
    );

    let mut bench = capped(Caps { session: Some(4_000), ..Caps::default() }, [says("fine"), says("no")]).await;
    *bench.ledger.fails.lock().unwrap() = true;
    assert!(failed(&bench.ask("go").await).is_some(), "the session's own log keeps its cap");
}

#[tokio::test]
async fn there_is_nothing_to_allow_without_a_cap() {
    let mut bench = capped(Caps::default(), []).await;
    bench.send(Op::AllowSpending { allowance: Allowance::Call }).await;
    let refused = bench.until(|event| matches!(event, EventKind::Refused { .. })).await;
    assert!(format!("{refused:?}").contains("no cap is set"), "{refused:?}");
}

#[tokio::test]
async fn what_is_stopped_before_it_was_sent_is_not_paid_for() {
    let remark = || Delta::Remark("waiting for keys".to_owned());
    let rows = [(vec![Delta::Unsent, remark()], 0), (vec![Delta::Unsent, Delta::Sent, remark()], 1)];
    for (deltas, count) in rows {
        let words = format!("{deltas:?}");
        let mut bench = capped(Caps::default(), [Answer::Hang(deltas)]).await;
        bench.send(Op::Prompt { text: "go".to_owned() }).await;
        let said = bench.until(|event| matches!(event, EventKind::Notice { level: Level::Info, .. })).await;
        assert!(format!("{said:?}").contains("waiting for keys"), "{said:?}");
        bench.send(Op::Cancel).await;
        bench.until(|event| matches!(event, EventKind::TurnEnded { .. })).await;
        assert_eq!(bench.ledger.bills().len(), count, "{words}");
    }
}
