//! The floors of the house. A wall that only hurts is moved here and in the table of `README.md`, in one commit.

/// Where a crate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// On a floor, 0 at the bottom; arrows go to lower floors only.
    Floor(u8),
    /// Beside the house: sees everything, and no floor sees it outside its tests.
    Side,
}

/// Each crate with its place and the crates below it that it must not see all the same.
const HOUSE: [(&str, Place, &[&str]); 19] = [
    (
        "rehearse",
        Place::Floor(5),
        &[
            "rehearse-store",
            "rehearse-devices",
            "rehearse-leancloud",
            "rehearse-net",
        ],
    ),
    ("rehearse-cli", Place::Floor(5), &[]),
    ("rehearse-core", Place::Floor(4), &[]),
    // It runs where there is no sound system, nor anybody at a screen.
    (
        "rehearse-headless",
        Place::Floor(4),
        &[
            "rehearse-devices",
            "rehearse-dialog",
            "rehearse-audio",
            "rehearse-delivery",
        ],
    ),
    ("rehearse-sync", Place::Floor(3), &["rehearse-devices"]),
    (
        "rehearse-dialog",
        Place::Floor(2),
        &["rehearse-audio", "rehearse-net", "rehearse-content"],
    ),
    ("rehearse-store", Place::Floor(2), &["rehearse-net"]),
    ("rehearse-devices", Place::Floor(2), &["rehearse-net"]),
    ("rehearse-leancloud", Place::Floor(2), &["rehearse-domain"]),
    ("rehearse-models", Place::Floor(2), &[]),
    ("rehearse-audio", Place::Floor(1), &[]),
    ("rehearse-delivery", Place::Floor(1), &["rehearse-domain"]),
    ("rehearse-net", Place::Floor(1), &["rehearse-domain"]),
    ("rehearse-content", Place::Floor(1), &[]),
    ("rehearse-domain", Place::Floor(0), &[]),
    ("rehearse-testkit", Place::Side, &[]),
    ("rehearse-fakes", Place::Side, &[]),
    ("rehearse-xtask", Place::Side, &[]),
    ("rehearse-tests", Place::Side, &[]),
];

/// Whether a package of this name belongs to the house, in the table or not.
pub(super) fn is_ours(name: &str) -> bool {
    name == "rehearse" || name.starts_with("rehearse-")
}

/// Where a crate stands; `None` when the table does not know it.
pub(super) fn place(name: &str) -> Option<Place> {
    HOUSE
        .iter()
        .find(|(crate_name, ..)| *crate_name == name)
        .map(|(_, place, _)| *place)
}

/// Whether there is a wall between a crate and one below it.
pub(super) fn walled_off(from: &str, to: &str) -> bool {
    HOUSE
        .iter()
        .any(|(name, _, walls)| *name == from && walls.contains(&to))
}
