//! The models that somebody has set up: who plays which role, with which key, and the cast of one practice made of
//! them. Without any, the embedded partner plays and nothing leaves this computer.

mod agreeing;
mod assessing;
mod cast;
mod choosing;
mod chosen;
mod costs;
mod exchanged;
mod faults;
mod metering;
mod partners;
mod probing;
mod stand_ins;
mod system_speaker;
mod transcribing;
mod voices;
mod writing;

pub(crate) use cast::Cast;
pub use choosing::preset_ids;
pub(crate) use costs::of_session as cost_of_session;
pub(crate) use exchanged::{Exchanged, exchange_view};
#[cfg(feature = "calibration")]
pub(crate) use faults::of_judge;
pub(crate) use faults::{of_partner, of_transcriber, partner_fault};
pub(crate) use stand_ins::StandIn;
pub(crate) use voices::WantedVoice;
pub(crate) use writing::Writings;
