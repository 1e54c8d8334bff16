//! Talking without keys: recorded people speak, pause, cough and interrupt, and nobody presses anything.

use std::time::{Duration, Instant};

use rehearse_audio::{SAMPLE_RATE, mp3, wav};
use rehearse_core::settings::TalkMode;
use rehearse_core::view::{Action, PracticePhase, PracticeView};
use rehearse_devices::{Voice as _, VoiceRequest};
use rehearse_domain::{Language, Opener, Speaker};
use rehearse_fakes::models::Verdict;
use rehearse_testkit::{FakeVoice, align, human_speech, likeness_per_second, to_rate};

use crate::app::{App, BUILT_IN, RATE, saved, tone};
use crate::live::{ALL, qwen};

/// Two short sentences of a person, at the rate of the microphone; `None` where they are not installed.
#[allow(clippy::print_stderr, reason = "a story that is left out says so")]
fn sentences() -> Option<[Vec<f32>; 2]> {
    let speech = human_speech(6, 1.6..2.4)
        .inspect_err(|reason| eprintln!("left out: {reason}"))
        .ok()?;
    let mut said = speech.utterances.iter().map(|utterance| {
        let sound = wav::read(&utterance.path).unwrap().samples;
        // What is quiet around it belongs to the test's own pauses.
        let loud = |sample: &f32| sample.abs() > 0.01;
        let first = sound.iter().position(loud).unwrap();
        let last = sound.iter().rposition(loud).unwrap();
        sound[first..=last].to_vec()
    });
    Some([said.next()?, said.next()?])
}

fn silence(milliseconds: u32) -> Vec<f32> {
    vec![0.0; (RATE * milliseconds / 1000) as usize]
}

/// A cough: 150 ms of noise that starts hard and dies away.
fn cough() -> Vec<f32> {
    let (mut seed, mut value) = (7_u32, 0.0_f32);
    (0..RATE * 150 / 1000)
        .map(|at| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            value += 0.3 * ((seed >> 8) as f32 / (1 << 24) as f32 - 0.5 - value);
            let time = at as f32 / RATE as f32;
            value * (time / 0.005).min(1.0) * (-time / 0.05).exp()
        })
        .collect()
}

impl App {
    async fn start_hands_free(&self, pause_ms: u32) -> PracticeView {
        self.start_hands_free_with(pause_ms, Opener::Trainee, false).await
    }

    async fn start_hands_free_with(&self, pause_ms: u32, opener: Opener, voice: bool) -> PracticeView {
        let mut settings = self.core.app().await.unwrap().settings;
        settings.turn_pause_ms = pause_ms;
        self.core.change_settings(settings).await.unwrap();
        self.start(|options| {
            options.talk_mode = TalkMode::HandsFree;
            options.opener = opener;
            options.partner_voice = voice;
        })
        .await
    }

    /// What a line sounds like on disk, at the house rate.
    async fn sound_of(&self, view: &PracticeView, line: usize) -> Vec<f32> {
        let clip = view.lines[line].clip.as_ref().unwrap().parse().unwrap();
        let bytes = self.core.clip_bytes(clip).await.unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        mp3::decode(file.path()).unwrap()
    }
}

/// Whether a clip holds all of a sentence, from its very beginning.
fn assert_holds(clip: &[f32], sentence: &[f32]) {
    let said = to_rate(sentence, RATE, SAMPLE_RATE);
    let found = align(&said, clip, clip.len());
    assert!(found.offset >= 0, "its beginning is missing: {found:?}");
    let beginning = said.len().min(SAMPLE_RATE as usize / 2);
    let offset = usize::try_from(found.offset).unwrap();
    let first_word = align(&said[..beginning], &clip[offset..offset + beginning], 48);
    assert!(first_word.correlation > 0.9, "its first word: {first_word:?}");
    let likeness = likeness_per_second(&said, clip, found.offset, SAMPLE_RATE);
    assert!(likeness.iter().all(|like| *like > 0.9), "{likeness:?}");
}

fn spoken_turns(view: &PracticeView) -> usize {
    let mine = |line: &&rehearse_core::view::LineView| line.speaker == Speaker::Trainee && !line.coming;
    view.lines.iter().filter(mine).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_of_a_second_is_within_a_turn_or_between_two_as_the_trainee_wants() {
    let Some([one, other]) = sentences() else { return };
    for (pause_ms, turns) in [(1_500, 1), (500, 2)] {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(folder.path()).await;
        app.start_hands_free(pause_ms).await;
        let view = app.until("listening", listens).await;
        assert_eq!(view.phase, PracticePhase::YourTurn);
        let both = [silence(500), one.clone(), silence(1_000), other.clone()].concat();
        app.input.speak(BUILT_IN, &both);
        let view = app
            .until("the last answer", |view| {
                saved(view) == 2 * turns && view.phase == PracticePhase::YourTurn
            })
            .await;
        assert_eq!(spoken_turns(&view), turns);
        assert_holds(&app.sound_of(&view, 0).await, &one);
        let last = app.sound_of(&view, 2 * turns - 2).await;
        assert_holds(&last, &other);
        app.end().await;
        app.core.shut_down().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cough_is_no_turn_and_the_silence_is_counted_on() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.start_hands_free(500).await;
    app.until_phase(PracticePhase::YourTurn).await;
    for _ in 0..3 {
        app.input.speak(BUILT_IN, &[cough(), silence(600)].concat());
    }
    tokio::time::sleep(Duration::from_millis(2_600)).await;
    let view = app.core.practice().await.unwrap().unwrap();
    assert_eq!((view.phase, view.lines.len()), (PracticePhase::YourTurn, 0));
    assert_eq!(app.input.takes(BUILT_IN), 0, "nothing was recorded");
    assert_eq!(view.notice, None);
    app.end().await;
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_recorded_in_a_pause() {
    let Some([one, _]) = sentences() else { return };
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.start_hands_free(500).await;
    app.until_phase(PracticePhase::YourTurn).await;
    app.act(Action::Pause).await;
    app.until_phase(PracticePhase::Paused).await;
    app.input.speak(BUILT_IN, &one);
    tokio::time::sleep(Duration::from_millis(3_000)).await;
    assert_eq!(app.input.takes(BUILT_IN), 0);
    app.act(Action::Resume).await;
    app.until_phase(PracticePhase::YourTurn).await;
    app.input.speak(BUILT_IN, &one);
    app.until("the turn", |view| spoken_turns(view) == 1).await;
    app.end().await;
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_microphone_that_is_open_only_while_talking_is_opened_in_the_trainees_turn() {
    let Some([one, _]) = sentences() else { return };
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let mut settings = app.core.app().await.unwrap().settings;
    settings.warm_microphone = false;
    app.core.change_settings(settings).await.unwrap();
    app.start_hands_free_with(500, Opener::Partner, true).await;
    app.until_phase(PracticePhase::PartnerSpeaking).await;
    assert!(!app.input.is_open(BUILT_IN));
    app.until_phase(PracticePhase::YourTurn).await;
    app.input.speak(BUILT_IN, &[silence(300), one.clone()].concat());
    let view = app.until("the turn", |view| spoken_turns(view) == 1).await;
    assert_holds(&app.sound_of(&view, 1).await, &one);
    app.until_phase(PracticePhase::PartnerSpeaking).await;
    assert!(!app.input.is_open(BUILT_IN));
    app.end().await;
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cough_over_the_partner_holds_the_line_and_it_goes_on_where_it_was() {
    let Some([one, _]) = sentences() else { return };
    let folder = tempfile::tempdir().unwrap();
    let app = App::open_at_rate(folder.path(), SAMPLE_RATE).await;
    app.output.wear(true);
    let view = app.start_hands_free_with(500, Opener::Partner, true).await;
    assert!(view.hands_free.unwrap().cut_in, "with headphones");
    app.until_phase(PracticePhase::PartnerSpeaking).await;
    app.input.speak(BUILT_IN, &silence(300));
    app.input.speak(BUILT_IN, &one[..(RATE * 400 / 1000) as usize]);
    app.until("the partner to wait", waits).await;
    app.until("the partner to go on", |view| !waits(view)).await;
    let view = app.until_phase(PracticePhase::YourTurn).await;
    let view = if view.lines[0].coming {
        app.until("the line on disk", |view| saved(view) == 1).await
    } else {
        view
    };
    assert_eq!((view.lines.len(), app.input.takes(BUILT_IN)), (1, 0));

    let sent = rendered(view.lines[0].text.as_ref().unwrap());
    let played = app.output.heard();
    let fade = SAMPLE_RATE as usize * 5 / 1000;
    let first = played.iter().position(|sample| *sample != 0.0).unwrap();
    // The first sample of a fade is silent.
    let begun = &played[first - 1..];
    let same = begun
        .iter()
        .zip(&sent)
        .skip(fade)
        .take_while(|(one, other)| one == other);
    let held_at = fade + same.count();
    assert!(
        held_at > fade && held_at + fade < sent.len(),
        "held at {held_at} of {}",
        sent.len()
    );
    let rest = &sent[held_at + fade..];
    let on = begun[held_at..].windows(rest.len()).position(|part| part == rest);
    let silent = on.expect("the rest is played as it was sent") - fade;
    assert!(silent >= SAMPLE_RATE as usize / 2, "held for {silent} samples");
    let pause = &begun[held_at + 4 * fade..held_at + silent - fade];
    assert!(
        pause.iter().all(|sample| *sample == 0.0),
        "it was silent meanwhile"
    );
    app.end().await;
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_over_the_partner_is_heard_and_the_record_keeps_what_was_heard() {
    let Some([one, other]) = sentences() else { return };
    let folder = tempfile::tempdir().unwrap();
    let app = App::open_at_rate(folder.path(), SAMPLE_RATE).await;
    app.output.wear(true);
    app.start_hands_free_with(800, Opener::Partner, true).await;
    app.until_phase(PracticePhase::PartnerSpeaking).await;
    app.input.speak(
        BUILT_IN,
        &[silence(300), one.clone(), silence(300), other.clone()].concat(),
    );
    app.until("the partner to wait", waits).await;
    let (decided, from) = (Instant::now(), app.output.heard().len());
    tokio::time::sleep(Duration::from_millis(400)).await;
    let later = app.output.heard();
    let loud = later[from..].iter().rposition(|sample| sample.abs() > 1e-4);
    let silent_after = Duration::from_secs_f64(loud.map_or(0, |at| at + 1) as f64 / f64::from(SAMPLE_RATE));
    assert!(
        silent_after <= Duration::from_millis(150),
        "silent {silent_after:?} after {decided:?}"
    );

    let view = app
        .until("both turns", |view| {
            spoken_turns(view) == 1 && view.lines.len() >= 2 && !view.lines[1].coming
        })
        .await;
    let cut = &view.lines[0];
    assert!(cut.text.as_ref().unwrap().ends_with('—'), "{:?}", cut.text);
    assert_eq!(cut.speaker, Speaker::Partner);
    let mine = app.sound_of(&view, 1).await;
    assert_holds(&mine, &one);
    assert_holds(&mine, &other);
    app.end().await;
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_end_that_was_wrong_the_trainee_just_goes_on_speaking() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, _served) = qwen(&app, &ALL).await;
    fake.objective_after(1, Verdict::Succeeded);
    app.start_hands_free(500).await;
    app.until("listening", listens).await;
    app.input.speak(BUILT_IN, &[silence(500), tone(1.5)].concat());
    let view = app.until_phase(PracticePhase::Ended).await;
    assert!(!listens(&view));
    // Long enough that the microphone was let go.
    tokio::time::sleep(Duration::from_millis(700)).await;

    app.act(Action::Reopen).await;
    app.until("listening again", listens).await;
    app.input.speak(BUILT_IN, &[silence(500), tone(1.5)].concat());
    app.until("the next answer", |view| {
        spoken_turns(view) == 2 && saved(view) == 4
    })
    .await;
    app.end().await;
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_a_loudspeaker_nobody_cuts_in_by_speaking() {
    let Some([one, _]) = sentences() else { return };
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let view = app.start_hands_free_with(800, Opener::Partner, true).await;
    assert!(!view.hands_free.unwrap().cut_in);
    app.until_phase(PracticePhase::PartnerSpeaking).await;
    app.input.speak(BUILT_IN, &one);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let view = app.core.practice().await.unwrap().unwrap();
    assert_eq!(view.phase, PracticePhase::PartnerSpeaking);
    assert_eq!(app.input.takes(BUILT_IN), 0);
    app.end().await;
    app.core.shut_down().await;
}

fn listens(view: &PracticeView) -> bool {
    view.hands_free.is_some_and(|now| now.listening)
}

fn waits(view: &PracticeView) -> bool {
    view.hands_free.is_some_and(|now| now.partner_waits)
}

fn rendered(words: &str) -> Vec<f32> {
    let request = VoiceRequest {
        text: words.to_owned(),
        language: Language::English,
        rate: 1.0,
        voice: None,
        fits: None,
    };
    FakeVoice::new().render(&request).unwrap()
}
