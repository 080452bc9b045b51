//! Spans of a session: what they say, and the real program with a collector on loopback.

use adit::adapters::telemetry::{Span, SpanKind, SpanValue, Spans};
use adit::demo::{Endpoint, Reply};
use adit::session::{
    Event, EventKind, Fault, FaultClass, Message, Millis, Role, Seq, StepId, StopReason, Timings, ToolCall, ToolCallId,
    ToolOutput, TurnId, TurnOutcome, Usage,
};
use serde_json::{Value, json};

use crate::headless::desk::{Place, adit, edits, finish};
use crate::openai::server::{End, Reply as Answer, Server};

fn fold(spans: &mut Spans, kinds: Vec<EventKind>) -> Vec<Span> {
    let events = kinds.into_iter().zip(1_u64..);
    events.flat_map(|(kind, at)| spans.apply(&Event { seq: Seq(at), at: Millis(at * 100), kind })).collect()
}

fn started(prompt: &str) -> EventKind {
    let message = Message::new(Role::User, Vec::new());
    EventKind::TurnStarted { turn: TurnId(1), prompt: prompt.to_owned(), message }
}

fn step_ended(stop: StopReason) -> EventKind {
    EventKind::StepEnded {
        message: (stop == StopReason::ToolUse).then(|| Message::new(Role::Assistant, Vec::new())),
        stop,
        usage: Usage { input: 10, output: 5, cache_read: 100, cache_write: 20, cache_write_hour: 0 },
        cost_micros: None,
        timings: Some(Timings { first: Some(250), request_id: Some("req-1".to_owned()), ..Timings::default() }),
    }
}

fn tool(is_error: bool) -> [EventKind; 2] {
    let id = ToolCallId("t1".to_owned());
    let call = ToolCall { id: id.clone(), name: "read_file".to_owned(), input: json!({"path": "secret.txt"}) };
    let output = ToolOutput { text: "hush".to_owned(), is_error }.into();
    [EventKind::ToolCalled { call }, EventKind::ToolFinished { id, output }]
}

fn attribute<'a>(span: &'a Span, key: &str) -> Option<&'a SpanValue> {
    span.attributes.iter().find(|(known, _)| *known == key).map(|(_, value)| value)
}

fn session(outcome: TurnOutcome) -> Vec<EventKind> {
    let mut kinds = vec![started("tell me a secret"), EventKind::StepStarted { step: StepId(1) }];
    kinds.push(EventKind::StepRetried {
        fault: Fault::new(FaultClass::Throttled, "wait"),
        attempt: 1,
        resumes_at: Millis(0),
    });
    kinds.push(step_ended(StopReason::ToolUse));
    kinds.extend(tool(true));
    kinds.push(EventKind::TurnEnded { turn: TurnId(1), outcome });
    kinds
}

#[test]
fn a_turn_is_a_trace_with_a_span_for_each_request_and_call() {
    let mut spans = Spans::new("c".to_owned(), "us.anthropic.claude-sonnet-5".to_owned(), false);
    let found = fold(&mut spans, session(TurnOutcome::Done));
    let names: Vec<&str> = found.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(names, ["chat us.anthropic.claude-sonnet-5", "execute_tool read_file", "invoke_agent adit"]);
    let [chat, call, turn] = &found[..] else { panic!("{found:#?}") };
    assert_eq!((chat.parent, call.parent, turn.parent), (Some(turn.id), Some(turn.id), None));
    assert_eq!((chat.kind, call.kind), (SpanKind::Client, SpanKind::Internal));
    assert_eq!((turn.start, turn.end, chat.start, chat.end), (Millis(100), Millis(700), Millis(200), Millis(400)));
    for (key, value) in [
        ("gen_ai.operation.name", "chat".into()),
        ("gen_ai.provider.name", "aws.bedrock".into()),
        ("gen_ai.request.model", "us.anthropic.claude-sonnet-5".into()),
        ("gen_ai.usage.input_tokens", SpanValue::Count(130)),
        ("gen_ai.usage.output_tokens", SpanValue::Count(5)),
        ("gen_ai.usage.cache_read.input_tokens", SpanValue::Count(100)),
        ("gen_ai.response.finish_reasons", SpanValue::Texts(vec!["tool_call".to_owned()])),
        ("gen_ai.response.time_to_first_chunk", SpanValue::Number(0.25)),
        ("aws.request_id", "req-1".into()),
    ] {
        assert_eq!(attribute(chat, key), Some(&value), "{key}");
    }
    assert_eq!(chat.events, [("retry", Millis(300), "throttled".to_owned())]);
    assert_eq!(attribute(call, "gen_ai.tool.name"), Some(&"read_file".into()));
    assert_eq!((call.error.as_deref(), turn.error.as_deref(), chat.error.as_deref()), (Some("tool_error"), None, None));
    let told = format!("{found:?}");
    assert!(!told.contains("secret") && !told.contains("hush"), "content is told unasked: {told}");
}

#[test]
fn content_is_told_when_it_is_asked_for() {
    let mut spans = Spans::new("c".to_owned(), "m".to_owned(), true);
    let told = format!("{:?}", fold(&mut spans, session(TurnOutcome::Done)));
    assert!(told.contains("tell me a secret") && told.contains("secret.txt") && told.contains("hush"), "{told}");
}

#[test]
fn what_failed_or_was_stopped_says_why_and_nothing_stays_open() {
    let fault = Fault::new(FaultClass::Access, "no");
    let kinds = vec![
        started("x"),
        EventKind::StepStarted { step: StepId(1) },
        step_ended(StopReason::Other("failed".to_owned())),
        EventKind::TurnEnded { turn: TurnId(1), outcome: TurnOutcome::Failed(fault) },
    ];
    let mut spans = Spans::new("c".to_owned(), "local/qwen".to_owned(), false);
    let found = fold(&mut spans, kinds);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|span| span.error.as_deref() == Some("access")), "{found:#?}");
    assert_eq!((found[0].start, found[0].end), (Millis(200), Millis(300)));
    assert_eq!(attribute(&found[0], "gen_ai.provider.name"), Some(&"openai".into()));
    // A session that ends in the middle ends its spans.
    let [called, _] = tool(false);
    let kinds = vec![started("x"), EventKind::StepStarted { step: StepId(1) }, called, EventKind::SessionEnded];
    assert_eq!(fold(&mut Spans::new("c".to_owned(), "m".to_owned(), false), kinds).len(), 3);
}

async fn run(collector: &Server, settings: &str) -> (Place, crate::headless::desk::Outcome) {
    let endpoint = Endpoint::start(edits("a.txt", "one", "eins")).await.unwrap();
    let mut place = Place::new(&[("a.txt", "one\n")]).committed().with_endpoint(&endpoint.url());
    place.variables.push(("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(), collector.url().replace("/v1", "")));
    let file = place.repo().join("../config/adit/config.toml");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, settings).unwrap();
    let outcome = finish(adit(&place, &["run", "--model", "sonnet-4.5", "translate hush-hush"])).await;
    (place, outcome)
}

fn accepted() -> Answer {
    Answer { headers: vec![("content-type".to_owned(), "application/x-protobuf".to_owned())], ..Answer::stream("") }
}

#[tokio::test]
async fn a_collector_gets_the_spans_and_no_words() {
    for settings in ["[telemetry]\nenabled = true\n", "[telemetry]\nendpoint = \"COLLECTOR\"\n"] {
        let collector = Server::start(vec![accepted()]).await;
        let settings = settings.replace("COLLECTOR", &collector.url().replace("/v1", ""));
        let (_, outcome) = run(&collector, &settings).await;
        outcome.check(0, &[]);
        let requests = collector.requests();
        assert!(!requests.is_empty(), "{settings}: {outcome:?}");
        assert!(requests.iter().all(|request| request.path == "/v1/traces"), "{requests:?}");
        assert_eq!(requests[0].header("content-type"), Some("application/x-protobuf"));
        let told: String = requests.iter().map(|request| String::from_utf8_lossy(&request.body).into_owned()).collect();
        for words in [
            "invoke_agent adit",
            "chat ",
            "execute_tool read_file",
            "execute_tool edit_file",
            "gen_ai.usage.input_tokens",
            "service.name",
        ] {
            assert!(told.contains(words), "{settings}: no {words}");
        }
        assert!(!told.contains("hush") && !told.contains("eins"), "{settings}: content was told");
    }
}

#[tokio::test]
async fn without_the_setting_nothing_is_sent() {
    let collector = Server::start(vec![accepted()]).await;
    let (_, outcome) = run(&collector, "").await;
    outcome.check(0, &[]);
    assert!(collector.requests().is_empty());
}

#[tokio::test]
async fn a_collector_that_hangs_or_refuses_costs_spans_and_nothing_else() {
    let hangs = Answer { end: End::Hang, ..accepted() };
    for answer in [hangs, Answer::refuse(500, &Value::Null), Answer::page(200)] {
        let collector = Server::start(vec![answer]).await;
        let (_, outcome) = run(&collector, "[telemetry]\nenabled = true\n").await;
        outcome.check(0, &[]);
        assert!(outcome.text().contains("eins"), "{outcome:?}");
        assert!(!outcome.err.to_lowercase().contains("telemetry") && !outcome.err.contains("otel"), "{outcome:?}");
    }
    // A workspace cannot have the session told to others.
    let endpoint = Endpoint::start(|_: &Value| Reply::new().text("hi").finish()).await.unwrap();
    let place = Place::new(&[("a.txt", "one\n")]).committed().with_endpoint(&endpoint.url());
    std::fs::create_dir(place.repo().join(".adit")).unwrap();
    place.write(".adit/config.toml", "[telemetry]\nendpoint = \"http://127.0.0.1:1\"\n");
    finish(adit(&place, &["run", "hello"])).await.check(2, &["line 1: telemetry may not"]);
}
