//! Somebody in a scenario, and the voice that fits them.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

/// Somebody in the scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Persona {
    /// What they are called; fits the language.
    pub name: String,
    /// Who they are to the other one, such as "your manager".
    pub role: String,
    /// What they bring along and what is at stake for them.
    pub background: String,
    /// The voice that fits them; `None` when any does. A hint: it changes nothing of what the scenario says, so that two
    /// versions which differ in it alone are one. A word that nobody knows, as a later version may write it, is none.
    #[serde(default, deserialize_with = "known", skip_serializing_if = "Option::is_none")]
    pub voice: Option<PersonaVoice>,
}

/// How a persona's voice sounds, for the choice among those that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum PersonaVoice {
    /// A voice that most people take for a woman's.
    Feminine,
    /// A voice that most people take for a man's.
    Masculine,
}

impl Persona {
    /// The same with the other one's hint where it has none of its own, if both are called the same: whoever did not know
    /// of hints has taken none away, and a new person is not given the former one's voice.
    #[must_use]
    pub fn with_hint_of(mut self, other: &Self) -> Self {
        if self.name == other.name {
            self.voice = self.voice.or(other.voice);
        }
        self
    }
}

fn known<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PersonaVoice>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Told {
        Known(PersonaVoice),
        Unknown(IgnoredAny),
    }
    Ok(match Option::<Told>::deserialize(deserializer)? {
        Some(Told::Known(voice)) => Some(voice),
        Some(Told::Unknown(_)) | None => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = r#"{"name":"Dana","role":"manager","background":"Busy."}"#;

    fn with(voice: &str) -> Persona {
        serde_json::from_str(&BEFORE.replace('}', &format!(r#","voice":{voice}}}"#))).unwrap()
    }

    #[test]
    fn what_was_written_before_there_were_hints_is_read_and_written_as_it_was() {
        let dana: Persona = serde_json::from_str(BEFORE).unwrap();
        assert_eq!(dana.voice, None);
        assert_eq!(serde_json::to_string(&dana).unwrap(), BEFORE);
    }

    #[test]
    fn a_hint_is_kept_and_one_that_nobody_knows_is_none() {
        let dana = with(r#""feminine""#);
        assert_eq!(dana.voice, Some(PersonaVoice::Feminine));
        let again: Persona = serde_json::from_str(&serde_json::to_string(&dana).unwrap()).unwrap();
        assert_eq!(again, dana);
        for unknown in ["null", r#""robotic""#, "7", r#"{"pitch":2}"#, "[1]", "true"] {
            assert_eq!(with(unknown).voice, None, "{unknown}");
        }
    }

    #[test]
    fn a_hint_stays_with_the_person_and_goes_with_a_new_one() {
        let (plain, dana) = (with("null"), with(r#""feminine""#));
        assert_eq!(plain.clone().with_hint_of(&dana), dana);
        assert_eq!(with(r#""masculine""#).with_hint_of(&dana), with(r#""masculine""#));
        let mark = Persona {
            name: "Mark".into(),
            ..plain
        };
        assert_eq!(mark.with_hint_of(&dana).voice, None);
    }
}
