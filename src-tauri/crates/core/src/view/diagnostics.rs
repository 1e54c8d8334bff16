//! Figures about this installation; nothing here ever leaves it by itself.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Percentiles of a latency, in milliseconds, over the latest measurements of this run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, Type)]
pub struct Percentiles {
    /// How many measurements.
    pub count: u32,
    /// Half were faster.
    pub p50_ms: f32,
    /// 95 of 100 were faster.
    pub p95_ms: f32,
}

/// Something `verify` found.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct Finding {
    /// Kind, a key of the message catalogue as `finding.<code>`.
    pub code: String,
    /// What it is about: a file or an id.
    pub subject: String,
}

/// Diagnostics.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct DiagnosticsView {
    /// Program version.
    pub version: String,
    /// Operating system and architecture.
    pub system: String,
    /// The data folder.
    pub data_folder: String,
    /// From the press to the first recorded samples.
    pub press_to_capturing: Percentiles,
    /// From the end mark to the committed turn.
    pub end_mark_to_commit: Percentiles,
    /// From the decision to end to the end on disk.
    pub end_to_disk: Percentiles,
    /// From the end mark to the partner's first sound.
    pub release_to_first_sound: Percentiles,
    /// Samples lost between the device and the file since the start.
    pub dropped_samples: u32,
}
