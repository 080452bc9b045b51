//! The scripted endpoint with a runtime of its own, for tests that are not async.

use std::sync::Arc;

use adit::demo::{Endpoint, Log, Recorded, Reply, ServerStep};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

pub struct Server {
    runtime: Runtime,
    endpoint: Endpoint,
}

impl Server {
    pub fn start(script: impl FnMut(&Value) -> Vec<ServerStep> + Send + 'static) -> Self {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build().unwrap();
        let endpoint = runtime.block_on(Endpoint::start(script)).unwrap();
        Self { runtime, endpoint }
    }

    /// A server that refuses the first request for so many seconds, and is well afterwards.
    pub fn slowed_once(seconds: &str) -> Self {
        let body = json!({"message": "slow down"}).to_string().into_bytes();
        let headers = [("retry-after", seconds), ("x-amzn-errortype", "ThrottlingException")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let mut refusal = Some(vec![ServerStep::Answer { status: 429, headers, body }]);
        let well = || Reply::new().text("All is well again.").finish();
        Self::start(move |_| refusal.take().unwrap_or_else(well))
    }

    pub fn url(&self) -> String {
        self.endpoint.url()
    }

    /// Returns the requests so far.
    pub fn requests(&self) -> Vec<Arc<Recorded>> {
        self.endpoint.requests()
    }

    /// Waits until the log is as wanted.
    pub fn wait(&self, wanted: impl FnMut(&Log) -> bool) -> Log {
        self.runtime.block_on(self.endpoint.wait_for(wanted))
    }
}

/// Tells whether a request drafts a commit message: it alone offers no tools.
pub fn is_draft(request: &Value) -> bool {
    request.get("toolConfig").is_none()
}

/// Returns which prompt a request belongs to and which step of it, both from 0.
pub fn place(request: &Value) -> (usize, usize) {
    let (mut prompt, mut step) = (0, 0);
    for message in request["messages"].as_array().unwrap() {
        if message["role"] == "user" {
            let is_result = message["content"][0].get("toolResult").is_some();
            (prompt, step) = if is_result { (prompt, step + 1) } else { (prompt + 1, 0) };
        }
    }
    (prompt - 1, step)
}
