//! Encodes a WAV as the recorder does, in blocks of 20 ms, and prints as JSON what it cost, to be set beside the
//! `lame` program at the same settings: `encode_bench IN.wav OUT.mp3`.

use std::error::Error;
use std::fs::{self, File};
use std::io::{Seek, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rehearse_audio::mp3::{self, Encoder};
use rehearse_audio::resample::Resampler;
use rehearse_audio::{SAMPLE_RATE, wav};

/// 20 ms: how often the capture thread empties its ring.
const BLOCK: usize = (SAMPLE_RATE / 50) as usize;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(input), Some(output)) = (arguments.next(), arguments.next()) else {
        return Err("usage: encode_bench IN.wav OUT.mp3".into());
    };
    let sound = house_sound(&input)?;

    let started = Stopwatch::start();
    let totals = encode(&sound, &output)?;
    let encoding = started.elapsed();

    let report = serde_json::json!({
        "sound_seconds": sound.len() as f64 / f64::from(SAMPLE_RATE),
        "frames": totals.frames,
        "clock": if cpu_time().is_some() { "cpu" } else { "wall" },
        "encode_seconds": encoding.as_secs_f64(),
        "process_seconds": cpu_time().map(|time| time.as_secs_f64()),
        "times_real_time": sound.len() as f64 / f64::from(SAMPLE_RATE) / encoding.as_secs_f64(),
    });
    writeln!(std::io::stdout(), "{report}")?;
    Ok(())
}

fn house_sound(input: &std::path::Path) -> Result<Vec<f32>, Box<dyn Error>> {
    let pcm = wav::read(input)?;
    let (mut resampler, mut sound) = (Resampler::new(pcm.rate)?, Vec::with_capacity(pcm.samples.len()));
    resampler.push(&pcm.samples, &mut sound);
    resampler.finish(&mut sound);
    Ok(sound)
}

fn encode(sound: &[f32], output: &std::path::Path) -> Result<mp3::Totals, Box<dyn Error>> {
    let (mut file, mut encoder, mut encoded) = (File::create(output)?, Encoder::new()?, Vec::new());
    file.write_all(&mp3::info_frame(None))?;
    for block in sound.chunks(BLOCK) {
        encoded.clear();
        encoder.encode(block, &mut encoded)?;
        file.write_all(&encoded)?;
    }
    encoded.clear();
    let totals = encoder.finish(&mut encoded)?;
    file.write_all(&encoded)?;
    file.rewind()?;
    file.write_all(&mp3::info_frame(Some(totals)))?;
    Ok(totals)
}

/// Counts the time that this process ran, or, where the system does not tell, the time that passed.
struct Stopwatch {
    cpu: Option<Duration>,
    wall: Instant,
}

impl Stopwatch {
    fn start() -> Self {
        Self {
            cpu: cpu_time(),
            wall: Instant::now(),
        }
    }

    fn elapsed(&self) -> Duration {
        let cpu = self
            .cpu
            .zip(cpu_time())
            .map(|(before, now)| now.saturating_sub(before));
        cpu.unwrap_or_else(|| self.wall.elapsed())
    }
}

/// Time on a processor since the process began; Linux only.
fn cpu_time() -> Option<Duration> {
    let text = fs::read_to_string("/proc/self/schedstat").ok()?;
    text.split_whitespace()
        .next()?
        .parse()
        .ok()
        .map(Duration::from_nanos)
}
