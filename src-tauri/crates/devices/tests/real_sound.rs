//! Real sound: a person's recordings through a real sound server into the real recorder.
//!
//! Each test has a server of its own. Without PulseAudio or the recordings the suite is left out and says so.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

mod common;

use std::time::{Duration, Instant};

use common::{Bench, available, decode};
use rehearse_audio::{SAMPLE_RATE, wav};
use rehearse_devices::{
    CaptureEvent, DeviceChoice, DeviceError, DeviceId, InputBackend, PulseInput, RecorderOptions, TakeId,
};
use rehearse_testkit::{
    Alignment, ControlRecording, HumanSpeech, VirtualSound, align, human_speech, likeness_per_second,
    to_rate, words_per_second,
};

const SECOND: usize = SAMPLE_RATE as usize;

/// A server, a recording of a person, and its samples at the house rate.
fn stage() -> Option<(VirtualSound, HumanSpeech, Vec<f32>)> {
    let sound = available(VirtualSound::start())?;
    let speech = available(human_speech(1, 7.0..10.0))?;
    let said = wav::read(&speech.utterances[0].path).unwrap();
    let said = to_rate(&said.samples, said.rate, SAMPLE_RATE);
    Some((sound, speech, said))
}

fn bench(sound: &VirtualSound) -> Bench {
    Bench::new(PulseInput::at(sound.socket()), RecorderOptions::default())
}

/// Whether a clip is what another program recorded at the same time, sample for sample, and as near to what was said.
/// On a busy machine the server itself may stumble; then both heard it stumble.
fn assert_nothing_is_lost(clip: &[f32], control: ControlRecording, said: &[f32]) {
    let control = to_rate(&control.stop(), ControlRecording::RATE, SAMPLE_RATE);
    let (in_clip, in_control) = (align(said, clip, 2 * SECOND), align(said, &control, 2 * SECOND));
    let spoiled = |heard: &[f32], found: Alignment| {
        let words = words_per_second(said, heard, found.offset, SAMPLE_RATE);
        assert!(words.len() >= 5);
        words.iter().filter(|second| **second <= 0.95).count()
    };
    let (spoiled_here, spoiled_there) = (spoiled(clip, in_clip), spoiled(&control, in_control));
    assert!(in_clip.offset >= 0, "the first word is cut: {in_clip:?}");
    let clip = &clip[usize::try_from(in_clip.offset).unwrap()..];
    let control = &control[usize::try_from(in_control.offset).unwrap()..];
    let apart = align(clip, control, SECOND / 10).offset;
    let likeness = likeness_per_second(clip, control, apart, SAMPLE_RATE);
    eprintln!(
        "like the control: {likeness:.3?}; spoiled: {spoiled_here} s, in the control {spoiled_there} s"
    );
    assert!(
        spoiled_here <= spoiled_there,
        "{spoiled_here} seconds are spoiled, in the control {spoiled_there}"
    );
    assert!(
        likeness.len() >= 5 && likeness.iter().all(|second| *second > 0.95),
        "{likeness:.3?}"
    );
}

#[test]
fn a_person_is_recorded_word_for_word() {
    let Some((sound, speech, said)) = stage() else {
        return;
    };
    let bench = bench(&sound);
    bench.recorder.warm(DeviceChoice::SystemDefault);
    assert_eq!(bench.opened(), "VirtualMicrophone");
    let control = sound.record_feed().unwrap();
    // More than the pre-roll: a busy sound server delivers late.
    std::thread::sleep(Duration::from_millis(700));
    bench.start(1);
    let (preroll, latency) = bench.started();
    eprintln!("pre-roll {preroll:?}, first samples after {latency:?}");
    assert!(preroll >= Duration::from_millis(150), "{preroll:?}");
    sound.play(&speech.utterances[0].path).unwrap();
    bench.stop(1);
    let (clip, dropped, _) = bench.finished();
    assert_eq!(dropped, 0);
    assert_nothing_is_lost(&decode(&clip.path), control, &said);
}

#[test]
fn words_said_before_the_press_and_up_to_the_release_are_in_the_clip() {
    let Some((sound, speech, said)) = stage() else {
        return;
    };
    let bench = bench(&sound);
    bench.recorder.warm(DeviceChoice::SystemDefault);
    bench.opened();
    let mut player = sound.player(&speech.utterances[0].path).unwrap();
    std::thread::sleep(Duration::from_millis(2500));
    bench.start(1);
    let pressed = Instant::now();
    std::thread::sleep(Duration::from_millis(3000));
    let held = pressed.elapsed();
    bench.stop(1);
    let (clip, ..) = bench.finished();
    player.kill().unwrap();
    player.wait().unwrap();
    let surplus = clip.duration.saturating_sub(held);
    assert!(
        surplus >= Duration::from_millis(150 + 60),
        "only {surplus:?} more than the key was held"
    );
    let heard = decode(&clip.path);
    let found = align(&heard, &said, 4 * SECOND);
    assert!(found.correlation > 0.9, "{found:?}");
}

#[test]
fn a_server_that_stalls_costs_no_sample() {
    let Some((sound, speech, said)) = stage() else {
        return;
    };
    let bench = bench(&sound);
    bench.recorder.warm(DeviceChoice::SystemDefault);
    bench.opened();
    let control = sound.record_feed().unwrap();
    bench.start(1);
    let mut player = sound.player(&speech.utterances[0].path).unwrap();
    for milliseconds in [150, 150, 800] {
        std::thread::sleep(Duration::from_millis(1500));
        sound.freeze(Duration::from_millis(milliseconds)).unwrap();
    }
    player.wait().unwrap();
    bench.stop(1);
    let (clip, dropped, _) = bench.finished();
    assert_eq!(dropped, 0);
    assert_nothing_is_lost(&decode(&clip.path), control, &said);
}

#[test]
fn a_microphone_unplugged_in_mid_take_is_replaced_within_half_a_second() {
    let Some((sound, speech, said)) = stage() else {
        return;
    };
    sound.plug("spare", "Spare").unwrap();
    let bench = bench(&sound);
    bench
        .recorder
        .warm(DeviceChoice::Id(DeviceId("pulseaudio:virtmic".to_owned())));
    bench.opened();
    let control = sound.record_feed().unwrap();
    bench.start(1);
    bench.started();
    let mut player = sound.player(&speech.utterances[0].path).unwrap();
    std::thread::sleep(Duration::from_millis(3000));
    sound.unplug().unwrap();
    let (from, to) = bench.wait("switch", |event| match event {
        CaptureEvent::Switched { from, to } => Some((from.id.0, to.id.0)),
        _ => None,
    });
    assert_eq!(
        (from.as_str(), to.as_str()),
        ("pulseaudio:virtmic", "pulseaudio:spare")
    );
    player.wait().unwrap();
    bench.stop(1);
    let (clip, ..) = bench.finished();
    let heard = decode(&clip.path);
    let control = to_rate(&control.stop(), ControlRecording::RATE, SAMPLE_RATE);
    let (start, end) = (&said[..2 * SECOND], &said[said.len() - 2 * SECOND..]);
    let length = |heard: &[f32]| {
        let (start, end) = (align(start, heard, 2 * SECOND), align(end, heard, heard.len()));
        assert!(
            start.correlation > 0.9 && end.correlation > 0.9,
            "{start:?} {end:?}"
        );
        end.offset - start.offset
    };
    let lost = length(&control) - length(&heard);
    eprintln!("{} ms lost at the switch", lost / 24);
    assert!(lost < SECOND as i64 / 2, "{lost} samples lost");
}

#[test]
fn the_only_microphone_unplugged_keeps_the_take_and_never_records_the_loudspeaker() {
    let Some((sound, ..)) = stage() else { return };
    let bench = bench(&sound);
    bench.recorder.warm(DeviceChoice::SystemDefault);
    bench.opened();
    bench.start(1);
    bench.started();
    std::thread::sleep(Duration::from_millis(500));
    sound.unplug().unwrap();
    let kept = bench.wait("failure", |event| match event {
        CaptureEvent::Failed {
            take: Some(TakeId(1)),
            error: DeviceError::Lost,
            kept,
        } => Some(kept),
        CaptureEvent::Switched { to, .. } => panic!("{to:?} took over"),
        _ => None,
    });
    assert!(kept.unwrap().duration >= Duration::from_millis(400));
    sound.replug().unwrap();
    assert_eq!(bench.opened(), "VirtualMicrophone");
}

#[test]
fn a_server_that_dies_ends_the_take_with_what_was_said() {
    let Some((mut sound, ..)) = stage() else { return };
    let bench = bench(&sound);
    bench.start(1);
    bench.started();
    std::thread::sleep(Duration::from_millis(500));
    sound.crash();
    let kept = bench.wait("failure", |event| match event {
        CaptureEvent::Failed {
            take: Some(TakeId(1)),
            error: DeviceError::Lost,
            kept,
        } => Some(kept),
        _ => None,
    });
    assert!(kept.unwrap().duration >= Duration::from_millis(400));
    bench.start(2);
    let error = bench.wait("failure", |event| match event {
        CaptureEvent::Failed {
            take: Some(TakeId(2)),
            error,
            ..
        } => Some(error),
        _ => None,
    });
    assert_eq!(error.code(), "sound_system_failed");
}

#[test]
fn a_server_that_comes_back_is_recorded_from_again() {
    let Some((mut sound, speech, said)) = stage() else {
        return;
    };
    let bench = bench(&sound);
    bench.recorder.warm(DeviceChoice::SystemDefault);
    bench.opened();
    sound.crash();
    bench.wait("failure", |event| {
        matches!(event, CaptureEvent::Failed { take: None, .. }).then_some(())
    });
    sound.restart().unwrap();
    assert_eq!(bench.opened(), "VirtualMicrophone");
    bench.start(1);
    bench.started();
    sound.play(&speech.utterances[0].path).unwrap();
    bench.stop(1);
    let (clip, ..) = bench.finished();
    let found = align(&said, &decode(&clip.path), 2 * SECOND);
    assert!(found.correlation > 0.9, "{found:?}");
}

#[test]
fn microphones_have_stable_ids_and_loudspeakers_are_not_among_them() {
    let Some(sound) = available(VirtualSound::start()) else {
        return;
    };
    sound.plug("spare", "Spare").unwrap();
    let microphones = PulseInput::at(sound.socket()).devices().unwrap();
    let ids: Vec<_> = microphones
        .iter()
        .map(|device| (device.id.0.as_str(), device.is_default))
        .collect();
    assert_eq!(ids, [("pulseaudio:virtmic", true), ("pulseaudio:spare", false)]);
}
