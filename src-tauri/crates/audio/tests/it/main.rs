//! The crate as others use it: real LAME, a real decoder, real files in temporary folders, and, where they are
//! installed, other people's programs as referees.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr
)]

mod clips;
mod crash;
mod full_disk;
mod programs;
mod resampling;
mod round_trip;
mod sound;
mod watched_disk;
mod wav;
