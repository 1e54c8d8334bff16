//! Which voice the other person is heard in: the one that the user has fixed for a model, else one that fits the person
//! of the scenario. Everybody who wants to know whether a partner speaks itself asks here.

use rehearse_domain::{Language, PersonaVoice, Scenario};
use rehearse_models::presets::Role;

use super::chosen::{Chosen, Player};

/// How the other person is to sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WantedVoice {
    /// What is spoken.
    pub(crate) language: Language,
    /// What fits the person.
    pub(crate) hint: Option<PersonaVoice>,
}

impl WantedVoice {
    /// Of nobody in particular.
    pub(crate) const fn of_anybody(language: Language) -> Self {
        Self { language, hint: None }
    }
}

impl From<&Scenario> for WantedVoice {
    fn from(scenario: &Scenario) -> Self {
        Self {
            language: scenario.language,
            hint: scenario.partner.voice,
        }
    }
}

impl Player {
    /// The voice that it is asked for; `None` where neither the user nor the preset names one.
    pub(super) fn voice_for(&self, wanted: WantedVoice) -> Option<String> {
        let fitting = || self.preset().voice_for(&self.model, wanted.language, wanted.hint);
        self.voice.clone().or_else(|| fitting().map(str::to_owned))
    }

    /// The same of a partner that speaks itself; `None` for one that only writes.
    pub(super) fn own_voice(&self, wanted: WantedVoice) -> Option<String> {
        self.voice_for(wanted).filter(|_| self.abilities.speaks)
    }
}

impl Chosen {
    /// Whether the model that was chosen as partner is heard without the system's voice: in its own, or in that of
    /// somebody who was chosen to read aloud.
    pub(super) fn is_heard(&self, wanted: WantedVoice) -> bool {
        let partner = self.of(Role::Partner);
        partner.is_some_and(|partner| partner.own_voice(wanted).is_some()) || self.of(Role::Speaker).is_some()
    }
}

#[cfg(test)]
mod tests {
    use rehearse_models::presets::Preset;

    use super::*;
    use crate::view::ModelPlace;

    fn player(preset: &str, role: Role, model: &str) -> Player {
        Player {
            preset: preset.to_owned(),
            address: "https://example.org/v1".to_owned(),
            model: model.to_owned(),
            voice: None,
            abilities: Preset::with_id(preset).unwrap().abilities(role, model),
            key: None,
            checked: None,
        }
    }

    fn wanted(language: Language, hint: Option<PersonaVoice>) -> WantedVoice {
        WantedVoice { language, hint }
    }

    #[test]
    fn a_voice_that_was_fixed_goes_before_the_one_that_fits() {
        use PersonaVoice::{Feminine, Masculine};
        let mut qwen = player("qwen-singapore", Role::Partner, "qwen3.5-omni-flash");
        for (language, hint, voice) in [
            (Language::English, Some(Feminine), "Jennifer"),
            (Language::English, Some(Masculine), "Ethan"),
            (Language::English, None, "Jennifer"),
            (Language::Chinese, Some(Feminine), "Serena"),
            (Language::Chinese, Some(Masculine), "Ethan"),
        ] {
            let found = qwen.own_voice(wanted(language, hint));
            assert_eq!(found.as_deref(), Some(voice), "{language} {hint:?}");
        }
        qwen.voice = Some("Chloe".to_owned());
        let found = qwen.own_voice(wanted(Language::Chinese, Some(Masculine)));
        assert_eq!(found.as_deref(), Some("Chloe"));
    }

    #[test]
    fn who_is_able_to_speak_is_heard_only_with_a_voice_or_with_somebody_who_reads() {
        let anybody = WantedVoice::of_anybody(Language::English);
        let mut chosen = Chosen::default();
        assert!(!chosen.is_heard(anybody), "nobody was chosen");
        let mut own = player("other", Role::Partner, "a model");
        own.abilities.speaks = true;
        *chosen.at_mut(Role::Partner, ModelPlace::First) = Some(own.clone());
        assert!(!chosen.is_heard(anybody), "no voice is known");
        own.voice = Some("Aiden".to_owned());
        *chosen.at_mut(Role::Partner, ModelPlace::First) = Some(own.clone());
        assert!(chosen.is_heard(anybody));
        own.abilities.speaks = false;
        *chosen.at_mut(Role::Partner, ModelPlace::First) = Some(own);
        assert!(!chosen.is_heard(anybody), "it was found not to speak");
        let reader = player("kokoro", Role::Speaker, "kokoro");
        *chosen.at_mut(Role::Speaker, ModelPlace::First) = Some(reader);
        assert!(chosen.is_heard(anybody));
    }
}
