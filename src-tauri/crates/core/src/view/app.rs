//! The app as a whole, and Home.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::error::ErrorView;
use crate::settings::Settings;
use crate::view::{HistoryRow, ScenarioCard};
use rehearse_domain::Language;

/// The system the app runs on; decides which hint is shown for a microphone that is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// macOS.
    Mac,
    /// Windows.
    Windows,
    /// Linux and other Unix systems.
    Linux,
}

/// Another process that holds the data folder.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct Holder {
    /// Its process id.
    pub pid: u32,
    /// Its name, such as `rehearse-cli`.
    pub program: String,
}

/// What the window asks first.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct AppView {
    /// Version of the program.
    pub version: String,
    /// The system it runs on.
    pub platform: Platform,
    /// The user's settings; the defaults while the store cannot be opened.
    pub settings: Settings,
    /// The interface language in force: the setting, else the system's, else English.
    pub language: Language,
    /// The data folder.
    pub data_folder: String,
    /// Why the store could not be opened, if so; the window then shows only this and its way out.
    pub problem: Option<ErrorView>,
    /// The damaged database that was set aside since the program began.
    pub set_aside: Option<SetAside>,
    /// Takes that wait for the user's decision.
    pub interrupted_takes: u32,
    /// Sessions that were closed at this start because the app had died during them.
    pub closed_at_start: u32,
}

/// A damaged database that was moved out of the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SetAside {
    /// Where it lies now.
    pub file: String,
    /// The settings could not be read out of it: they are back at their defaults.
    pub settings_lost: bool,
}

/// How much is kept on this computer.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Type)]
pub struct StorageView {
    /// The data folder.
    pub folder: String,
    /// Sound, in bytes.
    pub audio_bytes: f64,
    /// Database, in bytes.
    pub database_bytes: f64,
    /// Sessions kept.
    pub sessions: u32,
    /// Turns kept.
    pub turns: u32,
}

/// Why a scenario is suggested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Suggestion {
    /// Nothing was practised yet.
    FirstPractice,
    /// Never tried, and the others were.
    NotTriedYet,
    /// Tried, longest ago.
    LongestAgo,
}

/// The last session that ended.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct LastResult {
    /// The session.
    pub row: HistoryRow,
}

/// Home.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct HomeView {
    /// What to practise next.
    pub suggested: Option<ScenarioCard>,
    /// Why.
    pub reason: Option<Suggestion>,
    /// The last session that ended.
    pub last: Option<LastResult>,
    /// Up to three scenarios to begin with, while there is no history.
    pub starters: Vec<ScenarioCard>,
    /// What is kept here.
    pub storage: StorageView,
}
