//! Events: they only say that something changed, never what it is now.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A part of the app that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// [`AppView`](crate::view::AppView) and settings.
    App,
    /// The open practice.
    Practice,
    /// Sessions: history, review, home.
    Sessions,
    /// How far the feedback on sessions is.
    Feedback,
    /// Devices and the sound check.
    Sound,
    /// Interrupted takes.
    Recovery,
    /// The user's own server.
    Sync,
    /// The models and who plays which role.
    Models,
}

/// Something changed. A listener that lags, or sees a gap in `revision`, asks for everything it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Changed {
    /// What.
    pub topic: Topic,
    /// Counts every change of the app, from 1.
    pub revision: u32,
}

/// How loud the microphone is right now, 20 times a second while it is open. Dropping some is harmless.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct Heard {
    /// Root mean square of the last 50 ms, dB relative to full scale.
    pub rms_dbfs: f32,
    /// Peak of the last 50 ms, dB relative to full scale.
    pub peak_dbfs: f32,
    /// Whether samples were at full scale.
    pub clipping: bool,
}
