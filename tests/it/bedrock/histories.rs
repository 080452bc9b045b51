//! Any history that a session can come to, by answers, breaks, stops and retries, gives a request that obeys
//! Bedrock's rules.

use adit::engine::Delta;
use adit::session::{EventKind, Fault, FaultClass, Op, StopReason, ToolCallId, Usage};
use proptest::prelude::{Just, Strategy, any, prop, prop_oneof};
use serde_json::json;

use super::stage::Stage;
use super::validator::breaches;
use crate::engine::bench::Bench;
use crate::fakes::{Answer, MemoryFiles, ScriptedProvider};

/// How an answer of the model ends.
#[derive(Debug, Clone, Copy)]
enum End {
    Stops(&'static str),
    Fails(FaultClass),
    /// It goes silent, and the user stops the turn.
    IsStopped,
}

/// What the model and the user do in one turn.
#[derive(Debug, Clone)]
struct Turn {
    answers: Vec<(Vec<Delta>, End)>,
    before: Option<Op>,
}

fn piece() -> impl Strategy<Value = Vec<Delta>> {
    let block = 0_u32..4;
    let text = prop_oneof![Just(""), Just(" \n"), Just("words"), Just("\u{0}\u{1b}[2J")];
    let id = prop_oneof![Just("t1"), Just("t2"), Just("tool use/ü"), Just("")];
    let name = prop_oneof![Just("read_file"), Just("write_file"), Just("no such tool"), Just("")];
    let json = prop_oneof![
        Just("{\"path\": \"a.txt\"}".to_owned()),
        Just("{\"path\": \"b.txt\", \"content\": \"x\"}".to_owned()),
        Just("{\"path\": \"a.t".to_owned()),
        Just("[1]".to_owned()),
        Just("not json".to_owned()),
        Just(String::new()),
    ];
    prop_oneof![
        (block.clone(), text.clone()).prop_map(|(block, text)| vec![Delta::Text { block, text: text.to_owned() }]),
        (block.clone(), text.clone()).prop_map(|(block, text)| vec![Delta::Reasoning { block, text: text.to_owned() }]),
        block.clone().prop_map(|block| vec![Delta::Signature { block, signature: "signed".to_owned() }]),
        block.clone().prop_map(|block| vec![Delta::Redacted { block, data: "c2VhbGVk".to_owned() }]),
        (block, id, name, json, any::<bool>()).prop_map(|(block, id, name, json, is_closed)| {
            let mut deltas = vec![
                Delta::ToolStarted { block, id: ToolCallId(id.to_owned()), name: name.to_owned() },
                Delta::ToolInput { block, json },
            ];
            deltas.extend(is_closed.then_some(Delta::BlockStopped { block }));
            deltas
        }),
    ]
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![
        3 => prop_oneof![Just("end_turn"), Just("tool_use"), Just("max_tokens"), Just("refusal"), Just("full")]
            .prop_map(End::Stops),
        1 => prop_oneof![Just(FaultClass::Truncated), Just(FaultClass::Stalled), Just(FaultClass::Invalid)]
            .prop_map(End::Fails),
        1 => Just(End::IsStopped),
    ]
}

fn turn() -> impl Strategy<Value = Turn> {
    let answer = (prop::collection::vec(piece(), 0..5), end()).prop_map(|(pieces, end)| (pieces.concat(), end));
    let before = prop_oneof![4 => Just(None), 2 => Just(Some(Op::Retry)), 1 => Just(Some(Op::ClearConversation))];
    (prop::collection::vec(answer, 1..4), before).prop_map(|(answers, before)| Turn { answers, before })
}

fn scripted((deltas, end): &(Vec<Delta>, End)) -> Answer {
    let mut deltas = deltas.clone();
    match end {
        End::Stops(word) => {
            deltas.push(Delta::Stopped(match *word {
                "tool_use" => StopReason::ToolUse,
                "max_tokens" => StopReason::MaxTokens,
                "refusal" => StopReason::Refused("refusal".to_owned()),
                "full" => StopReason::ContextFull,
                _ => StopReason::EndTurn,
            }));
            deltas.push(Delta::Usage(Usage { input: 1, ..Usage::default() }));
            Answer::Stream(deltas)
        }
        End::Fails(class) => Answer::Fail(deltas, Fault::new(*class, "broken")),
        End::IsStopped => Answer::Hang(deltas),
    }
}

/// Plays the turns and says what is wrong with a request that the model got.
async fn play(turns: &[Turn], stage: &Stage) -> Result<(), String> {
    let mut past = Vec::new();
    let files = MemoryFiles::with(&[("a.txt", "one\ntwo\n")]);
    for turn in turns {
        // Each turn in a session that was opened again: what a journal gives back must do as well.
        let mut bench = Bench::resume(files.clone(), ScriptedProvider::default(), std::mem::take(&mut past)).await;
        let mut last = None;
        match turn.before.clone().filter(|op| !matches!(op, Op::Retry) || bench.state.last_prompt.is_some()) {
            Some(Op::Retry) => last = Some(Op::Retry),
            Some(op) => bench.send(op).await,
            None => {}
        }
        {
            let mut answers = bench.provider.answers.lock().map_err(|_| "poisoned")?;
            answers.extend(turn.answers.iter().map(scripted));
            // However the answers go on, the model is done in the end.
            answers.extend((0..60).map(|_| crate::fakes::says("done")));
        }
        bench.send(last.unwrap_or_else(|| Op::Prompt { text: "go".to_owned() })).await;
        let is_hanging = turn.answers.iter().any(|(_, end)| matches!(end, End::IsStopped));
        loop {
            let event =
                bench.until(|event| matches!(event, EventKind::StepStarted { .. } | EventKind::TurnEnded { .. })).await;
            match event {
                EventKind::TurnEnded { .. } => break,
                // A hanging answer says no more; a stop while another one streams is as good.
                _ if is_hanging => bench.send(Op::Cancel).await,
                _ => {}
            }
        }
        let requests = bench.provider.requests.lock().map_err(|_| "poisoned")?.clone();
        for mut request in requests {
            request.model = super::stage::MODEL.to_owned();
            let body = stage.sent(request).await;
            let found = breaches(&body);
            if !found.is_empty() {
                return Err(format!("{found:?} in {body:#}"));
            }
        }
        past = bench.end().await;
    }
    Ok(())
}

#[test]
fn whatever_a_session_goes_through_its_requests_are_valid() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    let stage = runtime.block_on(Stage::new(vec![]));
    let config = proptest::test_runner::Config { cases: 64, failure_persistence: None, ..Default::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let outcome = runner.run(&prop::collection::vec(turn(), 1..5), |turns| {
        runtime.block_on(play(&turns, &stage)).map_err(proptest::test_runner::TestCaseError::fail)
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    // The validator itself can fail.
    assert!(!breaches(&json!({"messages": [{"role": "assistant", "content": []}]})).is_empty());
}
