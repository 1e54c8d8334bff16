//! Feedback on a session: how far it is, and what it says.

use serde::{Deserialize, Serialize};
use specta::Type;

use rehearse_domain::{
    CheckAnswer, Counts, Coverage, Judge, Outcome, Rating, Rule, SessionId, Slug, Standing, Timestamp,
};

use crate::error::ErrorView;

/// How far the feedback on a session is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum FeedbackStatus {
    /// Nothing was said, so there is nothing to give feedback on.
    NothingSaid,
    /// The turns are being written down.
    Transcribing {
        /// Turns that are done.
        done: u32,
        /// Of how many that had no words.
        of: u32,
    },
    /// The judge is being asked.
    Judging {
        /// Answers that have come.
        done: u32,
        /// Of how many that are needed as far as is known.
        of: u32,
    },
    /// It waits: what is missing and what to do, such as that nobody was chosen to judge, or that it is done by itself
    /// once the network is back.
    Waiting {
        /// Why, with sentences of its own.
        why: ErrorView,
        /// When it goes on by itself; `None` when somebody has to do something first.
        until: Option<Timestamp>,
        /// It would begin at once if somebody asked for it now.
        can_ask: bool,
    },
    /// It was given up after its tries, and can be asked for again.
    Failed {
        /// Why, with sentences of its own.
        why: ErrorView,
        /// How often it was tried.
        attempts: u32,
    },
    /// The result is there.
    Done,
}

/// Words of the trainee with the place where they stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct QuoteView {
    /// Number of the turn in the session.
    pub turn: u32,
    /// The words.
    pub text: String,
    /// Where they begin in the turn's text, in UTF-16 units, as the window counts.
    pub start: u32,
    /// Where they end, exclusive, in UTF-16 units.
    pub end: u32,
    /// About where they begin in the turn's sound, in milliseconds; `None` for a typed turn. An estimate: words are taken
    /// to be spread evenly.
    pub at_ms: Option<u32>,
}

/// What is said about a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RemarkView {
    /// The moment.
    pub quote: QuoteView,
    /// What there is to say about it.
    pub text: String,
    /// A sentence to try in its place.
    pub say_instead: Option<String>,
}

/// A check of a rubric and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RubricCheckView {
    /// The question.
    pub question: String,
    /// The answer; `None` where nobody gave one.
    pub answer: Option<CheckAnswer>,
}

/// What a rule counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RuleView {
    /// The rule.
    pub rule: Rule,
    /// How often.
    pub count: u32,
    /// Where, at most three places.
    pub quotes: Vec<QuoteView>,
}

/// One skill with its rubric and how it was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SkillResultView {
    /// The skill.
    pub skill: Slug,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub description: String,
    /// What can be seen at 1 to 5; empty for a rubric of the earlier web app.
    pub anchors: Vec<String>,
    /// How it stands.
    pub standing: Standing,
    /// Why.
    pub note: String,
    /// The checks.
    pub checks: Vec<RubricCheckView>,
    /// What it rests on.
    pub quotes: Vec<QuoteView>,
    /// What worked.
    pub worked: Option<RemarkView>,
    /// What to change.
    pub change: Option<RemarkView>,
    /// What rules counted.
    pub rules: Vec<RuleView>,
    /// How the trainee rated it before the reveal.
    pub own: Option<Rating>,
}

/// Something to work on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AdviceView {
    /// The skill it is about.
    pub skill: Slug,
    /// What that is called.
    pub name: String,
    /// The moment and what to say instead.
    pub remark: RemarkView,
}

/// One result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ResultView {
    /// When it was there; `None` for what rules count at this moment.
    pub completed_at: Option<Timestamp>,
    /// Whether there was enough to judge.
    pub outcome: Outcome,
    /// Who judged.
    pub judge: Judge,
    /// How much was heard.
    pub coverage: Coverage,
    /// What code counted.
    pub counts: Counts,
    /// The skills, in the order of the scenario.
    pub skills: Vec<SkillResultView>,
    /// What to work on, at most three.
    pub advice: Vec<AdviceView>,
    /// In a sentence or two.
    pub summary: String,
    /// Its ratings may be compared with those of the current result: same rubric, same judge.
    pub comparable: bool,
}

/// How the earlier web app rated a skill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WebAppRating {
    /// What the skill is called; where that is not known here, what the web app calls it.
    pub name: String,
    /// The rating; `None` where it gave none from 1 to 5.
    pub rating: Option<Rating>,
    /// Why; may be empty.
    pub note: String,
}

/// A result of the earlier web app. Nothing of it was looked up in what was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WebAppResult {
    /// When it was there, if that was said.
    pub completed_at: Option<Timestamp>,
    /// The model that judged, if that was said.
    pub model: Option<String>,
    /// The skills, in its order.
    pub ratings: Vec<WebAppRating>,
    /// In a sentence or two; may be empty.
    pub summary: String,
}

/// Feedback on a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FeedbackView {
    /// The session.
    pub session: SessionId,
    /// How far it is.
    pub status: FeedbackStatus,
    /// The result that stands; while there is none, what rules can count, if anything was written down.
    pub result: Option<ResultView>,
    /// The result that stands, where the earlier web app gave it.
    pub from_web_app: Option<WebAppResult>,
    /// Earlier results, the latest first; kept when somebody asked again.
    pub earlier: Vec<ResultView>,
    /// Hosts that would read or hear something if it were asked for now.
    pub hosts: Vec<String>,
    /// The trainee has rated themselves or did not want to: the result may be shown.
    pub revealed: bool,
    /// The trainee is asked for a rating of their own before anything is shown: there is one to look at, by somebody who
    /// judged, and they have not looked.
    pub asks_first: bool,
}

/// How the trainee rates themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct OwnRating {
    /// The skill.
    pub skill: Slug,
    /// What they give themselves.
    pub rating: Rating,
}
