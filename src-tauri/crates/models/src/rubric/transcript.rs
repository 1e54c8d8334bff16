//! The turns as a judge sees them and as quotes are looked up in them: without the sentences that speak to the judge.

use std::ops::Range;

use rehearse_domain::{Coverage, Language, Quote, Speaker, is_han};

use super::SpokenTurn;
use crate::quote::SpokenWords;
use crate::{sentences, to_the_judge};

/// What stands for sentences that were taken out. The prompts name it.
const REMOVED: &str = "(removed)";

/// Fewer turns of the trainee are no talk.
const LEAST_TURNS: usize = 2;

/// So many words of the trainee are enough, or twice as many Chinese characters.
const LEAST_WORDS: usize = 60;

/// So many words in a row that were taken out are no accident in a remark.
const REPEATED: usize = 8;

/// A session's turns.
pub(super) struct Transcript<'a> {
    turns: Vec<HeardTurn<'a>>,
}

/// A turn, and what of its text counts.
pub(super) struct HeardTurn<'a> {
    pub(super) number: u32,
    speaker: Speaker,
    text: Option<&'a str>,
    /// Places in the text, in bytes, each in one piece.
    counts: Vec<Range<usize>>,
}

/// A sentence of a turn.
#[derive(Clone)]
pub(super) struct Sentence<'a> {
    pub(super) text: &'a str,
    pub(super) language: Language,
    place: Range<usize>,
}

impl<'a> Transcript<'a> {
    pub(super) fn of(turns: &'a [SpokenTurn]) -> Self {
        Self {
            turns: turns.iter().map(HeardTurn::of).collect(),
        }
    }

    /// The trainee's turns, heard or not.
    pub(super) fn trainee(&self) -> impl Iterator<Item = &HeardTurn<'a>> {
        self.turns.iter().filter(|turn| turn.speaker == Speaker::Trainee)
    }

    /// The partner's.
    pub(super) fn partner(&self) -> impl Iterator<Item = &HeardTurn<'a>> {
        self.turns.iter().filter(|turn| turn.speaker == Speaker::Partner)
    }

    /// Whether the trainee said enough to be judged: the product's own thresholds, no published norm.
    pub(super) fn is_enough(&self) -> bool {
        let said: Vec<(usize, usize)> = self
            .trainee()
            .map(HeardTurn::amount)
            .filter(|amount| *amount != (0, 0))
            .collect();
        let words: usize = said
            .iter()
            .map(|(words, characters)| 2 * words + characters)
            .sum();
        said.len() >= LEAST_TURNS && words >= 2 * LEAST_WORDS
    }

    pub(super) fn coverage(&self) -> Coverage {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Coverage {
            turns: number(self.trainee().count()),
            heard: number(self.trainee().filter(|turn| turn.text.is_some()).count()),
        }
    }

    /// Each turn as a judge is shown it.
    pub(super) fn shown(&self) -> impl Iterator<Item = (u32, Speaker, Option<String>)> {
        self.turns
            .iter()
            .map(|turn| (turn.number, turn.speaker, turn.shown()))
    }

    /// The words of the trainee that a judge quotes, as they stand in the transcript. A wrong number is put right where
    /// only one turn of the trainee has these words.
    pub(super) fn quoted(&self, turn: Option<u32>, quote: &str) -> Option<Quote> {
        let words = SpokenWords::of(quote);
        if !words.is_telling() {
            return None;
        }
        let in_turn = self.trainee().find(|heard| Some(heard.number) == turn);
        if let Some(found) = in_turn.and_then(|heard| heard.find(&words)) {
            return Some(found);
        }
        let mut anywhere = self.trainee().filter_map(|heard| heard.find(&words));
        match (anywhere.next(), anywhere.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        }
    }

    /// Whether a remark repeats what was taken out: a judge may have been told it in another way.
    pub(super) fn repeats_removed(&self, remark: &str) -> bool {
        let remark = SpokenWords::of(remark);
        let mut removed = self.turns.iter().flat_map(HeardTurn::removed);
        removed.any(|piece| {
            let said = SpokenWords::of(piece);
            said.is_telling() && remark.repeats(&said, REPEATED)
        })
    }

    /// Whether anybody said these words.
    pub(super) fn has(&self, words: &SpokenWords) -> bool {
        self.turns.iter().any(|turn| turn.find(words).is_some())
    }
}

impl<'a> HeardTurn<'a> {
    fn of(turn: &'a SpokenTurn) -> Self {
        let text = turn.text.as_deref().filter(|text| !text.trim().is_empty());
        Self {
            number: turn.number,
            speaker: turn.speaker,
            text,
            counts: text.map(to_the_judge::without).unwrap_or_default(),
        }
    }

    /// The parts of the text that count, each with its place.
    fn parts(&self) -> impl Iterator<Item = (usize, &'a str)> {
        let text = self.text.unwrap_or_default();
        self.counts
            .iter()
            .filter_map(move |place| Some((place.start, text.get(place.clone())?)))
    }

    /// The parts that do not.
    fn removed(&self) -> impl Iterator<Item = &'a str> {
        let text = self.text.unwrap_or_default();
        let starts = std::iter::once(0).chain(self.counts.iter().map(|place| place.end));
        let ends = self.counts.iter().map(|place| place.start).chain([text.len()]);
        starts
            .zip(ends)
            .filter_map(move |(start, end)| text.get(start..end))
            .filter(|piece| !piece.is_empty())
    }

    /// The sentences that count.
    pub(super) fn sentences(&self) -> impl Iterator<Item = Sentence<'a>> {
        self.parts().flat_map(|(start, part)| {
            sentences::places(part).into_iter().filter_map(move |place| {
                let text = part.get(place.clone())?;
                let before = text.len() - text.trim_start().len();
                let text = text.trim();
                let start = start + place.start + before;
                (!text.is_empty()).then(|| Sentence {
                    text,
                    language: if text.contains(is_han) {
                        Language::Chinese
                    } else {
                        Language::English
                    },
                    place: start..start + text.len(),
                })
            })
        })
    }

    /// How many words that are written with spaces, and how many characters that are written without, count.
    pub(super) fn amount(&self) -> (usize, usize) {
        self.parts()
            .map(|(_, part)| SpokenWords::of(part))
            .fold((0, 0), |(words, characters), part| {
                (words + part.words(), characters + part.characters())
            })
    }

    fn shown(&self) -> Option<String> {
        let text = self.text?;
        let mut shown = Vec::new();
        let mut end = 0;
        for place in &self.counts {
            if place.start > end {
                shown.push(REMOVED);
            }
            shown.extend(text.get(place.clone()));
            end = place.end;
        }
        if end < text.len() {
            shown.push(REMOVED);
        }
        Some(shown.join(" "))
    }

    fn find(&self, words: &SpokenWords) -> Option<Quote> {
        self.parts().find_map(|(start, part)| {
            let place = words.place_in(part)?;
            self.quote(start + place.start..start + place.end)
        })
    }

    /// A sentence as a quote.
    pub(super) fn sentence(&self, sentence: &Sentence<'_>) -> Option<Quote> {
        self.quote(sentence.place.clone())
    }

    /// A place in bytes as a quote.
    fn quote(&self, place: Range<usize>) -> Option<Quote> {
        let text = self.text?;
        let quoted = text.get(place.clone())?;
        let start = u32::try_from(text.get(..place.start)?.chars().count()).ok()?;
        Some(Quote {
            turn: self.number,
            text: quoted.to_owned(),
            start,
            end: start.checked_add(u32::try_from(quoted.chars().count()).ok()?)?,
        })
    }
}
