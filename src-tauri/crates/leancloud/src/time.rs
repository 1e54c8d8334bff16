//! Moments as the servers write them: UTC, ISO 8601, exactly three digits of milliseconds.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::Invalid;

/// A moment: milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// What the clock of this computer says.
    pub fn of_this_computer() -> Self {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Self(since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX)))
    }

    /// This moment moved back.
    #[must_use]
    pub fn before(self, by: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// From the `Date` header of an answer, which knows whole seconds.
    pub(crate) fn from_header(text: &str) -> Option<Self> {
        let moment = jiff::fmt::rfc2822::parse(text).ok()?;
        Some(Self(moment.timestamp().as_millisecond()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(moment) => write!(f, "{moment:.3}"),
            Err(_) => write!(f, "{}ms", self.0),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = Invalid;

    /// Reads any ISO 8601 moment with an offset; what is finer than a millisecond is cut off.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let moment: jiff::Timestamp = text.parse().map_err(|_| Invalid::Moment(text.to_owned()))?;
        Ok(Self(moment.as_millisecond()))
    }
}

impl TryFrom<String> for Timestamp {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Timestamp> for String {
    fn from(moment: Timestamp) -> Self {
        moment.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn moments_are_written_with_milliseconds_and_read_in_any_offset() {
        let moment: Timestamp = "2015-06-21T18:02:52.249Z".parse().unwrap();
        assert_eq!(moment.to_string(), "2015-06-21T18:02:52.249Z");
        assert_eq!("2015-06-22T02:02:52.249+08:00".parse(), Ok(moment));
        assert_eq!(Timestamp::from_millis(0).to_string(), "1970-01-01T00:00:00.000Z");
        assert!("yesterday".parse::<Timestamp>().is_err());
    }

    #[test]
    fn the_date_of_an_answer_is_read() {
        let moment = Timestamp::from_header("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(moment, "1994-11-06T08:49:37.000Z".parse().ok());
        assert_eq!(Timestamp::from_header("soon"), None);
    }

    proptest! {
        #[test]
        fn each_moment_comes_back(millis in -2_000_000_000_000i64..4_000_000_000_000) {
            let moment = Timestamp::from_millis(millis);
            prop_assert_eq!(moment.to_string().parse(), Ok(moment));
        }
    }
}
