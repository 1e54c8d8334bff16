//! Who was the near one, with hindsight: where voices in the background never stop, the whole turn tells better what is
//! background than the seconds before a frame did. It changes nothing where there are no such voices.
//!
//! The numbers were set on the tuning part of the accuracy run.

use crate::detector::{Heard, KNOWN_AFTER, STRETCH, STRETCHES, Voice};
use crate::quantile::quantile;

/// The background is one of voices when the gate thought so in this part of the speech. Over no other noise of the
/// accuracy run it is more than 0.1, over babble at 10 dB never less than 0.45.
const SHARE_OVER_VOICES: f32 = 0.3;
/// Of fewer frames with a voice, about a second, the share says nothing: what the gate knows of a turn that is hardly
/// longer than two seconds is a syllable or two, and a soft one looks like somebody further away (a choice).
const FEWEST_SPOKEN: usize = STRETCH;
/// The level of the background is this quantile of the levels around.
const BACKGROUND: f64 = 0.05;
/// The near one stands so far above it: people who talk at once swell by less. From 4 to 6 dB the F1
/// changes by less than 0.01.
const ABOVE_DB: f32 = 5.0;
/// Frames on each side over which the level is smoothed: 112 ms in all, half a syllable.
const AROUND: usize = 3;

/// Decides again which frames hold the near one's voice.
pub(crate) fn settle(heard: &mut [Heard]) {
    if !is_over_voices(heard) {
        return;
    }
    let levels = smoothed(heard);
    for stretch in 0..levels.len().div_ceil(STRETCH) {
        let first = stretch.saturating_sub(STRETCHES) * STRETCH;
        let last = ((stretch + STRETCHES + 1) * STRETCH).min(levels.len());
        let mut around = levels.get(first..last).unwrap_or_default().to_vec();
        around.sort_by(f32::total_cmp);
        let Some(background_db) = quantile(&around, BACKGROUND) else {
            return;
        };
        let own = heard
            .iter_mut()
            .zip(&levels)
            .skip(stretch * STRETCH)
            .take(STRETCH);
        for (frame, level_db) in own.filter(|(frame, _)| frame.voice != Voice::None) {
            frame.voice = if *level_db > background_db + ABOVE_DB {
                Voice::Near
            } else {
                Voice::Far
            };
        }
    }
}

fn is_over_voices(heard: &[Heard]) -> bool {
    let known = heard.iter().skip(KNOWN_AFTER as usize);
    let spoken = known.filter(|frame| frame.voice != Voice::None);
    let (all, over) = spoken.fold((0_usize, 0_usize), |(all, over), frame| {
        (all + 1, over + usize::from(frame.voice != Voice::Alone))
    });
    all >= FEWEST_SPOKEN && over as f32 >= SHARE_OVER_VOICES * all as f32
}

/// The level of the mean power around each frame; at the ends, of what is there.
fn smoothed(heard: &[Heard]) -> Vec<f32> {
    let powers: Vec<f32> = heard
        .iter()
        .map(|frame| 10.0_f32.powf(frame.level_db() / 10.0))
        .collect();
    (0..powers.len())
        .map(|frame| {
            let end = (frame + AROUND + 1).min(powers.len());
            let around = powers.get(frame.saturating_sub(AROUND)..end).unwrap_or_default();
            let mean = around.iter().sum::<f32>() / around.len().max(1) as f32;
            10.0 * mean.max(f32::MIN_POSITIVE).log10()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half a second near at -26 dB and half a second of others at -36, again and again.
    fn turn(seconds: usize, voice: Voice) -> Vec<Heard> {
        let frame = |index: usize| {
            let near = index % 64 < 32;
            let level_db = if near { -26.0 } else { -36.0 - (index % 3) as f32 };
            Heard::new(level_db, voice)
        };
        (0..64 * seconds).map(frame).collect()
    }

    #[test]
    fn over_voices_the_near_one_is_known_from_the_first_second_on() {
        let mut heard = turn(10, Voice::Near);
        settle(&mut heard);
        for (index, frame) in heard.iter().enumerate() {
            let (place, near) = (index % 32, index % 64 < 32);
            let edge = place < AROUND || place + AROUND >= 32;
            assert!(edge || frame.is_speech() == near, "frame {index}");
        }
    }

    #[test]
    fn a_voice_alone_is_left_as_it_was_heard() {
        let mut heard = turn(10, Voice::Alone);
        heard[300].voice = Voice::Far;
        settle(&mut heard);
        assert_eq!(heard.iter().filter(|frame| !frame.is_speech()).count(), 1);
    }

    #[test]
    fn the_last_frames_of_a_short_turn_do_not_make_the_soft_ones_before_them_somebody_elses() {
        // 2.2 s, of which 17 frames are known, and then as long as a second of them.
        for (frames, near) in [(137, 17), (KNOWN_AFTER as usize + FEWEST_SPOKEN - 1, 30)] {
            let mut heard = turn(4, Voice::Alone);
            heard.truncate(frames);
            heard
                .iter_mut()
                .rev()
                .take(near)
                .for_each(|frame| frame.voice = Voice::Near);
            settle(&mut heard);
            assert!(heard.iter().all(Heard::is_speech), "{frames} frames");
        }
    }

    #[test]
    fn a_second_of_what_is_known_is_enough() {
        let mut heard = turn(4, Voice::Near);
        heard.truncate(KNOWN_AFTER as usize + FEWEST_SPOKEN);
        settle(&mut heard);
        assert!(heard.iter().any(|frame| frame.voice == Voice::Far));
    }

    #[test]
    fn what_was_no_voice_becomes_none() {
        let mut heard = turn(10, Voice::Far);
        for frame in heard.iter_mut().step_by(2) {
            frame.voice = Voice::None;
        }
        settle(&mut heard);
        assert!(heard.iter().step_by(2).all(|frame| frame.voice == Voice::None));
        assert!(heard.iter().any(Heard::is_speech));
    }
}
