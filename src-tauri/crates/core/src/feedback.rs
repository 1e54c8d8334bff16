//! Feedback on sessions: the poller that gives it while the app is open, who it may ask, and what is shown of it.
//!
//! # What leaves this computer, and when
//!
//! A judge and a transcriber beyond this computer are told of a session by themselves only where the trainee could know
//! it before they spoke: the Brief names their hosts. A session that is older than the choice of such a host waits until
//! somebody asks for it, or for all of them. So does one that another computer of theirs recorded before they signed in
//! here; of what it records afterwards the settings say beforehand that it is included.

mod asking;
mod checking;
mod over_time;
mod panel;
mod running;
mod sentences;
mod showing;
mod since;
pub(crate) mod telling;
mod waiting;
mod web_app;

pub(crate) use checking::checked;
pub(crate) use over_time::{SESSIONS, skills_over_time};
pub(crate) use running::Feedback;
pub(crate) use since::{begin_anew, note_new_hosts, note_sign_in};
