//! What an evaluation comes to: ratings by a rubric with quotes that were checked, what code counted, and what was not
//! heard. Who judged and by which rubric stand with it, because two results may only be compared where both are the
//! same.

use serde::{Deserialize, Serialize};

use crate::Slug;

/// Things to work on that a result names at most.
pub const MOST_ADVICE: usize = 3;

/// Whether there was enough to judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every skill was looked at.
    Scored,
    /// The trainee said too little; nobody was asked and nothing was rated.
    InsufficientEvidence,
}

/// Who judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Judge {
    /// A model, by its name.
    Model {
        /// What it is called.
        name: String,
    },
    /// The rules of the app, which count and rate nothing.
    Rules,
}

/// A rating from 1 to 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(try_from = "u8", into = "u8")]
pub struct Rating(u8);

impl Rating {
    /// `None` outside 1 to 5.
    pub fn new(level: u8) -> Option<Self> {
        (1..=5).contains(&level).then_some(Self(level))
    }

    /// 1 to 5.
    pub fn level(self) -> u8 {
        self.0
    }
}

/// A number that is no rating.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no rating from 1 to 5")]
pub struct NoRating(u8);

impl TryFrom<u8> for Rating {
    type Error = NoRating;

    fn try_from(level: u8) -> Result<Self, NoRating> {
        Self::new(level).ok_or(NoRating(level))
    }
}

impl From<Rating> for u8 {
    fn from(rating: Rating) -> Self {
        rating.0
    }
}

/// How far several looks of a judge agree, and the rating with its own checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// The looks are two or more levels apart, only one of them has a quote, or the rating does not go with its checks.
    Low,
    /// They are one level apart, or it took more or had fewer of them than usual.
    Medium,
    /// They are the same.
    High,
}

/// Why a skill has no rating.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum NotObserved {
    /// The talk gave no occasion for it.
    NoChance,
    /// There was an occasion and no sign of it.
    NoSign,
    /// Not one of the judge's quotes stands in the transcript.
    NoQuote,
    /// The looks do not agree on whether there was anything to see.
    Undecided,
    /// Rules do not rate.
    NotRated,
    /// There is a rating, of words that are not those which stand here now. Only what is shown says so, never a judge.
    OtherWords,
}

/// How a skill stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Standing {
    /// Rated.
    Rated {
        /// The median of the looks.
        rating: Rating,
        /// The lowest of them; of five looks the outermost on either side is left out.
        low: Rating,
        /// The highest of them, in the same way.
        high: Rating,
        /// How sure that is.
        confidence: Confidence,
    },
    /// Not rated, and left out of every average.
    NotObserved {
        /// Why.
        why: NotObserved,
    },
}

/// The answer to a check of a rubric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum CheckAnswer {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// The transcript does not tell.
    Unclear,
}

/// Words of the trainee that stand in the transcript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Quote {
    /// Number of the turn in the session.
    pub turn: u32,
    /// The words as the transcript has them, not as the judge wrote them.
    pub text: String,
    /// Where they begin in the turn's transcript, in characters (Unicode scalar values).
    pub start: u32,
    /// Where they end, exclusive.
    pub end: u32,
}

/// What was good about a moment, or what could be said instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Remark {
    /// The moment.
    pub quote: Quote,
    /// What there is to say about it, in the language of the practice.
    pub text: String,
    /// A sentence to try in its place; `None` where nothing has to be changed.
    pub say_instead: Option<String>,
}

/// What rules can see in a transcript. Each is a count of words or forms, no judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Questions that cannot be answered with yes or no.
    OpenQuestions,
    /// Questions that can.
    ClosedQuestions,
    /// Sentences that take up what the other said ("so you mean ...").
    TakingUp,
    /// Names of feelings, put to the other person.
    NamedFeelings,
    /// Sentences that speak of oneself ("I would like ...").
    OwnView,
    /// "You always", "you never", and their like.
    Generalisations,
    /// "Sorry" and its like.
    Apologies,
    /// "Maybe", "just", "sort of", and their like.
    Hedges,
    /// A request together with a figure or a date.
    ConcreteRequests,
    /// What comes next, with who or when.
    NextSteps,
    /// Thanks.
    Thanks,
}

/// What a rule saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RuleCount {
    /// The rule.
    pub rule: Rule,
    /// How often.
    pub count: u32,
    /// Where, at most three places.
    pub quotes: Vec<Quote>,
}

/// How one skill was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkillFinding {
    /// Its external id.
    pub skill: Slug,
    /// How it stands.
    pub standing: Standing,
    /// Why, in the language of the practice; empty where there is nothing to say.
    pub note: String,
    /// An answer to each check of the rubric, in its order; empty where nobody answered them.
    pub checks: Vec<CheckAnswer>,
    /// What it rests on.
    pub quotes: Vec<Quote>,
    /// What worked.
    pub worked: Option<Remark>,
    /// What to change.
    pub change: Option<Remark>,
    /// What rules counted.
    pub rules: Vec<RuleCount>,
}

/// Something to work on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// The skill it is about.
    pub skill: Slug,
    /// The moment and what to say instead.
    pub remark: Remark,
}

/// What code counts in a transcript. Words are words; a Chinese character counts as one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Counts {
    /// Words of the trainee.
    pub trainee_words: u32,
    /// Words of the partner.
    pub partner_words: u32,
    /// Questions of the trainee.
    pub questions: u32,
    /// Those that cannot be answered with yes or no.
    pub open_questions: u32,
    /// Words of the trainee's longest turn.
    pub longest_turn: u32,
    /// Its number in the session; `None` where nothing was heard.
    pub longest_turn_number: Option<u32>,
}

/// How much of the trainee's part could be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Coverage {
    /// Turns of the trainee.
    pub turns: u32,
    /// Those with words.
    pub heard: u32,
}

/// What an evaluation came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// Whether there was enough.
    pub outcome: Outcome,
    /// Who judged.
    pub judge: Judge,
    /// SHA-256 of the rubric and of the way it is asked for, lower-case hex.
    pub rubric: String,
    /// How much was heard.
    pub coverage: Coverage,
    /// What code counted.
    pub counts: Counts,
    /// Each skill, in the order of the scenario; empty where there was not enough.
    pub skills: Vec<SkillFinding>,
    /// What to work on, the most urgent first; at most [`MOST_ADVICE`].
    pub advice: Vec<Advice>,
    /// What it comes to in a sentence or two, in the language of the practice; made of what was checked. Empty where
    /// there is nothing to say.
    pub summary: String,
    /// SHA-256 of the trainee's words that it was made of, lower-case hex; `None` in results of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// One look of a judge at one skill, as it came; its form holds, its quotes are not checked yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The skill.
    pub skill: Slug,
    /// Which look at it, from 0.
    pub look: u32,
    /// The model that answered.
    pub model: String,
    /// The answer as JSON text.
    pub answer: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rating_is_between_1_and_5_also_when_it_is_read() {
        assert_eq!(Rating::new(5).map(Rating::level), Some(5));
        assert_eq!((Rating::new(0), Rating::new(6)), (None, None));
        assert!(serde_json::from_str::<Rating>("3").is_ok());
        assert!(serde_json::from_str::<Rating>("0").is_err());
    }
}
