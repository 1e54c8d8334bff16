//! The cheapest path through the candidates of all frames (Viterbi): few jumps, few changes of voicing.

use super::candidates::{Candidate, Candidates, Packed};
use super::{CEILING_HZ, OCTAVE_COST, OCTAVE_JUMP_COST, VOICING_CHANGE_COST, Voicing, strength_of_no_voice};

/// A place of one frame, with what the best way to it is worth: no voice first, then its candidates.
struct Place {
    candidate: Option<Candidate>,
    /// A sum over all frames so far: in single precision what two ways differ by would be rounded away after minutes.
    worth: f64,
}

/// The track, one value for each frame.
pub(crate) fn track(candidates: &Candidates) -> Vec<Voicing> {
    let global_peak = candidates.global_peak();
    // Of each place of each frame only where its best way comes from is kept.
    let mut ways: Vec<u8> = Vec::new();
    let (mut before, mut here): (Vec<Place>, Vec<Place>) = (Vec::new(), Vec::new());
    for (peak, own) in candidates.frames() {
        let no_voice = strength_of_no_voice(if global_peak > 0.0 {
            peak / global_peak
        } else {
            0.0
        });
        here.clear();
        for candidate in places(own) {
            let (worth, from) = best(&before, candidate.as_ref());
            let own = candidate.map_or(no_voice, |own| {
                own.strength - OCTAVE_COST * (CEILING_HZ.log2() - own.octaves)
            });
            let worth = worth + f64::from(own);
            here.push(Place { candidate, worth });
            ways.push(from);
        }
        std::mem::swap(&mut before, &mut here);
    }
    let last = (0..).zip(&before);
    let end = last.max_by(|(_, a), (_, b)| a.worth.total_cmp(&b.worth));
    backwards(candidates, &ways, end.map_or(0, |(index, _)| index))
}

fn places(own: &[Packed]) -> impl Iterator<Item = Option<Candidate>> {
    std::iter::once(None).chain(own.iter().map(|packed| Some(packed.candidate())))
}

/// The best way to a place from those of the frame before: its worth, and which it comes from.
fn best(before: &[Place], to: Option<&Candidate>) -> (f64, u8) {
    let ways = (0..).zip(before).map(|(index, place)| {
        let cost = match (&place.candidate, to) {
            (None, None) => 0.0,
            (Some(from), Some(to)) => OCTAVE_JUMP_COST * (from.octaves - to.octaves).abs(),
            _ => VOICING_CHANGE_COST,
        };
        (place.worth - f64::from(cost), index)
    });
    ways.reduce(|best, way| if way.0 > best.0 { way } else { best })
        .unwrap_or_default()
}

fn backwards(candidates: &Candidates, ways: &[u8], mut place: u8) -> Vec<Voicing> {
    let mut track = vec![Voicing::default(); candidates.len()];
    let mut end = ways.len();
    for (index, slot) in track.iter_mut().enumerate().rev() {
        let own = candidates.of_frame(index);
        let chosen = usize::from(place).checked_sub(1).and_then(|index| own.get(index));
        *slot = chosen.copied().map(Voicing).unwrap_or_default();
        end -= own.len() + 1;
        place = ways.get(end + usize::from(place)).copied().unwrap_or_default();
    }
    track
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resample::RATE;

    /// A voice whose every other period is softer, so that both octaves are near each other in worth.
    fn creaking(seconds: usize) -> Vec<f32> {
        let period = RATE as usize / 160;
        let sample = |index: usize| {
            let (which, along) = (index / period, (index % period) as f32 / period as f32);
            let height = if which.is_multiple_of(2) {
                0.5
            } else {
                0.36 + 0.1 * (which as f32 * 0.05).sin()
            };
            height * (std::f32::consts::TAU * along).sin() * (1.0 - along)
        };
        (0..seconds * RATE as usize).map(sample).collect()
    }

    fn track_after(silence_seconds: usize, sound: &[f32]) -> Vec<Voicing> {
        let mut candidates = Candidates::new();
        let second = vec![0.0; RATE as usize];
        for _ in 0..silence_seconds {
            candidates.push(&second, |_| ());
        }
        candidates.push(sound, |_| ());
        let track = track(&candidates);
        track.into_iter().skip(100 * silence_seconds).collect()
    }

    #[test]
    fn an_hour_before_a_voice_changes_nothing_in_its_track() {
        let sound = creaking(3);
        let soon = track_after(1, &sound);
        assert!(soon.iter().filter(|frame| frame.hertz() > 0.0).count() > 250);
        assert_eq!(track_after(3_600, &sound), soon);
    }
}
