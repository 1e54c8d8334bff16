//! Hearing when somebody speaks, and takes that begin with a voice; lines that are held.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use common::{Bench, DEFAULT, available, decode, noise, unhurried, until};
use rehearse_audio::{SAMPLE_RATE, wav};
use rehearse_devices::{CaptureEvent, ListenId, PlayEvent, PlayId, Player, PlayerOptions, TakeId};
use rehearse_testkit::{FakeInput, FakeOutput, align, human_speech, to_rate};

const LISTENING: ListenId = ListenId(7);

fn samples(milliseconds: u64) -> usize {
    (u64::from(SAMPLE_RATE) * milliseconds / 1000) as usize
}

/// A sentence at the house rate, without the quiet around it.
fn sentence() -> Option<Vec<f32>> {
    let speech = available(human_speech(1, 1.6..2.4))?;
    let sound = wav::read(&speech.utterances[0].path).unwrap().samples;
    let sound = to_rate(&sound, 48_000, SAMPLE_RATE);
    let loud = |sample: &f32| sample.abs() > 0.01;
    let first = sound.iter().position(loud).unwrap();
    let last = sound.iter().rposition(loud).unwrap();
    Some(sound[first..=last].to_vec())
}

/// Says something as a microphone delivers it, so that it is heard piece by piece.
fn say(desk: &FakeInput, sound: &[f32]) {
    for block in sound.chunks(samples(50)) {
        desk.speak("desk", block);
        std::thread::sleep(Duration::from_millis(25));
    }
}

fn voice(event: CaptureEvent) -> Option<CaptureEvent> {
    let heard = matches!(
        event,
        CaptureEvent::VoiceBegan { .. } | CaptureEvent::VoicePaused { .. }
    );
    heard.then_some(event)
}

#[test]
fn a_take_that_a_voice_began_holds_its_first_word() {
    let Some(said) = sentence() else { return };
    let desk = FakeInput::by_hand(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.recorder.warm(DEFAULT);
    bench.opened();
    bench.recorder.listen(LISTENING);
    say(&desk, &vec![0.0; samples(600)]);
    let (word, rest) = said.split_at(samples(700));
    say(&desk, word);
    let CaptureEvent::VoiceBegan { listening, age } = bench.wait("voice", voice) else {
        panic!("a pause before a voice")
    };
    assert_eq!(listening, LISTENING);
    assert!(
        age >= Duration::from_millis(240) && age <= Duration::from_millis(700),
        "{age:?}"
    );
    // All of the word is in the ring by now, whenever it was told.
    bench
        .recorder
        .start_from(TakeId(1), bench.path(1), Duration::from_millis(700));
    say(&desk, rest);
    bench.started();
    say(&desk, &vec![0.0; samples(600)]);
    loop {
        if let CaptureEvent::VoicePaused { lasted, ago, .. } = bench.wait("the pause", voice) {
            assert!(lasted > Duration::from_millis(240));
            assert!(
                ago >= Duration::from_millis(208) && ago < Duration::from_millis(700),
                "{ago:?}"
            );
            break;
        }
    }
    bench.stop(1);
    desk.speak("desk", &vec![0.0; samples(300)]);
    let clip = decode(&bench.finished().0.path);
    let found = align(&said, &clip, clip.len());
    let lead = samples(300) as i64;
    assert!((lead - found.offset).abs() < samples(60) as i64, "{found:?}");
    assert!(found.correlation > 0.95, "{found:?}");
}

#[test]
fn noise_and_silence_are_no_voice_and_after_leaving_off_nothing_is_told() {
    let Some(said) = sentence() else { return };
    let desk = FakeInput::by_hand(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.recorder.warm(DEFAULT);
    bench.opened();
    bench.recorder.listen(LISTENING);
    say(&desk, &noise(samples(1_500), 3));
    bench.recorder.leave_off_listening(ListenId(6));
    bench.recorder.leave_off_listening(LISTENING);
    // Told to the thread before it hears what follows.
    std::thread::sleep(Duration::from_millis(100));
    say(&desk, &said);
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(bench.rest().into_iter().filter_map(voice).count(), 0);
}

#[test]
fn listening_opens_the_microphone_and_lets_it_go() {
    let desk = FakeInput::by_hand(&[("desk", SAMPLE_RATE)]);
    let bench = Bench::new(desk.clone(), unhurried());
    bench.recorder.listen(LISTENING);
    bench.opened();
    bench.start(1);
    desk.speak("desk", &noise(samples(500), 3));
    bench.started();
    bench.stop(1);
    desk.speak("desk", &noise(samples(500), 4));
    bench.finished();
    assert!(desk.is_open("desk"), "it is still listened to");
    bench.recorder.leave_off_listening(LISTENING);
    until(|| !desk.is_open("desk"));
}

#[test]
fn a_microphone_that_is_not_there_is_told_and_looked_for_while_it_is_listened_to() {
    let desk = FakeInput::by_hand(&[("desk", SAMPLE_RATE)]);
    desk.unplug("desk");
    let bench = Bench::new(desk.clone(), unhurried());
    bench.recorder.listen(LISTENING);
    bench.wait("failure", |event| {
        matches!(event, CaptureEvent::Failed { take: None, .. }).then_some(())
    });
    desk.replug("desk");
    assert_eq!(bench.opened(), "desk");
}

#[test]
fn a_line_is_silent_soon_after_it_is_held_and_goes_on_where_it_was() {
    let speaker = FakeOutput::live(SAMPLE_RATE);
    let (tell, events) = mpsc::channel();
    let listener = Box::new(move |event| drop(tell.send(event)));
    let player = Player::spawn(Arc::new(speaker.clone()), PlayerOptions::default(), listener).unwrap();
    let line: Vec<f32> = noise(samples(2_000), 9)
        .iter()
        .map(|sample| sample + 0.2)
        .collect();
    player.play(PlayId(1));
    player.push(PlayId(1), line.clone());
    player.end(PlayId(1));
    let next = || events.recv_timeout(Duration::from_secs(10)).unwrap();
    assert!(matches!(next(), PlayEvent::Started { .. }));
    std::thread::sleep(Duration::from_millis(300));

    let (from, held) = (speaker.heard().len(), Instant::now());
    player.hold(PlayId(1));
    std::thread::sleep(Duration::from_millis(500));
    let heard = speaker.heard();
    let last = heard[from..]
        .iter()
        .rposition(|sample| *sample != 0.0)
        .unwrap_or(0);
    assert!(
        last < samples(150),
        "silent after {last} samples, {:?}",
        held.elapsed()
    );
    player.resume(PlayId(1));
    let PlayEvent::Drained { heard, .. } = next() else {
        panic!("it did not end by itself")
    };
    assert_eq!(heard, Duration::from_secs(2));

    let heard = speaker.heard();
    let fade = samples(5);
    let first = heard.iter().position(|sample| *sample != 0.0).unwrap() - 1;
    let same = |from: usize, at: usize| {
        let pairs = heard[from..].iter().zip(&line[at..]);
        pairs.take_while(|(one, other)| one == other).count()
    };
    let held_at = fade + same(first + fade, fade);
    let on = (first + held_at..heard.len())
        .find(|&at| same(at, held_at + fade) == line.len() - held_at - fade)
        .expect("the rest is played as it was given");
    assert!(on - first - held_at > samples(300), "it was held");
}
