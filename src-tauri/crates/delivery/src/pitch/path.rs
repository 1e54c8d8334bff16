//! The cheapest path through the candidates of all frames (Viterbi): few jumps, few changes of voicing.

use super::candidates::{Candidate, Candidates};
use super::{CEILING_HZ, OCTAVE_COST, OCTAVE_JUMP_COST, VOICING_CHANGE_COST, Voicing, strength_of_no_voice};

/// Place 0 is "no voice"; candidate n of the frame has place n + 1.
#[derive(Clone, Copy)]
struct Step {
    worth: f32,
    from: u8,
}

/// The track, one value for each frame.
pub(crate) fn track(candidates: &Candidates) -> Vec<Voicing> {
    let global_peak = candidates.global_peak();
    let mut steps: Vec<Step> = Vec::new();
    let mut ends: Vec<usize> = Vec::new();
    let mut before: &[Candidate] = &[];
    let mut first_before = 0;
    for (peak, own) in candidates.frames() {
        let first = steps.len();
        let no_voice = strength_of_no_voice(if global_peak > 0.0 {
            peak / global_peak
        } else {
            0.0
        });
        let places = std::iter::once(None).chain(own.iter().map(Some));
        for place in places {
            let earlier = steps.get(first_before..first).unwrap_or_default();
            let mut step = best(earlier, before, place);
            step.worth += place.map_or(no_voice, |own| {
                own.strength - OCTAVE_COST * (CEILING_HZ.log2() - own.octaves)
            });
            steps.push(step);
        }
        ends.push(steps.len());
        (before, first_before) = (own, first);
    }
    backwards(candidates, &steps, &ends)
}

/// The best way to a place from those of the frame before.
fn best(earlier: &[Step], before: &[Candidate], to: Option<&Candidate>) -> Step {
    let mut found = Step {
        worth: f32::NEG_INFINITY,
        from: 0,
    };
    let places = std::iter::once(None).chain(before.iter().map(Some));
    for ((step, from), index) in earlier.iter().zip(places).zip(0..) {
        let cost = match (from, to) {
            (None, None) => 0.0,
            (Some(from), Some(to)) => OCTAVE_JUMP_COST * (from.octaves - to.octaves).abs(),
            _ => VOICING_CHANGE_COST,
        };
        if step.worth - cost > found.worth {
            found = Step {
                worth: step.worth - cost,
                from: index,
            };
        }
    }
    if earlier.is_empty() {
        found.worth = 0.0;
    }
    found
}

fn backwards(candidates: &Candidates, steps: &[Step], ends: &[usize]) -> Vec<Voicing> {
    let last = ends.len().checked_sub(2).and_then(|index| ends.get(index));
    let last = steps.get(last.copied().unwrap_or_default()..).unwrap_or_default();
    let mut place = (0..)
        .zip(last)
        .max_by(|(_, a), (_, b)| a.worth.total_cmp(&b.worth))
        .map_or(0_u8, |(index, _)| index);
    let mut places = vec![0_u8; ends.len()];
    for (index, slot) in places.iter_mut().enumerate().rev() {
        *slot = place;
        let first = index.checked_sub(1).and_then(|before| ends.get(before));
        let step = steps.get(first.copied().unwrap_or_default() + usize::from(place));
        place = step.map_or(0, |step| step.from);
    }
    let voicing = |((_, own), place): ((f32, &[Candidate]), u8)| {
        let chosen = usize::from(place).checked_sub(1).and_then(|index| own.get(index));
        chosen.map_or_else(Voicing::default, |candidate| Voicing {
            hertz: candidate.octaves.exp2(),
            strength: candidate.strength,
        })
    };
    candidates.frames().zip(places).map(voicing).collect()
}
