//! Why a partner did not answer, and whether asking again can help. It holds no words of the dialogue.

use std::time::Duration;

/// What lay underneath, kept as the source of a [`PartnerError`].
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Whether the same request can succeed if it is made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It may: nothing about the request or the settings has to change.
    Later,
    /// It cannot: something has to change first, or another partner has to take over.
    Never,
}

/// A partner could not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PartnerError {
    /// The scenario has no script, or an empty one, and the embedded partner speaks nothing else.
    #[error("the scenario has no script for the embedded partner")]
    NoScript,
    /// Nobody could be reached.
    #[error("the partner cannot be reached")]
    Unavailable(#[source] Option<Cause>),
    /// The partner was reached and did not finish in time.
    #[error("the partner did not answer within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// The partner answered something that is no reply.
    #[error("the partner's answer could not be read")]
    Malformed(#[source] Option<Cause>),
    /// The partner understood and will not do it: a wrong key, a used-up quota, a blocked subject.
    #[error("the partner refused to answer")]
    Refused(#[source] Option<Cause>),
}

impl PartnerError {
    /// Whether asking again, unchanged, can help.
    pub const fn retry(&self) -> Retry {
        match self {
            Self::Unavailable(_) | Self::TimedOut(_) | Self::Malformed(_) => Retry::Later,
            Self::NoScript | Self::Refused(_) => Retry::Never,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::io;

    use super::*;

    #[test]
    fn only_what_can_pass_by_itself_is_asked_again() {
        assert_eq!(PartnerError::Unavailable(None).retry(), Retry::Later);
        assert_eq!(
            PartnerError::TimedOut(Duration::from_secs(30)).retry(),
            Retry::Later
        );
        assert_eq!(PartnerError::NoScript.retry(), Retry::Never);
        assert_eq!(PartnerError::Refused(None).retry(), Retry::Never);
    }

    #[test]
    fn the_cause_underneath_is_kept() {
        let error = PartnerError::Unavailable(Some(Box::new(io::Error::other("cable out"))));
        assert_eq!(
            error.source().map(ToString::to_string).as_deref(),
            Some("cable out")
        );
        assert_eq!(error.to_string(), "the partner cannot be reached");
    }
}
