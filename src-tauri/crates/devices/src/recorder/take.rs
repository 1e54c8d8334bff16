//! A take that is being recorded: where in the stream it begins and ends, and the clip it goes into.

use std::path::Path;
use std::time::{Duration, Instant};

use rehearse_audio::SAMPLE_RATE;
use rehearse_audio::clip::{ClipError, ClipWriter, FinishedClip};

use super::{CaptureEvent, TakeId};

/// How long beyond the tail a stopped take waits for samples that do not come.
const PATIENCE: Duration = Duration::from_millis(500);

pub(super) struct Take {
    id: TakeId,
    writer: ClipWriter,
    pressed: Instant,
    press: u64,
    preroll: Duration,
    /// The first sample came after the press.
    late: bool,
    announced: bool,
    end: Option<End>,
    left: u64,
    dropped_before: u64,
    dropped: u64,
}

struct End {
    position: u64,
    deadline: Instant,
}

/// What a take begins with.
pub(super) struct Opening<'a> {
    pub(super) path: &'a Path,
    pub(super) pressed: Instant,
    /// Position of the press in the stream, and how much sound from before it there is.
    pub(super) press: u64,
    pub(super) preroll: u64,
    /// The stream had delivered nothing at the press.
    pub(super) late: bool,
    pub(super) max: Duration,
    /// Samples that the stream had lost before this take.
    pub(super) dropped_before: u64,
}

impl Take {
    pub(super) fn begin(id: TakeId, opening: &Opening<'_>) -> Result<Self, ClipError> {
        Ok(Self {
            id,
            writer: ClipWriter::create(opening.path)?,
            pressed: opening.pressed,
            press: opening.press,
            preroll: length(opening.preroll),
            late: opening.late,
            announced: false,
            end: None,
            left: samples(opening.max).saturating_add(opening.preroll),
            dropped_before: opening.dropped_before,
            dropped: 0,
        })
    }

    pub(super) const fn id(&self) -> TakeId {
        self.id
    }

    /// Takes a block that ends at `position` of the stream; beyond the end mark or the limit it is cut. Returns what
    /// went into the clip.
    pub(super) fn write<'a>(&mut self, block: &'a [f32], position: u64) -> Result<&'a [f32], ClipError> {
        let start = position.saturating_sub(block.len() as u64);
        let wanted = self
            .end
            .as_ref()
            .map_or(u64::MAX, |end| end.position.saturating_sub(start))
            .min(self.left);
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX).min(block.len());
        self.left -= wanted as u64;
        let part = block.get(..wanted).unwrap_or_default();
        self.writer.write(part)?;
        Ok(part)
    }

    /// Once, when samples from after the press are there.
    pub(super) fn newly_started(&mut self, position: u64) -> Option<CaptureEvent> {
        if self.announced || position <= self.press {
            return None;
        }
        self.announced = true;
        let latency = self.pressed.elapsed();
        Some(CaptureEvent::Started {
            take: self.id,
            preroll: self.preroll,
            latency,
            age: if self.late {
                length(position)
            } else {
                self.preroll + latency
            },
        })
    }

    /// The take is to end at `position`.
    pub(super) fn end_at(&mut self, position: u64, tail: Duration) {
        if self.end.is_none() {
            let deadline = Instant::now() + tail + PATIENCE;
            self.end = Some(End {
                position: position + samples(tail),
                deadline,
            });
        }
    }

    pub(super) const fn is_ending(&self) -> bool {
        self.end.is_some()
    }

    /// Whether all that was asked for is written, or will not come any more.
    pub(super) fn has_ended(&self, position: u64) -> bool {
        self.end
            .as_ref()
            .is_some_and(|end| position >= end.position || Instant::now() >= end.deadline)
    }

    pub(super) const fn has_reached_limit(&self) -> bool {
        self.left == 0
    }

    /// The stream is another one now and counts from zero; `dropped` is what the old one had lost in all.
    pub(super) fn change_stream(&mut self, dropped: u64) {
        self.dropped += dropped.saturating_sub(self.dropped_before);
        self.dropped_before = 0;
        self.press = 0;
        // With sound from before the press the clip begins where that does, whatever stream goes on.
        self.late = self.writer.written().is_zero();
    }

    /// Samples lost during the take, when the stream has lost `dropped` in all.
    pub(super) const fn dropped(&self, dropped: u64) -> u64 {
        self.dropped + dropped.saturating_sub(self.dropped_before)
    }

    /// The whole clip.
    pub(super) fn finish(self) -> Result<FinishedClip, ClipError> {
        self.writer.finish()
    }

    /// What there is, after something failed; `None` when nothing was said or the disk refuses.
    pub(super) fn keep(self) -> Option<FinishedClip> {
        if self.writer.written().is_zero() {
            self.abandon();
            return None;
        }
        self.writer
            .finish()
            .inspect_err(|error| tracing::warn!(%error, "the take is left as a part"))
            .ok()
    }

    pub(super) fn abandon(self) {
        if let Err(error) = self.writer.abandon() {
            tracing::warn!(%error, "an abandoned take could not be removed");
        }
    }
}

/// A duration as samples at the house rate.
pub(super) fn samples(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros() * u128::from(SAMPLE_RATE) / 1_000_000).unwrap_or(u64::MAX)
}

/// Samples at the house rate as a duration.
fn length(samples: u64) -> Duration {
    Duration::from_micros(samples * 1_000_000 / u64::from(SAMPLE_RATE))
}
