//! What the tests of the adapter share: an endpoint with scripted answers, and an ear.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use adit::adapters::bedrock::{Bedrock, Loopback, Patience};
use adit::config::Config;
use adit::demo::{Endpoint, Reply, ServerStep};
use adit::engine::{Provider as _, Request, ToolSpec};
use adit::models::Models;
use adit::session::{Block, Message, Role, ToolCall, ToolCallId, ToolOutput};
use serde_json::{Value, json};

pub(crate) use crate::ear::{Heard, hear};

/// An endpoint with answers that are given in turn, the last one again and again, and its provider.
pub(crate) struct Stage {
    /// The endpoint.
    pub(crate) endpoint: Endpoint,
    /// The provider.
    pub(crate) bedrock: Bedrock,
}

impl Stage {
    /// Starts with these answers.
    pub(crate) async fn new(answers: Vec<Vec<ServerStep>>) -> Self {
        Self::with(&Config::default(), patient(), answers).await
    }

    /// Starts with a configuration.
    pub(crate) async fn with(config: &Config, patience: Patience, answers: Vec<Vec<ServerStep>>) -> Self {
        Self::over(config, Models::embedded(), patience, answers).await
    }

    /// Starts with a table of models.
    pub(crate) async fn over(
        config: &Config,
        models: Models,
        patience: Patience,
        answers: Vec<Vec<ServerStep>>,
    ) -> Self {
        let mut answers: VecDeque<_> = answers.into();
        let script = move |body: &Value| match answers.len() {
            // A question about models, where none is scripted: the account may not ask.
            _ if body.is_null() && !answers.front().is_some_and(|answer| is_document(answer)) => {
                vec![ServerStep::refuse(403, "AccessDeniedException", "not authorized to perform: bedrock:List")]
            }
            0 => Reply::new().text("done").finish(),
            1 => answers[0].clone(),
            _ => answers.pop_front().unwrap_or_default(),
        };
        let endpoint = Endpoint::start(script).await.expect("loopback can be bound");
        let bedrock = Bedrock::with_endpoint(config, models, Loopback::at(endpoint.url()), patience);
        Self { endpoint, bedrock }
    }

    /// Asks the model and listens to the end.
    pub(crate) async fn ask(&self, model: &str) -> Heard {
        hear(self.bedrock.stream(request(model, vec![user("hello")]))).await
    }

    /// Sends a request and returns the body that arrived.
    pub(crate) async fn sent(&self, request: Request) -> Value {
        let heard = hear(self.bedrock.stream(request)).await;
        assert_eq!(heard.fault, None);
        self.endpoint.requests().last().expect("a request arrived").json.clone()
    }

    /// Returns the ids that were called, in order.
    pub(crate) fn called(&self) -> Vec<String> {
        let requests = self.endpoint.requests();
        let calls = requests.iter().filter(|request| request.path.starts_with("/model/"));
        calls.map(|request| request.path.split('/').nth(2).unwrap_or_default().replace("%3A", ":")).collect()
    }
}

/// Tells whether an answer is one to a question about models.
fn is_document(answer: &[ServerStep]) -> bool {
    matches!(answer.first(), Some(ServerStep::Answer { status: 200, headers, .. })
        if headers.iter().any(|(_, value)| value == "application/json"))
}

/// Never says that it is silent, never waits before a retry.
pub(crate) fn patient() -> Patience {
    let hour = Duration::from_secs(3600);
    Patience { first_word: hour, every: hour, limit: hour, backoff: Duration::ZERO }
}

/// Gives up soon when nothing comes; long enough for a busy machine to connect.
pub(crate) fn impatient() -> Patience {
    let (first_word, every) = (Duration::from_millis(50), Duration::from_millis(100));
    Patience { first_word, every, limit: Duration::from_millis(400), backoff: Duration::ZERO }
}

/// A model that is called as it is named.
pub(crate) const MODEL: &str = "us.anthropic.claude-sonnet-5";

/// Returns a request with two tools.
pub(crate) fn request(model: &str, messages: Vec<Message>) -> Request {
    let schema = json!({
        "type": "object",
        "properties": {"path": {"type": "string"}, "new": {"type": "string"}, "all": {"type": "boolean"}},
        "required": ["path", "new"],
        "additionalProperties": false
    });
    let tool =
        |name: &str| ToolSpec { name: name.to_owned(), description: format!("Does {name}."), schema: schema.clone() };
    Request {
        model: model.to_owned(),
        system: "You are a pair programmer.".to_owned(),
        messages,
        kind: adit::session::CallKind::Turn,
        tools: Arc::from(vec![tool("read_file"), tool("edit_file")]),
        max_tokens: None,
        effort: adit::config::Effort::Auto,
    }
}

/// Returns a message of the user.
pub(crate) fn user(text: &str) -> Message {
    Message::new(Role::User, vec![words(text)])
}

/// Returns a message of the model.
pub(crate) fn assistant(blocks: Vec<Block>) -> Message {
    Message::new(Role::Assistant, blocks)
}

/// Returns a block of text.
pub(crate) fn words(text: &str) -> Block {
    Block::Text { text: text.to_owned() }
}

/// Returns a call.
pub(crate) fn call(id: &str, name: &str, input: Value) -> Block {
    Block::ToolUse(ToolCall { id: ToolCallId(id.to_owned()), name: name.to_owned(), input })
}

/// Returns a result.
pub(crate) fn result(id: &str, text: &str) -> Block {
    let output = ToolOutput { text: text.to_owned(), is_error: false };
    Block::ToolResult { id: ToolCallId(id.to_owned()), output }
}

/// Returns reasoning with a signature.
pub(crate) fn reasoning(text: &str) -> Block {
    Block::Reasoning { text: text.to_owned(), signature: Some("signed".to_owned()), redacted: None }
}
