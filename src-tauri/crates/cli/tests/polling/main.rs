//! `rehearse-cli poll` as a process beside a server of one's own: what another computer recorded is written down and
//! judged, whatever is killed or away in between. It is the same program without the core.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

mod computer;
mod draining;
mod earlier;
mod ending;
mod program;
mod records;
mod refusing;
mod town;
