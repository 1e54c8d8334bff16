//! The words of the product as types: ids, records, limits, and the rules that need no I/O.
//!
//! Nothing here reads a clock, makes a random number, or touches a file; time and ids come in by argument
//! through [`Clock`] and [`IdSource`]. Every other crate may see this one; it sees none of them.

mod assessment;
mod clip;
mod han;
mod id;
mod language;
mod limits;
mod persona;
mod scenario;
mod session;
mod skill;
mod time;
mod turn;

pub use assessment::{
    Advice, Assessment, CheckAnswer, Confidence, Counts, Coverage, Judge, MOST_ADVICE, NoRating, NotObserved,
    Outcome, Quote, Rating, Remark, Rule, RuleCount, Sample, SkillFinding, Standing,
};
pub use clip::{Clip, Loudness, MAX_TURN, SoundNote};
pub use han::is_han;
pub use id::{
    ClipId, EvaluationId, IdSource, RecordId, ScenarioId, SessionId, SkillId, Slug, SlugError, TurnId,
};
pub use language::{Language, UnknownLanguage};
pub use limits::{Limits, TimeFactor};
pub use persona::{Persona, PersonaVoice};
pub use scenario::{Gap, Opener, Publication, RecordStatus, Scenario, Script, ScriptLine};
pub use session::{
    EndReason, Objective, ObjectiveStatus, PartnerKind, Session, SessionStatus, Snapshot, TakeTwo,
};
pub use skill::{Check, Examples, Skill};
pub use time::{Clock, Moment, Timestamp, TimestampError};
pub use turn::{Speaker, TranscriptStatus, Turn};
