//! A practice session as a pure machine: events and moments in, effects out.
//!
//! It decides whose turn it is, what is kept, when the clocks run, and for which one reason the session ends.
//! It has no clock, no randomness, no I/O and no thread of its own; it does not know which screen shows it.
//!
//! ```
//! use std::time::Duration;
//! use rehearse_dialog::{Dialog, Effect, Event, Phase, Setup, TalkOptions};
//! use rehearse_domain::{Limits, Moment, Opener, SessionId, Timestamp};
//!
//! let setup = Setup {
//!     session: SessionId::from(uuid::Uuid::from_u128(1)),
//!     opener: Opener::Partner,
//!     limits: Limits { idle: Some(Duration::from_secs(30)), duration: Some(Duration::from_secs(300)) },
//!     talk: TalkOptions::default(),
//!     first_sequence: 0,
//!     history_ends_with: None,
//! };
//! let now = Moment { uptime: Duration::from_secs(7), utc: Timestamp::from_millis(1_795_510_800_000) };
//! let (mut dialog, effects) = Dialog::new(setup, now);
//! let [Effect::AskPartner { request, sequence: 0 }] = effects.as_slice() else { unreachable!() };
//!
//! let reply = Event::PartnerReplied { request: *request, words: None, voice: None, closing: false };
//! let effects = dialog.handle(reply, now);
//! assert!(matches!(effects.as_slice(), [Effect::SaveTurn { .. }]));
//! assert_eq!(dialog.snapshot(now).phase, Phase::YourTurn);
//! assert_eq!(dialog.next_deadline(), Some(Duration::from_secs(7 + 15)));
//! ```

mod actions;
mod allowed;
mod capture;
mod clocks;
mod dialog;
mod effect;
mod ending;
mod event;
mod fault;
mod hands_free;
mod partner;
mod pausing;
mod phase;
mod playback;
mod request;
mod saving;
mod setup;
mod snapshot;
mod stage;
mod take;
mod talk;
mod talk_mode;
mod timers;

pub use allowed::Allowed;
pub use dialog::Dialog;
pub use effect::{Effect, Heard, Notice, Pace, TurnDraft, TurnSource};
pub use event::{Action, Event, Verdict};
pub use fault::{MediaFault, PartnerFault, SaveFault};
pub use phase::{PauseCause, Phase};
pub use request::RequestId;
pub use setup::{Setup, TalkOptions};
pub use snapshot::{HandsFreeNow, Snapshot};
pub use take::Take;
pub use talk_mode::{HandsFree, TalkMode, TurnPause};
