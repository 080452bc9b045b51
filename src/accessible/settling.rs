//! The question whether the engine has dealt with what was asked of it.

use std::pin::Pin;

use crate::engine::Handle;
use crate::session::Seq;

/// The answer that is waited for: the number of the engine's last event.
type Answer<'a> = Pin<Box<dyn Future<Output = Option<Seq>> + Send + 'a>>;

/// Whether something that was asked of the engine may still have to be dealt with.
pub(super) struct Settling<'a> {
    handle: &'a Handle,
    answer: Option<Answer<'a>>,
}

impl<'a> Settling<'a> {
    /// Returns it with nothing asked.
    pub(super) fn new(handle: &'a Handle) -> Self {
        Self { handle, answer: None }
    }

    /// Asks: what is asked next is dealt with after what was asked before.
    pub(super) fn ask(&mut self) {
        let handle = self.handle;
        self.answer = Some(Box::pin(async { handle.subscribe().await.map(|subscription| subscription.state.seq) }));
    }

    /// Waits for the answer; for ever where nothing was asked.
    pub(super) async fn answered(&mut self) -> Option<Seq> {
        let Some(answer) = &mut self.answer else { return std::future::pending().await };
        let last = answer.await;
        self.answer = None;
        last
    }
}
