//! Who answers the trainee: the `Partner` role and the partner that is embedded in the app.
//!
//! A partner is given a brief, the dialogue so far and a number, and streams words and sound back. It never sees
//! the objective, the end criteria, the store or a clock, and it decides nothing about the session.

mod error;
mod partner;
mod scripted;

pub use error::{Cause, PartnerError, Retry};
pub use partner::{
    HistoryTurn, PCM_SAMPLE_RATE, Partner, PartnerBrief, PartnerRequest, ReplyEnd, ReplyPart, ReplyStream,
};
pub use scripted::ScriptedPartner;
