//! Real sound: a person's recordings through a real sound server into the real recorder, and back out of the player.
//!
//! Each test has a server of its own. Without PulseAudio or the recordings the suite is left out and says so.
#![cfg(target_os = "linux")]

mod common;

use std::time::{Duration, Instant};

use common::{Bench, decode};
use rehearse_audio::{SAMPLE_RATE, wav};
use rehearse_devices::{
    CaptureEvent, DeviceChoice, DeviceError, DeviceId, InputBackend, PulseInput, RecorderOptions, TakeId,
};
use rehearse_testkit::{
    HumanSpeech, Unavailable, VirtualSound, align, human_speech, likeness_per_second, to_rate,
};

fn available<T>(part: Result<T, Unavailable>) -> Option<T> {
    part.inspect_err(|reason| eprintln!("left out: {reason}")).ok()
}

fn stage(seconds: f64) -> Option<(VirtualSound, HumanSpeech, Vec<f32>)> {
    let sound = available(VirtualSound::start())?;
    let speech = available(human_speech(1, seconds))?;
    let said = wav::read(&speech.utterances[0].path).unwrap();
    let said = to_rate(&said.samples, said.rate, SAMPLE_RATE);
    Some((sound, speech, said))
}

fn microphone(sound: &VirtualSound) -> PulseInput {
    PulseInput::at(sound.socket())
}

fn half_second() -> usize {
    SAMPLE_RATE as usize / 2
}

#[test]
fn a_person_is_recorded_word_for_word() {
    let Some((sound, speech, said)) = stage(8.0) else {
        return;
    };
    let bench = Bench::new(microphone(&sound), RecorderOptions::default());
    bench.recorder.warm(DeviceChoice::SystemDefault);
    assert_eq!(bench.opened(), "VirtualMicrophone");
    std::thread::sleep(Duration::from_millis(400));
    bench.start(1);
    let (preroll, latency) = bench.started();
    assert!(preroll >= Duration::from_millis(150), "{preroll:?}");
    assert!(latency <= Duration::from_millis(150), "{latency:?}");
    sound.play(&speech.utterances[0].path).unwrap();
    bench.stop(1);
    let (clip, dropped, _) = bench.finished();
    assert_eq!(dropped, 0);
    let heard = decode(&clip.path);
    let found = align(&said, &heard, 2 * SAMPLE_RATE as usize);
    assert!(found.offset >= 0, "the first word is cut: {found:?}");
    let likeness = likeness_per_second(&said, &heard, found.offset, SAMPLE_RATE);
    eprintln!(
        "correlation per second: {likeness:.3?}, offset {} ms",
        found.offset / 24
    );
    assert!(
        likeness.len() >= 6 && likeness.iter().all(|second| *second > 0.95),
        "{likeness:.3?}"
    );
}

#[test]
fn words_said_before_the_press_and_up_to_the_release_are_in_the_clip() {
    let Some((sound, speech, said)) = stage(8.0) else {
        return;
    };
    let bench = Bench::new(microphone(&sound), RecorderOptions::default());
    bench.recorder.warm(DeviceChoice::SystemDefault);
    bench.opened();
    let mut player = sound.player(&speech.utterances[0].path).unwrap();
    std::thread::sleep(Duration::from_millis(2500));
    let pressed = Instant::now();
    bench.start(1);
    std::thread::sleep(Duration::from_millis(3000));
    bench.stop(1);
    let held = pressed.elapsed();
    let (clip, ..) = bench.finished();
    player.kill().unwrap();
    player.wait().unwrap();
    let surplus = clip.duration.saturating_sub(held);
    assert!(
        surplus >= Duration::from_millis(150 + 60),
        "only {surplus:?} more than the key was held"
    );
    let heard = decode(&clip.path);
    let found = align(&heard, &said, 4 * SAMPLE_RATE as usize);
    assert!(found.correlation > 0.95, "{found:?}");
}

#[test]
fn a_server_that_stalls_costs_no_sample() {
    let Some((sound, speech, said)) = stage(8.0) else {
        return;
    };
    let bench = Bench::new(microphone(&sound), RecorderOptions::default());
    bench.recorder.warm(DeviceChoice::SystemDefault);
    bench.opened();
    bench.start(1);
    let mut player = sound.player(&speech.utterances[0].path).unwrap();
    for _ in 0..4 {
        std::thread::sleep(Duration::from_millis(1500));
        sound.freeze(Duration::from_millis(150)).unwrap();
    }
    player.wait().unwrap();
    bench.stop(1);
    let (clip, dropped, _) = bench.finished();
    assert_eq!(dropped, 0);
    let heard = decode(&clip.path);
    let found = align(&said, &heard, 2 * SAMPLE_RATE as usize);
    let likeness = likeness_per_second(&said, &heard, found.offset, SAMPLE_RATE);
    assert!(
        likeness.len() >= 6 && likeness.iter().all(|second| *second > 0.95),
        "{likeness:.3?}"
    );
}

#[test]
fn a_microphone_unplugged_in_mid_take_is_replaced_within_half_a_second() {
    let Some((sound, speech, said)) = stage(8.0) else {
        return;
    };
    sound.plug("spare", "Spare").unwrap();
    let bench = Bench::new(microphone(&sound), RecorderOptions::default());
    bench
        .recorder
        .warm(DeviceChoice::Id(DeviceId("pulseaudio:virtmic".to_owned())));
    bench.opened();
    bench.start(1);
    bench.started();
    let mut player = sound.player(&speech.utterances[0].path).unwrap();
    std::thread::sleep(Duration::from_millis(2500));
    sound.unplug().unwrap();
    let unplugged = Instant::now();
    let to = bench.wait("switch", |event| match event {
        CaptureEvent::Switched { from, to } => {
            assert_eq!(from.id.0, "pulseaudio:virtmic");
            Some(to.id.0)
        }
        _ => None,
    });
    assert_eq!(to, "pulseaudio:spare");
    assert!(
        unplugged.elapsed() < Duration::from_millis(500),
        "{:?}",
        unplugged.elapsed()
    );
    player.wait().unwrap();
    bench.stop(1);
    let (clip, ..) = bench.finished();
    let heard = decode(&clip.path);
    let (start, end) = (
        &said[..2 * SAMPLE_RATE as usize],
        &said[said.len() - 4 * SAMPLE_RATE as usize..],
    );
    let (start, end) = (
        align(start, &heard, 2 * SAMPLE_RATE as usize),
        align(end, &heard, heard.len()),
    );
    assert!(
        start.correlation > 0.95 && end.correlation > 0.95,
        "{start:?} {end:?}"
    );
    let lost = said.len() as i64 - 4 * i64::from(SAMPLE_RATE) + start.offset - end.offset;
    eprintln!("{} ms lost at the switch", lost / 24);
    assert!(lost < half_second() as i64, "{lost} samples lost");
}

#[test]
fn the_only_microphone_unplugged_keeps_the_take_and_never_records_the_loudspeaker() {
    let Some((sound, ..)) = stage(4.0) else { return };
    let bench = Bench::new(microphone(&sound), RecorderOptions::default());
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
    assert!(kept.unwrap().duration >= Duration::from_millis(500));
    sound.replug().unwrap();
    assert_eq!(bench.opened(), "VirtualMicrophone");
}

#[test]
fn a_server_that_dies_ends_the_take_with_what_was_said() {
    let Some((mut sound, ..)) = stage(4.0) else { return };
    let bench = Bench::new(microphone(&sound), RecorderOptions::default());
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
fn microphones_have_stable_ids_and_loudspeakers_are_not_among_them() {
    let Some(sound) = available(VirtualSound::start()) else {
        return;
    };
    sound.plug("spare", "Spare").unwrap();
    let microphones = microphone(&sound).devices().unwrap();
    let names: Vec<_> = microphones
        .iter()
        .map(|device| (device.id.0.as_str(), device.is_default))
        .collect();
    assert_eq!(names, [("pulseaudio:virtmic", true), ("pulseaudio:spare", false)]);
}
