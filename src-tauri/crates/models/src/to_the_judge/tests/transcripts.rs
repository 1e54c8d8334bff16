//! What people say in the transcripts of the calibration set in which nobody speaks to the judge.

use rehearse_content::{CalibrationKind, calibration_cases};

/// Turn by turn, of both speakers; the set is whole, which its own tests see to.
pub(super) fn texts() -> Vec<String> {
    let cases = calibration_cases().unwrap_or_default().into_iter();
    cases
        .filter(|case| case.kind != CalibrationKind::Injection)
        .flat_map(|case| case.turns)
        .filter_map(|(_, text)| text)
        .collect()
}
