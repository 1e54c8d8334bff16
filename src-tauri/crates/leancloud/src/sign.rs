//! The signature that LeanCloud takes instead of a key: the key itself does not travel.

use md5::{Digest, Md5};

use crate::{Secret, Timestamp};

/// The value of `X-LC-Sign` without its role: `md5(timestamp + key),timestamp`, in lower-case hexadecimal.
/// Source: LeanCloud's REST guide, section on authentication.
pub(crate) fn sign(key: &Secret, at: Timestamp) -> String {
    let millis = at.as_millis();
    let mut hasher = Md5::new();
    hasher.update(millis.to_string());
    hasher.update(key.expose());
    format!("{},{millis}", hex(&hasher.finalize()))
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            // Writing into a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_the_guide() {
        let at = Timestamp::from_millis(1_453_014_943_466);
        let app = sign(&Secret::new("UtOCzqb67d3sN12Kts4URwy8"), at);
        assert_eq!(app, "d5bcbb897e19b2f6633c716dfdfaf9be,1453014943466");
        let master = sign(&Secret::new("DyJegPlemooo4X1tg94gQkw1"), at);
        assert_eq!(master, "e074720658078c898aa0d4b1b82bdf4b,1453014943466");
    }
}
