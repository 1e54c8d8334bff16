//! The steps of those who talk and listen: partner, transcriber, speaker.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use rehearse_domain::{Language, Persona, Speaker as Turns};
use tokio::time::Instant;

use super::finding::{Finding, Report, Step};
use super::{Probe, clip};
use crate::wire::base64_of;
use crate::{
    Abilities, HistoryTurn, ModelError, Partner, PartnerBrief, PartnerRequest, ReplyPart, SoundIn, Speaker,
    Speech, SpokenLine, Transcriber, TurnSound,
};

/// A model that has to be loaded first may take its time.
const ANSWERING: Duration = Duration::from_secs(20);
const HEARING: Duration = Duration::from_secs(10);
const TRANSCRIBING: Duration = Duration::from_secs(25);
const SPEAKING: Duration = Duration::from_secs(20);

/// What the beginning of a reply showed.
#[derive(Default)]
struct Heard {
    words: bool,
    first_sound: Option<Duration>,
    counted_sound: bool,
    /// Pieces of text in the request, as the host counts them.
    counted_words: Option<u64>,
}

/// A second of sound makes a request longer by more, and a word in place of it by less.
const LEAST_OF_SOUND: u64 = 8;
/// Letters of base64 that are one piece of text at most: two to three would be usual.
const LETTERS_A_PIECE: u64 = 4;

impl Heard {
    /// Whether it is proved that sound was heard which is `letters` long in base64. Some hosts count sound among the
    /// words: then there are more than in `written`, a request with a few words in place of the sound, and fewer than
    /// if the base64 had been read.
    fn heard_sound(&self, written: Option<u64>, letters: u64) -> bool {
        let more = || Some(self.counted_words?.saturating_sub(written?));
        self.counted_sound
            || more().is_some_and(|more| more >= LEAST_OF_SOUND && more < letters / LETTERS_A_PIECE)
    }
}

impl Probe {
    /// Whether a partner answers, speaks and hears. `make` builds it with the abilities that it is to be asked with.
    pub(crate) async fn partner(mut self, make: &(dyn Fn(Abilities) -> Arc<dyn Partner> + Sync)) -> Report {
        let written = match self.goes_on() {
            true => self.talk(make).await,
            false => None,
        };
        if self.goes_on()
            && self
                .report
                .finding(Step::Answers)
                .is_some_and(|found| found.trouble.is_none())
        {
            self.play(make, written).await;
        }
        for step in [Step::Answers, Step::Speaks, Step::Hears] {
            self.report.learn(Finding::unknown(step));
        }
        self.end()
    }

    /// Asks for a word. Answers how long the request was, as the host counts.
    async fn talk(&mut self, make: &(dyn Fn(Abilities) -> Arc<dyn Partner> + Sync)) -> Option<u64> {
        let mut partner = make(self.report.abilities.clone());
        let mut speaks = partner.speaks();
        let mut answer = self
            .step(ANSWERING, begin_reply(&*partner, request(None), speaks))
            .await;
        if let Err(error) = &answer
            && self.tries_to_speak
            && error.refuses_the_form()
        {
            self.report.learn(Finding {
                outcome: super::Outcome::No,
                ..Finding::failed(Step::Speaks, error)
            });
            self.report.abilities.speaks = false;
            (partner, speaks) = (make(self.report.abilities.clone()), false);
            answer = self
                .step(ANSWERING, begin_reply(&*partner, request(None), false))
                .await;
        }
        match answer {
            Ok((heard, _)) => {
                self.keep(
                    Step::Answers,
                    Ok(match heard.words {
                        true => Finding::yes(Step::Answers),
                        false => Finding::unknown(Step::Answers),
                    }),
                );
                if let Some(learned) = partner.learned() {
                    self.report.abilities = learned;
                }
                if let Some(first_sound) = heard.first_sound {
                    self.report.learn(Finding::yes(Step::Speaks).after(first_sound));
                } else if speaks {
                    self.report.learn(Finding::no(Step::Speaks));
                    self.report.abilities.speaks = false;
                }
                heard.counted_words
            }
            Err(error) => {
                self.keep(Step::Answers, Err(error));
                None
            }
        }
    }

    /// Plays it a tone, in the form that it is thought to take and then in the other one.
    async fn play(&mut self, make: &(dyn Fn(Abilities) -> Arc<dyn Partner> + Sync), written: Option<u64>) {
        let Ok((mp3, seconds)) = clip::tone() else {
            return;
        };
        let forms = match self.report.abilities.sound_in {
            SoundIn::DataUrl => [SoundIn::DataUrl, SoundIn::Base64],
            SoundIn::None | SoundIn::Base64 => [SoundIn::Base64, SoundIn::DataUrl],
        };
        let letters = base64_of(&mp3).len() as u64;
        let expected = self.report.abilities.sound_in != SoundIn::None;
        for form in forms {
            let partner = make(Abilities {
                sound_in: form,
                // One voice is enough for a test.
                speaks: false,
                ..self.report.abilities.clone()
            });
            let sound = TurnSound {
                mp3: mp3.clone(),
                duration: Duration::from_secs(seconds.into()),
            };
            match self
                .step(HEARING, begin_reply(&*partner, request(Some(sound)), false))
                .await
            {
                // A host may pass over a part that it does not know. Where nobody said that it hears, only a count of
                // the sound is proof.
                Ok((heard, took)) if expected || heard.heard_sound(written, letters) => {
                    self.report.abilities.sound_in = form;
                    return self.report.learn(Finding::yes(Step::Hears).after(took));
                }
                Ok(_) => return,
                Err(error) if error.refuses_the_form() => {
                    self.report.learn(Finding {
                        outcome: super::Outcome::Unknown,
                        ..Finding::failed(Step::Hears, &error)
                    });
                }
                Err(error) => return self.keep(Step::Hears, Err(error)),
            }
        }
        // Refused in every form.
        let trouble = self
            .report
            .finding(Step::Hears)
            .and_then(|found| found.trouble.clone());
        self.report.learn(Finding {
            trouble,
            ..Finding::no(Step::Hears)
        });
        self.report.abilities.sound_in = SoundIn::None;
    }

    /// Whether a transcriber writes a recording down. What it hears in a tone does not matter.
    pub(crate) async fn transcriber(mut self, transcriber: &dyn Transcriber) -> Report {
        if self.goes_on()
            && let Ok((mp3, seconds)) = clip::tone()
        {
            let speech = Speech {
                mp3,
                duration: Duration::from_secs(seconds.into()),
                language: Some(Language::English),
                // Names, as every turn of a practice comes with them: a host may refuse just these.
                context: "Dana, Robin".to_owned(),
            };
            let result = self.step(TRANSCRIBING, transcriber.transcribe(speech)).await;
            let found = result.map(|(_, took)| Finding::yes(Step::Transcribes).after(took));
            self.keep(Step::Transcribes, found);
        }
        self.report.learn(Finding::unknown(Step::Transcribes));
        self.end()
    }

    /// Whether a speaker speaks, and after what time.
    pub(crate) async fn speaker(mut self, speaker: &dyn Speaker) -> Report {
        if self.goes_on() {
            let first_sound = async {
                let line = SpokenLine {
                    text: "Hello.".to_owned(),
                    language: Language::English,
                    voice: None,
                };
                let mut sound = speaker.speak(line).await?;
                while let Some(samples) = sound.next().await {
                    if !samples?.is_empty() {
                        return Ok(());
                    }
                }
                Err(ModelError::Malformed(None))
            };
            let result = self.step(SPEAKING, first_sound).await;
            let found = result.map(|((), took)| Finding::yes(Step::Speaks).after(took));
            self.keep(Step::Speaks, found);
        }
        self.report.learn(Finding::unknown(Step::Speaks));
        self.end()
    }
}

/// The reply as far as it tells something: to the first words, and to the first sound where one is expected.
async fn begin_reply(
    partner: &dyn Partner,
    request: PartnerRequest,
    speaks: bool,
) -> Result<Heard, ModelError> {
    let began = Instant::now();
    let mut heard = Heard::default();
    let mut reply = partner.reply(request).await?;
    while let Some(part) = reply.next().await {
        match part? {
            ReplyPart::Text(words) => heard.words |= !words.trim().is_empty(),
            ReplyPart::Pcm(samples) if !samples.is_empty() => {
                heard.first_sound.get_or_insert_with(|| began.elapsed());
            }
            ReplyPart::Used(usage) => {
                heard.counted_sound |= usage.audio_in > 0;
                *heard.counted_words.get_or_insert_default() += usage.text_in;
            }
            ReplyPart::Done(_) => break,
            _ => {}
        }
        if speaks && heard.words && heard.first_sound.is_some() {
            break;
        }
    }
    Ok(heard)
}

/// A request for a word, in writing or as a recording.
fn request(sound: Option<TurnSound>) -> PartnerRequest {
    let text = sound.is_none().then(|| "Say hello.".to_owned());
    PartnerRequest {
        scenario: Arc::new(PartnerBrief {
            persona: Persona {
                name: "Dana".to_owned(),
                role: "a colleague".to_owned(),
                background: String::new(),
                voice: None,
            },
            brief: "Whatever you hear, answer with one short word.".to_owned(),
            language: Language::English,
            script: None,
        }),
        history: vec![HistoryTurn {
            speaker: Turns::Trainee,
            text,
        }],
        sound,
        sequence: 1,
        variation: 0,
    }
}
