//! Times as the API writes them: UTC, ISO 8601, exactly milliseconds.

use jiff::Timestamp;

/// Milliseconds since the epoch as `2026-01-02T03:04:05.678Z`.
pub(super) fn iso(millis: i64) -> String {
    Timestamp::from_millisecond(millis)
        .map(|moment| format!("{moment:.3}"))
        .unwrap_or_default()
}

/// The same moment as the header `Date` has it.
pub(super) fn http_date(millis: i64) -> String {
    Timestamp::from_millisecond(millis)
        .map(|moment| moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
        .unwrap_or_default()
}

/// Milliseconds since the epoch of any ISO 8601 moment.
pub(super) fn millis(iso: &str) -> Option<i64> {
    iso.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_exactly_milliseconds() {
        assert_eq!(iso(1_772_438_400_000), "2026-03-02T08:00:00.000Z");
        assert_eq!(
            millis("2026-03-02T08:00:00.1234Z").map(iso).as_deref(),
            Some("2026-03-02T08:00:00.123Z")
        );
        assert_eq!(http_date(1_772_438_400_000), "Mon, 02 Mar 2026 08:00:00 GMT");
    }
}
