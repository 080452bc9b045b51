//! The conversation is summed up when it is full, when it is refused for its length, and when the user asks.

use adit::engine::{Delta, Parts};
use adit::session::{
    Block, CallKind, CompactionCause, Entry, EventKind, Fault, FaultClass, Message, Op, Role, StopReason, TurnOutcome,
    Usage,
};
use serde_json::json;

use super::bench::Bench;
use crate::fakes::{Answer, MemoryFiles, ScriptedProvider, calls, says};

/// An answer that thought, and read so many tokens.
fn thought(text: &str, read: u64) -> Answer {
    Answer::Stream(vec![
        Delta::Reasoning { block: 0, text: format!("thinking of {text}") },
        Delta::Signature { block: 0, signature: "signed".to_owned() },
        Delta::Text { block: 1, text: text.to_owned() },
        Delta::Stopped(StopReason::EndTurn),
        Delta::Usage(Usage { input: read, output: 10, ..Usage::default() }),
    ])
}

fn overflow() -> Answer {
    Answer::Fail(Vec::new(), Fault::new(FaultClass::ContextOverflow, "prompt is too long"))
}

fn is_end(event: &EventKind) -> bool {
    matches!(event, EventKind::TurnEnded { .. })
}

fn text(messages: &[Message]) -> String {
    let blocks = messages.iter().flat_map(|message| message.blocks.iter());
    blocks.filter_map(|block| if let Block::Text { text } = block { Some(text.as_str()) } else { None }).collect()
}

fn has_reasoning(messages: &[Message]) -> bool {
    messages.iter().flat_map(|message| message.blocks.iter()).any(|block| matches!(block, Block::Reasoning { .. }))
}

async fn bench(answers: impl IntoIterator<Item = Answer>) -> Bench {
    Bench::new(&[("a.txt", "one\n")], answers).await
}

#[tokio::test]
async fn by_command_a_summary_takes_the_conversation_s_place_and_can_be_taken_back() {
    let mut bench = bench([
        thought("first", 1_000),
        thought("second", 1_100),
        says("THE SUMMARY"),
        thought("third", 50),
        says("x"),
    ])
    .await;
    bench.ask("one").await;
    bench.ask("two").await;
    let before = bench.state.conversation.clone();
    bench.send(Op::Compact { focus: Some("the colours".to_owned()) }).await;
    bench.until(|event| matches!(event, EventKind::Compacted { .. })).await;
    let asked = bench.provider.request(2);
    let turn = bench.provider.request(1);
    assert_eq!((&asked.system, asked.tools.len(), asked.effort), (&turn.system, turn.tools.len(), turn.effort));
    assert_eq!(asked.messages[..turn.messages.len()], turn.messages, "the request begins as the last step's did");
    assert!(text(&asked.messages).contains("keep above all: the colours"));
    assert_eq!(bench.state.conversation, before, "the log keeps everything");
    let entry = bench.state.entries.iter().rev().find_map(|entry| match entry.as_ref() {
        Entry::Compacted { replaced, kept, summary, .. } => Some((*replaced, *kept, summary.clone())),
        _ => None,
    });
    let (replaced, kept, summary) = entry.expect("it is shown");
    assert_eq!((replaced, kept), (4, 0));
    assert!(summary.ends_with("THE SUMMARY"), "{summary}");

    bench.ask("three").await;
    let sent = bench.provider.request(3).messages;
    assert_eq!(sent.len(), 2, "the summary and the prompt: {sent:?}");
    assert!(text(&sent).contains("THE SUMMARY") && text(&sent).ends_with("three"));
    assert!(!has_reasoning(&sent));

    bench.send(Op::Uncompact).await;
    bench.until(|event| matches!(event, EventKind::Uncompacted)).await;
    bench.ask("four").await;
    let sent = bench.provider.request(4).messages;
    assert_eq!(sent.len(), 7);
    assert!(text(&sent).starts_with("onefirsttwosecondthreethirdfour"), "{sent:?}");
    assert!(!has_reasoning(&sent), "what the model thought belongs to another beginning now");
    let rows: Vec<CallKind> = bench.ledger.bills().iter().map(|bill| bill.kind).collect();
    assert_eq!(rows.iter().filter(|kind| **kind == CallKind::Compaction).count(), 1, "{rows:?}");
}

#[tokio::test]
async fn taken_back_at_once_all_is_as_it_was() {
    let mut bench = bench([thought("first", 1_000), says("SUMMARY"), says("x")]).await;
    bench.ask("one").await;
    let used = bench.state.context_used;
    bench.send(Op::Compact { focus: None }).await;
    bench.until(|event| matches!(event, EventKind::Compacted { .. })).await;
    assert!(bench.state.context_used > 0 && bench.state.context_used != used);
    bench.send(Op::Uncompact).await;
    bench.until(|event| matches!(event, EventKind::Uncompacted)).await;
    assert_eq!(bench.state.context_used, used);
    bench.ask("two").await;
    assert!(has_reasoning(&bench.provider.request(2).messages));
    let (past, files) = (bench.journal.0.lock().unwrap().clone(), bench.files.clone());
    let provider = bench.provider.clone();
    let resumed = Bench::resume(files, provider, past).await;
    assert_eq!(format!("{:?}", resumed.state.sent()), format!("{:?}", bench.state.sent()), "the log tells it all");
}

#[tokio::test]
async fn a_full_context_is_summed_up_before_the_next_turn_which_is_kept() {
    let mut bench = bench([thought("first", 170_000), says("SUMMARY"), says("done")]).await;
    bench.ask(&"a long story ".repeat(50_000)).await;
    bench.send(Op::Prompt { text: "go on".to_owned() }).await;
    let started = bench.until(|event| matches!(event, EventKind::CompactionStarted { .. })).await;
    assert_eq!(started, EventKind::CompactionStarted { cause: CompactionCause::Full });
    let end = bench.until(is_end).await;
    assert!(matches!(end, EventKind::TurnEnded { outcome: TurnOutcome::Done, .. }), "{end:?}");
    let sent = bench.provider.request(2).messages;
    assert!(text(&sent).contains("SUMMARY") && text(&sent).ends_with("go on"), "{:.2000}", text(&sent));
    assert!(text(&sent).len() < 2_000);
}

#[tokio::test]
async fn after_a_summary_was_taken_back_nothing_is_summed_up_until_it_is_asked_for() {
    let story = "a long story ".repeat(50_000);
    let mut bench =
        bench([thought("first", 170_000), says("SUMMARY"), thought("second", 170_000), thought("third", 171_000)])
            .await;
    bench.ask(&story).await;
    bench.send(Op::Compact { focus: None }).await;
    bench.until(|event| matches!(event, EventKind::Compacted { .. })).await;
    bench.send(Op::Uncompact).await;
    bench.until(|event| matches!(event, EventKind::Uncompacted)).await;
    assert!(bench.state.compaction_rests);
    bench.ask("go on").await;
    bench.ask("and on").await;
    assert!(text(&bench.provider.request(3).messages).contains(&story), "the whole of it is sent");
    assert_eq!(bench.provider.requests.lock().unwrap().len(), 4);

    // So it stays when the session is opened again, and a command ends it.
    let events = bench.end().await;
    let answers = [says("SUMMARY"), thought("fourth", 170_000), says("SUMMARY"), says("done")];
    let mut bench = Bench::resume(MemoryFiles::default(), ScriptedProvider::new(answers), events).await;
    assert!(bench.state.compaction_rests);
    bench.send(Op::Compact { focus: None }).await;
    bench.until(|event| matches!(event, EventKind::Compacted { .. })).await;
    assert!(!bench.state.compaction_rests);
    bench.ask(&story).await;
    bench.send(Op::Prompt { text: "go on".to_owned() }).await;
    bench.until(|event| matches!(event, EventKind::CompactionStarted { cause: CompactionCause::Full })).await;
    bench.until(is_end).await;
}

#[tokio::test]
async fn while_compaction_rests_a_refused_length_still_compacts() {
    let mut bench = bench([thought("first", 1_000), says("SUMMARY"), overflow(), says("SUMMARY"), says("done")]).await;
    bench.ask("one").await;
    bench.send(Op::Compact { focus: None }).await;
    bench.until(|event| matches!(event, EventKind::Compacted { .. })).await;
    bench.send(Op::Uncompact).await;
    let end = bench.ask("two").await;
    assert!(matches!(end, EventKind::TurnEnded { outcome: TurnOutcome::Done, .. }), "{end:?}");
    assert!(bench.state.is_compacted() && !bench.state.compaction_rests);
}

#[tokio::test]
async fn compaction_can_be_switched_off() {
    let change = |parts: &mut Parts| parts.policy.compact_at = 0;
    let provider = ScriptedProvider::new([thought("first", 190_000), says("done")]);
    let mut bench = Bench::with(MemoryFiles::with(&[]), provider, Vec::new(), change).await;
    bench.ask(&"a long story ".repeat(50_000)).await;
    let end = bench.ask("go on").await;
    assert!(matches!(end, EventKind::TurnEnded { outcome: TurnOutcome::Done, .. }), "{end:?}");
    assert_eq!(bench.provider.requests.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn an_overflow_compacts_and_sends_again_once() {
    let read = json!({"path": "a.txt"});
    let answers = [calls(&[("t1", "read_file", read)]), overflow(), says("SUMMARY"), says("done")];
    let mut bench = bench(answers).await;
    let end = bench.ask("read it").await;
    assert!(matches!(end, EventKind::TurnEnded { outcome: TurnOutcome::Done, .. }), "{end:?}");
    let sent = bench.provider.request(3).messages;
    assert_eq!(sent[0].role, Role::User);
    assert!(text(&sent).contains("SUMMARY") && text(&sent).contains("read it"), "{sent:?}");

    let mut bench = self::bench([says("hello"), overflow(), says("SUMMARY"), overflow()]).await;
    bench.ask("one").await;
    let end = bench.ask("two").await;
    let EventKind::TurnEnded { outcome: TurnOutcome::Failed(fault), .. } = end else { panic!("{end:?}") };
    assert_eq!(fault.class, FaultClass::ContextOverflow, "once, not for ever");
}

#[tokio::test]
async fn without_a_summary_the_conversation_stays_as_it_is() {
    let failure = Answer::Fail(Vec::new(), Fault::new(FaultClass::Access, "no access"));
    let mut bench = bench([says("hello"), failure, says("again")]).await;
    bench.ask("one").await;
    bench.send(Op::Compact { focus: None }).await;
    bench.until(|event| matches!(event, EventKind::CompactionFailed { .. })).await;
    assert!(!bench.state.is_busy());
    let end = bench.ask("two").await;
    assert!(matches!(end, EventKind::TurnEnded { outcome: TurnOutcome::Done, .. }), "{end:?}");
    assert_eq!(bench.provider.request(2).messages.len(), 3);
}

#[tokio::test]
async fn a_compaction_can_be_stopped_and_prompts_wait_for_it() {
    let mut bench = bench([says("hello"), Answer::Hang(Vec::new()), says("two is done")]).await;
    bench.ask("one").await;
    bench.send(Op::Compact { focus: None }).await;
    bench.until(|event| matches!(event, EventKind::CompactionStarted { .. })).await;
    assert!(bench.state.is_busy());
    bench.send(Op::Prompt { text: "two".to_owned() }).await;
    bench.until(|event| matches!(event, EventKind::PromptQueued { .. })).await;
    bench.send(Op::Cancel).await;
    bench.until(|event| matches!(event, EventKind::CompactionFailed { .. })).await;
    let end = bench.until(is_end).await;
    assert!(matches!(end, EventKind::TurnEnded { outcome: TurnOutcome::Done, .. }), "{end:?}");
    for op in [Op::Uncompact] {
        bench.send(op).await;
        bench.until(|event| matches!(event, EventKind::Refused { .. })).await;
    }
}

#[tokio::test]
async fn what_throws_a_worthy_cache_away_asks_first() {
    let change = |parts: &mut Parts| parts.policy.cache_warning = Some(1_000);
    let Answer::Stream(mut deltas) = thought("first", 0) else { panic!("a thought streams") };
    deltas.push(Delta::Usage(Usage { cache_write: 10_000, output: 10, ..Usage::default() }));
    let answers = [Answer::Stream(deltas), says("SUMMARY")];
    let provider = ScriptedProvider { caches: true, ..ScriptedProvider::new(answers) };
    let mut bench = Bench::with(MemoryFiles::with(&[]), provider, Vec::new(), change).await;
    bench.send(Op::SetModel { name: "other".to_owned() }).await;
    bench.until(|event| matches!(event, EventKind::ModelChanged { .. })).await;
    bench.ask("one").await;
    bench.send(Op::SetModel { name: "third".to_owned() }).await;
    let asked =
        bench.until(|event| matches!(event, EventKind::CacheAtRisk { .. } | EventKind::ModelChanged { .. })).await;
    assert!(
        matches!(&asked, EventKind::CacheAtRisk { act, worth_micros } if act == "ask another model" && *worth_micros > 1_000),
        "{asked:?}"
    );
    assert_eq!(bench.state.model.name, "other");
    bench.send(Op::Proceed).await;
    bench.until(|event| matches!(event, EventKind::ModelChanged { .. })).await;
    assert_eq!(bench.state.model.name, "third");
    // It is thrown away now: nothing is asked again for it.
    bench.send(Op::SetModel { name: "fourth".to_owned() }).await;
    let next =
        bench.until(|event| matches!(event, EventKind::CacheAtRisk { .. } | EventKind::ModelChanged { .. })).await;
    assert!(matches!(next, EventKind::ModelChanged { .. }), "{next:?}");
}

#[tokio::test]
async fn a_summary_that_was_refused_or_cut_off_replaces_nothing() {
    let rows = [
        (StopReason::Refused("refusal".to_owned()), "the model refused (refusal)"),
        (StopReason::Refused("guardrail_intervened".to_owned()), "the model refused (guardrail_intervened)"),
        (StopReason::MaxTokens, "cut off at the token limit"),
        (StopReason::ContextFull, "the context is full"),
        (StopReason::Malformed("malformed_model_output".to_owned()), "could not read the model's output"),
        (StopReason::ToolUse, "called tools in the place of a text"),
    ];
    for (stop, why) in rows {
        let half = Answer::Stream(vec![
            Delta::Text { block: 0, text: "It was ab".to_owned() },
            Delta::Stopped(stop),
            Delta::Usage(Usage { input: 1_000, output: 10, ..Usage::default() }),
        ]);
        let mut bench = bench([thought("first", 1_000), thought("second", 1_100), half]).await;
        bench.ask("one").await;
        bench.ask("two").await;
        let (before, cost) = (bench.state.conversation.clone(), bench.state.cost_micros);
        bench.send(Op::Compact { focus: None }).await;
        let told = bench.until(|event| matches!(event, EventKind::CompactionFailed { .. })).await;
        assert!(format!("{told:?}").contains(why), "{told:?}");
        assert!(!bench.state.is_compacted());
        assert_eq!(bench.state.conversation, before);
        assert!(bench.state.cost_micros > cost, "it is paid for all the same");
        assert_eq!(bench.ledger.bills().len(), 3);
    }
}
