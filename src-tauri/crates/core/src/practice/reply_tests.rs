//! What is kept of an answer, and how much of one is taken in.

use rehearse_domain::{Language, PartnerKind, Persona};
use rehearse_models::{PartnerBrief, ReplyStream};
use rehearse_testkit::FakeVoice;

use super::*;
use crate::models::WantedVoice;

fn reply(words: &str, seconds: usize, heard_ms: u64) -> Reply {
    Reply {
        words: words.into(),
        pcm: Pieces::of(vec![0.0; seconds * SAMPLE_RATE as usize]),
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
fn of_an_answer_whose_words_came_before_their_sound_nobody_heard_them_all() {
    let budgets = "Budgets are frozen until the spring. ".repeat(6);
    let mut cut = Reply {
        whole: false,
        ..reply(&budgets, 3, 3_000)
    };
    cut.keep_heard();
    let kept = cut.words.chars().count();
    assert!(
        (20..=45).contains(&kept),
        "3 s are about one sentence: {}",
        cut.words
    );
    assert_eq!(length(cut.pcm.len()), Duration::from_secs(3));
}

#[test]
fn of_an_answer_that_is_stopped_the_words_without_a_sound_are_left_off() {
    let budgets = "Budgets are frozen until the spring. ".repeat(6);
    let mut stopped = reply(&budgets, 3, 0);
    stopped.keep_spoken();
    let kept = stopped.words.chars().count();
    assert!((20..=45).contains(&kept), "{}", stopped.words);
    let mut unspoken = reply("Budgets are frozen.", 0, 0);
    unspoken.keep_spoken();
    assert_eq!(unspoken.words, "Budgets are frozen.", "it is read");
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

/// A model that repeats itself for ever, in words or in sound.
struct Endless(ReplyPart);

#[async_trait::async_trait]
impl Partner for Endless {
    fn kind(&self) -> PartnerKind {
        PartnerKind::Model
    }

    fn model(&self) -> Option<&str> {
        None
    }

    fn hosts(&self) -> Vec<String> {
        Vec::new()
    }

    fn hears(&self) -> bool {
        true
    }

    fn speaks(&self) -> bool {
        true
    }

    async fn reply(&self, _: PartnerRequest) -> Result<ReplyStream, ModelError> {
        let part = self.0.clone();
        Ok(futures_util::stream::repeat_with(move || Ok(part.clone())).boxed())
    }

    fn foresee(&self, _: &PartnerRequest) -> Option<String> {
        None
    }
}

#[tokio::test]
async fn an_answer_without_an_end_is_taken_in_for_so_long_only() {
    let second = ReplyPart::Pcm(vec![0.1; SAMPLE_RATE as usize]);
    for part in [ReplyPart::Text("The same again. ".into()), second] {
        let voice = VoiceLines::new(
            Arc::new(FakeVoice::new()),
            WantedVoice::of_anybody(Language::English),
        );
        let asking = Asking {
            partner: Arc::new(Endless(part)),
            question: PartnerRequest {
                scenario: Arc::new(PartnerBrief {
                    persona: Persona {
                        name: "Dana".into(),
                        role: String::new(),
                        background: String::new(),
                        voice: None,
                    },
                    brief: String::new(),
                    language: Language::English,
                    script: None,
                }),
                history: Vec::new(),
                sound: None,
                sequence: 0,
                variation: 0,
            },
            sound: None,
            voice: Some(voice),
        };
        let (inbox, mut inputs) = mpsc::unbounded_channel();
        let end = asking.pass_on(RequestId(1), &inbox).await;
        assert!(matches!(end, News::Whole(ReplyEnd::Continues)));
        let mut came = (0, Duration::ZERO);
        while let Ok(Input::Reply(_, news)) = inputs.try_recv() {
            match news {
                News::Words(words) => came.0 += words.len(),
                News::Sound(samples) => came.1 += length(samples.len()),
                _ => {}
            }
        }
        assert!(came.1 > Duration::ZERO, "it is heard");
        assert!(came.0 < 2_000 && came.1 < Duration::from_secs(125), "{came:?}");
    }
}
