//! The order in which scenarios stand in the catalogue: those to begin with first, the heaviest last, and no two of one
//! area of life side by side. It is a judgement about all of them, so it stands in no record.

use rehearse_domain::Slug;

/// Families, in order.
const SHELF: [&str; 16] = [
    "ask-for-a-raise",
    "complain-in-a-shop",
    "refuse-a-favour",
    "negotiate-a-price",
    "disagree-with-the-boss",
    "ask-a-room-mate-to-move-out",
    "win-over-a-sceptical-customer",
    "talk-to-a-teenager",
    "job-interview-with-a-gap",
    "apologise-for-real",
    "hand-in-notice",
    "set-a-boundary-with-a-parent",
    "hard-feedback-to-a-report",
    "end-a-relationship",
    "tell-bad-news",
    "comfort-a-grieving-friend",
];

/// Where a family stands; one that has no place yet stands behind all others.
pub(crate) fn place(family: &Slug) -> usize {
    let known = SHELF.iter().position(|one| *one == family.as_str());
    known.unwrap_or(SHELF.len())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::SHELF;
    use crate::Library;

    #[test]
    fn every_family_has_one_place() -> Result<(), crate::ContentError> {
        let library = Library::built_in()?;
        let families: BTreeSet<_> = library
            .scenarios()
            .iter()
            .map(|one| one.family.as_str())
            .collect();
        assert_eq!(families, SHELF.into_iter().collect());
        assert_eq!(families.len(), SHELF.len(), "a family stands there twice");
        Ok(())
    }
}
