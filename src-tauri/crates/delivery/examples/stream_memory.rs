//! Streams a WAV from the disk through the meter in blocks of 20 ms and prints as JSON what memory the process had at
//! most: `stream_memory FILE.wav`. Linux only: the kernel tells the peak.

#![allow(clippy::print_stdout)]

use std::error::Error;

use rehearse_delivery::Meter;

const SECONDS_OF_WARM_UP: u32 = 60;

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("usage: stream_memory FILE.wav")?;
    let mut reader = hound::WavReader::open(file)?;
    let rate = reader.spec().sample_rate;
    let start = peak_kib()?;
    let mut meter = Meter::new(rate)?;
    let mut block = Vec::new();
    let (mut received, mut after_minute) = (0_u32, None);
    for sample in reader.samples::<i16>() {
        block.push(f32::from(sample?) / 32768.0);
        if block.len() < (rate / 50) as usize {
            continue;
        }
        meter.push(&block);
        received += rate / 50;
        block.clear();
        if after_minute.is_none() && received >= SECONDS_OF_WARM_UP * rate {
            after_minute = Some(peak_kib()?);
        }
    }
    meter.push(&block);
    let figures = meter.finish();
    let report = serde_json::json!({
        "soundSeconds": f64::from(figures.duration_ms) / 1000.0,
        "startKib": start,
        "peakAfterMinuteKib": after_minute,
        "peakKib": peak_kib()?,
    });
    println!("{report}");
    Ok(())
}

/// The most memory that was resident so far.
fn peak_kib() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let digits = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(digits.ok_or("the kernel does not tell the peak")?.parse()?)
}
