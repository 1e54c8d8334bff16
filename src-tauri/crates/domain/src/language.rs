//! The two languages of the product. The window's language and the practice language are independent.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language that scenarios, skills and the interface exist in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Language {
    /// English.
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    Chinese,
}

/// The text named no language of the product.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a language of Rehearse: use en or zh-CN")]
pub struct UnknownLanguage(pub String);

impl Language {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    /// Accepts the tag itself and the shorter or regional forms that other programs write (`zh`, `en-GB`).
    fn from_str(text: &str) -> Result<Self, UnknownLanguage> {
        let lower = text.to_ascii_lowercase();
        match lower.split(['-', '_', '.']).next() {
            Some("en") => Ok(Self::English),
            Some("zh") => Ok(Self::Chinese),
            _ => Err(UnknownLanguage(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_short_and_regional_forms_are_read() {
        for (text, language) in [
            ("en", Language::English),
            ("en_GB.UTF-8", Language::English),
            ("zh", Language::Chinese),
            ("zh-CN", Language::Chinese),
        ] {
            assert_eq!(text.parse::<Language>().unwrap(), language);
        }
        assert!("fr".parse::<Language>().is_err());
    }
}
