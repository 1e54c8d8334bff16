//! Stories in the real window: the built app, driven through WebDriver on a display, a session bus and a sound
//! server of its own. Nothing here reaches into the app: what a person cannot see or press, a story cannot either.

#![cfg(target_os = "linux")]
// A story that cannot go on stops where it stands, with the words of what was missing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod accessibility;
mod bus;
mod command_line;
mod display;
mod driver;
mod folders;
mod keys;
mod limits;
mod notifications;
mod process;
mod speech;
mod stage;
mod stories;
mod window;
