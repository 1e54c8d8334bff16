//! Takes out what a model thinks before it speaks, where its host leaves that between `<think>` and `</think>` in front
//! of the words instead of putting it aside. Nobody is to hear it.

const BEGIN: &str = "<think>";
const END: &str = "</think>";

/// Words as they come.
#[derive(Debug, Default)]
pub(crate) enum Thought {
    /// So little has come that it cannot be told whether it is a thought.
    #[default]
    Unknown,
    /// These are held back for that.
    Held(String),
    /// It is one; its last letters, in which its end may begin.
    Inside(String),
    /// It is none, or it is over.
    Over,
}

impl Thought {
    /// What of these words is to be heard; `None` when nothing is.
    pub(crate) fn push(&mut self, words: String) -> Option<String> {
        match std::mem::take(self) {
            Self::Unknown => self.begin(words),
            Self::Held(before) => self.begin(before + &words),
            Self::Inside(before) => self.think(&(before + &words)),
            Self::Over => {
                *self = Self::Over;
                Some(words)
            }
        }
        .filter(|words| !words.is_empty())
    }

    /// What was held back and turned out to be no thought.
    pub(crate) fn finish(&mut self) -> Option<String> {
        match std::mem::replace(self, Self::Over) {
            Self::Held(words) => Some(words).filter(|words| !words.trim().is_empty()),
            _ => None,
        }
    }

    fn begin(&mut self, words: String) -> Option<String> {
        let start = words.trim_start();
        if let Some(thought) = start.strip_prefix(BEGIN) {
            return self.think(thought);
        }
        if BEGIN.starts_with(start) {
            *self = Self::Held(words);
            return None;
        }
        *self = Self::Over;
        Some(start.to_owned())
    }

    fn think(&mut self, thought: &str) -> Option<String> {
        match thought.split_once(END) {
            Some((_, "")) => {
                // White space after it belongs to it.
                *self = Self::Unknown;
                None
            }
            Some((_, words)) => self.begin(words.trim_start().to_owned()),
            None => {
                let tail = thought.len().saturating_sub(END.len());
                *self = Self::Inside(
                    thought
                        .get(thought.ceil_char_boundary(tail)..)
                        .unwrap_or_default()
                        .to_owned(),
                );
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str, piece: usize) -> String {
        let mut thought = Thought::default();
        let letters: Vec<char> = text.chars().collect();
        let mut heard: String = letters
            .chunks(piece)
            .filter_map(|piece| thought.push(piece.iter().collect()))
            .collect();
        heard.extend(thought.finish());
        heard
    }

    #[test]
    fn a_thought_before_the_words_is_not_heard_however_it_is_cut() {
        for (text, words) in [
            ("<think>\nHm. 好吧</think>\n\nCome in.", "Come in."),
            ("\n<think></think>进来。", "进来。"),
            ("<think>a <b> </thin </think> x", "x"),
            ("<think>never over", ""),
            ("Come in.", "Come in."),
            ("2 < 3, <think> is a word", "2 < 3, <think> is a word"),
            ("<thin", "<thin"),
            ("  ", ""),
        ] {
            for piece in [1, 2, 5, 100] {
                assert_eq!(heard(text, piece), words, "{text:?} by {piece}");
            }
        }
    }

    #[test]
    fn words_that_are_no_thought_are_not_held_up() {
        let mut thought = Thought::default();
        assert_eq!(thought.push("C".into()).as_deref(), Some("C"));
        assert_eq!(thought.push("<think>".into()).as_deref(), Some("<think>"));
    }
}
