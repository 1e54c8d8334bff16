//! Practising from files: what was said is on disk as it was said.

use std::path::{Path, PathBuf};

use rehearse_audio::SAMPLE_RATE;
use rehearse_testkit::to_rate;
use serde_json::Value;

use crate::speech::{assert_heard, samples, two_turns};
use crate::stage::{RAISE, Stage, files};

/// The lines of a session by one speaker.
fn lines<'session>(session: &'session Value, speaker: &str) -> Vec<&'session Value> {
    let turns = session["turns"].as_array().unwrap();
    turns
        .iter()
        .map(|turn| &turn["line"])
        .filter(|line| line["speaker"] == speaker)
        .collect()
}

/// The file of a line.
fn clip(stage: &Stage, line: &Value) -> PathBuf {
    let name = format!("{}.mp3", line["clip"].as_str().unwrap());
    files(stage.data())
        .into_iter()
        .find(|file| file.ends_with(&name))
        .unwrap()
}

#[test]
fn two_turns_of_speech_are_answered_and_kept_as_they_were_said() {
    let Some(speech) = two_turns() else { return };
    let stage = Stage::new();
    let session = stage.practise(&speech.files, &[]);
    assert_eq!(
        (&session["status"], &session["end"]["reason"]),
        (&"ended".into(), &"manual".into())
    );
    let said = lines(&session, "trainee");
    assert_eq!(said.len(), 2);
    for (line, file) in said.iter().zip(&speech.files) {
        assert_eq!(
            (&line["transcript_status"], &line["text"]),
            (&"pending".into(), &Value::Null)
        );
        assert_heard(&samples(file), &clip(&stage, line));
    }
    assert!(lines(&session, "ai").iter().all(|line| line["text"].is_string()));

    let id = session["session"].as_str().unwrap();
    assert_eq!(stage.ask(&["session", id]), session, "it is told again as it was");
    let rows = stage.ask(&["sessions"]);
    assert_eq!(
        (rows.as_array().unwrap().len(), &rows[0]["session"]),
        (1, &session["session"])
    );
    assert!(stage.run(&["sessions"]).out.contains(id));
    assert_eq!(stage.run(&["verify"]).code, Some(0));
}

#[test]
fn a_practice_is_told_line_by_line() {
    let Some(speech) = two_turns() else { return };
    let stage = Stage::new();
    let told = stage.run(&["practise", RAISE, "--input", speech.files[0].to_str().unwrap()]);
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""));
    let last = told.out.lines().last().unwrap();
    let (id, end) = last.split_once("  ").unwrap();
    assert_eq!(end, "You stopped");
    assert!(told.out.contains("\nYou: (spoken, not written down)\n"));

    let shown = stage.run(&["session", id]).out;
    assert!(
        shown.starts_with("Ask for a raise\n") && shown.ends_with("You stopped\n"),
        "{shown}"
    );
    assert!(
        shown
            .lines()
            .any(|line| line.starts_with("You (") && line.ends_with(" s): (spoken, not written down)")),
        "{shown}"
    );
}

#[test]
fn a_wav_may_have_any_rate_channels_and_sample_format() {
    let Some(speech) = two_turns() else { return };
    let stage = Stage::new();
    let spoken = rehearse_audio::wav::read(&speech.files[0]).unwrap();
    let formats = [
        (8_000, 1, 16, false),
        (44_100, 2, 24, false),
        (96_000, 2, 32, true),
        (22_050, 6, 8, false),
    ];
    let inputs: Vec<PathBuf> = formats
        .iter()
        .map(|&(rate, channels, bits, float)| {
            let path = stage.beside(&format!("{rate}-{channels}-{bits}.wav"));
            write(
                &path,
                &to_rate(&spoken.samples, spoken.rate, rate),
                rate,
                channels,
                bits,
                float,
            );
            path
        })
        .collect();
    let session = stage.practise(&inputs, &[]);
    let said = lines(&session, "trainee");
    assert_eq!(said.len(), formats.len());
    for ((line, input), (rate, ..)) in said.iter().zip(&inputs).zip(formats) {
        eprintln!("{}", input.display());
        let samples = to_rate(&to_rate(&spoken.samples, spoken.rate, rate), rate, SAMPLE_RATE);
        assert_heard(&samples, &clip(&stage, line));
    }
}

/// Writes the same sound on every channel.
fn write(path: &Path, samples: &[f32], rate: u32, channels: u16, bits: u16, float: bool) {
    let sample_format = if float {
        hound::SampleFormat::Float
    } else {
        hound::SampleFormat::Int
    };
    let format = hound::WavSpec {
        channels,
        sample_rate: rate,
        bits_per_sample: bits,
        sample_format,
    };
    let mut file = hound::WavWriter::create(path, format).unwrap();
    let full = (1_i64 << (bits - 1)) as f32 - 1.0;
    for sample in samples {
        for _ in 0..channels {
            if float {
                file.write_sample(*sample).unwrap();
            } else {
                file.write_sample((sample.clamp(-1.0, 1.0) * full) as i32)
                    .unwrap();
            }
        }
    }
    file.finalize().unwrap();
}

#[test]
fn the_number_of_turns_can_be_fewer_than_the_files() {
    let Some(speech) = two_turns() else { return };
    let stage = Stage::new();
    let session = stage.practise(&speech.files, &["--turns", "1"]);
    assert_eq!(lines(&session, "trainee").len(), 1);
}

#[test]
fn the_other_language_of_a_scenario_is_practised_when_asked_for() {
    let Some(speech) = two_turns() else { return };
    let stage = Stage::new();
    let session = stage.practise(&speech.files[..1], &["--language", "zh-CN"]);
    assert_eq!(session["language"], "zh-CN");
    let opening = lines(&session, "ai")[0]["text"].as_str().unwrap();
    assert!(
        opening
            .chars()
            .any(|sign| ('\u{4e00}'..='\u{9fff}').contains(&sign)),
        "{opening}"
    );
    let found = stage.ask(&["sessions", "--search", session["title"].as_str().unwrap()]);
    assert_eq!(found.as_array().unwrap().len(), 1);
}

#[test]
fn a_file_that_is_no_wav_is_named_before_anything_is_recorded() {
    let stage = Stage::new();
    let (wrong, missing) = (stage.beside("wrong.wav"), stage.beside("missing.wav"));
    std::fs::write(&wrong, b"no sound in here").unwrap();
    for file in [wrong.to_str().unwrap(), missing.to_str().unwrap()] {
        let error = stage.run(&["practise", RAISE, "--input", file, "--json"]).error();
        assert_eq!(
            (&error["code"], &error["params"]["file"]),
            (&"bad_input_file".into(), &file.into())
        );
        assert!(
            stage
                .run(&["practise", RAISE, "--input", file])
                .sentences()
                .contains(file)
        );
    }
    assert!(!stage.data().exists(), "nothing was begun");
}
