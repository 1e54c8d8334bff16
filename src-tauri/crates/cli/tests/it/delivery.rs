//! How somebody sounds: in files, and below a session.

use std::path::{Path, PathBuf};

use rehearse_audio::clip::ClipWriter;
use rehearse_audio::{SAMPLE_RATE, mp3, wav};
use serde_json::Value;

use crate::speech::{samples, two_turns};
use crate::stage::Stage;

/// The same sound as MP3.
fn as_mp3(sound: &[f32], file: &Path) {
    let mut writer = ClipWriter::create(file).unwrap();
    writer.write(sound).unwrap();
    writer.finish().unwrap();
}

/// A figure of a measured file.
fn figure<'a>(sound: &'a Value, kind: &str) -> &'a Value {
    let figures = sound["figures"].as_array().unwrap();
    figures.iter().find(|figure| figure["kind"] == kind).unwrap()
}

fn words(files: &[&PathBuf]) -> Vec<String> {
    let files = files.iter().map(|file| file.to_str().unwrap().to_owned());
    std::iter::once("delivery".to_owned()).chain(files).collect()
}

#[test]
fn wav_and_mp3_of_the_same_speech_have_the_same_figures() {
    let Some(speech) = two_turns() else { return };
    let stage = Stage::new();
    // Whatever a file is called, its bytes say what it is.
    let file = stage.beside("speech.sound");
    let sound = samples(&speech.files[0]);
    as_mp3(&sound, &stage.beside("speech.mp3"));
    std::fs::rename(stage.beside("speech.mp3"), &file).unwrap();
    let words = words(&[&speech.files[0], &file]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let measured = stage.ask(&words);
    let [wav, mp3] = measured.as_array().unwrap().as_slice() else {
        panic!("{measured}");
    };
    for (kind, share) in [
        ("speaking_time_ms", 0.03),
        ("pitch_median_hz", 0.01),
        ("speech_rate", 0.05),
    ] {
        let [one, other] = [wav, mp3].map(|sound| figure(sound, kind)["value"].as_f64().unwrap());
        assert!((one / other - 1.0).abs() < share, "{kind}: {one}, {other}");
    }
    assert!(!stage.data().exists(), "measuring makes no folder");

    let told = stage.run(&words);
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""));
    assert!(
        told.out.starts_with(speech.files[0].to_str().unwrap()),
        "{}",
        told.out
    );
    for line in ["Longest pause", "Pace without pauses", "Middle of your pitch"] {
        assert!(told.out.contains(line), "{}", told.out);
    }
    assert!(
        !told.out.contains("delivery.") && !told.out.contains("{{"),
        "{}",
        told.out
    );
    let told = stage.run_in_chinese(&words);
    assert!(
        !told.out.contains("delivery.") && !told.out.contains("Longest"),
        "{}",
        told.out
    );
}

#[test]
fn a_bad_file_is_named_and_the_others_are_measured() {
    let stage = Stage::new();
    let tone: Vec<f32> = (0..SAMPLE_RATE * 2)
        .map(|n| 0.3 * (n as f32 * 0.05).sin())
        .collect();
    let good = stage.beside("good.wav");
    wav::write(&good, &tone, SAMPLE_RATE).unwrap();
    let text = stage.beside("notes.txt");
    std::fs::write(&text, "These are only words.\n".repeat(400)).unwrap();
    let empty = stage.beside("empty.mp3");
    std::fs::write(&empty, b"").unwrap();
    let cut = stage.beside("cut.wav");
    let bytes = std::fs::read(&good).unwrap();
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    let missing = stage.beside("missing.wav");
    let words = words(&[&missing, &text, &empty, &cut, &good]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();

    let told = stage.run(&[words.as_slice(), &["--json"]].concat());
    assert_eq!(told.code, Some(1));
    let codes: Vec<Value> = told
        .err
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["error"].clone())
        .collect();
    for (error, (code, file)) in codes.iter().zip([
        ("sound_file_missing", &missing),
        ("sound_file_unknown", &text),
        ("sound_file_empty", &empty),
        ("sound_file_damaged", &cut),
    ]) {
        assert_eq!(error["code"], code);
        assert_eq!(error["params"]["file"], file.to_str().unwrap());
    }
    assert_eq!(codes.len(), 4);
    let measured: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(measured.as_array().unwrap().len(), 1);
    assert_eq!(measured[0]["file"], good.to_str().unwrap());

    let told = stage.run(&words);
    assert!(
        told.err.contains("notes.txt is neither a WAV nor an MP3 file."),
        "{}",
        told.err
    );
    assert!(
        !told.err.contains("{{") && !told.err.contains("error."),
        "{}",
        told.err
    );
    assert_eq!(stage.run(&["delivery"]).code, Some(2), "no file is no question");
}

#[test]
fn silence_has_reasons_in_place_of_figures() {
    let stage = Stage::new();
    let file = stage.beside("silence.wav");
    wav::write(&file, &vec![0.0; SAMPLE_RATE as usize * 3], SAMPLE_RATE).unwrap();
    let measured = stage.ask(&["delivery", file.to_str().unwrap()]);
    assert_eq!(measured[0]["duration_ms"], 3_000);
    let pace = figure(&measured[0], "speech_rate");
    assert_eq!(
        (&pace["value"], &pace["missing"]),
        (&Value::Null, &"silent".into())
    );
    let told = stage.run(&["delivery", file.to_str().unwrap()]);
    assert!(told.out.contains("Only silence was recorded"), "{}", told.out);
}

#[test]
fn a_session_is_shown_with_how_the_trainee_sounded() {
    let Some(speech) = two_turns() else { return };
    let stage = Stage::new();
    let session = stage.practise(&speech.files[..1], &[]);
    let id = session["session"].as_str().unwrap();
    let shown = stage.ask(&["session", id]);
    let turn = &shown["delivery"]["turns"][0];
    assert_eq!(turn["unavailable"], Value::Null);
    let spoken = figure(turn, "speaking_time_ms")["value"].as_f64().unwrap();
    let said = samples(&speech.files[0]).len() as f64 / f64::from(SAMPLE_RATE) * 1000.0;
    assert!(
        spoken > said * 0.5 && spoken <= said * 1.1,
        "{spoken} of {said} ms"
    );
    let told = stage.run(&["session", id]);
    assert!(
        told.out.contains("\n\nHow you sounded\nSpeaking time"),
        "{}",
        told.out
    );

    // The clip itself has the same figures.
    let clip = crate::stage::files(stage.data()).into_iter().find(|file| {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        name.ends_with(".mp3") && !name.contains(".partner.") && mp3::decode(file).is_ok()
    });
    let measured = stage.ask(&["delivery", clip.unwrap().to_str().unwrap()]);
    let again = figure(&measured[0], "speaking_time_ms")["value"]
        .as_f64()
        .unwrap();
    assert!((spoken / again - 1.0).abs() < 0.03, "{spoken}, {again}");
}

/// A voice-like tone as a file.
fn tone_file(stage: &Stage) -> PathBuf {
    let tone = |n: u32| 0.3 * (n as f32 * 0.047).sin() * (0.6 + 0.4 * (n as f32 * 0.001).sin());
    let file = stage.beside("tone.wav");
    wav::write(
        &file,
        &(0..SAMPLE_RATE * 2).map(tone).collect::<Vec<_>>(),
        SAMPLE_RATE,
    )
    .unwrap();
    file
}

#[test]
fn two_practices_are_beside_one_another_in_progress() {
    let stage = Stage::new();
    let file = tone_file(&stage);
    let practise = || stage.practise(std::slice::from_ref(&file), &[]);
    let session = practise();
    let delay = figure(&session["delivery"]["turns"][0], "response_delay_ms");
    assert_eq!(
        delay["value"],
        Value::Null,
        "the file came faster than it is spoken"
    );
    let alone = stage.run(&["progress"]).out;
    assert!(alone.contains("You have spoken in one so far."), "{alone}");
    practise();
    let progress = stage.ask(&["progress", "--language", "en"]);
    assert_eq!(
        (&progress["runs"], &progress["language"]),
        (&2.into(), &"en".into())
    );
    let series = progress["series"].as_array().unwrap();
    let pitch = series
        .iter()
        .find(|one| one["kind"] == "pitch_median_hz")
        .unwrap();
    assert_eq!(pitch["points"].as_array().unwrap().len(), 2);
    let told = stage.run(&["progress"]);
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""));
    let mut lines = told.out.lines();
    assert_eq!(lines.next(), Some("2 practices"));
    let moments: Vec<&str> = lines.next().unwrap().split("  ").skip(1).map(str::trim).collect();
    let moments: Vec<&str> = moments.into_iter().filter(|moment| !moment.is_empty()).collect();
    assert_eq!(moments.len(), 2, "{}", told.out);
    // Unless midnight lay between them, the day alone does not tell them apart.
    let days: Vec<&str> = moments.iter().map(|moment| &moment[..10]).collect();
    let with_time = moments
        .iter()
        .all(|moment| moment.len() >= "2026-01-31 09:30".len());
    assert!(days[0] != days[1] || with_time, "{moments:?}");
    let pitch = lines
        .find(|line| line.starts_with("Middle of your pitch"))
        .unwrap();
    assert_eq!(pitch.matches("Hz").count(), 2, "{pitch}");
    assert!(
        !told.out.contains("progress.") && !told.out.contains("{{"),
        "{}",
        told.out
    );
    let chinese = stage.run(&["progress", "--language", "zh-CN"]).out;
    assert!(chinese.starts_with("Nothing to compare yet"), "{chinese}");
}

#[test]
fn practices_in_two_languages_are_told_apart_and_figures_of_chinese_come_with_their_caveat() {
    let stage = Stage::new();
    let file = tone_file(&stage);
    let practise = |language| {
        stage.practise(std::slice::from_ref(&file), &["--language", language])["session"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let english = practise("en");
    assert!(!stage.run(&["progress"]).out.contains("--language"));
    let chinese = [practise("zh-CN"), practise("zh-CN")];

    let latest = stage.run(&["progress"]).out;
    assert!(latest.starts_with("2 practices\n"), "{latest}");
    let other =
        "These are your practices in Chinese. There are others: rehearse-cli progress --language en\n";
    assert!(latest.ends_with(other), "{latest}");
    let own = stage.run(&["progress", "--language", "en"]).out;
    assert!(
        own.contains("You have spoken in one so far.")
            && own.contains("in English.")
            && own.contains("zh-CN"),
        "{own}"
    );

    let caveat = "Not checked yet for Chinese";
    let shown = |id: &str| stage.run(&["session", id]).out;
    assert!(
        shown(&chinese[0]).contains(caveat) && latest.contains(caveat),
        "{latest}"
    );
    assert!(
        !shown(&english).contains(caveat) && !own.contains(caveat),
        "{own}"
    );
}
