//! Reads the log as a client of the engine and hands complete spans on, without ever holding anyone up.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::export::Exporter;
use super::spans::{Span, Spans};
use crate::config::TelemetryConfig;
use crate::engine::{Handle, Subscription};

/// So many spans wait for a slow collector; what comes beyond is dropped.
const WAITING: usize = 2048;
/// So many go together.
const BATCH: usize = 256;
/// How long the last spans have at the end.
const FAREWELL: Duration = Duration::from_secs(2);

/// Spans on their way to a collector.
pub struct Telemetry;

/// The tasks that read the log and send spans; dropping it ends them.
pub struct TelemetryTask {
    tasks: JoinSet<()>,
}

impl Telemetry {
    /// Begins to tell a collector, where the configuration asks for that. Call it before anything is asked of the
    /// engine.
    pub async fn start(config: &TelemetryConfig, handle: &Handle) -> Option<TelemetryTask> {
        if !config.is_on() {
            return None;
        }
        let exporter = match Exporter::new(&config.endpoint) {
            Ok(exporter) => exporter,
            Err(error) => {
                tracing::warn!(error, "telemetry is off: its endpoint cannot be used");
                return None;
            }
        };
        let Subscription { state, events } = handle.subscribe_from_start().await?;
        let conversation = format!("{:016x}", fastrand::u64(..));
        let mut spans = Spans::new(conversation, state.model.id.clone(), config.content);
        let (out, complete) = mpsc::channel(WAITING);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut events = events;
            let mut dropped = 0_u64;
            while let Some(event) = events.recv().await {
                for span in spans.apply(&event) {
                    dropped += u64::from(out.try_send(span).is_err());
                }
            }
            if dropped > 0 {
                tracing::warn!(dropped, "the collector was too slow for all spans");
            }
        });
        tasks.spawn(send_all(exporter, complete));
        Some(TelemetryTask { tasks })
    }
}

impl TelemetryTask {
    /// Sends what is left once the engine has ended, for a bounded time.
    pub async fn finish(mut self) {
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(FAREWELL, all).await.is_err() {
            tracing::warn!("the collector did not take the last spans in time");
        }
    }
}

async fn send_all(exporter: Exporter, mut complete: mpsc::Receiver<Span>) {
    let mut batch = Vec::new();
    // The channel closes with the log.
    while complete.recv_many(&mut batch, BATCH).await > 0 {
        exporter.send(std::mem::take(&mut batch)).await;
    }
}
