//! Each fault at each moment of an answer: what is shown, what is sent again, what is paid, and that the next
//! prompt works.

use std::sync::Arc;

use adit::config::Config;
use adit::demo::{Reply, ServerStep, frames};
use adit::session::{Block, Entry, Event, EventKind, FaultClass, TurnOutcome};
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

/// A fault: its name, what the endpoint does, what becomes of it, and words that the user is shown for it.
struct FaultCase {
    name: &'static str,
    end: Vec<ServerStep>,
    fate: Fate,
    shown: &'static str,
}

fn case(name: &'static str, end: Vec<ServerStep>, fate: Fate, shown: &'static str) -> FaultCase {
    FaultCase { name, end, fate, shown }
}

/// The faults of an open stream, or of a connection that never opens one.
fn stream_faults() -> Vec<FaultCase> {
    use Fate::{Failed, Resent};
    let stop = json!({"stopReason": "end_turn"});
    let exception = |name: &str| vec![ServerStep::exception(name, "said in the stream")];
    let corrupt = vec![ServerStep::Frame(frames::corrupt("messageStop", &stop))];
    let unmodelled = vec![ServerStep::Frame(frames::error("InternalFailure", "oh"))];
    let passing = "Bedrock has a passing fault: said in the stream";
    vec![
        case("the connection breaks", vec![ServerStep::Abort], Resent, ""),
        case("a corrupt frame", corrupt, Resent, "the answer came damaged"),
        case("throttled", exception("throttlingException"), Resent, "quota of this minute is used up: said in"),
        case("model stream error", exception("modelStreamErrorException"), Resent, passing),
        case("model timeout", exception("modelTimeoutException"), Resent, passing),
        case("unavailable", exception("serviceUnavailableException"), Resent, passing),
        case("internal", exception("internalServerException"), Resent, passing),
        case("an unmodelled error", unmodelled, Resent, "Bedrock has a passing fault: oh"),
        case(
            "validation",
            exception("validationException"),
            Failed(FaultClass::Invalid),
            "refused the request: said in",
        ),
        case("silence", vec![ServerStep::Hold], Resent, "`stall_seconds`"),
        case("the end", vec![], Resent, "the stream ended before the answer was complete"),
    ]
}

/// The refusals, which come in place of a head.
fn refusals() -> Vec<FaultCase> {
    use Fate::{Failed, Resent};
    let refuse = |status, code: &str, words: &str| vec![ServerStep::refuse(status, code, words)];
    let invalid = |words: &str| refuse(400, "ValidationException", words);
    let page = |status, kind: &str| {
        let headers = vec![("content-type".to_owned(), kind.to_owned())];
        vec![ServerStep::Answer { status, headers, body: b"<html>log in</html>".to_vec() }]
    };
    let plain = |status| {
        let headers = vec![("content-type".to_owned(), "text/plain".to_owned())];
        vec![ServerStep::Answer { status, headers, body: b"slow down".to_vec() }]
    };
    let on_demand = "Invocation of model ID with on-demand throughput isn\u{2019}t supported.";
    let overflow = Failed(FaultClass::ContextOverflow);
    let daily = Failed(FaultClass::DailyQuota);
    let credentials = Failed(FaultClass::Credentials);
    let minute = "Bedrock's quota of this minute is used up";
    vec![
        case("throttled", refuse(429, "ThrottlingException", "Too many tokens, please wait"), Resent, minute),
        case("a plain word", plain(429), Resent, "this minute is used up: slow down"),
        case("a large request", plain(413), overflow, "too long for the model: slow down"),
        case("per day", refuse(429, "ThrottlingException", "Too many tokens per day"), daily, "Service Quotas console"),
        case("quota", refuse(400, "ServiceQuotaExceededException", "no more"), daily, "Choose another region or model"),
        case("unavailable", refuse(503, "ServiceUnavailableException", "busy"), Resent, "a passing fault: busy"),
        case("internal", refuse(500, "InternalServerException", "oh"), Resent, "a passing fault: oh"),
        case("model timeout", refuse(408, "ModelTimeoutException", "slow"), Resent, "a passing fault: slow"),
        case("model error", refuse(424, "ModelErrorException", "odd"), Resent, "a passing fault: odd"),
        case("not ready", refuse(429, "ModelNotReadyException", "cold"), Resent, "a passing fault: cold"),
        case(
            "expired",
            refuse(403, "ExpiredTokenException", "expired"),
            Resent,
            "session of the default profile has expired",
        ),
        case(
            "unknown keys",
            refuse(403, "UnrecognizedClientException", "no"),
            Resent,
            "AWS does not accept the keys of",
        ),
        case(
            "api key",
            refuse(403, "AccessDeniedException", "Bearer Token has expired"),
            credentials,
            "AWS_BEARER_TOKEN_BEDROCK",
        ),
        case(
            "denied",
            refuse(403, "AccessDeniedException", "no"),
            Failed(FaultClass::Access),
            "/modelaccess, and allow bedrock:Invoke",
        ),
        case(
            "not found",
            refuse(404, "ResourceNotFoundException", "none"),
            Failed(FaultClass::Model),
            "list-inference-profiles --region us-east-1",
        ),
        case(
            "clock",
            refuse(403, "InvalidSignatureException", "Signature expired: now is earlier"),
            credentials,
            "Set the clock",
        ),
        case("on demand", invalid(on_demand), Resent, "needs an inference profile"),
        case("too long", invalid("Input is too long"), overflow, "the conversation is too long for the model"),
        case("prompt too long", invalid("prompt is too long: 1000001 tokens > 1000000 maximum"), overflow, "too long"),
        case("context limit", invalid("input length and `max_tokens` exceed context limit"), overflow, "too long"),
        case("invalid", invalid("bad"), Failed(FaultClass::Invalid), "Bedrock refused the request: bad"),
        case("signature", invalid("Invalid `signature` in `thinking` block"), Resent, "Invalid `signature`"),
        case("results", invalid("Expected toolResult blocks at messages.2.content"), Resent, "Expected toolResult"),
        case("a web page", page(200, "text/html"), Failed(FaultClass::Network), "captive portal"),
        case("a page as a stream", page(200, "application/vnd.amazon.eventstream"), Resent, ""),
        case(
            "a proxy's login",
            page(407, "text/html"),
            Failed(FaultClass::Network),
            "user and password into HTTPS_PROXY",
        ),
    ]
}

/// Counts the calls of models: a list of their profiles may be asked for besides.
fn calls(endpoint: &adit::demo::Endpoint) -> usize {
    endpoint.requests().iter().filter(|request| request.method == "POST").count()
}

/// Plays one cell: the fault first, then answers that are whole.
async fn check(moment: Moment, FaultCase { name, end, fate, shown }: FaultCase) {
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
            assert_eq!(calls(&endpoint), 1, "{place}: it is not sent again by itself");
            assert_eq!((bench.pending(), bench.state.usage.input), (0, 0), "{place}");
            // The user sends it again.
            bench.send(adit::session::Op::Retry).await;
            bench.until(|event| matches!(event, EventKind::TurnEnded { outcome: TurnOutcome::Done, .. })).await;
            requests += 1;
        }
    }
    assert_eq!(calls(&endpoint), requests, "{place}");
    let told = told(&bench.journal.0.lock().unwrap());
    assert!(is_complete || told.contains(shown), "{place}: {shown:?} is not told: {told}");
    assert!(is_complete || !told.is_empty(), "{place}: nothing is told");
    // Each answer that the service counted is one row; what was dropped, or cut before its figures, is one guess.
    let had_begun = !matches!(moment, Moment::BeforeTheHead | Moment::BeforeTheFirstDelta);
    let guesses = usize::from(had_begun || (name == "silence" && !is_complete));
    let rows = |is_estimate| bench.ledger.bills().iter().filter(|bill| bill.is_estimate == is_estimate).count();
    assert_eq!((rows(false), rows(true)), (paid as usize, guesses), "{place}: {:#?}", bench.ledger.bills());
    assert_eq!(bench.state.usage.input, 100 * paid, "{place}: every answer is paid once");
    assert_eq!(
        bench.state.review.files().map(|file| file.path.clone()).collect::<Vec<_>>(),
        [path("b.txt")],
        "{place}"
    );
    let said = |wanted: &str| {
        let blocks = bench.state.conversation.iter().flat_map(|message| message.blocks.iter());
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

/// What the user is told of faults, whole.
fn told(events: &[Event]) -> String {
    let mut out = String::new();
    let mut say =
        |text: &str, hint: Option<&String>| out.push_str(&format!("{text} {}\n", hint.map_or("", String::as_str)));
    for event in events {
        match &event.kind {
            EventKind::StepRetried { fault, .. } => say(&fault.message, fault.hint.as_ref()),
            EventKind::TurnEnded { outcome: TurnOutcome::Failed(fault), .. } => {
                say(&fault.message, fault.hint.as_ref())
            }
            EventKind::Notice { text, hint, .. } => say(text, hint.as_ref()),
            _ => {}
        }
    }
    out
}

#[tokio::test]
async fn every_fault_at_every_moment_leaves_a_way_on() {
    for moment in MOMENTS {
        for fault in stream_faults() {
            // An empty body in place of a stream is an answer that ends at once.
            check(moment, fault).await;
        }
    }
}

#[tokio::test]
async fn every_refusal_leaves_a_way_on() {
    for fault in refusals() {
        check(Moment::BeforeTheHead, fault).await;
    }
}
