//! Identifiers, each its own type so that a turn is never looked up with a session's id.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where new ids come from. Production hands out UUIDv7 (they sort by creation time); tests hand out a
/// sequence they can predict.
pub trait IdSource: Send + Sync {
    /// A fresh id, never given out before by this source.
    fn next_id(&self) -> Uuid;
}

/// What every typed id can do; lets a store convert them without knowing which one it holds.
pub trait RecordId: Copy + From<Uuid> + Into<Uuid> {}

macro_rules! record_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh id from `source`.
            pub fn new(source: &dyn IdSource) -> Self {
                Self(source.next_id())
            }
        }

        impl RecordId for $name {}

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::from_str(text).map(Self)
            }
        }
    };
}

record_id!(
    /// One run of one scenario.
    SessionId
);
record_id!(
    /// One speaker's utterance in a session.
    TurnId
);
record_id!(
    /// One recorded or archived piece of sound.
    ClipId
);
record_id!(
    /// A scenario; UUIDv5 of the slug for the built-in ones.
    ScenarioId
);
record_id!(
    /// A skill; UUIDv5 of the slug and language for the built-in ones.
    SkillId
);
record_id!(
    /// A rubric result of a session.
    EvaluationId
);

/// A stable, readable name of a built-in record: lower-case words joined by hyphens, at most 64 bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "specta", specta(type = String))]
pub struct Slug(String);

/// The text was not a slug.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a slug: use lower-case letters, digits and single hyphens, at most 64 of them")]
pub struct SlugError(pub String);

impl Slug {
    /// The text of the slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Slug {
    type Error = SlugError;

    fn try_from(text: String) -> Result<Self, SlugError> {
        let word = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        if text.len() <= 64 && text.split('-').all(word) {
            Ok(Self(text))
        } else {
            Err(SlugError(text))
        }
    }
}

impl FromStr for Slug {
    type Err = SlugError;

    fn from_str(text: &str) -> Result<Self, SlugError> {
        Self::try_from(text.to_owned())
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Slug({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_takes_words_and_hyphens_and_nothing_else() {
        for good in ["ask-for-a-raise", "a", "skill-2"] {
            assert_eq!(good.parse::<Slug>().unwrap().as_str(), good);
        }
        let long = "a".repeat(65);
        for bad in ["", "-a", "a-", "a--b", "Raise", "加薪", "a b", long.as_str()] {
            assert!(bad.parse::<Slug>().is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn an_id_reads_back_from_its_own_text() {
        let id = SessionId::from(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0001));
        assert_eq!(id.to_string().parse::<SessionId>().unwrap(), id);
    }
}
