//! A rubric: what somebody can be seen to do at each level, and yes/no checks a transcript can answer.

use serde::{Deserialize, Serialize};

use crate::{Language, RecordStatus, SkillId, Slug};

/// A yes/no question that a transcript can answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Check(pub String);

/// Lines that show what the skill is and is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Examples {
    /// Shows the skill.
    pub good: String,
    /// Misses it.
    pub poor: String,
    /// Looks like the skill and is not.
    pub counter: String,
}

/// A skill with its rubric, in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skill {
    /// Identity; UUIDv5 for built-in ones.
    pub id: SkillId,
    /// The external id, the same in both languages.
    pub slug: Slug,
    /// The language it is written in.
    pub language: Language,
    /// Counts edits; a stale edit is refused.
    pub revision: u32,
    /// Area of skill, a key such as `listening`.
    pub category: Slug,
    /// What it is called.
    pub name: String,
    /// What it is, in one sentence.
    pub description: String,
    /// Observable behaviour for ratings 1 to 5, in this order.
    pub anchors: [String; 5],
    /// 3 to 8 yes/no questions.
    pub checks: Vec<Check>,
    /// Example lines.
    pub examples: Examples,
    /// Active or deleted.
    pub record_status: RecordStatus,
}
