//! What a server of models is set up with.

use std::time::Duration;

use super::script::Script;

/// Where a key is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyNeeded {
    /// On the routes of DashScope only, as local servers ignore keys.
    ByTheCloud,
    /// On every route.
    Everywhere,
    /// On none.
    Nowhere,
}

/// Key, pace and script. Every field may be changed later with [`FakeModels::configure`](super::FakeModels::configure).
#[derive(Clone, Debug, PartialEq)]
pub struct FakeModelsOptions {
    /// The key that is right.
    pub key: String,
    /// Where it is asked for.
    pub key_needed: KeyNeeded,
    /// How long each answer takes to begin, whatever the script.
    pub before_first_byte: Duration,
    /// How long passes before each further write of an answer, whatever the script.
    pub between_chunks: Duration,
    /// The waits of the scripts (25 s of `slow_first` ...) are multiplied by this, so that a test need not sit them out.
    pub pace: f64,
    /// What answers where nothing else was asked for.
    pub script: Script,
    /// So many requests are remembered, with the sound that came and went; older ones are forgotten.
    pub remembered: usize,
    /// The largest data URL of the cloud, in bytes as it is written.
    pub data_url_bytes: usize,
}

impl Default for FakeModelsOptions {
    /// A server that answers at once, as documented.
    fn default() -> Self {
        Self {
            key: "sk-fake-0123456789abcdef".to_owned(),
            key_needed: KeyNeeded::ByTheCloud,
            before_first_byte: Duration::ZERO,
            between_chunks: Duration::ZERO,
            pace: 1.0,
            script: Script::Happy,
            remembered: 1_000,
            data_url_bytes: 10_485_760,
        }
    }
}

impl FakeModelsOptions {
    /// A wait of a script at this server's pace.
    pub(super) fn paced(&self, time: Duration) -> Duration {
        time.mul_f64(self.pace.max(0.0))
    }
}
