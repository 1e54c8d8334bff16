//! The figures of one clip, computed from its file.

use std::path::Path;

use rehearse_audio::SAMPLE_RATE;
use rehearse_audio::clip::{self, ClipError};
use rehearse_audio::mp3::{self, Mp3Error};
use rehearse_delivery::{Clipping, Meter, TurnFigures};
use rehearse_domain::Clip;

/// Why a clip has no figures.
pub(super) enum Unmeasured {
    /// Its file is missing, was changed, or does not decode.
    Unreadable,
    /// The system refused to read it, which may pass.
    NotNow,
}

/// The figures of a clip that is as it was recorded. Figures of damaged sound would describe the damage.
pub(super) fn measure(path: &Path, clip: &Clip) -> Result<TurnFigures, Unmeasured> {
    let sha256 = clip::sha256(path).map_err(|error| {
        let passing = matches!(error, ClipError::Disk(_) | ClipError::NotWritable);
        unmeasured_because(clip, &error, passing)
    })?;
    if sha256 != clip.sha256 {
        tracing::warn!(clip = %clip.id, "a clip is not what was recorded");
        return Err(Unmeasured::Unreadable);
    }
    let mut meter = Meter::new(SAMPLE_RATE).map_err(|error| unmeasured_because(clip, &error, true))?;
    let mut samples = 0;
    // As loud as it came from the microphone, or the same take would be measured in two ways.
    mp3::decode_as_recorded(path, |block| {
        samples += block.len() as u64;
        meter.push(block);
    })
    .map_err(|error| unmeasured_because(clip, &error, matches!(error, Mp3Error::Read(_))))?;
    let mut figures = meter.finish();
    figures.clipping = Clipping::of_share(clipped(path, clip)?, samples);
    Ok(figures)
}

/// The share of the sound at full scale. It was counted while it was recorded; the MP3 does not tell it as well, but of a
/// clip from elsewhere it is all there is.
fn clipped(path: &Path, clip: &Clip) -> Result<f32, Unmeasured> {
    let was_measured = !clip.peaks.is_empty();
    if was_measured {
        return Ok(clip.loudness.clipped);
    }
    let sound = clip::inspect(path).map_err(|error| unmeasured_because(clip, &error, true))?;
    Ok(sound.loudness.clipped)
}

fn unmeasured_because(clip: &Clip, error: &dyn std::error::Error, passing: bool) -> Unmeasured {
    tracing::warn!(%error, clip = %clip.id, passing, "a clip cannot be measured");
    if passing {
        Unmeasured::NotNow
    } else {
        Unmeasured::Unreadable
    }
}

#[cfg(test)]
mod tests {
    use rehearse_audio::clip::ClipWriter;
    use rehearse_domain::ClipId;

    use super::*;
    use crate::system::SystemIds;

    /// What a clip of this sound says about clipping, and what its take said.
    fn clipping(sound: &[f32]) -> (Clipping, Clipping) {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = ClipWriter::create(&folder.path().join("take.mp3")).unwrap();
        writer.write(sound).unwrap();
        let finished = writer.finish().unwrap();
        let clip = Clip {
            id: ClipId::new(&SystemIds),
            file: "take.mp3".to_owned(),
            sha256: finished.sha256,
            bytes: finished.bytes,
            duration: finished.duration,
            loudness: finished.loudness,
            peaks: finished.peaks,
        };
        let Ok(figures) = measure(&finished.path, &clip) else {
            panic!("the clip was not measured");
        };
        let live = rehearse_delivery::measure(SAMPLE_RATE, sound).unwrap();
        (figures.clipping, live.clipping)
    }

    #[test]
    fn a_clip_is_overdriven_where_its_take_was_and_not_where_the_encoding_rings() {
        // A buzz, whose edges ring.
        let sound = |loudest: f32| -> Vec<f32> {
            let sample = |n: u32| 2.0 * (n % 160) as f32 / 160.0 - 1.0;
            let clip = |n| (loudest * sample(n)).clamp(-1.0, 1.0);
            (0..3 * SAMPLE_RATE).map(clip).collect()
        };
        assert_eq!(clipping(&sound(0.97)), (Clipping::default(), Clipping::default()));
        let (again, live) = clipping(&sound(1.5));
        assert!(live.samples > 1000, "{live:?}");
        assert_eq!((again.samples, again.places.len()), (live.samples, 0));
    }
}
