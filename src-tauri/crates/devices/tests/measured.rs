//! The figures that come with a take: those of exactly what is in its clip.
//!
//! Without the recordings of a person or PulseAudio what needs them is left out and says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

mod common;

use std::time::Duration;

use common::{Bench, DEFAULT, available, decode, unhurried};
use rehearse_audio::{SAMPLE_RATE, wav};
use rehearse_delivery::{Figure, Reason, TurnFigures, measure};
use rehearse_devices::{CaptureEvent, DeviceError, FileInput, Pace, RecorderOptions, TakeEnd, TakeId};
use rehearse_testkit::{FakeInput, HumanSpeech, SmallDisk, human_speech, to_rate};

/// Says something after a press. Only what came in the first moment is remembered until the press is noticed, so the
/// rest waits for that.
fn begin(bench: &Bench, desk: &FakeInput, microphone: &str, sound: &[f32]) {
    let (first, rest) = sound.split_at(SAMPLE_RATE as usize / 2);
    desk.speak(microphone, first);
    bench.started();
    for block in rest.chunks(777) {
        desk.speak(microphone, block);
    }
}

/// Recordings of a person, and their samples at 48 kHz.
fn speech(count: usize, seconds: std::ops::Range<f64>) -> Option<(HumanSpeech, Vec<Vec<f32>>)> {
    let speech = available(human_speech(count, seconds))?;
    let said = speech
        .utterances
        .iter()
        .map(|utterance| wav::read(&utterance.path).unwrap().samples)
        .collect();
    Some((speech, said))
}

fn at_house_rate(said: &[f32]) -> Vec<f32> {
    to_rate(said, 48_000, SAMPLE_RATE)
}

fn speaking_ms(figures: &TurnFigures) -> f32 {
    figures.speech.as_ref().value().unwrap().speaking_ms as f32
}

fn median_hz(figures: &TurnFigures) -> f32 {
    figures.pitch.as_ref().value().unwrap().median_hz
}

fn syllables(figures: &TurnFigures) -> f32 {
    figures.syllables.as_ref().value().unwrap().nuclei_ms.len() as f32
}

/// Whether the figures of a take are those of its clip, as near as the MP3 allows; gives those of the clip.
#[track_caller]
fn assert_fit(figures: &TurnFigures, clip: &std::path::Path) -> TurnFigures {
    let from_clip = measure(SAMPLE_RATE, &decode(clip)).unwrap();
    assert_eq!(figures.duration_ms, from_clip.duration_ms);
    // One syllable is more than 2 % of a short take.
    for (what, live, again, most) in [
        (
            "speaking time",
            speaking_ms(figures),
            speaking_ms(&from_clip),
            0.01 * speaking_ms(&from_clip),
        ),
        (
            "pitch",
            median_hz(figures),
            median_hz(&from_clip),
            0.01 * median_hz(&from_clip),
        ),
        (
            "syllables",
            syllables(figures),
            syllables(&from_clip),
            (0.02 * syllables(&from_clip)).max(1.0),
        ),
    ] {
        assert!(
            (live - again).abs() <= most,
            "{what}: {live} live, {again} from the clip"
        );
    }
    from_clip
}

#[test]
fn the_figures_are_those_of_every_sample_that_was_said_and_fit_the_clip() {
    let Some((_speech, said)) = speech(3, 7.0..10.0) else {
        return;
    };
    let desk = FakeInput::by_hand(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.recorder.warm(DEFAULT);
    bench.opened();
    for (take, said) in (1..).zip(&said) {
        let said = at_house_rate(said);
        let (before, after) = said.split_at(SAMPLE_RATE as usize);
        desk.speak("desk", before);
        bench.start(take);
        begin(&bench, &desk, "desk", after);
        bench.stop(take);
        let (clip, dropped, end) = bench.finished();
        assert_eq!((dropped, end), (0, TakeEnd::Stopped));
        let figures = bench.measured(take).unwrap();
        let preroll = SAMPLE_RATE as usize / 5;
        let in_clip = &said[SAMPLE_RATE as usize - preroll..];
        assert_eq!(*figures, measure(SAMPLE_RATE, in_clip).unwrap());
        assert_fit(&figures, &clip.path);
    }
}

#[test]
fn the_figures_of_files_fit_their_clips() {
    let Some((speech, said)) = speech(5, 5.0..15.0) else {
        return;
    };
    let files: Vec<_> = speech
        .utterances
        .iter()
        .map(|utterance| utterance.path.clone())
        .collect();
    let bench = Bench::new(
        FileInput::new(&files, Pace::Fast).unwrap(),
        RecorderOptions::default(),
    );
    let (mut live, mut again) = (0.0, 0.0);
    for take in 1..=said.len() as u64 {
        bench.start(take);
        let (clip, ..) = bench.finished();
        let figures = bench.measured(take).unwrap();
        live += syllables(&figures);
        again += syllables(&assert_fit(&figures, &clip.path));
    }
    assert!(
        (live - again).abs() <= 0.02 * again,
        "{live} syllables live, {again} from the clips"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn the_figures_of_what_a_microphone_heard_fit_the_clip() {
    use rehearse_devices::PulseInput;
    use rehearse_testkit::VirtualSound;

    let (Some((speech, _)), Some(sound)) = (speech(1, 7.0..10.0), available(VirtualSound::start())) else {
        return;
    };
    let bench = Bench::new(PulseInput::at(sound.socket()), RecorderOptions::default());
    bench.start(1);
    bench.started();
    sound.play(&speech.utterances[0].path).unwrap();
    bench.stop(1);
    let (clip, ..) = bench.finished();
    assert_fit(&bench.measured(1).unwrap(), &clip.path);
}

#[test]
fn another_microphone_in_the_middle_of_a_take_changes_nothing_in_its_figures() {
    let Some((_speech, said)) = speech(2, 5.0..7.0) else {
        return;
    };
    let desk = FakeInput::by_hand(&[("built-in", SAMPLE_RATE), ("usb", 48_000)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.recorder.warm(FakeInput::choice("usb"));
    bench.opened();
    bench.start(1);
    begin(&bench, &desk, "usb", &said[0]);
    desk.unplug("usb");
    bench.wait("switch", |event| {
        matches!(event, CaptureEvent::Switched { .. }).then_some(())
    });
    desk.speak("built-in", &at_house_rate(&said[1]));
    bench.stop(1);
    let (clip, ..) = bench.finished();
    let figures = bench.measured(1).unwrap();
    let both = (said[0].len() + said[1].len()) / 48;
    assert!((figures.duration_ms as usize).abs_diff(both) <= 1, "{figures:?}");
    assert_fit(&figures, &clip.path);
}

#[test]
fn a_cancelled_take_has_no_figures_and_leaves_nothing_in_those_of_the_next() {
    let desk = FakeInput::by_hand(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.recorder.warm(DEFAULT);
    bench.opened();
    bench.start(1);
    begin(&bench, &desk, "desk", &common::noise(SAMPLE_RATE as usize * 5, 1));
    bench.recorder.cancel(TakeId(1));
    bench.start(2);
    begin(&bench, &desk, "desk", &common::noise(SAMPLE_RATE as usize, 2));
    bench.stop(2);
    let measured = bench.wait("figures", |event| match event {
        CaptureEvent::Measured { take, figures } => Some((take, figures.unwrap().duration_ms)),
        _ => None,
    });
    // Pre-roll and what was said; by hand no tail comes.
    assert_eq!(measured, (TakeId(2), 1200));
}

#[test]
fn a_take_that_is_interrupted_by_the_next_has_its_own_figures() {
    let desk = FakeInput::by_hand(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.recorder.warm(DEFAULT);
    bench.opened();
    bench.start(1);
    begin(&bench, &desk, "desk", &common::noise(SAMPLE_RATE as usize * 3, 3));
    bench.start(2);
    let (_, _, end) = bench.finished();
    assert_eq!(end, TakeEnd::Interrupted);
    desk.speak("desk", &common::noise(SAMPLE_RATE as usize, 4));
    assert_eq!(bench.measured(1).unwrap().duration_ms, 3000);
    bench.stop(2);
    bench.finished();
    assert_eq!(bench.measured(2).unwrap().duration_ms, 200 + 1000);
}

#[test]
fn what_is_kept_of_a_take_that_lost_its_microphone_is_measured_too() {
    let desk = FakeInput::by_hand(&[("usb", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.recorder.warm(DEFAULT);
    bench.opened();
    bench.start(1);
    let said = common::noise(SAMPLE_RATE as usize * 2, 5);
    begin(&bench, &desk, "usb", &said);
    desk.unplug("usb");
    bench.wait("failure", |event| match event {
        CaptureEvent::Failed {
            take: Some(TakeId(1)),
            error: DeviceError::Lost,
            kept: Some(_),
        } => Some(()),
        _ => None,
    });
    assert_eq!(*bench.measured(1).unwrap(), measure(SAMPLE_RATE, &said).unwrap());
}

#[test]
fn what_is_kept_of_a_take_that_filled_the_disk_is_left_to_be_measured_from_its_clip() {
    let Some(disk) = available(SmallDisk::mounted(32)) else {
        return;
    };
    let desk = FakeInput::by_hand(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.recorder.start(TakeId(1), disk.path().join("1.mp3"));
    bench.opened();
    begin(
        &bench,
        &desk,
        "desk",
        &common::noise(SAMPLE_RATE as usize * 15, 8),
    );
    bench.wait("failure", |event| match event {
        CaptureEvent::Failed {
            take: Some(TakeId(1)),
            error: DeviceError::Storage(_),
            kept: Some(_),
        } => Some(()),
        _ => None,
    });
    assert_eq!(bench.measured(1), None);
}

#[test]
fn a_panic_below_ends_the_measuring_with_the_take() {
    let desk = FakeInput::by_hand(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.start(1);
    bench.opened();
    begin(&bench, &desk, "desk", &common::noise(SAMPLE_RATE as usize, 6));
    desk.panic("desk");
    bench.wait("failure", |event| match event {
        CaptureEvent::Failed {
            error: DeviceError::Panicked,
            ..
        } => Some(()),
        _ => None,
    });
    bench.start(2);
    bench.opened();
    begin(&bench, &desk, "desk", &common::noise(SAMPLE_RATE as usize, 7));
    bench.stop(2);
    let measured = bench.wait("figures", |event| match event {
        CaptureEvent::Measured { take, figures } => Some((take, figures.unwrap().duration_ms)),
        _ => None,
    });
    assert_eq!(measured, (TakeId(2), 1000));
}

#[test]
fn every_clip_is_followed_by_one_word_about_its_figures() {
    let desk = FakeInput::live(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk, RecorderOptions::default());
    bench.recorder.warm(DEFAULT);
    bench.opened();
    for take in 1..=12 {
        bench.start(take);
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(bench.recorder.shutdown(common::PATIENCE));
    let (mut clips, mut measured) = (Vec::new(), Vec::new());
    for event in bench.rest() {
        match event {
            CaptureEvent::Finished { take, .. } => clips.push(take),
            CaptureEvent::Measured { take, .. } => {
                assert!(
                    clips.contains(&take),
                    "the figures of {take:?} came before its clip"
                );
                measured.push(take);
            }
            _ => {}
        }
    }
    assert_eq!(clips, (1..=12).map(TakeId).collect::<Vec<_>>());
    assert_eq!(measured, clips);
}

#[test]
fn silence_has_figures_that_say_so() {
    let desk = FakeInput::by_hand(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.start(1);
    bench.opened();
    desk.speak("desk", &vec![0.0; SAMPLE_RATE as usize]);
    bench.started();
    bench.stop(1);
    let figures = bench.measured(1).unwrap();
    assert_eq!(figures.speech, Figure::Missing(Reason::Silent));
}
