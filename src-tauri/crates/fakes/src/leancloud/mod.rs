//! A LeanCloud app in memory, as faithful as its documentation and recordings allow.
//!
//! One [`FakeLeanCloud`] is one app with its classes, users, files and the file host beside it. It is called
//! in-process ([`FakeLeanCloud::call`], [`FakeLeanCloud::router`]) where time is simulated, and served on loopback
//! ([`FakeLeanCloud::serve`]) for real clients. [`Faults`] make it fail on cue.
//!
//! What it does not know: LiveQuery, push, hooks, CQL, export jobs, places on the globe.

mod access;
mod answer;
mod batch;
mod call;
mod class;
mod condition;
mod cursor;
mod dates;
mod draft;
mod engine;
mod fake;
mod faults;
mod file_host;
mod files;
mod http;
mod names;
mod objects;
mod one_call;
mod operations;
mod options;
mod order;
mod permission;
mod qiniu;
mod query;
mod regexes;
mod seen;
mod sessions;
mod shape;
mod state;
mod types;
mod users;
mod values;
mod wire;

pub use fake::FakeLeanCloud;
pub use faults::{Fault, Faults, Reply};
pub use options::{DefaultAcl, FakeOptions, MillisClock, MissingDelete, Provider, StaleSession};
pub use permission::{Permission, Who};
pub use seen::SeenRequest;
pub use state::StoredFile;

pub use crate::loopback::{ConnectionLost, Served};
