//! Tells the user's own server what was recorded here, and nothing twice; and brings here what others put there.
//!
//! The [`Sender`] empties the outbox that the store fills with every change. It holds nothing that is not in the
//! database: whoever kills it at any moment and starts it again loses nothing and doubles nothing. How a record looks
//! over there stands in `wire`.
//!
//! The [`Puller`] makes mirrors of what other machines and the earlier web app recorded. What may change what is said
//! there.
//!
//! The [`poller`] has sessions that are over written down and judged.
//!
//! # What holds at every moment, on LeanCloud
//!
//! - A session is there before its turns, a clip before the turn that refers to it, turns in their order, and a session
//!   says that it has ended once all its turns are there. Within one batch LeanCloud goes on behind a turn that it
//!   refuses, and Parse Server does all parts at the same time: turns of one batch may be there before an earlier one.
//! - A create whose answer was lost is made again only after it was looked for, and not before the server has certainly
//!   given up on it. Should it be done later still, the twin is found by its own id and deleted.
//! - Nothing that was deleted here stays there, but files that the server lets nobody delete: those are listed by
//!   [`rehearse_store::Store::still_on_the_remote`].

mod authored;
mod backoff;
mod blocking;
pub mod check;
pub mod everything;
mod failed;
mod outcome;
mod plan;
pub mod poller;
mod puller;
mod sender;
mod task;
mod terms;
mod wire;

pub use blocking::blocking;
pub use outcome::{Pause, refused_host};
pub use puller::{AudioMirror, FetchError, Look, Pulled, Puller, PullerPhase, PullerStatus, PullerTask};
pub use sender::{Round, Sender, Uploading, Uploads};
pub use task::{Nudge, Phase, SenderTask, Status};
pub use terms::{Audio, Reach, Terms, Tools};
