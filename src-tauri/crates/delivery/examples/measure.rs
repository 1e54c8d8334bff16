//! Measures WAV files and prints one line of JSON for each: the figures of the turn, and the seconds it took.
//!
//! `measure [--repeat N] FILE.wav ...`; with `--repeat` the shortest of N times counts. Several channels are averaged.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::error::Error;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let mut repeat = 1_u32;
    let mut files = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--repeat" {
            repeat = arguments.next().unwrap_or_default().parse()?;
        } else {
            files.push(argument);
        }
    }
    for file in files {
        let (sample_rate, mono) = read(&file)?;
        let mut shortest = f64::INFINITY;
        let mut value = serde_json::Value::Null;
        for _ in 0..repeat.max(1) {
            let start = Instant::now();
            let figures = rehearse_delivery::measure(sample_rate, &mono)?;
            shortest = shortest.min(start.elapsed().as_secs_f64());
            value = serde_json::to_value(&figures)?;
        }
        if let serde_json::Value::Object(fields) = &mut value {
            fields.insert("file".to_owned(), file.into());
            fields.insert("secondsTaken".to_owned(), shortest.into());
        }
        println!("{value}");
    }
    Ok(())
}

fn read(path: &str) -> Result<(u32, Vec<f32>), Box<dyn Error>> {
    let mut reader = hound::WavReader::open(path)?;
    let spec = reader.spec();
    let samples: Vec<f32> = match spec.sample_format {
        hound::SampleFormat::Float => reader.samples::<f32>().collect::<Result<_, _>>()?,
        hound::SampleFormat::Int => {
            let scale = (1_i64 << (spec.bits_per_sample - 1)) as f32;
            let scaled = |sample: Result<i32, hound::Error>| sample.map(|value| value as f32 / scale);
            reader.samples::<i32>().map(scaled).collect::<Result<_, _>>()?
        }
    };
    let channels = usize::from(spec.channels.max(1));
    let mono = samples
        .chunks(channels)
        .map(|frame| frame.iter().sum::<f32>() / channels as f32);
    Ok((spec.sample_rate, mono.collect()))
}
