//! One answer of the partner: how it comes in from its stream, and what of it is there, was played and was heard.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use rehearse_audio::SAMPLE_RATE;
use rehearse_audio::pieces::Pieces;
use rehearse_dialog::{RequestId, TurnDraft};
use rehearse_domain::is_han;
use rehearse_models::{ModelError, Partner, PartnerRequest, ReplyEnd, ReplyPart};
use tokio::sync::mpsc;

use super::Input;
use super::hearing::Recorded;
use super::voice_lines::VoiceLines;

/// The longest that a whole answer may take: what comes later is of no use to a conversation.
const BUDGET: Duration = Duration::from_secs(90);
/// The longest answer that is taken in: a partner who speaks for two minutes gives no turn back, and a model may repeat
/// itself for ever. The rest is not waited for.
const LONGEST: (usize, Duration) = (1_900, Duration::from_secs(120));
/// Less than this of an answer is not worth keeping as sound.
const SHORTEST_SOUND: usize = SAMPLE_RATE as usize / 10;

/// A piece of news about an answer.
pub(super) enum News {
    /// More words.
    Words(String),
    /// More sound: mono samples at 24 kHz.
    Sound(Arc<[f32]>),
    /// No more of it is taken in.
    Stopped,
    /// It is there as a whole.
    Whole(ReplyEnd),
    /// It will not come, or not come to its end.
    Failed(ModelError),
}

/// An answer as far as it is there.
#[derive(Default)]
pub(super) struct Reply {
    /// Number of the turn that it answers with.
    pub(super) sequence: u32,
    pub(super) words: String,
    pub(super) pcm: Pieces,
    /// The partner was asked by the sound of what was said, its words not being there.
    pub(super) by_ear: bool,
    /// It is there to its end.
    pub(super) whole: bool,
    /// Nothing more of it is wanted.
    pub(super) closed: bool,
    /// The lines that play it and how fast, each until it has fallen silent; the last is the one that is heard now.
    pub(super) lines: Vec<(RequestId, f32)>,
    /// The most of it that was heard on lines that have fallen silent.
    pub(super) heard: Duration,
    /// The turn that is to be saved as soon as it is known how much was heard.
    pub(super) due: Option<(RequestId, TurnDraft)>,
}

impl Reply {
    /// Leaves off the words that came ahead of their sound and will not be spoken; of an answer without any sound, none.
    pub(super) fn keep_spoken(&mut self) {
        let spoken = self.pcm.len();
        let length = samples(spoken_length(&self.words));
        if spoken > 0 && length > spoken {
            self.words = beginning(&self.words, spoken as f64 / length as f64);
        }
    }

    /// Cuts it to what was heard. Words have no times, so they are cut where the sound was: at the same share of
    /// their length, after a whole word. Of an answer that is still coming words may be there before their sound, so its
    /// whole length is no less than what its words take to be said.
    pub(super) fn keep_heard(&mut self) {
        let heard = samples(self.heard).min(self.pcm.len());
        if heard == self.pcm.len() && self.whole {
            return;
        }
        let at_least = if self.whole {
            0
        } else {
            samples(spoken_length(&self.words))
        };
        let share = heard as f64 / self.pcm.len().max(at_least).max(1) as f64;
        let heard = if heard < SHORTEST_SOUND { 0 } else { heard };
        self.words = beginning(&self.words, share);
        self.pcm.truncate(heard);
        self.heard = length(heard);
        // What is kept is all there is, also when it has to be saved once more.
        self.whole = true;
    }
}

/// The first part of a text, up to the last whole word within that share of it, with a dash for the rest.
fn beginning(words: &str, share: f64) -> String {
    let letters = words.chars().count();
    let kept = ((letters as f64) * share).round() as usize;
    let mut cut: String = words.chars().take(kept).collect();
    let inside_a_word =
        |next: Option<char>| next.is_some_and(|letter| letter.is_alphanumeric() && !is_han(letter));
    if inside_a_word(words.chars().nth(kept)) {
        let end = cut.rfind(|letter: char| !letter.is_alphanumeric() || is_han(letter));
        cut.truncate(end.map_or(0, |at| {
            at + cut
                .get(at..)
                .and_then(|rest| rest.chars().next())
                .map_or(0, char::len_utf8)
        }));
    }
    let cut = cut.trim_end();
    if cut.is_empty() {
        "…".to_owned()
    } else {
        format!("{cut}—")
    }
}

/// About how long words take to be said, rather too long than too short: somebody who speaks without haste says 13 letters
/// a second in English (150 words a minute), and 4 characters in Chinese.
fn spoken_length(words: &str) -> Duration {
    const LETTER: Duration = Duration::from_millis(77);
    const HAN: Duration = Duration::from_millis(250);
    words
        .chars()
        .map(|letter| if is_han(letter) { HAN } else { LETTER })
        .sum()
}

/// Length of mono samples at 24 kHz.
pub(super) fn length(samples: usize) -> Duration {
    Duration::from_secs_f64(samples as f64 / f64::from(SAMPLE_RATE))
}

fn samples(length: Duration) -> usize {
    (length.as_secs_f64() * f64::from(SAMPLE_RATE)).round() as usize
}

/// A question to the partner.
pub(super) struct Asking {
    pub(super) partner: Arc<dyn Partner>,
    pub(super) question: PartnerRequest,
    /// What the partner is to hear.
    pub(super) sound: Option<Recorded>,
    /// Speaks for a partner that sends words only; without it nobody is heard.
    pub(super) voice: Option<VoiceLines>,
}

impl Asking {
    /// Asks, and tells the inbox what comes; returns the last of it: the answer is whole or has failed.
    pub(super) async fn pass_on(self, request: RequestId, inbox: &mpsc::UnboundedSender<Input>) -> News {
        let tell = |news| drop(inbox.send(Input::Reply(request, news)));
        let used = || drop(inbox.send(Input::Used));
        let end = match tokio::time::timeout(BUDGET, self.listen(&tell, &used)).await {
            Ok(end) => end,
            Err(_) => Err(ModelError::TimedOut(BUDGET)),
        };
        end.map_or_else(News::Failed, News::Whole)
    }

    async fn listen(mut self, tell: &impl Fn(News), used: &impl Fn()) -> Result<ReplyEnd, ModelError> {
        if let Some(recorded) = self.sound.take() {
            let sound = recorded.read().await;
            self.question.sound = Some(sound.map_err(|error| ModelError::Malformed(Some(error.into())))?);
        }
        let mut stream = self.partner.reply(self.question).await?;
        let (mut words, mut sound, mut letters) = (String::new(), 0, 0);
        let end = loop {
            // A stream that stops without its end mark was cut off; half an answer is none.
            match stream.next().await.ok_or(ModelError::Malformed(None))?? {
                ReplyPart::Text(text) => {
                    letters += text.chars().count();
                    words.push_str(&text);
                    tell(News::Words(text));
                }
                // Who wants to read only is not read to.
                ReplyPart::Pcm(samples) if self.voice.is_some() && !samples.is_empty() => {
                    sound += samples.len();
                    tell(News::Sound(samples.into()));
                }
                ReplyPart::Used(_) => used(),
                ReplyPart::From { model, .. } => tracing::info!(model, "the partner answers"),
                ReplyPart::Pcm(_) => {}
                ReplyPart::Done(end) => break end,
            }
            if letters > LONGEST.0 || length(sound) > LONGEST.1 {
                tracing::warn!(letters, "the partner's answer was cut off: it came to no end");
                tell(News::Stopped);
                break ReplyEnd::Continues;
            }
        };
        if let (0, Some(voice)) = (sound, self.voice)
            && let Some(pcm) = voice.pcm_once(&words).await
        {
            tell(News::Sound(pcm));
        }
        Ok(end)
    }
}

#[cfg(test)]
#[path = "reply_tests.rs"]
mod tests;
