//! The little Markdown of scenarios for a terminal: headings and strong words are bold where that can be shown, and
//! no mark is left in the text either way.

/// Marks of strong words and of emphasis, in the order they are looked for.
const MARKS: [&str; 4] = ["**", "__", "*", "_"];

/// The text without its marks; `bold` turns strong words and headings into bold ones.
pub(crate) fn plain(markdown: &str, bold: bool) -> String {
    let lines: Vec<String> = markdown.trim().lines().map(|text| line(text, bold)).collect();
    lines.join("\n")
}

fn line(text: &str, bold: bool) -> String {
    let text = text.trim_end();
    let heading = text.trim_start_matches('#');
    let depth = text.len() - heading.len();
    if (1..=6).contains(&depth) && heading.starts_with(' ') {
        return strong(&spans(heading.trim_start(), false), bold);
    }
    let indented = text.trim_start();
    let indent = text.get(..text.len() - indented.len()).unwrap_or_default();
    match indented
        .strip_prefix("* ")
        .or_else(|| indented.strip_prefix("+ "))
    {
        Some(item) => format!("{indent}- {}", spans(item, bold)),
        None => format!("{indent}{}", spans(indented, bold)),
    }
}

/// What stands between two marks loses them.
fn spans(text: &str, bold: bool) -> String {
    let first = MARKS
        .iter()
        .filter_map(|mark| between(text, mark).map(|found| (*mark, found)))
        .min_by_key(|(_, (before, ..))| before.len());
    let Some((mark, (before, inside, after))) = first else {
        return text.to_owned();
    };
    let inside = spans(inside, bold);
    let inside = if mark.len() == 2 {
        strong(&inside, bold)
    } else {
        inside
    };
    format!("{before}{inside}{}", spans(after, bold))
}

/// What stands before, inside and after the first pair of a mark. One that stands alone, or in the middle of a word, is
/// no mark.
fn between<'text>(text: &'text str, mark: &str) -> Option<(&'text str, &'text str, &'text str)> {
    let (before, rest) = text.split_once(mark)?;
    let (inside, after) = rest.split_once(mark)?;
    let touches = |character: Option<char>| mark == "_" && character.is_some_and(char::is_alphanumeric);
    let is_pair = !inside.is_empty()
        && !inside.starts_with(' ')
        && !inside.ends_with(' ')
        && !touches(before.chars().next_back())
        && !touches(after.chars().next());
    is_pair.then_some((before, inside, after))
}

fn strong(text: &str, bold: bool) -> String {
    if bold {
        format!("\x1b[1m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_go_and_words_stay() {
        for (markdown, text) in [
            (
                "**You want £46,000.** Three things:",
                "You want £46,000. Three things:",
            ),
            ("an *emphasis* and __two__ _more_", "an emphasis and two more"),
            ("**a *b* c**", "a b c"),
            (
                "# The room\n\n* one\n- two\n1. three",
                "The room\n\n- one\n- two\n1. three",
            ),
            ("**想从一月起调到一万六千五**。", "想从一月起调到一万六千五。"),
            (
                "5 * 3 * 2, snake_case_word, a lone * and **",
                "5 * 3 * 2, snake_case_word, a lone * and **",
            ),
            ("#hashtag", "#hashtag"),
        ] {
            assert_eq!(plain(markdown, false), text);
        }
    }

    #[test]
    fn strong_words_and_headings_are_bold_on_a_terminal() {
        assert_eq!(
            plain("## A\nb **c** *d*", true),
            "\x1b[1mA\x1b[0m\nb \x1b[1mc\x1b[0m d"
        );
    }
}
