//! The user's settings, kept in the store as one JSON value each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

use rehearse_domain::{Language, TimeFactor};

/// How the window looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Everything under Settings. A field that an older version did not know takes its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
#[allow(clippy::struct_excessive_bools, reason = "each is one switch of the settings screen")]
pub struct Settings {
    /// The interface language; `None` follows the system.
    pub language: Option<Language>,
    /// How the window looks.
    pub theme: Theme,
    /// The first run was finished or skipped.
    pub first_run_done: bool,
    /// Id of the microphone; `None` is the system's default.
    pub microphone: Option<String>,
    /// Id of the loudspeaker; `None` is the system's default.
    pub speaker: Option<String>,
    /// The microphone stays open during a session, so that no first word is cut.
    pub warm_microphone: bool,
    /// The partner is heard, not only read.
    pub partner_voice: bool,
    /// A take may be listened to before it is sent.
    pub review_before_sending: bool,
    /// Factor on both time limits.
    pub time_factor: TimeFactor,
    /// The countdown of silence is shown.
    pub show_silence_countdown: bool,
    /// Keys that differ from the defaults: action to key.
    pub shortcuts: BTreeMap<String, String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: None,
            theme: Theme::System,
            first_run_done: false,
            microphone: None,
            speaker: None,
            warm_microphone: true,
            partner_voice: true,
            review_before_sending: false,
            time_factor: TimeFactor::Normal,
            show_silence_countdown: true,
            shortcuts: BTreeMap::new(),
        }
    }
}
