//! Kinds of failure the dialog can be told about. Only what changes the sentence that is shown: what the
//! operating system or a server really said belongs into the log of whoever met it.

use serde::{Deserialize, Serialize};

/// Something is wrong with the sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum MediaFault {
    /// The system does not let this app use the microphone.
    PermissionDenied,
    /// There is no microphone.
    NoDevice,
    /// Another program holds the microphone.
    DeviceBusy,
    /// The device offers no format that can be recorded.
    UnsupportedFormat,
    /// The device went away and no other could take its place.
    DeviceLost,
    /// The device is there and delivers nothing.
    NoSamples,
    /// The clip could not be written.
    ClipNotWritten,
    /// Anything else.
    Other,
}

/// The partner could not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum PartnerFault {
    /// The partner's host cannot be reached.
    Unreachable,
    /// No whole answer came in time.
    TimedOut,
    /// The host wants another key, or one at all.
    NotAllowed,
    /// The host wants fewer requests, or money.
    OverQuota,
    /// An answer came that cannot be used.
    Unusable,
    /// The script has no further line.
    NothingLeftToSay,
    /// Anything else.
    Other,
}

/// Something could not be put on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum SaveFault {
    /// There is no space left.
    DiskFull,
    /// The data folder cannot be written to.
    ReadOnly,
    /// The database is damaged.
    Damaged,
    /// Anything else.
    Other,
}
