//! How this program gives memory back.
//!
//! Sound comes and goes in buffers of megabytes, on many threads. The GNU allocator raises the size from which on a
//! buffer is its own mapping each time one is freed (`mallopt(3)`, "Dynamic mmap threshold"), after which such buffers
//! lie among small ones and their room is never returned: memory grows with every take, although nothing is kept.

/// Bytes from which on a buffer is its own mapping, which is gone when the buffer is. The allocator's own first value.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const OWN_MAPPING: i32 = 128 * 1024;

/// Keeps the allocator from learning a larger limit. Called before the first sound.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)]
pub(crate) fn fix_mmap_threshold() {
    // SAFETY: `mallopt` takes two integers and changes parameters of the allocator under its own lock.
    let accepted = unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, OWN_MAPPING) };
    if accepted == 0 {
        tracing::warn!("the allocator keeps its own limits");
    }
}

/// Other allocators give large buffers back by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn fix_mmap_threshold() {}
