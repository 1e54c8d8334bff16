//! The cheapest path through the candidates of all frames (Viterbi): few jumps, few changes of voicing.

use super::candidates::{Candidate, Candidates, Packed};
use super::{CEILING_HZ, OCTAVE_COST, OCTAVE_JUMP_COST, VOICING_CHANGE_COST, Voicing, strength_of_no_voice};

/// A place of one frame, with what the best way to it is worth: no voice first, then its candidates.
struct Place {
    candidate: Option<Candidate>,
    worth: f32,
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
            let worth = worth + own;
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
fn best(before: &[Place], to: Option<&Candidate>) -> (f32, u8) {
    let ways = (0..).zip(before).map(|(index, place)| {
        let cost = match (&place.candidate, to) {
            (None, None) => 0.0,
            (Some(from), Some(to)) => OCTAVE_JUMP_COST * (from.octaves - to.octaves).abs(),
            _ => VOICING_CHANGE_COST,
        };
        (place.worth - cost, index)
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
        if let Some(candidate) = chosen.map(|packed| packed.candidate()) {
            *slot = Voicing {
                hertz: candidate.octaves.exp2(),
                strength: candidate.strength,
            };
        }
        end -= own.len() + 1;
        place = ways.get(end + usize::from(place)).copied().unwrap_or_default();
    }
    track
}
