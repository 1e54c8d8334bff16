//! Levels far and near, majorities, and what checks say against them.

use super::*;

fn levels(levels: &[u8]) -> Vec<Rating> {
    levels.iter().map(|level| Rating::new(*level).unwrap()).collect()
}

#[test]
fn the_median_has_to_be_reached_and_the_outermost_of_five_are_left_out() {
    for (all, middle, low, high) in [
        (&[3][..], 3, 3, 3),
        (&[2, 3], 2, 2, 3),
        (&[2, 3, 4], 3, 2, 4),
        (&[1, 2, 4, 5], 2, 1, 5),
        (&[1, 3, 3, 3, 5], 3, 3, 3),
        (&[2, 2, 3, 4, 4], 3, 2, 4),
    ] {
        let all = levels(all);
        assert_eq!(median(&all).map(Rating::level), Some(middle), "{all:?}");
        let spread = spread(&all).map(|(low, high)| (low.level(), high.level()));
        assert_eq!(spread, Some((low, high)), "{all:?}");
    }
    assert_eq!((median(&[]), spread(&[])), (None, None));
}

#[test]
fn the_share_of_yes_is_a_level() {
    use CheckAnswer::{No, Unclear, Yes};
    for (checks, level) in [
        (&[][..], None),
        (&[Unclear, Unclear], None),
        (&[No, No, Unclear], Some(1)),
        (&[Yes, No, No, No], Some(2)),
        (&[Yes, No], Some(3)),
        (&[Yes, Yes, No, Unclear], Some(4)),
        (&[Yes, Unclear], Some(5)),
    ] {
        assert_eq!(by_checks(checks), level, "{checks:?}");
    }
}

#[test]
fn confidence_is_agreement_with_oneself_and_with_the_checks() {
    use CheckAnswer::{No, Yes};
    let rating = |level| Rating::new(level).unwrap();
    for (level, low, high, looks, checks, sure) in [
        (3, 3, 3, 3, &[Yes, No][..], Confidence::High),
        (3, 3, 3, 3, &[], Confidence::High),
        (3, 3, 3, 3, &[Yes], Confidence::Low),
        (4, 4, 4, 3, &[Yes], Confidence::High),
        (3, 3, 3, 2, &[], Confidence::Medium),
        (3, 3, 3, 1, &[], Confidence::Low),
        (3, 3, 4, 3, &[], Confidence::Medium),
        (3, 2, 4, 5, &[], Confidence::Low),
        (3, 3, 3, 5, &[], Confidence::Medium),
    ] {
        let found = confidence(rating(level), (rating(low), rating(high)), looks, checks);
        assert_eq!(
            found, sure,
            "{level} in {low} to {high} by {looks} looks, {checks:?}"
        );
    }
}
