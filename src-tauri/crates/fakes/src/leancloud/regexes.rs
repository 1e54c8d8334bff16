//! Patterns in conditions: Perl's dialect, of which the quotation marks `\Q` and `\E` are unknown to Rust's.

use regex::{Regex, RegexBuilder, escape};

use super::answer::Refusal;

/// The pattern with the options `i`, `m`, `s` and `x`.
pub(super) fn pattern(text: &str, options: Option<&str>) -> Result<Regex, Refusal> {
    let is_set = |option: char| options.is_some_and(|options| options.contains(option));
    RegexBuilder::new(&unquoted(text))
        .case_insensitive(is_set('i'))
        .multi_line(is_set('m'))
        .dot_matches_new_line(is_set('s'))
        .ignore_whitespace(is_set('x'))
        .build()
        .map_err(|_| Refusal::bad(1, "Invalid regular expression."))
}

fn unquoted(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((plain, quoted)) = rest.split_once("\\Q") {
        let (literal, after) = quoted.split_once("\\E").unwrap_or((quoted, ""));
        out.push_str(plain);
        out.push_str(&escape(literal));
        rest = after;
    }
    out.push_str(rest);
    out
}
