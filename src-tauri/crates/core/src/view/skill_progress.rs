//! How each skill was rated from one practice to the next, as far as the ratings can be compared.

use serde::{Deserialize, Serialize};
use specta::Type;

use rehearse_domain::{Rating, SessionId, Slug, Standing, Timestamp};

/// How a skill stood in one practice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SkillPoint {
    /// The session.
    pub session: SessionId,
    /// When it started.
    pub started_at: Timestamp,
    /// Title of the scenario as it was.
    pub title: String,
    /// The rating with the range of the looks, or why there is none. What was not seen is no low rating.
    pub standing: Standing,
}

/// The middle of the ratings before the last one. Of an even number of ratings the middle is two, which may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SkillUsual {
    /// The lower of the two.
    pub low: Rating,
    /// The higher of them.
    pub high: Rating,
}

/// Results that count once the trainee was asked to rate themselves, and has looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct UnrevealedResults {
    /// How many there are, as far as they were counted.
    pub count: u32,
    /// There are more.
    pub more: bool,
    /// The session of the latest.
    pub latest: SessionId,
}

/// One skill over time: results by one rubric and one judge, those of the latest rating.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SkillProgress {
    /// The skill.
    pub skill: Slug,
    /// What it is called.
    pub name: String,
    /// What can be seen at 1 to 5; empty for a rubric of the earlier web app.
    pub anchors: Vec<String>,
    /// The practices, oldest first; at least one of them has a rating.
    pub points: Vec<SkillPoint>,
    /// How many of them have a rating.
    pub rated: u32,
    /// What was usual before the last rating; none with fewer than 3 ratings, which are too few to speak of a direction.
    pub usual: Option<SkillUsual>,
    /// Earlier ratings by another rubric, or by another method of asking, which are not compared.
    pub other_rubric: u32,
    /// Earlier ratings by the same rubric and another judge, which are not compared.
    pub other_judge: u32,
}
