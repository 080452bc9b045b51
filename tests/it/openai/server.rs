//! A server on loopback that answers as it is told, and the ear that listens to the provider.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use adit::adapters::bedrock::Patience;
use adit::adapters::openai::{OpenAi, OpenAiSettings};
use adit::config::{Config, EndpointConfig, EndpointName};
use adit::engine::{Provider as _, Request, ToolSpec};
use adit::session::{Block, Message, Role};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::ear;
pub use crate::ear::Heard;

/// How an answer's body ends.
#[derive(Clone, Copy, PartialEq)]
pub enum End {
    /// In order.
    Whole,
    /// The connection breaks.
    Cut,
    /// Nothing more comes, and the connection stays.
    Hang,
}

/// One answer.
#[derive(Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The body is sent in pieces of so many bytes.
    pub pieces: usize,
    pub end: End,
}

impl Reply {
    pub fn stream(body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), "text/event-stream; charset=utf-8".to_owned())];
        Self { status: 200, headers, body: body.into(), pieces: usize::MAX, end: End::Whole }
    }

    /// A stream of these chunks, ended in order.
    pub fn chunks(chunks: &[Value]) -> Self {
        Self::stream(events(chunks) + "data: [DONE]\n\n")
    }

    pub fn refuse(status: u16, body: &Value) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self { status, headers, body: body.to_string().into_bytes(), pieces: usize::MAX, end: End::Whole }
    }

    pub fn page(status: u16) -> Self {
        let headers = vec![("content-type".to_owned(), "text/html".to_owned())];
        let body = b"<!DOCTYPE html><html><body>Please log in</body></html>".to_vec();
        Self { status, headers, body, pieces: usize::MAX, end: End::Whole }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn ended(mut self, end: End) -> Self {
        self.end = end;
        self
    }

    pub fn split(mut self, pieces: usize) -> Self {
        self.pieces = pieces;
        self
    }
}

pub fn events(chunks: &[Value]) -> String {
    chunks.iter().map(|chunk| format!("data: {chunk}\n\n")).collect()
}

/// A chunk with a delta.
pub fn delta(delta: Value) -> Value {
    json!({"id": "c1", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": null}], "usage": null})
}

pub fn text(text: &str) -> Value {
    delta(json!({"content": text}))
}

pub fn finish(reason: &str) -> Value {
    json!({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
}

pub fn usage(read: u64, cached: u64, written: u64) -> Value {
    json!({"choices": [], "usage": {"prompt_tokens": read, "completion_tokens": written,
           "prompt_tokens_details": {"cached_tokens": cached}}})
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Seen {
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub json: Value,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The server. Its answers are given in turn, the last one again and again.
pub struct Server {
    address: std::net::SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    /// How many connections the client has left while an answer hung.
    pub left: watch::Receiver<usize>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Server {
    pub async fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let replies = Arc::new(Mutex::new(VecDeque::from(replies)));
        let (leave, left) = watch::channel(0);
        let log = Arc::clone(&seen);
        #[allow(clippy::disallowed_methods, reason = "the server ends it when it is dropped")]
        let accepting = tokio::spawn(async move {
            let mut open = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (log, replies, leave) = (Arc::clone(&log), Arc::clone(&replies), leave.clone());
                open.spawn(async move { serve(stream, &log, &replies, &leave).await });
            }
        });
        Self { address, seen, left, accepting }
    }

    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    pub fn requests(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    log: &Mutex<Vec<Seen>>,
    replies: &Mutex<VecDeque<Reply>>,
    leave: &watch::Sender<usize>,
) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let mut lines = head.split("\r\n");
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, value)| value.parse().ok());
    let length: usize = length.unwrap_or(0);
    while bytes.len() < head_end + 4 + length {
        stream.read_buf(&mut bytes).await.ok()?;
    }
    let body = bytes[head_end + 4..].to_vec();
    let json = serde_json::from_slice(&body).unwrap_or_default();
    log.lock().unwrap().push(Seen { path, headers, json, body });
    let reply = {
        let mut replies = replies.lock().unwrap();
        if replies.len() > 1 { replies.pop_front()? } else { replies.front()?.clone() }
    };
    let mut head = format!("HTTP/1.1 {} Scripted\r\nconnection: close\r\ntransfer-encoding: chunked\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all((head + "\r\n").as_bytes()).await.ok()?;
    for piece in reply.body.chunks(reply.pieces.min(reply.body.len().max(1))) {
        stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).await.ok()?;
        stream.write_all(piece).await.ok()?;
        stream.write_all(b"\r\n").await.ok()?;
        stream.flush().await.ok()?;
        tokio::task::yield_now().await;
    }
    match reply.end {
        End::Whole => stream.write_all(b"0\r\n\r\n").await.ok(),
        End::Cut => None,
        End::Hang => {
            let mut rest = [0; 64];
            while stream.read(&mut rest).await.is_ok_and(|count| count > 0) {}
            leave.send_modify(|count| *count += 1);
            None
        }
    }
}

pub fn endpoint(url: &str) -> EndpointConfig {
    EndpointConfig {
        url: url.to_owned(),
        key_env: None,
        models: vec!["qwen".to_owned(), "org/deep".to_owned()],
        context: 32_000,
        tools: true,
        images: adit::config::Seeing::All(false),
        price_input: Some(1.0),
        price_output: Some(2.0),
        price_cache_read: Some(0.1),
    }
}

pub fn provider(endpoint: &EndpointConfig, key: Option<&str>) -> OpenAi {
    let name = EndpointName::try_from("local".to_owned()).unwrap();
    let patience = Patience {
        first_word: Duration::from_secs(5),
        every: Duration::from_secs(5),
        limit: Duration::from_secs(30),
        backoff: Duration::from_millis(1),
    };
    let config = Config::default();
    let key = key.map(str::to_owned);
    OpenAi::new(&config, OpenAiSettings { name: &name, endpoint, key, certificates: None, patience })
}

pub fn request(messages: Vec<Message>) -> Request {
    let tool = ToolSpec {
        name: "edit_file".to_owned(),
        description: "Edits.".to_owned(),
        schema: json!({"type": "object", "properties": {"path": {}, "edits": {}}, "required": ["path", "edits"]}),
    };
    Request {
        model: "local/qwen".to_owned(),
        system: "Be kind.".to_owned(),
        messages,
        kind: adit::session::CallKind::Turn,
        tools: vec![tool].into(),
        max_tokens: None,
        effort: adit::config::Effort::Auto,
    }
}

pub fn user(text: &str) -> Message {
    Message::new(Role::User, vec![Block::Text { text: text.to_owned() }])
}

pub async fn hear(provider: &OpenAi, request: Request) -> Heard {
    ear::hear(provider.stream(request)).await
}

/// Asks an endpoint that gives these answers.
pub async fn ask(replies: Vec<Reply>) -> (Heard, Server) {
    let server = Server::start(replies).await;
    let provider = provider(&endpoint(&server.url()), None);
    let heard = hear(&provider, request(vec![user("hello")])).await;
    (heard, server)
}
