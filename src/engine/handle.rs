//! The engine as its clients see it.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::comparing::Brake;
use super::metering::Metering;
use super::{AccountChoice, FileFault, Files, FolderEntry, Images, Provider};
use crate::config::ThinkingConfig;
use crate::path::RelPath;
use crate::review::Snapshot;
use crate::session::{Caps, Event, Image, Op, Overhead, SessionState, Spent};

/// A snapshot of the session and every event after it.
#[derive(Debug)]
pub struct Subscription {
    /// The state at that moment.
    pub state: SessionState,
    /// The events that follow, without gaps. Unbounded because none may be lost; the engine joins deltas
    /// into one event in 16 ms, so a client that reads at all keeps up.
    pub events: mpsc::UnboundedReceiver<Arc<Event>>,
}

/// What reaches the actor from its clients.
#[derive(Debug)]
pub(super) enum Request {
    /// An operation.
    Op(Op),
    /// A client wants the log.
    Subscribe(Since, oneshot::Sender<Subscription>),
}

/// From where on a client wants the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Since {
    /// From now on.
    Now,
    /// From the start of this engine, as long as nothing was asked of it yet.
    Start,
}

/// The way to the engine; cloning it makes another client's.
#[derive(Clone)]
pub struct Handle {
    pub(super) requests: mpsc::Sender<Request>,
    pub(super) brake: Brake,
    pub(super) files: Arc<dyn Files>,
    pub(super) models: Arc<[(String, String)]>,
    pub(super) images: Arc<dyn Images>,
    pub(super) metering: Arc<Metering>,
    pub(super) overhead: Overhead,
    pub(super) compact_at: u32,
    pub(super) thinking: Arc<ThinkingConfig>,
    pub(super) accounts: Arc<[AccountChoice]>,
    pub(super) provider: Arc<dyn Provider>,
}

impl Handle {
    /// Sends an operation; false when the engine has ended.
    pub async fn send(&self, op: Op) -> bool {
        // What waits for a comparison is not reached by an operation behind it.
        if matches!(op, Op::Cancel) && self.brake.press() {
            return true;
        }
        self.requests.send(Request::Op(op)).await.is_ok()
    }

    /// Returns the state and the events after it, or none when the engine has ended.
    pub async fn subscribe(&self) -> Option<Subscription> {
        self.subscribe_since(Since::Now).await
    }

    /// Returns the same with every event since the engine started, for a client that writes the whole log.
    ///
    /// Once anything was asked of the engine, the events begin with now.
    pub async fn subscribe_from_start(&self) -> Option<Subscription> {
        self.subscribe_since(Since::Start).await
    }

    async fn subscribe_since(&self, since: Since) -> Option<Subscription> {
        let (answer, wait) = oneshot::channel();
        self.requests.send(Request::Subscribe(since, answer)).await.ok()?;
        wait.await.ok()
    }

    /// Returns the models that can be chosen, each with a line about it.
    pub fn models(&self) -> &[(String, String)] {
        &self.models
    }

    /// Returns the image of a file that the user named, made fit off the task, or why it cannot be shown.
    pub async fn load_image(&self, path: PathBuf) -> Result<Image, String> {
        let images = Arc::clone(&self.images);
        off_task(move || images.load(&path).map_err(|fault| fault.to_string())).await
    }

    /// Returns what was spent by the session and beyond it, or why the ledger cannot tell.
    pub async fn spent(&self) -> Result<Spent, String> {
        self.metering.spent().await.map_err(|fault| fault.to_string())
    }

    /// Returns the caps on what may be spent.
    pub fn caps(&self) -> Caps {
        self.metering.caps()
    }

    /// Returns at how many percent of the context the conversation is compacted; 0 is never.
    pub fn compact_at(&self) -> u32 {
        self.compact_at
    }

    /// Returns how much the models are configured to think.
    pub fn thinking(&self) -> &ThinkingConfig {
        &self.thinking
    }

    /// Returns what goes with every request beside the conversation.
    pub fn overhead(&self) -> Overhead {
        self.overhead
    }

    /// Asks the service which models can be called, each with a line about it.
    pub async fn discover_models(&self) -> Vec<(String, String)> {
        self.provider.discover().await
    }

    /// Returns the AWS profiles that can be chosen.
    pub fn profiles(&self) -> Vec<String> {
        let profile = |account: &AccountChoice| match account {
            AccountChoice::Profile(name) => Some(name.clone()),
            AccountChoice::Region(_) => None,
        };
        self.accounts.iter().filter_map(profile).collect()
    }

    /// Returns the AWS regions that can be chosen.
    pub fn regions(&self) -> Vec<String> {
        let region = |account: &AccountChoice| match account {
            AccountChoice::Region(name) => Some(name.clone()),
            AccountChoice::Profile(_) => None,
        };
        self.accounts.iter().filter_map(region).collect()
    }

    /// Returns a folder's entries, read off the task.
    pub async fn list(&self, folder: Option<RelPath>) -> Result<Vec<FolderEntry>, FileFault> {
        let files = Arc::clone(&self.files);
        off_task(move || files.list(folder.as_ref())).await
    }

    /// Returns what stands on disk at a path, read off the task.
    pub async fn read(&self, path: RelPath) -> Result<Option<Snapshot>, FileFault> {
        let files = Arc::clone(&self.files);
        off_task(move || files.read(&path)).await
    }

    /// Sends all files that are not ignored, in pieces of up to 1,000, as they are found.
    pub fn walk(&self, into: mpsc::Sender<Vec<RelPath>>) {
        let files = Arc::clone(&self.files);
        // The walk owns itself: it ends with the last file, or when the receiver is dropped.
        tokio::task::spawn_blocking(move || {
            let mut piece = Vec::new();
            files.walk(None, &mut |path| {
                piece.push(path);
                if piece.len() == 1000 && into.blocking_send(std::mem::take(&mut piece)).is_err() {
                    return std::ops::ControlFlow::Break(());
                }
                std::ops::ControlFlow::Continue(())
            });
            let _closed = into.blocking_send(piece);
        });
    }
}

/// Runs a blocking call on the runtime's blocking threads.
async fn off_task<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(call).await {
        Ok(value) => value,
        Err(join) => std::panic::resume_unwind(join.into_panic()),
    }
}
