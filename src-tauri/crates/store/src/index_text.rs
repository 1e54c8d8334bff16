//! How text is cut into tokens for the search index, and queries into phrases over the same tokens. Pure.
//!
//! SQLite's own tokenizers take a run of Chinese for one word, or need three characters. Here each Chinese, Japanese
//! or Korean character starts a token that also holds the character after it: two characters are one look-up, one
//! character is a prefix, and longer words are phrases.

/// Text as the index holds it: tokens with a space between them.
pub(crate) fn tokens(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for piece in pieces(text) {
        match piece {
            Piece::Word(word) => push(&mut out, &word),
            Piece::Characters(run) => {
                for (place, character) in run.iter().enumerate() {
                    let mut token = String::from(*character);
                    token.extend(run.get(place + 1));
                    push(&mut out, &token);
                }
            }
        }
    }
    out
}

/// A query as full-text expressions, all of which a session has to match somewhere. Every token stands in quotes, so
/// nothing that is typed is ever read as an operator. Empty when there is nothing to look for.
pub(crate) fn expressions(query: &str) -> Vec<String> {
    let mut all: Vec<String> = pieces(query)
        .into_iter()
        .map(|piece| match piece {
            Piece::Word(word) => format!("\"{word}\"*"),
            Piece::Characters(run) => phrase(&run),
        })
        .collect();
    all.sort();
    all.dedup();
    all
}

/// The pairs of a run as a phrase. The last character is part of the last pair; one character alone is a prefix.
fn phrase(run: &[char]) -> String {
    match run {
        [only] => format!("\"{only}\"*"),
        _ => {
            let pairs: Vec<String> = run.windows(2).map(|pair| pair.iter().collect()).collect();
            format!("\"{}\"", pairs.join(" "))
        }
    }
}

fn push(out: &mut String, token: &str) {
    if !out.is_empty() {
        out.push(' ');
    }
    out.push_str(token);
}

/// Something between two separators.
enum Piece {
    /// A word of an alphabet, or a number, in lower case.
    Word(String),
    /// A run of characters that are written without spaces.
    Characters(Vec<char>),
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut word = String::new();
    let mut run = Vec::new();
    for character in text.chars().map(half_width) {
        let ideograph = is_ideograph(character);
        let in_word = !ideograph && character.is_alphanumeric();
        if !ideograph && !run.is_empty() {
            pieces.push(Piece::Characters(std::mem::take(&mut run)));
        }
        if !in_word && !joins(character) && !word.is_empty() {
            pieces.push(Piece::Word(std::mem::take(&mut word)));
        }
        if ideograph {
            run.push(character);
        } else if in_word {
            word.extend(folded(character));
        }
    }
    if !word.is_empty() {
        pieces.push(Piece::Word(word));
    }
    if !run.is_empty() {
        pieces.push(Piece::Characters(run));
    }
    pieces
}

/// A character without its case. By way of the capital, so that "ß" and "SS" are the same.
fn folded(character: char) -> impl Iterator<Item = char> {
    character
        .to_uppercase()
        .flat_map(char::to_lowercase)
        .filter(|one| one.is_alphanumeric())
}

/// Apostrophes and combining accents are inside a word and no part of it: "don't" is found as "dont" and as "don".
fn joins(character: char) -> bool {
    matches!(character, '\'' | '\u{2019}' | '\u{2bc}' | '\u{300}'..='\u{36f}')
}

/// Letters, digits and signs as wide as an ideograph, which Chinese keyboards write, are the ASCII ones.
fn half_width(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
        other => other,
    }
}

fn is_ideograph(character: char) -> bool {
    matches!(character,
        '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_chinese_character_starts_a_token_with_its_neighbour() {
        assert_eq!(tokens("我要加薪。"), "我要 要加 加薪 薪");
        assert_eq!(tokens("好"), "好");
    }

    #[test]
    fn words_are_lower_case_and_marks_separate() {
        assert_eq!(tokens("I'd LIKE a 10% raise—now"), "id like a 10 raise now");
        assert_eq!(tokens("用Excel做表"), "用 excel 做表 表");
        assert_eq!(tokens("ＯＫＲ２"), "okr2");
    }

    #[test]
    fn a_query_is_made_of_quoted_tokens_only() {
        assert_eq!(expressions("Rai"), ["\"rai\"*"]);
        assert_eq!(expressions("薪"), ["\"薪\"*"]);
        assert_eq!(expressions("加薪"), ["\"加薪\""]);
        assert_eq!(expressions("要加薪"), ["\"要加 加薪\""]);
        assert_eq!(expressions("加薪 boss 加薪"), ["\"boss\"*", "\"加薪\""]);
        assert!(
            expressions("\"* NEAR( ^ -: ()")
                .iter()
                .all(|one| one == "\"near\"*")
        );
        assert!(expressions(" \t?!").is_empty());
    }
}
