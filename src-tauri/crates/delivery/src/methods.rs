//! The methods that share one rate, and what the recording carries: which finding becomes a figure, and which a reason.

use crate::METHOD;
use crate::background::settle;
use crate::clipping::Clipping;
use crate::detector::{FRAME_MS, Heard, Listener};
use crate::figures::{Figure, Pauses, Pitch, Reason, Span, Speech, Syllables, TurnFigures};
use crate::intensity::Intensity;
use crate::loudness::LoudnessMeter;
use crate::nuclei::{Envelope, nuclei};
use crate::pauses::{pauses, stretches};
use crate::pitch::{self, Candidates, Voicing};
use crate::quantile::median;
use crate::stream::keep;

// The recordings of the accuracy run are far from most of these limits: they are choices, on the side of telling nothing.

/// A shorter turn has no figures, in milliseconds: it is hardly a syllable.
const SHORTEST_MS: u32 = 200;
/// With less speaking time there is no rate: of four syllables one more would be a quarter.
const SHORTEST_FOR_RATE_MS: u32 = 1_000;
/// With less background speech is not compared to it: a median of thirty frames is the least that stands still.
const SHORTEST_BACKGROUND_MS: u32 = 500;
/// A turn whose loudest frame is softer than this, in decibels of full scale, is silent: the absolute gate of ITU-R
/// BS.1770-4.
const SILENT_DB: f32 = -70.0;
/// Speech must stand this far above the background for syllables and pauses to be told: a little under the 10 dB of the
/// loudest noise in which they are judged.
const LOWEST_RATIO_DB: f32 = 6.0;
/// With less than this, what was taken for speech is a guess: it has no more than twice the power of the rest.
const NO_RATIO_DB: f32 = 3.0;
/// With more than one damaged sample in so many, nothing is told.
const DAMAGED_ONE_IN: u64 = 100;
/// Nuclei are counted in the speech and so far around it: four frames, by which an edge of the detector may be off.
const AROUND_SPEECH_MS: u32 = 60;
/// Without speech only a steady sound has a pitch: the median of its strength must reach this, which Boersma (1993)
/// gives to a tone 13 dB over the noise in it.
const STRENGTH_WITHOUT_SPEECH: f32 = 0.95;

/// What is known of the sound before any method.
pub(crate) struct Length {
    pub(crate) duration_ms: u32,
    pub(crate) samples: u64,
    pub(crate) damaged: u64,
}

pub(crate) struct Methods {
    listener: Listener,
    heard: Vec<Heard>,
    intensity: Intensity,
    candidates: Candidates,
    envelope: Envelope,
}

impl Methods {
    pub(crate) fn new() -> Self {
        Self {
            listener: Listener::new(),
            heard: Vec::new(),
            intensity: Intensity::new(),
            candidates: Candidates::new(),
            envelope: Envelope::new(),
        }
    }

    pub(crate) fn push(&mut self, samples: &[f32]) {
        let Self {
            listener,
            heard,
            intensity,
            candidates,
            envelope,
        } = self;
        listener.push(samples, |activity, voice| {
            keep(heard, Heard::new(activity.level_db, voice));
        });
        intensity.push(samples);
        candidates.push(samples, |spectrum| envelope.push(spectrum));
    }

    /// What all that was kept takes, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.heard.capacity() * size_of::<Heard>()
            + self.intensity.bytes()
            + self.candidates.bytes()
            + self.envelope.bytes()
    }

    pub(crate) fn finish(
        mut self,
        length: &Length,
        loudness: LoudnessMeter,
        clipping: Clipping,
    ) -> TurnFigures {
        let heard = &mut self.heard;
        self.listener
            .finish(|activity, voice| keep(heard, Heard::new(activity.level_db, voice)));
        settle(heard);
        let duration_ms = length.duration_ms;
        let track = pitch::track(&self.candidates);
        // What the track was made from is the most of what is kept: it makes room for the rest.
        drop(self.candidates);
        let found = stretches(&self.heard, duration_ms);
        let refused = refused(length, &self.heard);
        let ratio = refused.map_or_else(|| ratio(&self.heard, &found), Figure::Missing);

        let speech = match (refused, ratio) {
            (Some(reason), _) => Figure::Missing(reason),
            (None, Figure::Known(decibels)) if decibels < NO_RATIO_DB => Figure::Missing(Reason::TooNoisy),
            _ => speech(found, duration_ms),
        };
        let noisy = matches!(ratio, Figure::Known(decibels) if decibels < LOWEST_RATIO_DB);
        let spoken = match &speech {
            Figure::Known(_) if noisy => Figure::Missing(Reason::TooNoisy),
            speech => speech.as_ref(),
        };
        let pauses = spoken.map(|speech| pauses(&speech.spans, &self.intensity, duration_ms));
        TurnFigures {
            method: METHOD,
            duration_ms,
            damaged_samples: length.damaged,
            signal_to_noise_db: ratio,
            syllables: match (spoken, &pauses) {
                (Figure::Known(speech), Figure::Known(pauses)) => {
                    syllables(speech, pauses, &nuclei(&self.envelope, &track))
                }
                (Figure::Missing(reason), _) => Figure::Missing(reason),
                (_, Figure::Missing(reason)) => Figure::Missing(*reason),
            },
            pauses,
            pitch: refused.map_or_else(|| voice(&track, &speech), Figure::Missing),
            loudness: match refused {
                Some(reason @ Reason::Damaged) => Figure::Missing(reason),
                _ => loudness.finish(duration_ms),
            },
            speech,
            clipping,
        }
    }
}

/// Why the recording carries no figure of speech at all, if so.
fn refused(length: &Length, heard: &[Heard]) -> Option<Reason> {
    let loudest = heard
        .iter()
        .map(Heard::level_db)
        .fold(f32::NEG_INFINITY, f32::max);
    if length.damaged * DAMAGED_ONE_IN > length.samples {
        Some(Reason::Damaged)
    } else if length.duration_ms < SHORTEST_MS {
        Some(Reason::TooShort)
    } else if loudest < SILENT_DB {
        Some(Reason::Silent)
    } else {
        None
    }
}

fn speech(spans: Vec<Span>, duration_ms: u32) -> Figure<Speech> {
    let Some(first) = spans.first() else {
        return Figure::Missing(Reason::NoSpeech);
    };
    let speaking_ms = spans.iter().map(|span| span.length_ms()).sum();
    Figure::Known(Speech {
        first_ms: first.start_ms,
        speaking_ms,
        share: speaking_ms as f32 / duration_ms.max(1) as f32,
        spans,
    })
}

/// How far speech stands out from its background: from what lies well away from it, because the soft sounds of words
/// are no background.
fn ratio(heard: &[Heard], spans: &[Span]) -> Figure<f32> {
    let away = |(index, _): &(u32, &Heard)| {
        let start_ms = index * FRAME_MS;
        !spans.iter().any(|span| {
            start_ms + AROUND_SPEECH_MS >= span.start_ms && start_ms < span.end_ms + AROUND_SPEECH_MS
        })
    };
    let spoken = median(
        heard
            .iter()
            .filter(|frame| frame.is_speech())
            .map(Heard::level_db),
    );
    let background: Vec<f32> = (0..)
        .zip(heard)
        .filter(away)
        .map(|(_, frame)| frame.level_db())
        .collect();
    let enough = background.len() as u32 * FRAME_MS >= SHORTEST_BACKGROUND_MS;
    match (spoken, median(background).filter(|_| enough)) {
        (Some(spoken), Some(background)) => Figure::Known(spoken - background),
        (None, _) => Figure::Missing(Reason::NoSpeech),
        (_, None) => Figure::Missing(Reason::TooShort),
    }
}

fn syllables(speech: &Speech, pauses: &Pauses, frames: &[usize]) -> Figure<Syllables> {
    let last_ms = speech.spans.last().map_or(speech.first_ms, |span| span.end_ms);
    let whole_ms = last_ms.saturating_sub(speech.first_ms);
    let articulated_ms = whole_ms.saturating_sub(pauses.total_ms);
    if articulated_ms < SHORTEST_FOR_RATE_MS {
        return Figure::Missing(Reason::TooShort);
    }
    let in_speech = |moment: &u32| {
        speech.spans.iter().any(|span| {
            *moment + AROUND_SPEECH_MS >= span.start_ms && *moment < span.end_ms + AROUND_SPEECH_MS
        })
    };
    let moments = frames.iter().map(|frame| *frame as u32 * pitch::FRAME_MS);
    let nuclei_ms: Vec<u32> = moments.filter(in_speech).collect();
    let per_second = |time_ms: u32| nuclei_ms.len() as f32 * 1000.0 / time_ms as f32;
    Figure::Known(Syllables {
        speech_rate: per_second(whole_ms),
        articulation_rate: per_second(articulated_ms),
        nuclei_ms,
    })
}

/// The pitch; in sound without speech only when it is that of a steady tone.
fn voice(track: &[Voicing], speech: &Figure<Speech>) -> Figure<Pitch> {
    let strengths = track
        .iter()
        .filter(|frame| frame.hertz() > 0.0)
        .map(|frame| frame.strength());
    let strength = median(strengths).unwrap_or_default();
    match speech {
        Figure::Missing(reason) if strength < STRENGTH_WITHOUT_SPEECH => Figure::Missing(*reason),
        _ => pitch::summary(track),
    }
}
