//! Exports: files that other programs read.

use std::path::PathBuf;

use serde_json::Value;

use crate::server::{Server, answer, login};
use crate::speech::{assert_heard, samples, two_turns};
use crate::stage::Stage;

#[test]
fn an_export_is_json_mp3_and_webvtt() {
    let Some(speech) = two_turns() else { return };
    let stage = Stage::new();
    let session = stage.practise(&speech.files, &[]);
    let id = session["session"].as_str().unwrap();
    let folder = stage.beside("exported");
    let told = stage.ask(&["export", id, folder.to_str().unwrap()]);
    let files: Vec<PathBuf> = told
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file.as_str().unwrap().into())
        .collect();
    assert!(
        files
            .iter()
            .all(|file| file.starts_with(&folder) && file.is_file()),
        "{files:?}"
    );
    let named = |end: &str| {
        files
            .iter()
            .filter(|file| file.to_str().unwrap().ends_with(end))
            .collect::<Vec<_>>()
    };

    let json = std::fs::read(named("session.json")[0]).unwrap();
    let json: Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["session"]["id"], session["session"]);
    assert_eq!(
        json["turns"].as_array().unwrap().len(),
        session["turns"].as_array().unwrap().len()
    );

    let said = named("-trainee.mp3");
    assert_eq!(said.len(), 2);
    for (clip, input) in said.iter().zip(&speech.files) {
        assert_heard(&samples(input), clip);
    }
    for clip in named("-partner.mp3") {
        assert!(!rehearse_audio::mp3::decode(clip).unwrap().is_empty());
    }
    let captions = std::fs::read_to_string(named("captions.vtt")[0]).unwrap();
    let cues = cues(&captions);
    assert_eq!(cues.len(), session["turns"].as_array().unwrap().len());
    let partner = session["partner_name"].as_str().unwrap();
    assert!(
        cues[0].text.starts_with(&format!("<v {partner}>")),
        "{}",
        cues[0].text
    );

    let said = cues
        .iter()
        .filter(|cue| cue.text.contains("spoken, not written down"));
    assert_eq!(said.count(), 2, "what was spoken is not left blank: {captions}");

    let again = stage.run(&["export", id, folder.to_str().unwrap()]);
    assert_eq!((again.code, again.out.lines().count()), (Some(0), files.len()));
    assert!(
        again.out.lines().all(|line| !files.contains(&line.into())),
        "nothing is overwritten"
    );
}

#[test]
fn recordings_of_another_computer_are_brought_first() {
    let Some(speech) = two_turns() else { return };
    let (here, there, server) = (Stage::new(), Stage::new(), Server::start());
    let session = here.practise(&speech.files[..1], &[]);
    let id = session["session"].as_str().unwrap();
    let signed_in = answer(&login(&here, &server, &["--keys", "file"], &[]));
    here.ask(&["sync", "--once"]);
    let code = signed_in["recovery_code"].as_str().unwrap();
    let again = ["--keys", "file", "--recovery-code"];
    answer(&login(&there, &server, &again, &[code]));
    there.ask(&["sync", "--once"]);

    let folder = there.beside("exported");
    let told = there.ask(&["export", id, folder.to_str().unwrap()]);
    let said = told.as_array().unwrap().iter();
    let said = said.filter(|file| file.as_str().unwrap().ends_with("-trainee.mp3"));
    let said: Vec<PathBuf> = said.map(|file| file.as_str().unwrap().into()).collect();
    assert_eq!(said.len(), 1, "{told}");
    assert_heard(&samples(&speech.files[0]), &said[0]);
}

#[test]
fn captions_say_what_has_no_words_in_the_language_of_the_session() {
    let Some(speech) = two_turns() else { return };
    let stage = Stage::new();
    let session = stage.practise(&speech.files[..1], &["--language", "zh-CN"]);
    let folder = stage.beside("exported");
    let told = stage.ask(&[
        "export",
        session["session"].as_str().unwrap(),
        folder.to_str().unwrap(),
    ]);
    let files = told.as_array().unwrap().iter().map(|file| file.as_str().unwrap());
    let captions = files.into_iter().find(|file| file.ends_with(".vtt")).unwrap();
    let captions = std::fs::read_to_string(captions).unwrap();
    let without_words = cues(&captions)
        .iter()
        .filter(|cue| cue.text.ends_with("：有录音，没有文字）"))
        .count();
    assert_eq!(without_words, 1, "{captions}");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let Some(speech) = two_turns() else { return };
    let stage = Stage::new();
    let session = stage.practise(&speech.files[..1], &[]);
    let in_the_way = stage.beside("file");
    std::fs::write(&in_the_way, b"in the way").unwrap();
    let told = stage.run(&[
        "export",
        session["session"].as_str().unwrap(),
        in_the_way.to_str().unwrap(),
    ]);
    assert!(told.sentences().contains(in_the_way.to_str().unwrap()));
}

struct Cue {
    text: String,
}

/// The cues of a WebVTT file, read as strictly as the standard has it (W3C, section 4.1).
fn cues(text: &str) -> Vec<Cue> {
    let mut blocks = text.split("\n\n");
    assert_eq!(blocks.next(), Some("WEBVTT"));
    let mut before = 0.0;
    blocks
        .map(|block| {
            let mut lines = block.trim_end().lines();
            assert!(
                lines.next().unwrap().parse::<u32>().is_ok(),
                "an identifier: {block}"
            );
            let (from, to) = lines.next().unwrap().split_once(" --> ").unwrap();
            let (from, to) = (seconds(from), seconds(to));
            assert!(before <= from && to - from > 0.999, "{block}");
            before = to;
            let text = lines.collect::<Vec<_>>().join("\n");
            assert!(!text.contains("-->") && text.starts_with("<v "), "{block}");
            let words = text.split_once('>').unwrap().1;
            assert!(!words.trim().is_empty(), "an empty cue: {block}");
            Cue { text }
        })
        .collect()
}

/// `hh:mm:ss.mmm` in seconds.
fn seconds(time: &str) -> f64 {
    let parts: Vec<&str> = time.split(':').collect();
    assert_eq!(
        parts.iter().map(|part| part.len()).collect::<Vec<_>>(),
        [2, 2, 6],
        "{time}"
    );
    parts
        .iter()
        .fold(0.0, |sum, part| sum * 60.0 + part.parse::<f64>().unwrap())
}
