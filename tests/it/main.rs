//! Stories over the whole core, without a window: real files, a real database, real MP3; only the devices are
//! pretended, so that they can fail on cue.

// The lints let only functions marked as tests fail this way; here everything is one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod agreeing;
mod app;
mod authoring;
mod deleting;
mod elsewhere;
mod faults;
mod feedback;
mod feedback_asked;
mod feedback_checked;
mod feedback_elsewhere;
mod feedback_mirrored;
mod feedback_promises;
mod figures;
mod hands_free;
mod judge;
mod keeping;
mod leaving;
mod live;
mod live_chain;
mod live_costs;
mod live_end;
mod live_hosts;
mod live_keys;
mod live_plain;
mod live_scripts;
mod live_tolerance;
mod live_trouble;
mod live_voices;
mod live_words;
mod looking_back;
mod practising;
mod progress;
mod recovering;
mod remote;
mod syncing;
mod writing_down;
