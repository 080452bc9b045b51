//! A stream of deltas whose work does not run ahead of whoever reads it.

use std::task::Poll;

use futures::channel::mpsc;
use futures::stream::{self, BoxStream};
use futures::{FutureExt as _, SinkExt as _, StreamExt as _};

use crate::engine::Delta;
use crate::session::{Fault, ModelChoice};

/// Where the work tells its deltas.
pub(super) type Out = mpsc::Sender<Result<Delta, Fault>>;

/// Returns what the work tells, in order. The work is a part of the stream, not a task of its own: when the stream is
/// dropped, so is the work. It goes on only when all that it told has been taken and more is asked for.
pub(super) fn in_step(
    mut told: mpsc::Receiver<Result<Delta, Fault>>,
    work: impl Future<Output = ()> + Send + 'static,
) -> BoxStream<'static, Result<Delta, Fault>> {
    let mut work = Some(work.boxed());
    let stream = stream::poll_fn(move |context| {
        if let Poll::Ready(delta) = told.poll_next_unpin(context) {
            return Poll::Ready(delta);
        }
        if let Some(going_on) = &mut work
            && going_on.poll_unpin(context).is_ready()
        {
            work = None;
        }
        told.poll_next_unpin(context)
    });
    stream.boxed()
}

/// Says which model is about to be called, and waits until more is asked for.
pub(super) async fn announce(out: &mut Out, model: ModelChoice) {
    // Nobody is left to hear it only while the stream is being dropped.
    let _dropped = out.send(Ok(Delta::Asking { model })).await;
    tokio::task::yield_now().await;
}
