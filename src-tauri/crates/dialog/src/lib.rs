//! A practice session as a pure machine: events and moments in, effects out.
//!
//! It decides whose turn it is, what is kept, when the clocks run, and for which one reason the session ends.
//! It has no clock, no randomness, no I/O and no thread of its own; it does not know which screen shows it.

mod actions;
mod allowed;
mod capture;
mod clocks;
mod dialog;
mod effect;
mod ending;
mod event;
mod fault;
mod partner;
mod pausing;
mod phase;
mod request;
mod saving;
mod setup;
mod snapshot;
mod stage;
mod take;
mod talk;
mod timers;

pub use allowed::Allowed;
pub use dialog::Dialog;
pub use effect::{Effect, Notice, Pace, TurnDraft, TurnSource};
pub use event::{Action, Event, Verdict};
pub use fault::{MediaFault, PartnerFault, SaveFault};
pub use phase::{PauseCause, Phase};
pub use request::RequestId;
pub use setup::{Setup, TalkOptions};
pub use snapshot::Snapshot;
pub use take::Take;
