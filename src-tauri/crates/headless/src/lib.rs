//! The poller without anybody beside it: on a server, next to any number of others, it gives sessions their missing
//! words and their rubric evaluations. It knows no sound device, no keychain and no window, and records nothing itself.
//!
//! Everything that is secret comes out of one file ([`Credentials`]); whatever is found out is on the user's own server
//! and in a data folder of its own, so that it may be killed at any moment. What becomes of a session is told as fields
//! of the log: ids, codes, models and numbers, and never a word of what was said.

mod account;
mod chosen;
mod credentials;
mod data;
mod error;
mod looking;
mod panel;
mod place;
mod player;
mod recordings;
mod remaining;
mod report;
mod running;

pub use chosen::Earlier;
pub use credentials::{BadCredentials, Credentials, FORM};
pub use error::PollError;
pub use place::{credentials_place, data_folder, read};
pub use report::Tally;
pub use running::{Ended, Outcome, PollOptions, poll};
