//! Which names a class and a column may have.

use super::answer::Refusal;

const BUILT_IN_CLASSES: [&str; 4] = ["_User", "_File", "_Role", "_Installation"];
const RESERVED: [&str; 4] = ["objectId", "createdAt", "updatedAt", "className"];

fn is_word(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

pub(super) fn check_class(name: &str) -> Result<(), Refusal> {
    if is_word(name) || BUILT_IN_CLASSES.contains(&name) {
        return Ok(());
    }
    Err(Refusal::bad(
        103,
        "Missing or invalid classname. Classnames are case-sensitive. They must start with a letter, \
         and a-zA-Z0-9_ are the only valid characters.",
    ))
}

pub(super) fn check_key(name: &str) -> Result<(), Refusal> {
    if is_word(name) && !RESERVED.contains(&name) {
        return Ok(());
    }
    Err(Refusal::bad(
        105,
        format!("Invalid key name. Keys are case-sensitive and '{name}' is not a valid one."),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_and_no_reserved_ones() {
        assert!(check_class("PracticeSession").is_ok() && check_class("_User").is_ok());
        assert_eq!(check_class("_Own").map_err(|refusal| refusal.code), Err(103));
        assert!(check_key("clientId2").is_ok());
        for key in ["objectId", "className", "__own", "a-b", "1a", ""] {
            assert_eq!(check_key(key).map_err(|refusal| refusal.code), Err(105), "{key}");
        }
    }
}
