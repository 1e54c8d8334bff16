//! What the fakes say: a few lines in two languages, none about anything in particular, so that a conversation with
//! them moves.

/// A language that the fakes speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Language {
    English,
    Chinese,
}

/// The partner's lines, one after the other as the conversation goes on. Each has characters beyond ASCII, so that a
/// stream of it can be cut inside one.
const ENGLISH: [&str; 6] = [
    "Come in, sit down. What’s on your mind?",
    "I hear you, but I’m not sure I see it the same way.",
    "Go on. What would you like me to do about it — today, not next month?",
    "That’s fair. I hadn’t looked at it from that side.",
    "All right. And if that doesn’t work, what then?",
    "Let’s leave it there, then. Thank you for telling me.",
];
const CHINESE: [&str; 6] = [
    "进来吧，请坐。你想谈什么？",
    "我听到了，不过我的看法不太一样。",
    "接着说。你希望我现在怎么做？",
    "有道理。我之前没有从这个角度想过。",
    "好吧。如果这样不行，那怎么办？",
    "那我们就先谈到这里。谢谢你告诉我。",
];

/// What the transcriber hears unless a test says otherwise.
const HEARD_ENGLISH: &str = "I would like to talk about the deadline.";
const HEARD_CHINESE: &str = "我想谈谈截止日期的事。";

impl Language {
    /// The language that somebody is told to speak: the one that is named first, else the one it is told in.
    pub(super) fn asked_for(told: &str) -> Option<Self> {
        let lower = told.to_lowercase();
        let first = |names: &[&str]| names.iter().filter_map(|name| lower.find(name)).min();
        let chinese = first(&["chinese", "mandarin", "zh-cn", "中文", "汉语", "普通话"]);
        let english = first(&["english", "英语", "英文"]);
        match (chinese, english) {
            (Some(chinese), Some(english)) if chinese > english => Some(Self::English),
            (Some(_), _) => Some(Self::Chinese),
            (None, Some(_)) => Some(Self::English),
            (None, None) => Self::written_in(told),
        }
    }

    /// The language of a text by its letters.
    pub(super) fn written_in(text: &str) -> Option<Self> {
        let chinese = text.chars().filter(|one| is_chinese(*one)).count();
        let english = text.chars().filter(char::is_ascii_alphabetic).count();
        match (chinese, english) {
            (0, 0) => None,
            // A Chinese word of two characters stands against an English one of six letters.
            _ if chinese * 3 > english => Some(Self::Chinese),
            _ => Some(Self::English),
        }
    }

    /// The language of a code as transcribers take it; `None` for one that the fakes do not speak, and for `auto`.
    pub(super) fn of_code(code: &str) -> Option<Self> {
        match code.split(['-', '_']).next() {
            Some("zh" | "yue" | "chinese") => Some(Self::Chinese),
            Some("en" | "english") => Some(Self::English),
            _ => None,
        }
    }

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }

    pub(super) const fn other(self) -> Self {
        match self {
            Self::English => Self::Chinese,
            Self::Chinese => Self::English,
        }
    }

    /// The partner's line after so many messages of the user.
    pub(super) fn line(self, user_messages: usize) -> &'static str {
        let lines = match self {
            Self::English => &ENGLISH,
            Self::Chinese => &CHINESE,
        };
        let at = user_messages.saturating_sub(1) % lines.len();
        lines.get(at).copied().unwrap_or_default()
    }

    pub(super) const fn heard(self) -> &'static str {
        match self {
            Self::English => HEARD_ENGLISH,
            Self::Chinese => HEARD_CHINESE,
        }
    }
}

/// Whether this is a Chinese character, one of the common ones.
pub(super) fn is_chinese(character: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&character)
}

/// Words in the pieces that a stream sends: an English word with the space before it, two Chinese characters.
pub(super) fn pieces(words: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for character in words.chars() {
        let is_dense = !character.is_ascii() && character.is_alphabetic();
        match pieces.last_mut() {
            Some(piece) if character != ' ' && !(is_dense && piece.chars().count() >= 2) => {
                piece.push(character);
            }
            _ => pieces.push(character.to_string()),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_that_the_brief_names_first_or_is_written_in() {
        for (told, language) in [
            (
                "Speak Simplified Chinese. Never answer in English.",
                Language::Chinese,
            ),
            ("Always speak English, even to Chinese words.", Language::English),
            ("用英语回答。", Language::English),
            ("你是一位经理，姓王。", Language::Chinese),
            ("You are a manager called 王.", Language::English),
        ] {
            assert_eq!(Language::asked_for(told), Some(language), "{told}");
        }
        assert_eq!(Language::asked_for("1 + 1"), None);
    }

    #[test]
    fn pieces_are_the_words_again_and_more_than_one() {
        for line in ENGLISH.iter().chain(&CHINESE) {
            let pieces = pieces(line);
            assert_eq!(pieces.concat(), *line);
            assert!(pieces.len() > 4 && !line.is_ascii());
        }
        assert_eq!(pieces("I see. Go"), ["I", " see.", " Go"]);
    }
}
