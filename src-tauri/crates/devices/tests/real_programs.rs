//! What reads the environment to find the sound system, each in a process of its own: the player through cpal, and
//! the computer's own devices, with a private sound server in the environment.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

use std::process::Command;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rehearse_audio::{SAMPLE_RATE, wav};
use rehearse_devices::{
    CaptureEvent, CpalInput, DeviceChoice, InputBackend, PlayEvent, PlayId, Player, PlayerOptions, Recorder,
    RecorderOptions, TakeId, system_input, system_output,
};
use rehearse_testkit::{ControlRecording, VirtualSound, align, human_speech, to_rate, words_per_second};

/// Runs the inner test of this name, which is ignored by itself, with `sound` in its environment.
fn run_inside(sound: &VirtualSound, inner: &str, more: &[(&str, &std::path::Path)]) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([inner, "--exact", "--ignored", "--nocapture"])
        .envs(sound.env())
        .envs(more.iter().copied())
        .output()
        .unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    eprintln!("{err}");
    assert!(
        output.status.success() && out.contains("1 passed"),
        "{out}\n{err}"
    );
}

fn virtual_sound() -> Option<VirtualSound> {
    VirtualSound::start()
        .inspect_err(|reason| eprintln!("left out: {reason}"))
        .ok()
}

/// The server's own thread has no priority here, so on a busy machine there may be gaps that are not ours: of up to
/// three passes each second must be heard as it was given in one.
#[test]
fn a_line_comes_out_of_the_loudspeaker_as_it_was_given() {
    let Some(sound) = virtual_sound() else { return };
    let speech = match human_speech(1, 5.0..7.0) {
        Ok(speech) => speech,
        Err(reason) => return eprintln!("left out: {reason}"),
    };
    let said = wav::read(&speech.utterances[0].path).unwrap();
    let said = to_rate(&said.samples, said.rate, SAMPLE_RATE);
    let mut best = vec![0.0_f32; 4];
    for _ in 0..3 {
        let recording = sound.record_speaker().unwrap();
        run_inside(
            &sound,
            "inner_play_a_line",
            &[("LINE", &speech.utterances[0].path)],
        );
        let heard = to_rate(&recording.stop(), ControlRecording::RATE, SAMPLE_RATE);
        let found = align(&said, &heard, 2 * SAMPLE_RATE as usize);
        let words = words_per_second(&said, &heard, found.offset, SAMPLE_RATE);
        eprintln!("correlation per second: {words:.3?}");
        assert!(words.len() >= 4);
        best.resize(words.len(), 0.0);
        best = best
            .iter()
            .zip(&words)
            .map(|(best, word)| best.max(*word))
            .collect();
        if best.iter().all(|second| *second > 0.95) {
            return;
        }
    }
    panic!("{best:.3?}");
}

#[test]
#[ignore = "run by a_line_comes_out_of_the_loudspeaker_as_it_was_given"]
fn inner_play_a_line() {
    let line = wav::read(std::env::var_os("LINE").unwrap().as_ref()).unwrap();
    let line = to_rate(&line.samples, line.rate, SAMPLE_RATE);
    let (tell, events) = mpsc::channel();
    let listener = Box::new(move |event| drop(tell.send(event)));
    let player = Player::spawn(system_output(), PlayerOptions::default(), listener).unwrap();
    let pressed = Instant::now();
    player.play(PlayId(1));
    for chunk in line.chunks(2400) {
        player.push(PlayId(1), chunk.to_vec());
    }
    player.end(PlayId(1));
    let next = || events.recv_timeout(Duration::from_secs(20)).unwrap();
    assert!(matches!(next(), PlayEvent::Started { .. }));
    eprintln!("first sample went out after {:?}", pressed.elapsed());
    let PlayEvent::Drained { heard, .. } = next() else {
        panic!("not played to its end")
    };
    assert_eq!(
        heard.as_millis(),
        line.len() as u128 * 1000 / u128::from(SAMPLE_RATE)
    );
    let again = Instant::now();
    player.play(PlayId(2));
    player.push(PlayId(2), vec![0.0; 2400]);
    player.end(PlayId(2));
    assert!(matches!(next(), PlayEvent::Started { .. }));
    eprintln!("the next line's went out after {:?}", again.elapsed());
}

#[test]
fn the_computers_own_devices_are_those_of_its_sound_server() {
    let Some(sound) = virtual_sound() else { return };
    run_inside(&sound, "inner_list_devices", &[]);
}

#[test]
#[ignore = "run by the_computers_own_devices_are_those_of_its_sound_server"]
fn inner_list_devices() {
    let microphones = system_input().devices().unwrap();
    assert_eq!(microphones.len(), 1);
    assert_eq!(
        (microphones[0].id.0.as_str(), microphones[0].is_default),
        ("pulseaudio:virtmic", true)
    );
    let speakers = system_output().devices().unwrap();
    let default = speakers.iter().find(|device| device.is_default).unwrap();
    assert_eq!(default.id.0, "pulseaudio:speaker");
}

#[test]
fn the_recorder_works_through_alsa_too() {
    let Some(sound) = virtual_sound() else { return };
    run_inside(&sound, "inner_record_through_alsa", &[]);
}

#[test]
#[ignore = "run by the_recorder_works_through_alsa_too"]
fn inner_record_through_alsa() {
    let microphones = CpalInput::new().devices().unwrap();
    assert_eq!(microphones.len(), 1, "{microphones:?}");
    let folder = tempfile::tempdir().unwrap();
    let (tell, events) = mpsc::channel();
    let listener = Box::new(move |event| drop(tell.send(event)));
    let recorder = Recorder::spawn(
        std::sync::Arc::new(CpalInput::new()),
        RecorderOptions::default(),
        listener,
    )
    .unwrap();
    recorder.warm(DeviceChoice::Id(microphones[0].id.clone()));
    let begun = Instant::now();
    recorder.start(TakeId(1), folder.path().join("1.mp3"));
    let wait = |wanted: fn(&CaptureEvent) -> bool| {
        loop {
            let event = events.recv_timeout(Duration::from_secs(10)).unwrap();
            if wanted(&event) {
                return event;
            }
        }
    };
    wait(|event| matches!(event, CaptureEvent::Started { .. }));
    std::thread::sleep(Duration::from_secs(1));
    recorder.stop(TakeId(1));
    // A busy machine may sleep for longer, and deliver in larger pieces.
    let held = begun.elapsed();
    let CaptureEvent::Finished { clip, dropped: 0, .. } =
        wait(|event| matches!(event, CaptureEvent::Finished { .. }))
    else {
        panic!("samples were dropped")
    };
    // The pre-roll is 200 ms at most, the tail 120 ms.
    assert!(
        clip.duration >= Duration::from_millis(800) && clip.duration < held + Duration::from_millis(520),
        "{clip:?}, held for {held:?}"
    );
    assert!(recorder.shutdown(Duration::from_secs(5)));
}

#[test]
fn without_any_sound_system_there_is_an_error_and_not_a_hang() {
    let nowhere = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["inner_no_sound_system", "--exact", "--ignored"])
        .env(
            "PULSE_SERVER",
            format!("unix:{}", nowhere.path().join("none").display()),
        )
        .env("XDG_RUNTIME_DIR", nowhere.path())
        .env("ALSA_CONFIG_PATH", nowhere.path().join("none"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[test]
#[ignore = "run by without_any_sound_system_there_is_an_error_and_not_a_hang"]
fn inner_no_sound_system() {
    let (sink, _feed) = rehearse_devices::sample_ring();
    assert!(system_input().open(&DeviceChoice::SystemDefault, sink).is_err());
    let (_control, pull) = rehearse_devices::line_ring();
    assert!(system_output().open(&DeviceChoice::SystemDefault, pull).is_err());
}
