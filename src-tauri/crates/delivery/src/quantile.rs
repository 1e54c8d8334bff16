//! Quantiles of sorted values.

/// The value below which a part (0 to 1) of the sorted values lies, between neighbours in proportion; `None` of
/// nothing.
pub(crate) fn quantile(sorted: &[f32], part: f64) -> Option<f32> {
    let place = part.clamp(0.0, 1.0) * sorted.len().checked_sub(1)? as f64;
    let low = *sorted.get(place.floor() as usize)?;
    let high = *sorted.get(place.ceil() as usize)?;
    Some(low + (high - low) * place.fract() as f32)
}

/// The median of values in any order; values that are no numbers are passed over.
pub(crate) fn median(values: impl IntoIterator<Item = f32>) -> Option<f32> {
    let mut sorted: Vec<f32> = values.into_iter().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f32::total_cmp);
    quantile(&sorted, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_lies_between_its_neighbours() {
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.25), Some(1.5));
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 1.0), Some(4.0));
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(median([4.0, f32::NAN, 1.0, 2.0, 3.0]), Some(2.5));
    }
}
