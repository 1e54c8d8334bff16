//! Why a model did not answer, and whether asking again can help. It holds no words of the dialogue and no key.

use std::time::Duration;

use rehearse_net::NetError;

/// What lay underneath, kept as the source of a [`ModelError`].
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Whether the same request can succeed if it is made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It may: nothing about the request or the settings has to change.
    Soon,
    /// It may, but not sooner than after this time, which the host named or which its limits need.
    After(Duration),
    /// It cannot: something has to change first, or another model has to take over.
    Never,
}

/// A model did not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The scenario has no script, or an empty one, and the embedded partner speaks nothing else.
    #[error("the scenario has no script for the embedded partner")]
    NoScript,
    /// The network is switched off, and the model is not on this computer.
    #[error("the network is switched off")]
    Offline,
    /// No connection came about, or none may: nothing of the request arrived.
    #[error("the model's host cannot be reached")]
    Unreachable(#[source] NetError),
    /// The connection broke before the answer was whole.
    #[error("the model's answer broke off")]
    BrokeOff(#[source] NetError),
    /// The host took longer than it may.
    #[error("the model did not answer within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// An answer came that cannot be read or that is none.
    #[error("the model's answer could not be read")]
    Malformed(#[source] Option<Cause>),
    /// The host understood and said no.
    #[error("the model's host refused: {0}")]
    Refused(Refusal),
}

/// A host's no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind:?} ({code})")]
pub struct Refusal {
    /// What it means.
    pub kind: RefusalKind,
    /// Status of the answer; `None` for a refusal inside a stream that had begun well.
    pub status: Option<u16>,
    /// The host's own code in lower case, without separators: `invalidapikey`. Empty when it named none.
    pub code: String,
    /// The host's own words without any key, cut to 300 characters: for the person who sets the model up, never for a log, because a
    /// host may quote the request.
    pub message: String,
    /// Names the request in the host's books.
    pub request_id: Option<String>,
    /// How long the host wants to be left alone.
    pub retry_after: Option<Duration>,
}

/// What a host's no means to the person in front of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RefusalKind {
    /// The key is wrong, missing, or of another region.
    Key,
    /// The key is right and may not use this model.
    Permission,
    /// The host has no such model.
    NoSuchModel,
    /// The account has to be paid, or its free part is used up.
    Billing,
    /// Too many requests; a moment later it may go.
    Busy,
    /// The tokens of this minute are used up.
    Quota,
    /// The host does not pass on what was said, or what it would have answered.
    Filtered,
    /// The recording or the dialogue is longer than the model takes.
    TooLong,
    /// There is nothing in the recording, or it is too short to hold a word.
    EmptySound,
    /// Something of the request is not to be had: a voice, a format, a parameter.
    Unsupported,
    /// The host has trouble of its own.
    Down,
    /// Anything else.
    Other,
}

/// After a used-up quota it is counted anew each minute; sooner is in vain.
const QUOTA_WAIT: Duration = Duration::from_secs(10);

impl ModelError {
    /// Whether asking again, unchanged, can help.
    pub fn retry(&self) -> Retry {
        match self {
            Self::Unreachable(NetError::Unreachable { .. }) | Self::BrokeOff(_) | Self::TimedOut(_) => {
                Retry::Soon
            }
            Self::Malformed(_) => Retry::Soon,
            Self::Refused(refusal) => refusal.retry(),
            Self::NoScript | Self::Offline | Self::Unreachable(_) => Retry::Never,
        }
    }

    /// Whether the host understood and would not have the form of the request, so that another form may go.
    pub(crate) fn refuses_the_form(&self) -> bool {
        let Self::Refused(refusal) = self else {
            return false;
        };
        match (refusal.kind, refusal.status) {
            // Where only the words tell it, some hosts take it for trouble of their own.
            (RefusalKind::Unsupported, Some(_)) => true,
            (RefusalKind::Other, Some(status)) => (400..500).contains(&status),
            _ => false,
        }
    }
}

impl Refusal {
    /// A no that comes without a host's words: the host would say it, so it is not asked, or said it by a mark only.
    pub(crate) fn of_kind(kind: RefusalKind) -> Self {
        Self {
            kind,
            status: None,
            code: String::new(),
            message: String::new(),
            request_id: None,
            retry_after: None,
        }
    }

    fn retry(&self) -> Retry {
        match (self.kind, self.retry_after) {
            (RefusalKind::Busy | RefusalKind::Down, None) => Retry::Soon,
            (RefusalKind::Busy | RefusalKind::Down, Some(wait)) => Retry::After(wait),
            (RefusalKind::Quota, wait) => Retry::After(wait.unwrap_or(QUOTA_WAIT).max(QUOTA_WAIT)),
            _ => Retry::Never,
        }
    }
}

impl From<NetError> for ModelError {
    fn from(error: NetError) -> Self {
        match error {
            NetError::Offline | NetError::CutOff { .. } => Self::Offline,
            NetError::Silent { after, .. } => Self::TimedOut(after),
            error if error.may_have_arrived() => Self::BrokeOff(error),
            error => Self::Unreachable(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;

    fn refusal(kind: RefusalKind, retry_after: Option<u64>) -> ModelError {
        ModelError::Refused(Refusal {
            kind,
            status: Some(429),
            code: "throttling".into(),
            message: String::new(),
            request_id: None,
            retry_after: retry_after.map(Duration::from_secs),
        })
    }

    #[test]
    fn only_what_can_pass_by_itself_is_asked_again() {
        let unreachable = |host: &str| NetError::Unreachable {
            host: host.into(),
            source: "cable out".into(),
        };
        assert_eq!(ModelError::from(unreachable("a")).retry(), Retry::Soon);
        assert_eq!(ModelError::TimedOut(Duration::from_secs(20)).retry(), Retry::Soon);
        assert_eq!(refusal(RefusalKind::Busy, None).retry(), Retry::Soon);
        assert_eq!(
            refusal(RefusalKind::Busy, Some(7)).retry(),
            Retry::After(Duration::from_secs(7))
        );
        assert_eq!(
            refusal(RefusalKind::Quota, Some(1)).retry(),
            Retry::After(QUOTA_WAIT)
        );
        let plain = NetError::PlainHttp { host: "a".into() };
        for hopeless in [
            ModelError::NoScript,
            ModelError::from(NetError::Offline),
            ModelError::from(plain),
            refusal(RefusalKind::Key, None),
            refusal(RefusalKind::Filtered, None),
            refusal(RefusalKind::Billing, Some(3)),
        ] {
            assert_eq!(hopeless.retry(), Retry::Never, "{hopeless}");
        }
    }

    #[test]
    fn another_form_may_go_only_where_the_host_looked_at_this_one() {
        let refuses = |kind, status| {
            let refusal = Refusal {
                status,
                ..Refusal::of_kind(kind)
            };
            ModelError::Refused(refusal).refuses_the_form()
        };
        assert!(refuses(RefusalKind::Unsupported, Some(400)) && refuses(RefusalKind::Unsupported, Some(500)));
        assert!(refuses(RefusalKind::Other, Some(418)) && !refuses(RefusalKind::Other, Some(304)));
        assert!(!refuses(RefusalKind::Unsupported, None), "it had begun to answer");
        for other in [
            RefusalKind::Filtered,
            RefusalKind::TooLong,
            RefusalKind::Key,
            RefusalKind::Down,
        ] {
            assert!(!refuses(other, Some(400)), "{other:?}");
        }
        assert!(!ModelError::Malformed(None).refuses_the_form());
    }

    #[test]
    fn the_cause_underneath_is_kept_and_the_hosts_words_are_not_printed() {
        let error = ModelError::from(NetError::Unreachable {
            host: "example.org".into(),
            source: "cable out".into(),
        });
        assert_eq!(
            error.source().map(ToString::to_string).as_deref(),
            Some("example.org cannot be reached")
        );
        let ModelError::Refused(mut refused) = refusal(RefusalKind::Busy, None) else {
            unreachable!()
        };
        refused.message = "you said: I want a raise".into();
        assert!(!ModelError::Refused(refused).to_string().contains("raise"));
    }
}
