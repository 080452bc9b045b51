//! Each fault at each moment of an answer: what is shown, what is sent again, what is paid, and that the next
//! prompt works.

use std::sync::Arc;

use adit::config::Config;
use adit::demo::{Reply, ServerStep, frames};
use adit::session::{Block, Entry, EventKind, FaultClass, TurnOutcome};
use serde_json::{Value, json};

use super::stage::{self, Stage};
use super::validator::breaches;
use crate::engine::bench::Bench;
use crate::fakes::{MemoryFiles, ScriptedProvider, path};

/// Where in the answer the fault comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    BeforeTheHead,
    BeforeTheFirstDelta,
    InText,
    InToolInput,
    AfterTheTool,
    BeforeMetadata,
}

const MOMENTS: [Moment; 6] = [
    Moment::BeforeTheHead,
    Moment::BeforeTheFirstDelta,
    Moment::InText,
    Moment::InToolInput,
    Moment::AfterTheTool,
    Moment::BeforeMetadata,
];

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// The request is sent again by itself.
    Resent,
    /// The turn fails with a fault of this class, and the user decides.
    Failed(FaultClass),
}

const SAID: &str = "I write the file. ";

fn input() -> Value {
    json!({"path": "b.txt", "content": "one line\nand one more\n"})
}

/// The whole answer: text, a call, its end and figures.
fn whole() -> Vec<ServerStep> {
    Reply::new().text(SAID).tool("t1", "write_file", &input()).finish()
}

/// The answer up to a moment.
fn until(moment: Moment) -> Vec<ServerStep> {
    let begun = Reply::new();
    match moment {
        Moment::BeforeTheHead => Vec::new(),
        Moment::BeforeTheFirstDelta => begun.cut(),
        Moment::InText => {
            let mut steps = begun.text(SAID).cut();
            steps.truncate(steps.len() - 2);
            steps
        }
        Moment::InToolInput => {
            let mut steps = begun.text(SAID).tool("t1", "write_file", &input()).cut();
            steps.truncate(steps.len() - 2);
            steps
        }
        Moment::AfterTheTool => begun.text(SAID).tool("t1", "write_file", &input()).cut(),
        Moment::BeforeMetadata => {
            let mut steps = whole();
            steps.pop();
            steps
        }
    }
}

/// The faults of an open stream, or of a connection that never opens one.
fn stream_faults() -> Vec<(&'static str, Vec<ServerStep>, Fate)> {
    let stop = json!({"stopReason": "end_turn"});
    let exception = |name: &str| vec![ServerStep::exception(name, "said in the stream")];
    vec![
        ("the connection breaks", vec![ServerStep::Abort], Fate::Resent),
        ("a corrupt frame", vec![ServerStep::Frame(frames::corrupt("messageStop", &stop))], Fate::Resent),
        ("throttled", exception("throttlingException"), Fate::Resent),
        ("model stream error", exception("modelStreamErrorException"), Fate::Resent),
        ("unavailable", exception("serviceUnavailableException"), Fate::Resent),
        ("internal", exception("internalServerException"), Fate::Resent),
        ("an unmodelled error", vec![ServerStep::Frame(frames::error("InternalFailure", "oh"))], Fate::Resent),
        ("validation", exception("validationException"), Fate::Failed(FaultClass::Invalid)),
        ("silence", vec![ServerStep::Hold], Fate::Failed(FaultClass::Stalled)),
        ("the end", vec![], Fate::Resent),
    ]
}

/// The refusals, which come in place of a head.
fn refusals() -> Vec<(&'static str, Vec<ServerStep>, Fate)> {
    let refuse = |status, code: &str, words: &str| vec![ServerStep::refuse(status, code, words)];
    let page = ServerStep::Answer {
        status: 200,
        headers: vec![("content-type".to_owned(), "text/html".to_owned())],
        body: b"<html>log in</html>".to_vec(),
    };
    vec![
        ("throttled", refuse(429, "ThrottlingException", "Too many tokens, please wait"), Fate::Resent),
        (
            "per day",
            refuse(429, "ThrottlingException", "Too many tokens per day"),
            Fate::Failed(FaultClass::DailyQuota),
        ),
        ("unavailable", refuse(503, "ServiceUnavailableException", "busy"), Fate::Resent),
        ("internal", refuse(500, "InternalServerException", "oh"), Fate::Resent),
        ("model timeout", refuse(408, "ModelTimeoutException", "slow"), Fate::Resent),
        ("expired", refuse(403, "ExpiredTokenException", "expired"), Fate::Resent),
        ("denied", refuse(403, "AccessDeniedException", "no"), Fate::Failed(FaultClass::Access)),
        ("not found", refuse(404, "ResourceNotFoundException", "none"), Fate::Failed(FaultClass::Model)),
        (
            "clock",
            refuse(403, "InvalidSignatureException", "Signature expired: now is earlier"),
            Fate::Failed(FaultClass::Credentials),
        ),
        (
            "too long",
            refuse(400, "ValidationException", "Input is too long"),
            Fate::Failed(FaultClass::ContextOverflow),
        ),
        ("invalid", refuse(400, "ValidationException", "bad"), Fate::Failed(FaultClass::Invalid)),
        ("signature", refuse(400, "ValidationException", "Invalid `signature` in `thinking` block"), Fate::Resent),
        ("a web page", vec![page], Fate::Failed(FaultClass::Network)),
    ]
}

/// Plays one cell: the fault first, then answers that are whole.
async fn check(name: &str, moment: Moment, end: Vec<ServerStep>, fate: Fate) {
    let place = format!("{name}, {moment:?}");
    let mut broken = until(moment);
    broken.extend(end);
    let done = Reply::new().text("Done. ").finish();
    let is_complete = moment == Moment::BeforeMetadata;
    let answers = if is_complete { vec![broken, done] } else { vec![broken, whole(), done] };
    let stage = Stage::with(&Config::default(), stage::impatient(), answers).await;
    let Stage { endpoint, bedrock } = stage;
    let mut bench = Bench::with(MemoryFiles::default(), ScriptedProvider::default(), Vec::new(), |parts| {
        parts.provider = Arc::new(bedrock);
        parts.model = stage::MODEL.to_owned();
    })
    .await;
    let ended = bench.ask("write b.txt").await;
    let EventKind::TurnEnded { outcome, .. } = ended else { panic!("{place}: {ended:?}") };
    let expected = if is_complete { Fate::Resent } else { fate };
    let mut requests = 2;
    let mut paid = 2;
    match expected {
        Fate::Resent => {
            assert_eq!(outcome, TurnOutcome::Done, "{place}");
            requests += usize::from(!is_complete);
            // The figures of a complete answer whose end was cut off are not known; it is not asked for again.
            paid -= u64::from(is_complete);
            let notices = bench.state.entries.iter().filter_map(|entry| match entry.as_ref() {
                Entry::Notice { text, .. } => Some(text.as_str()),
                _ => None,
            });
            let told: Vec<&str> = notices.filter(|text| text.contains("billed and dropped")).collect();
            let had_begun = !matches!(moment, Moment::BeforeTheHead | Moment::BeforeTheFirstDelta) && !is_complete;
            assert_eq!(told.len(), usize::from(had_begun), "{place}: {told:?}");
        }
        Fate::Failed(class) => {
            let TurnOutcome::Failed(fault) = outcome else { panic!("{place}: {outcome:?}") };
            assert_eq!(fault.class, class, "{place}: {fault:?}");
            assert_eq!(endpoint.requests().len(), 1, "{place}: it is not sent again by itself");
            assert_eq!((bench.pending(), bench.state.usage.input), (0, 0), "{place}");
            // The user sends it again.
            bench.send(adit::session::Op::Retry).await;
            bench.until(|event| matches!(event, EventKind::TurnEnded { outcome: TurnOutcome::Done, .. })).await;
            requests += 1;
        }
    }
    assert_eq!(endpoint.requests().len(), requests, "{place}");
    assert_eq!(bench.state.usage.input, 100 * paid, "{place}: every answer is paid once");
    assert_eq!(
        bench.state.review.files().map(|file| file.path.clone()).collect::<Vec<_>>(),
        [path("b.txt")],
        "{place}"
    );
    let said = |wanted: &str| {
        let blocks = bench.state.conversation.iter().flat_map(|message| &message.blocks);
        blocks.filter(|block| matches!(block, Block::Text { text } if text.contains(wanted))).count()
    };
    assert_eq!(said(SAID.trim()), 1, "{place}: what was void is gone: {:#?}", bench.state.conversation);
    // What had come of a failed answer stays to be read.
    let is_kept = matches!(expected, Fate::Failed(_)) && matches!(moment, Moment::InToolInput | Moment::AfterTheTool);
    let shown = bench.state.entries.iter();
    let shown = shown.filter(|entry| matches!(entry.as_ref(), Entry::Text { text, .. } if text.contains(SAID.trim())));
    assert_eq!(shown.count(), 1 + usize::from(is_kept), "{place}: {:#?}", bench.state.entries);

    let ended = bench.ask("and now?").await;
    assert!(matches!(ended, EventKind::TurnEnded { outcome: TurnOutcome::Done, .. }), "{place}: {ended:?}");
    let last = endpoint.requests().last().expect("the next prompt is sent").json.clone();
    assert_eq!(breaches(&last), Vec::<String>::new(), "{place}");
    assert_eq!(last.to_string().matches("\"toolUseId\"").count(), 2, "{place}: one call, one result");
}

#[tokio::test]
async fn every_fault_at_every_moment_leaves_a_way_on() {
    for (name, end, fate) in stream_faults() {
        for moment in MOMENTS {
            // An empty body in place of a stream is an answer that ends at once.
            check(name, moment, end.clone(), fate).await;
        }
    }
}

#[tokio::test]
async fn every_refusal_leaves_a_way_on() {
    for (name, end, fate) in refusals() {
        check(name, Moment::BeforeTheHead, end, fate).await;
    }
}
