//! How long requests took: measured by the engine, kept in the log, shown on the screen.

use std::time::Duration;

use adit::engine::Delta;
use adit::review::{Decision, Pick};
use adit::session::{
    CallKind, Event, EventKind, Fault, FaultClass, Millis, Op, SessionState, StopReason, Stopwatch, Timings, Usage,
};
use serde_json::json;

use crate::engine::bench::Bench;
use crate::fakes::{Answer, calls, says};

#[test]
fn a_stopwatch_counts_from_the_last_try() {
    let at = Millis;
    let mut watch = Stopwatch::start(at(1_000));
    watch.opened(at(1_200), Some("lost".to_owned()));
    watch.piece(at(1_300));
    watch.retried(at(4_000));
    watch.opened(at(4_150), Some("kept".to_owned()));
    watch.piece(at(4_400));
    watch.piece(at(9_000));
    let timings = watch.stop(at(6_400), Some("of the fault"));
    let expected = Timings {
        retries: 1,
        waited: 3_000,
        head: Some(150),
        first: Some(400),
        total: 2_400,
        request_id: Some("kept".to_owned()),
    };
    assert_eq!(timings, expected);
    assert_eq!(timings.tokens_a_second(Usage { output: 100, ..Usage::default() }), Some(50));
    assert_eq!(timings.tokens_a_second(Usage::default()), None);
    assert_eq!(Stopwatch::start(at(5)).stop(at(7), Some("id")).request_id.as_deref(), Some("id"));
    assert_eq!(Timings { first: Some(2), total: 2, ..Timings::default() }.tokens_a_second(Usage::default()), None);
}

#[test]
fn a_journal_without_times_still_reads() {
    let old = r#"{"seq":5,"at":9,"event":"step_ended","message":null,"stop":"end_turn","usage":{"input":1,"output":2,"cache_read":0,"cache_write":0},"cost_micros":null}"#;
    let event: Event = serde_json::from_str(old).unwrap();
    assert!(matches!(event.kind, EventKind::StepEnded { timings: None, .. }));
    assert_eq!(serde_json::to_string(&event).unwrap(), old, "and is written as it was");
    let mut state = SessionState::default();
    state.apply(&event);
    assert!(state.steps.is_empty());
}

#[tokio::test]
async fn a_turn_keeps_the_times_and_the_id_of_its_requests() {
    let fault = Fault::new(FaultClass::Unavailable, "passing");
    let deltas = vec![
        Delta::Opened { request_id: Some("first".to_owned()) },
        Delta::Retrying { fault, attempt: 1, after: Duration::ZERO },
        Delta::Opened { request_id: Some("second".to_owned()) },
        Delta::Text { block: 0, text: "hi".to_owned() },
        Delta::Stopped(StopReason::EndTurn),
        Delta::Usage(Usage { input: 10, output: 5, ..Usage::default() }),
    ];
    let mut bench = Bench::new(&[], [Answer::Stream(deltas)]).await;
    bench.ask("hello").await;
    let steps: Vec<_> = bench.state.steps.iter().collect();
    assert_eq!(steps.len(), 1);
    let Timings { retries, head, first, total, request_id, .. } = &steps[0].timings;
    assert_eq!((*retries, request_id.as_deref()), (1, Some("second")));
    assert!(head.is_some() && *first > *head && Some(*total) > *first, "{:?}", steps[0]);
    assert_eq!(steps[0].usage.output, 5);
}

#[tokio::test]
async fn a_request_that_failed_keeps_the_id_of_its_fault() {
    let mut fault = Fault::new(FaultClass::Access, "no");
    fault.request_id = Some("abc".to_owned());
    let mut bench = Bench::new(&[], [Answer::Fail(Vec::new(), fault)]).await;
    bench.ask("hello").await;
    assert_eq!(bench.state.steps[0].timings.request_id.as_deref(), Some("abc"));
    assert_eq!(bench.state.steps[0].timings.head, None);
}

#[tokio::test]
async fn drafts_and_summaries_are_timed_as_well() {
    let answer = |text: &str, id: &str| {
        Answer::Stream(vec![
            Delta::Opened { request_id: Some(id.to_owned()) },
            Delta::Text { block: 0, text: text.to_owned() },
            Delta::Stopped(StopReason::EndTurn),
            Delta::Usage(Usage { input: 10, output: 5, ..Usage::default() }),
        ])
    };
    let mut fault = Fault::new(FaultClass::Unavailable, "down");
    fault.request_id = Some("lost".to_owned());
    let write = calls(&[("t1", "write_file", json!({"path": "new.txt", "content": "new\n"}))]);
    let failed = Answer::Fail(Vec::new(), fault);
    let mut bench =
        Bench::new(&[], [write, says("done"), answer("feat: new", "draft-1"), failed, answer("SUMMARY", "sum-1")])
            .await;
    bench.ask("go").await;
    bench.decide(Pick::Everything, Decision::Accepted, None).await;
    for _ in 0..2 {
        bench.send(Op::DraftCommit).await;
        bench.until(|event| matches!(event, EventKind::CommitDrafted { .. })).await;
    }
    bench.send(Op::Compact { focus: None }).await;
    bench.until(|event| matches!(event, EventKind::Compacted { .. })).await;
    let told: Vec<(CallKind, StopReason, Option<&str>, bool)> = bench
        .state
        .steps
        .iter()
        .skip(2)
        .map(|step| (step.kind, step.stop.clone(), step.timings.request_id.as_deref(), step.timings.first.is_some()))
        .collect();
    let expected = [
        (CallKind::Draft, StopReason::EndTurn, Some("draft-1"), true),
        (CallKind::Draft, StopReason::Other("failed".to_owned()), Some("lost"), false),
        (CallKind::Compaction, StopReason::EndTurn, Some("sum-1"), true),
    ];
    assert_eq!(told, expected);
    assert_eq!(bench.state.steps[2].usage.output, 5);
}
