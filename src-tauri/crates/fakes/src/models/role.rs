//! What a request is for, and whose manners its route has.

/// What somebody wants of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The other side of the conversation, with or without a voice.
    Partner,
    /// Words out of sound.
    Transcriber,
    /// Whether the objective is met: a structure by the name [`OBJECTIVE_CHECK`](super::OBJECTIVE_CHECK).
    Objective,
    /// A rubric's level, or any other structure.
    Judge,
    /// Sound out of words.
    Speaker,
}

/// Whose manners a route has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Dialect {
    /// `/compatible-mode/v1/*`: DashScope in the shape of OpenAI.
    Compatible,
    /// `/api/v1/services/*`: DashScope in its own.
    Native,
    /// `/v1/*`: Ollama, and servers like OpenAI's.
    Local,
    /// `/inference`: whisper-server.
    Whisper,
}

impl Dialect {
    pub(super) const fn is_cloud(self) -> bool {
        matches!(self, Self::Compatible | Self::Native)
    }
}
