//! One answer of the partner: how it comes in from its stream, and what of it is there, was played and was heard.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use rehearse_audio::SAMPLE_RATE;
use rehearse_dialog::{Pace, RequestId, TurnDraft};
use rehearse_models::presets::Role;
use rehearse_models::{ModelError, Partner, PartnerRequest, ReplyEnd, ReplyPart, Usage};
use tokio::sync::mpsc;

use super::Input;
use super::hearing::Recorded;
use super::voice_lines::VoiceLines;

/// The longest that a whole answer may take: what comes later is of no use to a conversation.
const BUDGET: Duration = Duration::from_secs(90);
/// Less than this of an answer is not worth keeping as sound.
const SHORTEST_SOUND: usize = SAMPLE_RATE as usize / 10;

/// A piece of news about an answer.
pub(super) enum News {
    /// More words.
    Words(String),
    /// More sound: mono samples at 24 kHz.
    Sound(Vec<f32>),
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
    pub(super) pcm: Vec<f32>,
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
    /// Cuts it to what was heard. Words have no times, so they are cut where the sound was: at the same share of
    /// their length, after a whole word.
    pub(super) fn keep_heard(&mut self) {
        let heard = samples(self.heard).min(self.pcm.len());
        if heard == self.pcm.len() && self.whole {
            return;
        }
        let share = heard as f64 / self.pcm.len().max(1) as f64;
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
        |next: Option<char>| next.is_some_and(|letter| letter.is_alphanumeric() && !is_ideograph(letter));
    if inside_a_word(words.chars().nth(kept)) {
        let end = cut.rfind(|letter: char| !letter.is_alphanumeric() || is_ideograph(letter));
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

/// Scripts without spaces are cut between any two letters.
fn is_ideograph(letter: char) -> bool {
    matches!(letter, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
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
        let used = |usage| drop(inbox.send(Input::Used(Role::Partner, usage)));
        let end = match tokio::time::timeout(BUDGET, self.listen(&tell, &used)).await {
            Ok(end) => end,
            Err(_) => Err(ModelError::TimedOut(BUDGET)),
        };
        end.map_or_else(News::Failed, News::Whole)
    }

    async fn listen(mut self, tell: &impl Fn(News), used: &impl Fn(Usage)) -> Result<ReplyEnd, ModelError> {
        if let Some(recorded) = self.sound.take() {
            let sound = recorded.read().await;
            self.question.sound = Some(sound.map_err(|error| ModelError::Malformed(Some(error.into())))?);
        }
        let mut stream = self.partner.reply(self.question).await?;
        let (mut words, mut sounds) = (String::new(), false);
        while let Some(part) = stream.next().await {
            match part? {
                ReplyPart::Text(text) => {
                    words.push_str(&text);
                    tell(News::Words(text));
                }
                // Who wants to read only is not read to.
                ReplyPart::Pcm(samples) if self.voice.is_some() && !samples.is_empty() => {
                    sounds = true;
                    tell(News::Sound(samples));
                }
                ReplyPart::Used(usage) => used(usage),
                ReplyPart::Pcm(_) | ReplyPart::From { .. } => {}
                ReplyPart::Done(end) => {
                    if let (false, Some(voice)) = (sounds, self.voice)
                        && let Some(pcm) = voice.pcm(&words, Pace::Normal).await
                    {
                        tell(News::Sound(pcm.to_vec()));
                    }
                    return Ok(end);
                }
            }
        }
        // A stream that stops without its end mark was cut off; half an answer is none.
        Err(ModelError::Malformed(None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(words: &str, seconds: usize, heard_ms: u64) -> Reply {
        Reply {
            words: words.into(),
            pcm: vec![0.0; seconds * SAMPLE_RATE as usize],
            whole: true,
            heard: Duration::from_millis(heard_ms),
            ..Reply::default()
        }
    }

    #[test]
    fn of_an_answer_that_was_cut_off_the_words_go_as_far_as_the_sound() {
        let mut cut = reply("Budgets are frozen until the spring.", 4, 2_000);
        cut.keep_heard();
        assert_eq!(cut.words, "Budgets are frozen—");
        assert_eq!(length(cut.pcm.len()), Duration::from_secs(2));

        let mut cut = reply("预算要到春天才会解冻。", 4, 1_000);
        cut.keep_heard();
        assert_eq!(cut.words, "预算要—");
    }

    #[test]
    fn an_answer_that_was_heard_whole_stays_whole() {
        let mut whole = reply("Budgets are frozen.", 2, 2_000);
        whole.keep_heard();
        assert_eq!(whole.words, "Budgets are frozen.");
        let mut coming = Reply {
            whole: false,
            ..reply("Budgets are", 2, 2_000)
        };
        coming.keep_heard();
        assert_eq!(coming.words, "Budgets are—", "there was more to come");
    }

    #[test]
    fn an_answer_of_which_nothing_was_heard_keeps_its_place_and_nothing_else() {
        for heard in [0, 50] {
            let mut unheard = reply("Budgets are frozen.", 2, heard);
            unheard.keep_heard();
            assert_eq!((unheard.words.as_str(), unheard.pcm.len()), ("…", 0));
        }
    }
}
