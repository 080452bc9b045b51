//! How freed memory goes back to the system.

/// Asks the allocator to map large buffers on their own, so that the system has them back as soon as they are freed.
///
/// glibc raises the size from which it does so whenever such a buffer is freed. A request's body, or what is worked out
/// between two large texts, is then carved from the heap, and what happens to stand behind it keeps all of it resident.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code, reason = "the allocator can only be told by a function of C")]
pub(crate) fn give_back() {
    const LARGE: libc::c_int = 256 << 10;
    // SAFETY: two numbers are handed over by value, and no other thread runs yet.
    let _if_refused_all_is_as_before = unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE) };
}

/// Other allocators are left as they are.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) const fn give_back() {}
