//! How somebody sounded, for Review: the figures of a session beside what is usual for this speaker. They describe;
//! nothing here knows what would be good.

mod arrived;
mod catching_up;
mod clip_figures;
mod comparing;
mod figures;
mod keeping;
#[cfg(test)]
pub(crate) mod made;
mod measurer;
mod progress;
mod readings;
mod record;
mod runs;
mod sound_file;
mod unchecked;
mod warming;

use std::sync::Arc;

use rehearse_delivery::{Figure, Loudness, METHOD, Pitch, Span, TurnFigures};
use rehearse_domain::SessionId;

use crate::error::{ErrorView, of_store};
use crate::house::{Core, blocking};
use crate::view::{DeliveryView, LoudnessView, PitchView, SpanView, TurnDelivery};
use comparing::Usuals;
use readings::{Reading, Readings};

pub(crate) use keeping::keep;
pub(crate) use measurer::Measurer;
pub(crate) use record::Record;
pub use sound_file::{SoundFile, measure_file};
pub use unchecked::unchecked;

/// Earlier sessions that make what is usual.
const EARLIER: u32 = 20;

impl Core {
    /// The delivery of a session. Figures that are not there yet, or were made by an older method, are computed from
    /// the clips.
    pub async fn delivery(&self, session: SessionId) -> Result<DeliveryView, ErrorView> {
        let store = self.0.store()?;
        let now = self.0.now();
        let measured = self.0.measurer.measured_session(&store, session, now).await?;
        let measurer = Arc::clone(&self.0.measurer);
        blocking(move || {
            let language = measured.session.language;
            let earlier = measurer.runs.earlier(&store, language, EARLIER, Some(session));
            let usual = Usuals::of(&earlier.map_err(|error| of_store(&error))?);
            let readings = Readings::new(&measured.turns, &measured.records, language);
            let readings = readings.without(&measured.elsewhere);
            Ok(DeliveryView {
                figures: usual.beside_session(readings.session_figures()),
                turns: readings.turns.into_iter().map(|one| turn(one, &usual)).collect(),
                method: METHOD,
            })
        })
        .await
    }
}

fn turn(reading: Reading<'_>, usual: &Usuals) -> TurnDelivery {
    let sound = reading.measured.map(Drawn::of);
    let unavailable = sound.as_ref().err().copied();
    let sound = sound.unwrap_or_default();
    TurnDelivery {
        turn: reading.turn.id,
        sequence: reading.turn.sequence,
        duration_ms: sound.duration_ms,
        speech: sound.speech,
        pauses: sound.pauses,
        pitch: sound.pitch,
        loudness: sound.loudness,
        syllables_ms: sound.syllables_ms,
        figures: usual.beside_turn(reading.figures),
        unavailable,
    }
}

/// What is drawn of a sound.
#[derive(Default)]
struct Drawn {
    duration_ms: u32,
    speech: Vec<SpanView>,
    pauses: Vec<SpanView>,
    pitch: Option<PitchView>,
    loudness: Option<LoudnessView>,
    syllables_ms: Vec<u32>,
}

impl Drawn {
    fn of(figures: &TurnFigures) -> Self {
        let pitch = figures.pitch.as_ref().value();
        let loudness = figures.loudness.as_ref().value();
        let syllables = figures.syllables.as_ref().value();
        Self {
            duration_ms: figures.duration_ms,
            speech: spans(figures.speech.as_ref().map(|speech| &speech.spans)),
            pauses: spans(figures.pauses.as_ref().map(|pauses| &pauses.spans)),
            pitch: pitch.map(|pitch| PitchView {
                hop_ms: Pitch::HOP_MS,
                hertz: pitch.points().map(|(_, hertz)| hertz).collect(),
            }),
            loudness: loudness.map(|loudness| LoudnessView {
                hop_ms: Loudness::HOP_MS,
                decibels: loudness.contour_db.clone(),
            }),
            syllables_ms: syllables.map_or_else(Vec::new, |one| one.nuclei_ms.clone()),
        }
    }
}

fn spans(spans: Figure<&Vec<Span>>) -> Vec<SpanView> {
    let spans = spans.value().into_iter().flatten();
    let view = |span: &Span| SpanView {
        start_ms: span.start_ms,
        end_ms: span.end_ms,
    };
    spans.map(view).collect()
}
