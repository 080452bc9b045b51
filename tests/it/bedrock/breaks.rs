//! Streams that go wrong after they were opened.

use adit::config::Config;
use adit::demo::{Reply, ServerStep, frames};
use adit::engine::Delta;
use adit::session::FaultClass;
use serde_json::json;

use super::stage::{self, MODEL, Stage};

/// Asks where the answer breaks off in this way; without retries it must be a fault of this class.
async fn check(end: Vec<ServerStep>, class: FaultClass, words: &str) {
    let mut steps = Reply::new().text("a beginning").cut();
    steps.extend(end.clone());
    let config = Config { max_retries: 0, throttle_seconds: 0, ..Config::default() };
    let stage = Stage::with(&config, stage::patient(), vec![steps]).await;
    let heard = stage.ask(MODEL).await;
    let fault = heard.fault.clone().unwrap_or_else(|| panic!("{end:?} is no fault"));
    assert_eq!(fault.class, class, "{end:?}: {fault:?}");
    assert!(fault.message.contains(words), "{end:?}: {fault:?}");
    assert_eq!(fault.request_id.as_deref(), Some("request-1"));
    assert_eq!(heard.text(), "a beginning", "what came before is handed on");
}

#[tokio::test]
async fn a_broken_answer_is_never_taken_for_a_whole_one() {
    let stop = json!({"stopReason": "end_turn"});
    let half = frames::event("messageStop", &stop)[..20].to_vec();
    check(vec![], FaultClass::Truncated, "before the answer was complete").await;
    check(vec![ServerStep::Abort], FaultClass::Truncated, "connection broke").await;
    check(vec![ServerStep::Frame(frames::corrupt("messageStop", &stop))], FaultClass::Truncated, "damaged").await;
    check(vec![ServerStep::Frame(half)], FaultClass::Truncated, "damaged").await;
    check(vec![ServerStep::Frame(vec![0x3c; 64])], FaultClass::Truncated, "damaged").await;
}

#[tokio::test]
async fn exceptions_in_the_stream_are_told_by_name() {
    let rows = [
        ("throttlingException", FaultClass::Throttled),
        ("modelStreamErrorException", FaultClass::Unavailable),
        ("internalServerException", FaultClass::Unavailable),
        ("serviceUnavailableException", FaultClass::Unavailable),
        ("validationException", FaultClass::Invalid),
        // Not in the SDK's model of this operation: its name stands in the raw headers only.
        ("modelTimeoutException", FaultClass::Unavailable),
        ("accessDeniedException", FaultClass::Access),
        ("someNewException", FaultClass::Other),
    ];
    for (name, class) in rows {
        check(vec![ServerStep::exception(name, "these are the words")], class, "these are the words").await;
    }
    let error = frames::error("InternalFailure", "those are the words");
    check(vec![ServerStep::Frame(error)], FaultClass::Unavailable, "those are the words").await;
}

#[tokio::test]
async fn a_broken_answer_is_asked_for_again_twice_at_most() {
    let cut = Reply::new().text("half an ").cut();
    let stage = Stage::new(vec![cut.clone(), Reply::new().text("a whole answer").finish()]).await;
    let heard = stage.ask(MODEL).await;
    assert_eq!((heard.fault.clone(), heard.text().as_str()), (None, "a whole answer"));
    assert_eq!(heard.retried().len(), 1);

    let stage = Stage::new(vec![cut]).await;
    let heard = stage.ask(MODEL).await;
    assert_eq!(heard.fault.as_ref().map(|fault| fault.class), Some(FaultClass::Truncated));
    assert_eq!((heard.retried().len(), stage.called().len()), (2, 3));
}

#[tokio::test]
async fn silence_is_told_and_the_request_is_sent_once_more() {
    let mut begun = Reply::new().text("a beginning").cut();
    begun.push(ServerStep::Hold);
    for steps in [vec![ServerStep::Hold], vec![ServerStep::Open, ServerStep::Hold], begun] {
        let stage = Stage::with(&Config::default(), stage::impatient(), vec![steps]).await;
        let heard = stage.ask(MODEL).await;
        let fault = heard.fault.clone().expect("silence is ended");
        assert_eq!(fault.class, FaultClass::Stalled);
        assert!(fault.message.contains("no data from Bedrock"), "{fault:?}");
        assert!(heard.deltas.iter().any(|delta| matches!(delta, Delta::Silent(_))), "{:?}", heard.deltas);
        assert_eq!(heard.retried().len(), 1);
        let log = stage.endpoint.wait_for(|log| log.abandoned == 2).await;
        assert_eq!(log.requests.len(), 2);
    }
}

#[tokio::test]
async fn unknown_events_and_blocks_are_passed_over() {
    let index = json!({"contentBlockIndex": 7, "delta": {"toolResult": [{"text": "x"}]}});
    let steps = Reply::new()
        .step(ServerStep::event("aNewEvent", json!({"p": "abc"})))
        .step(ServerStep::event("contentBlockDelta", index))
        .step(ServerStep::event("contentBlockDelta", json!({"contentBlockIndex": 8, "delta": {"aNewKind": {"x": 1}}})))
        .text("still here")
        .finish();
    let stage = Stage::new(vec![steps]).await;
    let heard = stage.ask(MODEL).await;
    assert_eq!((heard.fault.clone(), heard.text().as_str()), (None, "still here"));
}
