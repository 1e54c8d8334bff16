//! How much memory this process holds.

#![allow(dead_code, reason = "each bench looks at its part")]

/// Resident memory in KiB; `None` where the system does not tell it this way.
pub(crate) fn resident() -> Option<u64> {
    line("VmRSS:")
}

/// The most there was of it, in KiB, since it was forgotten.
pub(crate) fn peak() -> Option<u64> {
    line("VmHWM:")
}

/// Lets the peak begin again with what there is now. Source: `clear_refs` in proc(5).
pub(crate) fn forget_peak() -> std::io::Result<()> {
    std::fs::write("/proc/self/clear_refs", "5")
}

fn line(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
