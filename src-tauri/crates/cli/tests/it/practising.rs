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
        shown.starts_with("Ask for a raise\n") && shown.contains("\nYou stopped\n"),
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

/// Files that cannot be turns, with what is wrong with each.
fn wrong_files(stage: &Stage) -> [(PathBuf, &'static str, &'static str, &'static str); 4] {
    let at = |name: &str| stage.beside(name);
    std::fs::write(at("text.wav"), b"no sound in here").unwrap();
    rehearse_audio::wav::write(&at("empty.wav"), &[], SAMPLE_RATE).unwrap();
    rehearse_audio::wav::write(&at("packed.wav"), &[0.1; 100], SAMPLE_RATE).unwrap();
    let mut packed = std::fs::read(at("packed.wav")).unwrap();
    packed[20] = 0x55;
    std::fs::write(at("packed.wav"), packed).unwrap();
    [
        (
            at("missing.wav"),
            "input_file_missing",
            "There is no file called",
            "没有名为",
        ),
        (
            at("text.wav"),
            "input_file_not_wav",
            "is not a WAV file",
            "不是 WAV 文件",
        ),
        (
            at("packed.wav"),
            "input_file_unsupported",
            "cannot be read",
            "这种格式读不了",
        ),
        (
            at("empty.wav"),
            "input_file_empty",
            "There is no sound in",
            "里没有声音",
        ),
    ]
}

#[test]
fn a_file_that_cannot_be_a_turn_is_named_with_its_fault_before_anything_is_recorded() {
    let stage = Stage::new();
    for (file, code, english, chinese) in wrong_files(&stage) {
        let file = file.to_str().unwrap();
        let words = ["practise", RAISE, "--input", file];
        let error = stage.run(&[words.as_slice(), &["--json"]].concat()).error();
        assert_eq!(
            (&error["code"], &error["params"]["file"]),
            (&code.into(), &file.into())
        );
        let told = stage.run(&words);
        let told = told.sentences();
        assert!(told.contains(file) && told.contains(english), "{told}");
        assert!(!told.contains("sound device"), "{told}");
        let told = stage.run_in_chinese(&words);
        let told = told
            .sentences()
            .replace(file, "")
            .replace("ffmpeg -i  turn.wav", "");
        assert!(told.contains(chinese), "{told}");
        let english_word = told
            .split(|sign: char| !sign.is_ascii_alphabetic())
            .find(|word| word.len() > 3);
        assert_eq!(english_word, None, "{told}");
    }
    assert!(!stage.data().exists(), "nothing was begun");
}

#[test]
fn a_take_that_is_too_short_or_silent_is_said_and_the_next_file_is_taken() {
    let Some(speech) = two_turns() else { return };
    let stage = Stage::new();
    let (short, silent) = (stage.beside("short.wav"), stage.beside("silent.wav"));
    rehearse_audio::wav::write(&short, &[0.3; 100], SAMPLE_RATE).unwrap();
    rehearse_audio::wav::write(&silent, &[0.0; 3 * SAMPLE_RATE as usize], SAMPLE_RATE).unwrap();
    let (short, silent) = (short.to_str().unwrap(), silent.to_str().unwrap());
    let spoken = speech.files[0].to_str().unwrap();
    let words = [
        "practise", RAISE, "--input", short, "--input", spoken, "--input", silent,
    ];

    let told = stage.run(&words);
    assert_eq!(told.code, Some(0), "{}", told.err);
    let said: Vec<&str> = told.err.lines().collect();
    assert_eq!(said.len(), 4, "{said:?}");
    assert!(
        said[0].starts_with(&format!("{short}: That was too short")),
        "{said:?}"
    );
    assert_eq!(said[1], "Going on with the next file.");
    assert!(
        said[2].starts_with(&format!("{silent}: Only silence")),
        "{said:?}"
    );
    assert_eq!(said[3], "That was the last file; the practice ends here.");
    assert_eq!(told.out.matches("\nYou: ").count(), 1, "{}", told.out);

    let told = stage.run(&[words.as_slice(), &["--turns", "1", "--json"]].concat());
    assert_eq!(told.code, Some(0), "{}", told.err);
    let notice: Value = serde_json::from_str(&told.err).unwrap();
    assert_eq!(notice["notice"]["kind"], "take_too_short");
    let session: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(
        lines(&session, "trainee").len(),
        1,
        "a take that was dropped is no turn"
    );
    assert_eq!(stage.run(&["verify"]).code, Some(0));
}

#[test]
fn a_practice_that_came_faster_than_it_is_spoken_is_as_long_as_it_sounds_turn_after_turn() {
    let Some(speech) = two_turns() else { return };
    let stage = Stage::new();
    let session = stage.practise(&speech.files, &[]);
    // A turn's times are kept to the millisecond, and its sound has parts of one.
    let is = |one: u64, other: u64| one.abs_diff(other) < 50;
    let mut end = 0;
    for turn in session["turns"].as_array().unwrap() {
        let begin = turn["offset_ms"].as_u64().unwrap();
        assert!(is(begin, end), "{begin} after {end}");
        end = begin + turn["line"]["duration_ms"].as_u64().unwrap_or(0);
    }
    assert!(end > 8_000, "{end}");
    let length = session["end"]["active_ms"].as_u64().unwrap();
    assert!(is(length, end), "{length}, {end}");
    assert_eq!(stage.ask(&["sessions"])[0]["active_ms"], length);
}
