//! The user's settings, kept in the store as one JSON value each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
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

/// What begins and ends a turn of the trainee.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TalkMode {
    /// A key that is held or tapped.
    #[default]
    PushToTalk,
    /// The voice itself, and a pause.
    HandsFree,
}

/// Whether who speaks over the partner cuts in, when talking hands-free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CutIn {
    /// With headphones: over a loudspeaker the partner would interrupt itself.
    #[default]
    Automatic,
    /// Always.
    On,
    /// Never; a key does.
    Off,
}

/// When the words of a session are written down and it is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FeedbackWhen {
    /// By itself, once a session is over.
    #[default]
    ByItself,
    /// When somebody asks for it.
    OnRequest,
}

/// Everything under Settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is one switch of the settings screen"
)]
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
    /// What begins and ends a turn.
    pub talk_mode: TalkMode,
    /// The silence that ends a turn when talking hands-free, in milliseconds from 500 to 4000.
    pub turn_pause_ms: u32,
    /// Whether speaking over the partner cuts in.
    pub cut_in: CutIn,
    /// A take may be listened to before it is sent.
    pub review_before_sending: bool,
    /// Factor on both time limits.
    pub time_factor: TimeFactor,
    /// The countdown of silence is shown.
    pub show_silence_countdown: bool,
    /// Nothing goes to the network, whoever asks.
    pub offline: bool,
    /// When feedback is given.
    pub feedback: FeedbackWhen,
    /// So many sessions a day (24 hours) get feedback by themselves at most; `None` is all of them.
    pub feedback_per_day: Option<u32>,
    /// Not by itself while the computer runs on its battery.
    pub feedback_on_mains_only: bool,
    /// The system shows a notification when feedback is there and the window is not in front.
    pub feedback_notifications: bool,
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
            talk_mode: TalkMode::PushToTalk,
            turn_pause_ms: 1_500,
            cut_in: CutIn::Automatic,
            review_before_sending: false,
            time_factor: TimeFactor::Normal,
            show_silence_countdown: true,
            offline: false,
            feedback: FeedbackWhen::ByItself,
            feedback_per_day: None,
            feedback_on_mains_only: false,
            feedback_notifications: true,
            shortcuts: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// Settings as an older or newer version kept them: a field it did not know, or knows with other values, takes
    /// its default, and the others stand.
    pub(crate) fn from_kept(kept: Value) -> Self {
        let (Ok(Value::Object(mut all)), Value::Object(kept)) = (serde_json::to_value(Self::default()), kept)
        else {
            return Self::default();
        };
        for (name, value) in kept {
            let Some(default) = all.insert(name.clone(), value) else {
                continue;
            };
            if serde_json::from_value::<Self>(Value::Object(all.clone())).is_err() {
                all.insert(name, default);
            }
        }
        serde_json::from_value(Value::Object(all)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_another_version_kept_is_read_as_far_as_it_is_understood() {
        let kept = json!({
            "theme": "sepia", "warm_microphone": false, "holograms": true, "cut_in": "always", "turn_pause_ms": 2500,
        });
        let expected = Settings {
            warm_microphone: false,
            turn_pause_ms: 2_500,
            ..Settings::default()
        };
        assert_eq!(Settings::from_kept(kept), expected);
        assert_eq!(Settings::from_kept(json!(7)), Settings::default());
    }

    #[test]
    fn settings_come_back_as_they_were_kept() {
        let settings = Settings {
            language: Some(Language::Chinese),
            theme: Theme::Dark,
            ..Settings::default()
        };
        assert_eq!(
            Settings::from_kept(serde_json::to_value(&settings).unwrap()),
            settings
        );
    }
}
