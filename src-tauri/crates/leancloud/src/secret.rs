//! What must not be printed: keys, passwords and session tokens. None of them shows itself, not even to `{:?}`.

use std::fmt;

use http::HeaderValue;

/// A key or a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps this text secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// As a header that no log shows; `None` when it holds what no header may hold.
    pub(crate) fn header(text: &str) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// What a signed-in user shows with every request.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl SessionToken {
    /// A token that was kept.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, to keep it somewhere safe.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(session token)")
    }
}

/// The whole credential of an anonymous user: a lower-case UUID. Whoever knows it is that user; whoever loses it has
/// lost the account.
#[derive(Clone, PartialEq, Eq)]
pub struct AnonymousId(String);

impl AnonymousId {
    /// A new one out of 16 random bytes: a UUID of version 4.
    ///
    /// ```
    /// let id = rehearse_leancloud::AnonymousId::from_random([7; 16]);
    /// assert_eq!(id.expose(), "07070707-0707-4707-8707-070707070707");
    /// ```
    pub fn from_random(bytes: [u8; 16]) -> Self {
        let number = u128::from_be_bytes(bytes);
        let number = (number & !(0xf << 76) | (0x4 << 76)) & !(0x3 << 62) | (0x2 << 62);
        let hex = format!("{number:032x}");
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        Self(format!(
            "{}-{}-{}-{}-{}",
            part(0, 8),
            part(8, 12),
            part(12, 16),
            part(16, 20),
            part(20, 32)
        ))
    }

    /// One that was written down; `None` when it is no UUID. Upper case and spaces around it do not matter.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let lengths = text.split('-').map(str::len);
        let digits = |letter: char| letter == '-' || letter.is_ascii_hexdigit();
        (lengths.eq([8, 4, 4, 4, 12]) && text.chars().all(digits)).then_some(Self(text))
    }

    /// The text itself, to write it down.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AnonymousId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(anonymous id)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_is_printed() {
        let printed = format!(
            "{:?} {:?} {:?}",
            Secret::new("hush"),
            SessionToken::new("hush"),
            AnonymousId::from_random([1; 16])
        );
        assert!(
            !printed.contains("hush") && !printed.contains("0101"),
            "{printed}"
        );
        assert!(format!("{:?}", Secret::header("hush").unwrap()).contains("Sensitive"));
        assert!(Secret::header("line\nbreak").is_none());
    }

    #[test]
    fn a_written_down_id_is_read_in_any_case() {
        let id = AnonymousId::from_random([0xab; 16]);
        let written = format!("  {} ", id.expose().to_uppercase());
        assert_eq!(AnonymousId::parse(&written), Some(id));
        for wrong in [
            "",
            "abc",
            "07070707-0707-4707-8707-07070707070",
            "0707070g-0707-4707-8707-070707070707",
        ] {
            assert_eq!(AnonymousId::parse(wrong), None, "{wrong}");
        }
    }
}
