//! What is usual for one speaker: median and quartiles of earlier values. It knows no norm but theirs.

use serde::{Deserialize, Serialize};

use crate::quantile::quantile;

/// Median and quartiles of earlier values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Usual {
    /// Median of the earlier values.
    pub median: f32,
    /// A quarter of them lies below.
    pub low: f32,
    /// A quarter of them lies above.
    pub high: f32,
    /// How many there were.
    pub count: u32,
}

impl Usual {
    /// With fewer earlier values nothing is usual yet: the quartiles would be single values (a choice).
    pub const FEWEST: usize = 5;
}

/// What is usual, from the values of earlier sessions in any order; `None` with fewer than [`Usual::FEWEST`].
/// Values that are no numbers are passed over.
pub fn usual(earlier: &[f32]) -> Option<Usual> {
    let mut sorted: Vec<f32> = earlier
        .iter()
        .copied()
        .filter(|value| value.is_finite())
        .collect();
    if sorted.len() < Usual::FEWEST {
        return None;
    }
    sorted.sort_by(f32::total_cmp);
    Some(Usual {
        median: quantile(&sorted, 0.5)?,
        low: quantile(&sorted, 0.25)?,
        high: quantile(&sorted, 0.75)?,
        count: sorted.len() as u32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_earlier_values_make_nothing_usual() {
        assert_eq!(usual(&[1.0, f32::NAN, 2.0]), None);
        assert_eq!(usual(&[1.0, 2.0, f32::NAN, 3.0, 4.0]), None);
    }

    #[test]
    fn the_band_holds_the_middle_half() {
        let found = usual(&[5.0, 1.0, 4.0, 2.0, 3.0]).unwrap();
        assert_eq!(
            (found.low, found.median, found.high, found.count),
            (2.0, 3.0, 4.0, 5)
        );
        let found = usual(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
        assert_eq!((found.low, found.median, found.high), (2.25, 3.5, 4.75));
    }
}
