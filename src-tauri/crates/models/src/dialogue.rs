//! The dialogue as a chat: what the partner said is the assistant's, what the trainee said the user's. Hosts want one
//! message of a role after the other, the first and the last from the user.

use rehearse_domain::{Language, Speaker};

use crate::wire::{Content, InputAudio, Message, Part, base64_of};
use crate::{
    Abilities, HistoryTurn, ModelError, PartnerRequest, Refusal, RefusalKind, SoundIn, TurnSound, persona,
};

/// The prefix that DashScope's documents show.
const DATA_URL: &str = "data:;base64,";

/// All messages of a request.
///
/// # Errors
/// [`RefusalKind::TooLong`] when the sound is more than the model takes.
pub(crate) fn messages(request: &PartnerRequest, abilities: &Abilities) -> Result<Vec<Message>, ModelError> {
    let language = request.scenario.language;
    let by_trainee = |turn: &&HistoryTurn| turn.speaker == Speaker::Trainee;
    let last = request.history.last().filter(by_trainee);
    let sound = match (&request.sound, last) {
        (Some(sound), Some(_)) => input(sound, abilities)?,
        _ => None,
    };
    let spoken = usize::from(sound.is_some());
    let written = request.history.len() - spoken;

    let mut chat = Chat::default();
    if request
        .history
        .first()
        .is_none_or(|turn| turn.speaker == Speaker::Partner)
    {
        chat.say("user", persona::begin(language));
    }
    for turn in request.history.iter().take(written) {
        chat.turn(turn, language);
    }
    match sound {
        Some(sound) => chat.sound(sound),
        None if chat.role() != Some("user") => chat.say("user", persona::silence(language)),
        None => {}
    }
    let system = Message {
        role: "system",
        content: Content::Text(persona::instructions(&request.scenario)),
    };
    Ok(std::iter::once(system).chain(chat.0).collect())
}

/// The sound in the form that the host takes; `None` for one that does not hear.
pub(crate) fn input(sound: &TurnSound, abilities: &Abilities) -> Result<Option<Part>, ModelError> {
    let prefix = match abilities.sound_in {
        SoundIn::None => return Ok(None),
        SoundIn::DataUrl => DATA_URL,
        SoundIn::Base64 => "",
    };
    let encoded = (sound.mp3.len() as u64).div_ceil(3).saturating_mul(4);
    let bytes = encoded.saturating_add(prefix.len() as u64);
    if sound.duration.as_secs_f64() > f64::from(abilities.max_sound_secs) || bytes > abilities.max_sound_bytes
    {
        return Err(ModelError::Refused(Refusal::of_kind(RefusalKind::TooLong)));
    }
    Ok(Some(Part::InputAudio {
        input_audio: InputAudio {
            data: format!("{prefix}{}", base64_of(&sound.mp3)),
            format: Some("mp3"),
        },
    }))
}

#[derive(Default)]
struct Chat(Vec<Message>);

impl Chat {
    fn role(&self) -> Option<&'static str> {
        self.0.last().map(|message| message.role)
    }

    fn turn(&mut self, turn: &HistoryTurn, language: Language) {
        let words = turn
            .text
            .as_deref()
            .map(str::trim)
            .filter(|words| !words.is_empty());
        match turn.speaker {
            Speaker::Trainee => self.say("user", words.unwrap_or(persona::inaudible(language))),
            // Of what the partner said itself without words nothing can be told.
            Speaker::Partner => words.into_iter().for_each(|words| self.say("assistant", words)),
        }
    }

    fn say(&mut self, role: &'static str, words: &str) {
        match self.0.last_mut() {
            Some(Message {
                role: before,
                content: Content::Text(text),
            }) if *before == role => {
                text.push('\n');
                text.push_str(words);
            }
            _ => self.0.push(Message {
                role,
                content: Content::Text(words.to_owned()),
            }),
        }
    }

    /// What the trainee just said. Words of the trainee before it belong to the same message.
    fn sound(&mut self, sound: Part) {
        let before = self.0.pop_if(|message| message.role == "user");
        let words = match before {
            Some(Message {
                content: Content::Text(text),
                ..
            }) => Some(Part::Text { text }),
            _ => None,
        };
        self.0.push(Message {
            role: "user",
            content: Content::Parts(words.into_iter().chain([sound]).collect()),
        });
    }
}

#[cfg(test)]
#[path = "dialogue_tests.rs"]
mod tests;
