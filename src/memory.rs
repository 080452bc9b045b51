//! How freed memory goes back to the system.

use std::time::Duration;

use adit::engine::Handle;
use tokio::sync::mpsc::error::TryRecvError;

/// So long nothing has happened before what is free is given back.
const REST: Duration = Duration::from_secs(1);

/// Asks the allocator to map large buffers on their own, so that the system has them back as soon as they are freed.
///
/// glibc raises the size from which it does so whenever such a buffer is freed. A request's body, or what is worked out
/// between two large texts, is then carved from the heap, and what happens to stand behind it keeps all of it resident.
pub(crate) fn map_what_is_large() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[allow(unsafe_code, reason = "the allocator can only be told by a function of C")]
    {
        const LARGE: libc::c_int = 256 << 10;
        // SAFETY: two numbers are handed over by value, and no other thread runs yet.
        let _if_refused_all_is_as_before = unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE) };
    }
}

/// Gives back what is free whenever the session comes to rest, until it ends: what git knows of 50,000 files, read at
/// the start, would otherwise stay. While nothing happens, this does nothing, either.
pub(crate) async fn give_back_at_rest(handle: Handle) {
    let Some(subscription) = handle.subscribe().await else { return };
    // The engine ends when nobody can ask it anything any more.
    drop((handle, subscription.state));
    let mut events = subscription.events;
    loop {
        tokio::time::sleep(REST).await;
        let mut is_busy = false;
        loop {
            match events.try_recv() {
                Ok(_) => is_busy = true,
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return,
            }
        }
        if is_busy {
            continue;
        }
        // It takes milliseconds where there is much.
        if tokio::task::spawn_blocking(give_back).await.is_err() || events.recv().await.is_none() {
            return;
        }
    }
}

fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[allow(unsafe_code, reason = "the allocator can only be told by a function of C")]
    {
        // SAFETY: a number is handed over by value; the function may be called at any time by any thread.
        let _whether_there_was_any = unsafe { libc::malloc_trim(0) };
    }
}
