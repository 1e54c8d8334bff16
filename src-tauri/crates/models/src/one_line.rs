//! What a model wrote for somebody to read, as it may be shown: on one line, of a length that fits, and without
//! characters that nobody sees or that turn a line around.

/// The text without line breaks, cut where it would be longer than `most` characters.
pub(crate) fn one_line(text: &str, most: usize) -> String {
    let line = text
        .split_whitespace()
        .map(|word| {
            word.chars()
                .filter(|letter| !is_unseen(*letter))
                .collect::<String>()
        })
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let cut: String = line.chars().take(most.saturating_sub(1)).collect();
    // Not in the middle of a word, where there are words to speak of.
    let whole = match cut.rsplit_once(' ') {
        Some((whole, tail)) if tail.len() < 30 => whole,
        _ => &cut,
    };
    format!("{}…", whole.trim_end_matches([',', '，', '、', ';', '；', ' ']))
}

/// Control characters, and the marks that set or turn the direction of writing. A joiner stays: it holds letters and
/// emoji together.
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_a_line_turns_it_around_or_is_longer_than_it_may_be() {
        for (text, line) in [
            (" You\n know \t now. ", "You know now."),
            ("a\u{7}b \u{202e}dcba\u{2069} \u{200b} e", "ab dcba e"),
            ("one two, three", "one two…"),
            ("你好，再见，我走了吧好的好的好的", "你好，再见，我走了吧好的好…"),
            ("", ""),
        ] {
            assert_eq!(one_line(text, 13), line);
        }
    }
}
