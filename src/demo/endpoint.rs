//! A Bedrock endpoint on loopback: real HTTP, real event-stream frames, scripted answers.
//!
//! The provider reaches it through the SDK as it reaches the service. It checks no signatures, serves any
//! path, and remembers every request.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use super::frames;
use super::http::{self, Head};

/// Decides what the endpoint answers.
pub trait Script: Send {
    /// Returns the steps that answer a request, given its body.
    fn answer(&mut self, request: &Value) -> Vec<ServerStep>;
}

impl<F: FnMut(&Value) -> Vec<ServerStep> + Send> Script for F {
    fn answer(&mut self, request: &Value) -> Vec<ServerStep> {
        self(request)
    }
}

/// One thing that the endpoint does to answer. The first step that sends a frame sends the head of a
/// stream before it.
#[derive(Debug, Clone, PartialEq)]
pub enum ServerStep {
    /// Waits.
    Sleep(Duration),
    /// Waits until the client hangs up.
    Hold,
    /// Waits so long after each frame from here on.
    Pace(Duration),
    /// Writes in pieces of so many bytes from here on.
    Split(usize),
    /// Answers with an error of the service and ends.
    Refuse {
        /// The status of HTTP.
        status: u16,
        /// The name of the error, sent in `x-amzn-errortype`; none leaves the header away.
        code: Option<String>,
        /// The service's words.
        message: String,
    },
    /// Answers with something else entirely and ends.
    Answer {
        /// The status of HTTP.
        status: u16,
        /// Headers beside the length.
        headers: Vec<(String, String)>,
        /// The body.
        body: Vec<u8>,
    },
    /// Sends the head of a stream.
    Open,
    /// Sends bytes as they are: one frame, several, or a part.
    Frame(Vec<u8>),
    /// Breaks the connection.
    Abort,
}

impl ServerStep {
    /// Returns the step that sends an event.
    pub fn event(kind: &str, payload: Value) -> Self {
        Self::Frame(frames::event(kind, &payload))
    }

    /// Returns the step that sends an exception inside the stream.
    pub fn exception(kind: &str, message: &str) -> Self {
        Self::Frame(frames::exception(kind, &json!({"message": message})))
    }

    /// Returns the step that refuses with a named error.
    pub fn refuse(status: u16, code: &str, message: &str) -> Self {
        Self::Refuse { status, code: Some(code.to_owned()), message: message.to_owned() }
    }
}

/// A request as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// `POST`.
    pub method: String,
    /// The path, as sent.
    pub path: String,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as sent.
    pub body: Vec<u8>,
    /// The body as JSON; null where it is none.
    pub json: Value,
}

impl Recorded {
    /// Returns a header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What has happened at the endpoint so far.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// The requests, in order.
    pub requests: Vec<Arc<Recorded>>,
    /// How many were answered to the end.
    pub answered: usize,
    /// How many were left by the client before that.
    pub abandoned: usize,
}

/// A running endpoint; dropping it ends it and breaks what is open.
#[derive(Debug)]
pub struct Endpoint {
    address: SocketAddr,
    log: watch::Receiver<Log>,
    accepting: JoinHandle<()>,
}

impl Endpoint {
    /// Starts an endpoint on a free port of 127.0.0.1.
    pub async fn start(script: impl Script + 'static) -> std::io::Result<Self> {
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (writer, log) = watch::channel(Log::default());
        let shared = Shared { script: Arc::new(Mutex::new(script)), log: Arc::new(writer) };
        // Owned by the endpoint, which aborts it; its connections end with the set inside.
        #[expect(clippy::disallowed_methods, reason = "the handle is kept and aborted on drop")]
        let accepting = tokio::spawn(accept(listener, shared));
        Ok(Self { address, log, accepting })
    }

    /// Returns the address for `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the requests so far.
    pub fn requests(&self) -> Vec<Arc<Recorded>> {
        self.log.borrow().requests.clone()
    }

    /// Waits until the log is as wanted, and returns it.
    pub async fn wait_for(&self, wanted: impl FnMut(&Log) -> bool) -> Log {
        let mut log = self.log.clone();
        match log.wait_for(wanted).await {
            Ok(log) => log.clone(),
            Err(_) => self.log.borrow().clone(),
        }
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

struct Shared<S> {
    script: Arc<Mutex<S>>,
    log: Arc<watch::Sender<Log>>,
}

impl<S> Clone for Shared<S> {
    fn clone(&self) -> Self {
        Self { script: Arc::clone(&self.script), log: Arc::clone(&self.log) }
    }
}

/// How an answer ended.
enum Ending {
    /// All was sent; the connection can serve another request.
    Complete,
    /// The script broke the connection.
    Broken,
    /// The client hung up.
    Abandoned,
}

async fn accept<S: Script + 'static>(listener: TcpListener, shared: Shared<S>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, shared.clone()));
                }
                // Out of descriptors, or a client that left at once: the next one may fare better.
                Err(_) => tokio::task::yield_now().await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve<S: Script>(mut stream: TcpStream, shared: Shared<S>) {
    // Without it, small frames wait up to 40 ms for an acknowledgement.
    let _best_effort = stream.set_nodelay(true);
    let mut buffer = Vec::new();
    while let Ok(Some(request)) = http::read_request(&mut stream, &mut buffer).await {
        let steps = shared.script.lock().unwrap_or_else(PoisonError::into_inner).answer(&request.json);
        shared.log.send_modify(|log| log.requests.push(Arc::new(request)));
        let ending = perform(&mut stream, steps).await.unwrap_or(Ending::Abandoned);
        shared.log.send_modify(|log| match ending {
            Ending::Complete | Ending::Broken => log.answered += 1,
            Ending::Abandoned => log.abandoned += 1,
        });
        match ending {
            Ending::Complete => {}
            Ending::Broken | Ending::Abandoned => {
                // A reset, not an orderly end: this is what a broken network looks like.
                let _best_effort = stream.set_zero_linger();
                return;
            }
        }
    }
}

async fn perform(stream: &mut TcpStream, steps: Vec<ServerStep>) -> std::io::Result<Ending> {
    let mut pace = Duration::ZERO;
    let mut split = usize::MAX;
    let mut is_open = false;
    for step in steps {
        match step {
            ServerStep::Sleep(time) => {
                if is_abandoned_within(stream, Some(time)).await {
                    return Ok(Ending::Abandoned);
                }
            }
            ServerStep::Hold => {
                is_abandoned_within(stream, None).await;
                return Ok(Ending::Abandoned);
            }
            ServerStep::Pace(time) => pace = time,
            ServerStep::Split(bytes) => split = bytes.max(1),
            ServerStep::Refuse { status, code, message } => {
                let body = json!({"message": message}).to_string().into_bytes();
                let mut head = Head::new(status).with("content-type", "application/json");
                if let Some(code) = code {
                    head = head.with("x-amzn-errortype", &format!("{code}:http://internal.amazon.com/coral/"));
                }
                stream.write_all(&head.with("x-amzn-requestid", "request-1").whole(&body)).await?;
                return Ok(Ending::Complete);
            }
            ServerStep::Answer { status, headers, body } => {
                let head = headers.iter().fold(Head::new(status), |head, (name, value)| head.with(name, value));
                stream.write_all(&head.whole(&body)).await?;
                return Ok(Ending::Complete);
            }
            ServerStep::Open => open(stream, &mut is_open).await?,
            ServerStep::Frame(bytes) => {
                open(stream, &mut is_open).await?;
                for piece in bytes.chunks(split) {
                    stream.write_all(&http::chunk(piece)).await?;
                    stream.flush().await?;
                }
                if !pace.is_zero() && is_abandoned_within(stream, Some(pace)).await {
                    return Ok(Ending::Abandoned);
                }
            }
            ServerStep::Abort => return Ok(Ending::Broken),
        }
    }
    open(stream, &mut is_open).await?;
    stream.write_all(http::LAST_CHUNK).await?;
    Ok(Ending::Complete)
}

async fn open(stream: &mut TcpStream, is_open: &mut bool) -> std::io::Result<()> {
    if *is_open {
        return Ok(());
    }
    *is_open = true;
    let head = Head::new(200)
        .with("content-type", "application/vnd.amazon.eventstream")
        .with("x-amzn-requestid", "request-1")
        .with("transfer-encoding", "chunked");
    stream.write_all(&head.bytes()).await
}

/// Waits so long, or for ever, and tells whether the client hung up meanwhile.
async fn is_abandoned_within(stream: &mut TcpStream, time: Option<Duration>) -> bool {
    let mut byte = [0];
    // A client that waits for its answer sends nothing, so whatever can be read is the end.
    let hung_up = stream.read(&mut byte);
    match time {
        None => {
            let _end = hung_up.await;
            true
        }
        Some(time) => tokio::time::timeout(time, hung_up).await.is_ok(),
    }
}
