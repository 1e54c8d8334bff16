//! The probe of what stands in a settings page.

use rehearse_domain::Language;
use rehearse_net::{Net, Purpose};

use super::{Probe, Report};
use crate::client::Client;
use crate::presets::{Preset, Role};
use crate::{Abilities, Access, ChatEvaluator, TimeLimits};

/// Questions about a host itself, in [`Net::traffic`]. The rest of a probe counts for the role that it is about.
pub const PROBE: Purpose = Purpose::named("probe");

/// Who is to be probed.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// What kind of host it is.
    pub preset: &'static Preset,
    /// Where it stands, and the key.
    pub access: Access,
    /// What the model is to do.
    pub role: Role,
    /// Name of the model.
    pub model: String,
    /// Its voice; `None` is the first that is known for it.
    pub voice: Option<String>,
    /// What it is thought to be able to do: by its preset, for what an earlier check took away may be there again.
    pub abilities: Abilities,
}

impl Candidate {
    /// Finds out what it can do. Takes at most 40 s and never fails: what went wrong is part of what was found.
    pub async fn probe(&self, net: &Net) -> Report {
        let (preset, model) = (self.preset, self.model.as_str());
        let access = || self.access.clone();
        let client = Client::new(net.clone(), access(), PROBE, TimeLimits::default());
        let mut probe = Probe::begin(&client, model, self.abilities.clone()).await;
        // Whoever names a voice thinks that it speaks, whatever is known of its host.
        if self.role == Role::Partner && self.voice.is_some() {
            probe = probe.trying_to_speak();
        }
        let voice = self
            .voice
            .as_deref()
            .or_else(|| preset.voice_for(model, Language::English, None));
        match self.role {
            Role::Partner => {
                probe
                    .partner(&|abilities| preset.partner(net.clone(), access(), model, voice, abilities))
                    .await
            }
            Role::Transcriber => {
                let abilities = self.abilities.clone();
                let transcriber = preset.transcriber(net.clone(), access(), model, abilities);
                probe.transcriber(&*transcriber).await
            }
            Role::Evaluator => {
                probe
                    .evaluator(&|abilities| ChatEvaluator::new(net.clone(), access(), model, abilities))
                    .await
            }
            Role::Speaker => {
                let speaker = preset.speaker(net.clone(), access(), model, voice);
                probe.speaker(&*speaker).await
            }
        }
    }
}
