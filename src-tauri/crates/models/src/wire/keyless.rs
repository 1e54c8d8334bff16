//! Text of a host without the keys in it. A host may quote the key that it refuses, and what it says is kept and shown.

use crate::Key;

/// Stands where a key stood.
const GONE: &str = "…";
/// A shorter word after `sk-` or `Bearer ` is a word.
const SHORTEST: usize = 8;

/// The text with "…" for the key, in whichever case it is written, and for everything that looks like one: the key that
/// a proxy sends on is not ours to know.
pub(super) fn keyless(text: &str, key: Option<&Key>) -> String {
    let ours = key.map(Key::expose).filter(|key| !key.is_empty());
    let text = match ours {
        Some(key) => without(text, &key.to_ascii_lowercase(), |_| key.len()),
        None => text.to_owned(),
    };
    // Hosts that hide the middle of a key do so with stars.
    let text = without(&text, "sk-", |rest| run(rest, 3, "-_*"));
    without(&text, "bearer ", |rest| run(rest, 7, "-._~+/=*"))
}

/// Replaces what begins with `start`, a text in lower case, as far as `length` says, which answers 0 for nothing.
fn without(text: &str, start: &str, length: impl Fn(&str) -> usize) -> String {
    let lower = text.to_ascii_lowercase();
    let (mut kept, mut from) = (String::with_capacity(text.len()), 0);
    let mut search = 0;
    while let Some(found) = lower.get(search..).and_then(|rest| rest.find(start)) {
        let at = search + found;
        let found = length(text.get(at..).unwrap_or_default());
        if found > 0 {
            kept.push_str(text.get(from..at).unwrap_or_default());
            kept.push_str(GONE);
            from = at + found;
        }
        search = at + found.max(start.len());
    }
    kept.push_str(text.get(from..).unwrap_or_default());
    kept
}

/// The length of a start of `start` bytes with the letters of a key behind it; 0 when they are too few.
fn run(text: &str, start: usize, marks: &str) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let is_inside = |letter: char| letter.is_ascii_alphanumeric() || marks.contains(letter);
    let length = rest.find(|letter| !is_inside(letter)).unwrap_or(rest.len());
    match length < SHORTEST {
        true => 0,
        false => start + length,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_key_itself_goes_whatever_it_looks_like() {
        let key = Key::new("Secret.1");
        assert_eq!(
            keyless("No: 'Secret.1', \"SECRET.1\"secret.1", Some(&key)),
            "No: '…', \"…\"…"
        );
        assert_eq!(keyless("No secret", Some(&Key::new(""))), "No secret");
    }

    #[test]
    fn what_looks_like_a_key_goes_and_words_stay() {
        for (text, left) in [
            ("Wrong: sk-abcd_EFGH-1234.", "Wrong: …."),
            ("Wrong: sk-proj-ab****************cdef", "Wrong: …"),
            (
                "Authorization: Bearer eyJhbGciOi.J9/+=, no",
                "Authorization: …, no",
            ),
            ("bearer sk-0123456789", "bearer …"),
            (
                "Ask sk-short, a bearer of news, risk-free",
                "Ask sk-short, a bearer of news, risk-free",
            ),
            ("密钥 sk-0123456789 不对", "密钥 … 不对"),
            ("", ""),
        ] {
            assert_eq!(keyless(text, None), left);
        }
    }

    proptest! {
        #[test]
        fn no_key_is_left_anywhere(before in ".{0,20}", key in "[!-~]{4,40}", after in ".{0,20}") {
            let text = format!("{before}{key}{after}");
            let left = keyless(&text, Some(&Key::new(&key)));
            prop_assert!(!left.to_ascii_lowercase().contains(&key.to_ascii_lowercase()), "{left}");
        }
    }
}
