//! What the process really takes while it measures, as the kernel tells it. Alone in its file, and so in its process: other
//! tests would be counted too.

#![allow(clippy::unwrap_used)]
#![cfg(target_os = "linux")]

use rehearse_delivery::Meter;

const RATE: u32 = 24_000;
/// What is kept of each minute, and as much again for the allocator.
const MOST_A_MINUTE: u64 = 512;

/// Counted page by page. `VmRSS` would be quicker and, from Linux 6.2 to 6.16, wrong by up to some hundred KiB: it adds
/// up counters of each processor that are behind.
fn resident_kib() -> u64 {
    let rollup = std::fs::read_to_string("/proc/self/smaps_rollup").unwrap();
    let line = rollup.lines().find(|line| line.starts_with("Rss:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// A buzz that swells and ebbs four times a second, with all candidates for a pitch that a frame can have.
fn minute() -> Vec<f32> {
    let sample = |index: u32| {
        let (period, syllable) = (RATE / 150, RATE / 4);
        let swell = (index % syllable) as f32 / syllable as f32;
        0.5 * swell * (1.0 - 2.0 * (index % period) as f32 / period as f32)
    };
    (0..60 * RATE).map(sample).collect()
}

#[test]
fn four_minutes_more_take_no_more_than_what_is_kept_of_them() {
    let minute = minute();
    let mut meter = Meter::new(RATE).unwrap();
    let push = |meter: &mut Meter| minute.chunks(480).for_each(|block| meter.push(block));
    push(&mut meter);
    let first = resident_kib();
    for _ in 0..4 {
        push(&mut meter);
    }
    let grown = resident_kib().saturating_sub(first);
    assert!(grown <= 4 * MOST_A_MINUTE, "{grown} KiB more");
    assert_eq!(meter.finish().duration_ms, 300_000);
}
