//! Which of our ways of asking fits a host.

use std::sync::Arc;

use rehearse_net::Net;

use super::{Family, Preset};
use crate::{
    Abilities, Access, ChatPartner, ChatPartnerOptions, ChatTranscriber, Partner, QwenSpeaker, Speaker,
    SpeechSpeaker, Transcriber, Upload, UploadTranscriber,
};

/// Lively enough not to repeat itself, steady enough to stay in character.
const LIVELY: f32 = 0.8;

impl Preset {
    /// A model of this host as a partner. Without a voice it writes. Nothing is sent.
    pub fn partner(
        &self,
        net: Net,
        access: Access,
        model: &str,
        voice: Option<&str>,
        abilities: Abilities,
    ) -> Arc<dyn Partner> {
        let mut options = ChatPartnerOptions::new(model, abilities);
        options.voice = voice.map(ToOwned::to_owned);
        options.temperature = match self.family {
            // They know best themselves, and some models refuse to be told.
            Family::DashScope | Family::OpenAi => None,
            // Ollama's own is 1.0, at which small models lose the thread.
            _ => Some(LIVELY),
        };
        Arc::new(ChatPartner::new(net, access, options))
    }

    /// A model of this host as a transcriber: asked in a chat, or given a file. Nothing is sent.
    pub fn transcriber(
        &self,
        net: Net,
        access: Access,
        model: &str,
        abilities: Abilities,
    ) -> Arc<dyn Transcriber> {
        let upload = match self.family {
            Family::DashScope => return Arc::new(ChatTranscriber::new(net, access, model, abilities)),
            Family::WhisperServer => Upload::WhisperServer,
            _ => Upload::OpenAi,
        };
        Arc::new(UploadTranscriber::new(net, access, model, upload))
    }

    /// A model of this host as a speaker, with the voice for lines that name none; `None` is the host's own. Nothing is
    /// sent.
    pub fn speaker(&self, net: Net, access: Access, model: &str, voice: Option<&str>) -> Arc<dyn Speaker> {
        let voice = voice.map(ToOwned::to_owned);
        match self.family {
            Family::DashScope => Arc::new(QwenSpeaker::new(net, access, model, voice)),
            _ => Arc::new(SpeechSpeaker::new(net, access, model, voice)),
        }
    }
}
