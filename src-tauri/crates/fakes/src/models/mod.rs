//! A server of models in memory, with the manners of DashScope and of local servers, as faithful as their documents
//! allow.
//!
//! One [`FakeModels`] has every route that the app asks over HTTP, refuses what the real servers refuse, and follows a
//! [`Script`] where something is to go wrong. The script of a request is the one that the header `x-test-script`
//! names; else the one of its model `test/<script>`; else the next that a test queued for its [`Role`]; else the role's
//! usual one; else [`FakeModelsOptions::script`].
//!
//! Under a script that fails first (`429_then_ok` ...) each distinct request, told by path and body, fails so often and
//! then succeeds; after that the count begins anew.
//!
//! The partner's words come from a short list by the number of the user's messages, in the language that the system
//! message asks for; its voice is made of the words. What it cannot do: hear, think, speak MP3, fetch a clip from an
//! address, WebSockets.

mod answers;
mod ask;
mod catalogue;
mod chat;
mod checks;
mod fake;
mod filling;
mod http;
mod judge;
mod options;
mod plan;
mod refusal;
mod reply;
mod role;
mod script;
mod seen;
mod sound;
mod speech;
mod transcript;
mod turn;
mod wire;
mod words;

pub use fake::{FakeModels, Verdict};
pub use options::{FakeModelsOptions, KeyNeeded};
pub use role::Role;
pub use script::Script;
pub use seen::{KeyShown, SeenModelRequest};
pub use sound::SAMPLE_RATE;

pub use crate::loopback::Served;

/// The name of the tool or schema by which the objective check is known; a name may go on after it.
pub const OBJECTIVE_CHECK: &str = "objective_check";
/// The name of the tool or schema by which a rubric's evaluation is known.
pub const EVALUATION: &str = "evaluation";
