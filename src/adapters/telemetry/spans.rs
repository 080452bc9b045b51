//! The session's events folded into spans, by OpenTelemetry's conventions for generative AI.

use crate::session::{Event, EventKind, Fault, FaultClass, Message, Millis, StopReason, TurnOutcome};

/// A content that is sent is cut at so many bytes.
const CONTENT_LIMIT: usize = 32 << 10;

/// Something that took time, complete.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// The turn that it belongs to: the number of the trace.
    pub turn: u32,
    /// Its number, from 1, among the session's spans.
    pub id: u64,
    /// The span around it.
    pub parent: Option<u64>,
    /// Its name, as `chat us.anthropic.claude-sonnet-5`.
    pub name: String,
    /// Whether it is a call of another machine.
    pub kind: SpanKind,
    /// When it began.
    pub start: Millis,
    /// When it ended.
    pub end: Millis,
    /// What is known of it.
    pub attributes: Vec<(&'static str, SpanValue)>,
    /// What happened meanwhile: retries.
    pub events: Vec<(&'static str, Millis, String)>,
    /// Why it failed, where it did.
    pub error: Option<String>,
}

/// Whether a span is a call of another machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanKind {
    /// A request to a service.
    Client,
    /// Work of adit's own.
    Internal,
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum SpanValue {
    /// Text.
    Text(String),
    /// Several texts.
    Texts(Vec<String>),
    /// A whole number.
    Count(i64),
    /// Any number.
    Number(f64),
}

impl From<&str> for SpanValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<u64> for SpanValue {
    fn from(count: u64) -> Self {
        Self::Count(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

/// The spans that are open.
#[derive(Debug)]
pub struct Spans {
    with_content: bool,
    conversation: String,
    model: String,
    next: u64,
    turn: Option<Span>,
    step: Option<Span>,
    tools: Vec<(String, Span)>,
}

impl Spans {
    /// Begins a session, for a model until another one is named. `with_content`: prompts, answers and what tools
    /// are given and give are told as well.
    pub fn new(conversation: String, model: String, with_content: bool) -> Self {
        Self { with_content, conversation, model, next: 1, turn: None, step: None, tools: Vec::new() }
    }

    /// Folds an event; returns the spans that it completes.
    pub fn apply(&mut self, event: &Event) -> Vec<Span> {
        let at = event.at;
        match &event.kind {
            EventKind::ModelChanged { model } => {
                self.model.clone_from(&model.id);
                if let Some(step) = &mut self.step {
                    step.attributes.push(("gen_ai.response.model", model.id.as_str().into()));
                }
                Vec::new()
            }
            EventKind::TurnStarted { turn, prompt, .. } => {
                let left = self.close_all(at);
                let mut span = self.open(turn.0, None, "invoke_agent adit".to_owned(), SpanKind::Internal, at);
                span.attributes.push(("gen_ai.operation.name", "invoke_agent".into()));
                span.attributes.push(("gen_ai.agent.name", "adit".into()));
                span.attributes.push(("gen_ai.provider.name", provider(&self.model).into()));
                span.attributes.push(("gen_ai.conversation.id", self.conversation.as_str().into()));
                if self.with_content {
                    let parts = serde_json::json!([{"role": "user", "parts": [{"type": "text", "content": prompt}]}]);
                    span.attributes.push(("gen_ai.input.messages", cut(&parts.to_string())));
                }
                self.turn = Some(span);
                left
            }
            EventKind::StepStarted { .. } => {
                let left = self.step.take().map(|step| ended(step, at)).into_iter().collect();
                let name = format!("chat {}", self.model);
                let mut span = self.child(name, SpanKind::Client, at);
                span.attributes.push(("gen_ai.operation.name", "chat".into()));
                span.attributes.push(("gen_ai.provider.name", provider(&self.model).into()));
                span.attributes.push(("gen_ai.request.model", self.model.as_str().into()));
                span.attributes.push(("gen_ai.conversation.id", self.conversation.as_str().into()));
                self.step = Some(span);
                left
            }
            EventKind::StepRetried { fault, .. } => {
                if let Some(step) = &mut self.step {
                    step.events.push(("retry", at, class(fault.class)));
                }
                Vec::new()
            }
            EventKind::StepEnded { message, stop, usage, timings, .. } => {
                let Some(mut step) = self.step.take() else { return Vec::new() };
                step.attributes.push(("gen_ai.response.finish_reasons", SpanValue::Texts(vec![reason(stop)])));
                step.attributes.push(("gen_ai.usage.input_tokens", usage.context().into()));
                step.attributes.push(("gen_ai.usage.output_tokens", usage.output.into()));
                step.attributes.push(("gen_ai.usage.cache_read.input_tokens", usage.cache_read.into()));
                step.attributes.push(("gen_ai.usage.cache_creation.input_tokens", usage.cache_write.into()));
                if let Some(times) = timings {
                    if let Some(first) = times.first {
                        let seconds = SpanValue::Number(first as f64 / 1000.0);
                        step.attributes.push(("gen_ai.response.time_to_first_chunk", seconds));
                    }
                    if let Some(id) = &times.request_id {
                        step.attributes.push(("aws.request_id", id.as_str().into()));
                    }
                }
                if let (true, Some(message)) = (self.with_content, message) {
                    step.attributes.push(("gen_ai.output.messages", content(message)));
                }
                if message.is_none() && matches!(stop, StopReason::Other(word) if word == "failed") {
                    // What it was is told when the turn ends, which is the next event.
                    step.end = at;
                    self.step = Some(step);
                    return Vec::new();
                }
                vec![ended(step, at)]
            }
            EventKind::ToolCalled { call } => {
                let mut span = self.child(format!("execute_tool {}", call.name), SpanKind::Internal, at);
                span.attributes.push(("gen_ai.operation.name", "execute_tool".into()));
                span.attributes.push(("gen_ai.tool.name", call.name.as_str().into()));
                span.attributes.push(("gen_ai.tool.call.id", call.id.0.as_str().into()));
                span.attributes.push(("gen_ai.tool.type", "function".into()));
                if self.with_content {
                    span.attributes.push(("gen_ai.tool.call.arguments", cut(&call.input.to_string())));
                }
                self.tools.push((call.id.0.clone(), span));
                Vec::new()
            }
            EventKind::ToolFinished { id, output } => {
                let Some(place) = self.tools.iter().position(|(open, _)| *open == id.0) else { return Vec::new() };
                let (_, mut span) = self.tools.remove(place);
                if output.is_error {
                    fail(&mut span, "tool_error");
                }
                if self.with_content {
                    span.attributes.push(("gen_ai.tool.call.result", cut(&output.text)));
                }
                vec![ended(span, at)]
            }
            EventKind::TurnEnded { outcome, .. } => {
                match outcome {
                    TurnOutcome::Done => {}
                    TurnOutcome::Cancelled => self.fail_open("cancelled"),
                    TurnOutcome::Failed(Fault { class: kind, .. }) => self.fail_open(&class(*kind)),
                }
                self.close_all(at)
            }
            EventKind::SessionEnded => self.close_all(at),
            _ => Vec::new(),
        }
    }

    fn open(&mut self, turn: u32, parent: Option<u64>, name: String, kind: SpanKind, at: Millis) -> Span {
        let id = self.next;
        self.next += 1;
        let (attributes, events) = (Vec::new(), Vec::new());
        Span { turn, id, parent, name, kind, start: at, end: at, attributes, events, error: None }
    }

    fn child(&mut self, name: String, kind: SpanKind, at: Millis) -> Span {
        let (turn, parent) = self.turn.as_ref().map_or((0, None), |turn| (turn.turn, Some(turn.id)));
        self.open(turn, parent, name, kind, at)
    }

    /// Notes why the turn, and what was open in it, did not end well.
    fn fail_open(&mut self, why: &str) {
        for span in self.turn.iter_mut().chain(&mut self.step).chain(self.tools.iter_mut().map(|(_, span)| span)) {
            fail(span, why);
        }
    }

    /// Ends everything, the innermost first.
    fn close_all(&mut self, at: Millis) -> Vec<Span> {
        let tools = std::mem::take(&mut self.tools).into_iter().map(|(_, span)| span);
        let open = tools.chain(self.step.take()).chain(self.turn.take());
        open.map(|span| ended(span, at)).collect()
    }
}

fn ended(mut span: Span, at: Millis) -> Span {
    // A request that failed has its end already.
    if span.end <= span.start {
        span.end = at.max(span.start);
    }
    span
}

fn fail(span: &mut Span, why: &str) {
    span.error = Some(why.to_owned());
    span.attributes.push(("error.type", why.into()));
}

/// Returns whose model it is, in the conventions' words: an endpoint's is named `NAME/model`.
fn provider(model: &str) -> &'static str {
    if model.contains('/') && !model.starts_with("arn:") { "openai" } else { "aws.bedrock" }
}

fn class(class: FaultClass) -> String {
    let word = serde_json::to_value(class).unwrap_or_default();
    word.as_str().unwrap_or("_OTHER").to_owned()
}

fn reason(stop: &StopReason) -> String {
    match stop {
        StopReason::EndTurn => "stop".to_owned(),
        StopReason::ToolUse => "tool_call".to_owned(),
        StopReason::MaxTokens => "length".to_owned(),
        StopReason::ContextFull => "context_full".to_owned(),
        StopReason::Refused(word) | StopReason::Malformed(word) | StopReason::Other(word) => word.clone(),
    }
}

fn content(message: &Message) -> SpanValue {
    let json = serde_json::to_string(message).unwrap_or_default();
    cut(&json)
}

fn cut(text: &str) -> SpanValue {
    SpanValue::Text(text[..text.floor_char_boundary(CONTENT_LIMIT.min(text.len()))].to_owned())
}
