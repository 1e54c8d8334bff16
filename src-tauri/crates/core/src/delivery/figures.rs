//! The figures of one sound as they are shown, each with where to listen. Nothing is measured here.

use rehearse_delivery::words::{self, Mention};
use rehearse_delivery::{Figure, Loudness, Pauses, Pitch, Reason, Speech, Syllables, TurnFigures};
use rehearse_domain::{Language, Turn};

use crate::view::{FigureKind, FigureView, MissingReason};

/// The stretch in which syllables are counted to find the fastest, in milliseconds.
const STRETCH: u32 = 3_000;

impl From<Reason> for MissingReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::TooShort => Self::TooShort,
            Reason::Silent => Self::Silent,
            Reason::NoSpeech => Self::NoSpeech,
            Reason::TooNoisy => Self::TooNoisy,
            Reason::NoVoice => Self::NoVoice,
            Reason::Damaged => Self::Damaged,
            Reason::TooFewTurns => Self::TooFewTurns,
            Reason::TooFewPauses => Self::TooFewPauses,
            Reason::NoWords => Self::NoWords,
            Reason::NoPartner => Self::NoPartner,
            // The crate may learn of more reasons than there are sentences.
            _ => Self::Unreadable,
        }
    }
}

impl FigureView {
    /// A figure without a place to listen.
    pub(super) fn new(kind: FigureKind, value: Result<f32, MissingReason>) -> Self {
        // What is no number cannot be shown; the crate promises that there is none.
        let value = value.and_then(|value| value.is_finite().then_some(value).ok_or(MissingReason::Damaged));
        Self {
            kind,
            value: value.ok(),
            missing: value.err(),
            at_ms: None,
            turn: None,
            usual: None,
            trend: None,
        }
    }

    /// With the moment to hear, if there is a value.
    fn heard_at(mut self, moment: Option<u32>) -> Self {
        if self.value.is_some() {
            self.at_ms = moment;
        }
        self
    }
}

fn figure(kind: FigureKind, figure: Figure<f32>) -> FigureView {
    let value = match figure {
        Figure::Known(value) => Ok(value),
        Figure::Missing(reason) => Err(reason.into()),
    };
    FigureView::new(kind, value)
}

/// What the samples alone tell.
pub(super) fn of_sound(figures: &TurnFigures) -> Vec<FigureView> {
    use FigureKind as Kind;
    let speech = figures.speech.as_ref();
    let pauses = figures.pauses.as_ref();
    let syllables = figures.syllables.as_ref();
    let pitch = figures.pitch.as_ref();
    let loudness = figures.loudness.as_ref();
    let first = speech.value().map(|speech| speech.first_ms);
    let fastest = syllables.value().and_then(fastest);
    let loudest = loudness.value().and_then(loudest);
    let minutes = figures.duration_ms.max(1) as f32 / 60_000.0;
    let clipping = &figures.clipping;
    vec![
        figure(Kind::SpeakingTimeMs, speech.map(|one| one.speaking_ms as f32)).heard_at(first),
        figure(Kind::SpeakingShare, speech.map(|one| one.share)),
        figure(Kind::PauseCount, pauses.map(|one| one.count() as f32)),
        figure(
            Kind::PausesPerMinute,
            pauses.map(|one| one.count() as f32 / minutes),
        ),
        figure(Kind::PauseMedianMs, length(pauses, |one| one.median_ms)),
        figure(Kind::PauseLongestMs, length(pauses, |one| one.longest_ms))
            .heard_at(pauses.value().and_then(longest)),
        figure(Kind::SpeechRate, syllables.map(|one| one.speech_rate)).heard_at(fastest),
        figure(Kind::ArticulationRate, syllables.map(|one| one.articulation_rate)).heard_at(fastest),
        figure(Kind::PitchMedianHz, pitch.map(|one| one.median_hz)),
        figure(Kind::PitchLowHz, pitch.map(|one| one.low_hz))
            .heard_at(pitch.value().and_then(|one| nearest(one, one.low_hz))),
        figure(Kind::PitchHighHz, pitch.map(|one| one.high_hz))
            .heard_at(pitch.value().and_then(|one| nearest(one, one.high_hz))),
        figure(Kind::PitchSpreadSemitones, pitch.map(|one| one.spread_semitones)),
        figure(Kind::LoudnessLufs, loudness.map(|one| one.integrated_lufs)).heard_at(loudest),
        figure(
            Kind::LoudnessRangeLu,
            match loudness {
                Figure::Known(loudness) => loudness.range_lu,
                Figure::Missing(reason) => Figure::Missing(reason),
            },
        ),
        FigureView::new(Kind::ClippedSamples, Ok(clipping.samples as f32))
            .heard_at(clipping.places.first().map(|place| place.start_ms)),
    ]
}

/// How long after the partner the trainee spoke. `lead` is the time to the first sample of the clip.
pub(super) fn response_delay(figures: &TurnFigures, lead: Result<i32, MissingReason>) -> FigureView {
    let value = lead.and_then(|lead| match figures.speech.as_ref() {
        Figure::Known(speech) => Ok((f64::from(lead) + f64::from(speech.first_ms)).max(0.0) as f32),
        Figure::Missing(reason) => Err(reason.into()),
    });
    let first = figures.speech.as_ref().value().map(|speech| speech.first_ms);
    FigureView::new(FigureKind::ResponseDelayMs, value).heard_at(first)
}

/// What the words tell, where they are known.
pub(super) fn of_words(turn: &Turn, figures: &TurnFigures, language: Language) -> [FigureView; 3] {
    let (pace, counted_in) = match language {
        Language::English => (FigureKind::WordsPerMinute, words::Language::English),
        Language::Chinese => (FigureKind::CharactersPerMinute, words::Language::Chinese),
    };
    let count = |mentions: &[Mention]| Ok(mentions.len() as f32);
    let (per_minute, fillers, hedges) = match (turn.transcript.as_deref(), figures.speech.as_ref()) {
        (Some(text), Figure::Known(speech)) => {
            let found = words::count(text, counted_in, spoken_ms(speech));
            (
                figure(pace, found.per_minute),
                count(&found.fillers),
                count(&found.hedges),
            )
        }
        (None, _) => nothing(pace, MissingReason::NoWords),
        (_, Figure::Missing(reason)) => nothing(pace, reason.into()),
    };
    [
        per_minute,
        FigureView::new(FigureKind::Fillers, fillers),
        FigureView::new(FigureKind::Hedges, hedges),
    ]
}

type Counted = Result<f32, MissingReason>;

fn nothing(pace: FigureKind, reason: MissingReason) -> (FigureView, Counted, Counted) {
    (FigureView::new(pace, Err(reason)), Err(reason), Err(reason))
}

/// From the first speech to the end of the last.
fn spoken_ms(speech: &Speech) -> u32 {
    let end = speech.spans.last().map_or(0, |span| span.end_ms);
    end.saturating_sub(speech.first_ms)
}

fn length(pauses: Figure<&Pauses>, of: impl Fn(&Pauses) -> Option<u32>) -> Figure<f32> {
    match pauses {
        Figure::Known(pauses) => of(pauses).map_or(Figure::Missing(Reason::TooFewPauses), |length| {
            Figure::Known(length as f32)
        }),
        Figure::Missing(reason) => Figure::Missing(reason),
    }
}

fn longest(pauses: &Pauses) -> Option<u32> {
    let longest = pauses.spans.iter().max_by_key(|pause| pause.length_ms())?;
    Some(longest.start_ms)
}

/// Where the syllables lie closest.
fn fastest(syllables: &Syllables) -> Option<u32> {
    let moments = &syllables.nuclei_ms;
    let close = |start: u32| {
        let from = moments.partition_point(|moment| *moment < start);
        let to = moments.partition_point(|moment| *moment < start.saturating_add(STRETCH));
        to.saturating_sub(from)
    };
    // Of equals the first.
    moments.iter().rev().copied().max_by_key(|start| close(*start))
}

/// Where the pitch is first nearest to this one.
fn nearest(pitch: &Pitch, wanted: f32) -> Option<u32> {
    let apart = |(at, hertz): (u32, Option<f32>)| Some((at, (hertz? - wanted).abs()));
    let nearest = pitch
        .points()
        .filter_map(apart)
        .min_by(|(_, one), (_, other)| one.total_cmp(other))?;
    Some(nearest.0)
}

fn loudest(loudness: &Loudness) -> Option<u32> {
    let moments = (0..).step_by(Loudness::HOP_MS as usize);
    let (at, _) = moments
        .zip(&loudness.contour_db)
        .max_by_key(|(_, level)| **level)?;
    Some(at)
}
