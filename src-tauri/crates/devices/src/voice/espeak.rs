//! Linux: eSpeak NG, a program of every distribution.

use std::process::Command;
use std::time::Duration;

use rehearse_domain::{Language, PersonaVoice};

use super::{VoiceAvailability, VoiceChoice, VoiceError, VoiceRequest, availability, child};

const PROGRAM: &str = "espeak-ng";

/// Words per minute at the normal pace.
const NORMAL_PACE: f32 = 165.0;

pub(super) fn voices(language: Language, deadline: Duration) -> VoiceAvailability {
    let mut command = Command::new(PROGRAM);
    let family = if language == Language::Chinese {
        "cmn"
    } else {
        "en"
    };
    command.arg(format!("--voices={family}"));
    availability(child::run(command, "", deadline), |listing| {
        parse(listing, first_voice(language))
    })
}

const fn first_voice(language: Language) -> &'static str {
    match language {
        Language::English => "en-us",
        // Plain `cmn` of version 1.51 takes the pinyin of its own dictionary for English words.
        Language::Chinese => "cmn-latn-pinyin",
    }
}

pub(super) fn render(request: &VoiceRequest, deadline: Duration) -> Result<Vec<u8>, VoiceError> {
    let voice = voice_of(request);
    let mut command = Command::new(PROGRAM);
    let pace = (NORMAL_PACE * request.rate).round();
    // -b 1: the input is UTF-8, whatever the locale says.
    command.args([
        "--stdin",
        "--stdout",
        "-b",
        "1",
        "-s",
        &format!("{pace}"),
        "-v",
        &voice,
    ]);
    child::run(command, &request.text, deadline)
}

/// The voice by name, or the language's first in the variant that fits. A variant that is not installed is passed over by
/// the program.
fn voice_of(request: &VoiceRequest) -> String {
    if let Some(voice) = &request.voice {
        return voice.clone();
    }
    let variant = match request.fits {
        None => "",
        Some(PersonaVoice::Feminine) => "+f3",
        Some(PersonaVoice::Masculine) => "+m3",
    };
    format!("{}{variant}", first_voice(request.language))
}

/// Reads the table of `--voices`: priority, language, age and gender, name, file. `first` comes first.
fn parse(listing: &str, first: &str) -> Vec<VoiceChoice> {
    let voice = |line: &str| {
        let mut columns = line.split_whitespace().skip(1);
        let (language, _, name, file) = (columns.next()?, columns.next()?, columns.next()?, columns.next()?);
        // MBROLA's voices are listed without being there, and then crash the program.
        let is_own = !file.starts_with("mb/") && !file.starts_with("!v/");
        is_own.then(|| VoiceChoice {
            id: language.to_owned(),
            name: name.replace('_', " "),
        })
    };
    let mut voices: Vec<_> = listing.lines().skip(1).filter_map(voice).collect();
    voices.sort_by_key(|voice| voice.id != first);
    voices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_chooses_the_variant_and_a_named_voice_stays_what_it_is() {
        let spoken = |language, fits, voice: Option<&str>| {
            voice_of(&VoiceRequest {
                text: String::new(),
                language,
                rate: 1.0,
                voice: voice.map(ToOwned::to_owned),
                fits,
            })
        };
        assert_eq!(spoken(Language::English, None, None), "en-us");
        let feminine = Some(PersonaVoice::Feminine);
        assert_eq!(spoken(Language::English, feminine, None), "en-us+f3");
        let masculine = Some(PersonaVoice::Masculine);
        assert_eq!(spoken(Language::Chinese, masculine, None), "cmn-latn-pinyin+m3");
        assert_eq!(spoken(Language::English, masculine, Some("en-gb")), "en-gb");
    }

    #[test]
    fn voices_that_need_other_programs_are_not_offered() {
        let listing = "Pty Language       Age/Gender VoiceName          File                 Other Languages\n \
            2  en-gb           --/M      English_(Great_Britain) gmw/en               (en 2)\n \
            3  en-uk           --/M      english-mb-en1     mb/mb-en1            (en-gb 3)(en 2)\n \
            5  variant         --/M      Storm              !v/Storm             (en-us 5)\n \
            2  en-us           --/M      English_(America)  gmw/en-US            (en 3)\n";
        let ids: Vec<_> = parse(listing, "en-us")
            .into_iter()
            .map(|voice| (voice.id, voice.name))
            .collect();
        let pair = |id: &str, name: &str| (id.to_owned(), name.to_owned());
        assert_eq!(
            ids,
            [
                pair("en-us", "English (America)"),
                pair("en-gb", "English (Great Britain)")
            ]
        );
    }
}
