//! Pretended devices, clocks and voices, and real sound without hardware, for the tests of every crate.
//!
//! Nothing here is part of the app. Fakes stand at the seams only (`InputBackend`, `OutputBackend`, `Voice`, `Clock`,
//! `IdSource`); whatever lies between is the real thing.

mod clock;
mod fake_input;
mod fake_output;
mod fake_voice;
mod human_speech;
mod ids;
mod likeness;
pub mod practices;
mod small_disk;
mod virtual_sound;

pub use clock::HandClock;
pub use fake_input::FakeInput;
pub use fake_output::FakeOutput;
pub use fake_voice::FakeVoice;
pub use human_speech::{HumanSpeech, Utterance, human_speech};
pub use ids::CountingIds;
pub use likeness::{Alignment, align, correlation, likeness_per_second, to_rate, words_per_second};
pub use small_disk::SmallDisk;
pub use virtual_sound::{ControlRecording, VirtualSound};

/// A part of the test bench is not on this machine. The suite that needs it is left out and says so.
#[derive(Clone, Debug, thiserror::Error)]
#[error("not available here: {why}")]
pub struct Unavailable {
    /// Which part, and how to get it.
    pub why: String,
}

impl Unavailable {
    pub(crate) fn because(why: impl std::fmt::Display) -> Self {
        Self { why: why.to_string() }
    }
}
