//! Loudness after EBU R 128 with the `ebur128` crate, and a coarse contour of the level for a picture.

use ebur128::{Channel, EbuR128, Mode};

use crate::figures::{Figure, Loudness, Reason};
use crate::stream::{Frames, dot};

/// Under this many milliseconds the loudness range means nothing: its blocks alone are 3 s long.
const SHORTEST_FOR_RANGE_MS: u32 = 10_000;
/// One block of the integrated loudness.
const SHORTEST_MS: u32 = 400;

pub(crate) struct LoudnessMeter {
    engine: Option<EbuR128>,
    tenths: Frames,
    contour: Vec<i8>,
}

impl LoudnessMeter {
    pub(crate) fn new(rate: u32) -> Self {
        let engine = EbuR128::new(1, rate, Mode::I | Mode::LRA).and_then(|mut engine| {
            // One voice comes from both loudspeakers; taken as one channel it would read 3 LU low.
            engine.set_channel(0, Channel::DualMono)?;
            Ok(engine)
        });
        let tenth = ((rate as usize) * Loudness::HOP_MS as usize / 1000).max(1);
        Self {
            engine: engine.ok(),
            tenths: Frames::new(tenth, tenth, 0),
            contour: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, samples: &[f32]) {
        let Self {
            engine,
            tenths,
            contour,
        } = self;
        // Handed over in tenths of a second, whatever the blocks are: the filter treats the smallest numbers by block.
        tenths.push(samples, |tenth| {
            if engine
                .as_mut()
                .is_some_and(|engine| engine.add_frames_f32(tenth).is_err())
            {
                *engine = None;
            }
            let power = dot(tenth, tenth) / tenth.len() as f32;
            contour.push((10.0 * power.max(1e-10).log10()).round() as i8);
        });
    }

    /// The engine keeps one number a block of 100 ms as well.
    pub(crate) fn bytes(&self) -> usize {
        self.contour.capacity() * (1 + size_of::<f64>())
    }

    pub(crate) fn finish(self, duration_ms: u32) -> Figure<Loudness> {
        if duration_ms < SHORTEST_MS {
            return Figure::Missing(Reason::TooShort);
        }
        let Some(integrated) = self
            .engine
            .as_ref()
            .and_then(|engine| engine.loudness_global().ok())
        else {
            return Figure::Missing(Reason::Damaged);
        };
        // Nothing came over the absolute gate of -70 LUFS.
        if !integrated.is_finite() {
            return Figure::Missing(Reason::Silent);
        }
        let range = self
            .engine
            .as_ref()
            .and_then(|engine| engine.loudness_range().ok());
        let range_lu = match range {
            Some(range) if duration_ms >= SHORTEST_FOR_RANGE_MS => Figure::Known(range as f32),
            _ => Figure::Missing(Reason::TooShort),
        };
        Figure::Known(Loudness {
            integrated_lufs: integrated as f32,
            range_lu,
            contour_db: self.contour,
        })
    }
}
