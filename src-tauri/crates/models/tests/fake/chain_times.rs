//! How long those in a chain are waited for: nobody takes the time of those behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use rehearse_domain::{Language, PartnerKind};
use rehearse_models::{
    Answer, Chain, Evaluator, ModelError, Partner, PartnerRequest, Question, ReplyStream, ScriptedPartner,
    Speech, Transcriber, Transcript, Usage,
};

use crate::chains::{question, with_a_script};
use crate::support::{heard, mp3, reply, written};

/// A partner that keeps one waiting.
struct Player {
    model: &'static str,
    hears: bool,
    /// Until it answers; for ever without it.
    takes: Option<Duration>,
    /// So many requests fail at once before it answers any.
    fails: usize,
    asked: AtomicUsize,
}

impl Player {
    const fn new(model: &'static str, hears: bool, takes: Option<Duration>, fails: usize) -> Self {
        Self {
            model,
            hears,
            takes,
            fails,
            asked: AtomicUsize::new(0),
        }
    }
}

#[async_trait]
impl Partner for Player {
    fn kind(&self) -> PartnerKind {
        PartnerKind::Model
    }

    fn model(&self) -> Option<&str> {
        Some(self.model)
    }

    fn hosts(&self) -> Vec<String> {
        Vec::new()
    }

    fn hears(&self) -> bool {
        self.hears
    }

    fn speaks(&self) -> bool {
        false
    }

    fn foresee(&self, _: &PartnerRequest) -> Option<String> {
        None
    }

    async fn reply(&self, request: PartnerRequest) -> Result<ReplyStream, ModelError> {
        if self.asked.fetch_add(1, Ordering::SeqCst) < self.fails {
            return Err(ModelError::TimedOut(Duration::ZERO));
        }
        match self.takes {
            Some(takes) => tokio::time::sleep(takes).await,
            None => std::future::pending().await,
        }
        ScriptedPartner.reply(request).await
    }
}

/// Says nothing for ever.
fn mute() -> Arc<dyn Partner> {
    Arc::new(Player::new("mute", false, None, 0))
}

fn after_a_mute_one() -> Chain<dyn Partner> {
    Chain::new(mute(), vec![Arc::new(ScriptedPartner)])
}

#[tokio::test(start_paused = true)]
async fn who_says_nothing_is_not_waited_for_until_a_person_would_give_up() {
    let (chain, asked) = (after_a_mute_one(), tokio::time::Instant::now());
    let reply = reply(&chain, with_a_script()).await.unwrap();
    assert_eq!((reply.from, reply.words.as_str()), (Some(None), "No."));
    assert!(asked.elapsed() < Duration::from_secs(15), "{:?}", asked.elapsed());
    assert_eq!(
        chain.kind(),
        PartnerKind::Scripted,
        "and is not the first to be asked again"
    );
}

#[tokio::test(start_paused = true)]
async fn who_was_given_up_on_after_a_while_is_not_the_first_to_be_asked_again() {
    for (waited, next) in [(6, PartnerKind::Scripted), (2, PartnerKind::Model)] {
        let chain = after_a_mute_one();
        let given_up = tokio::time::timeout(Duration::from_secs(waited), chain.reply(with_a_script()));
        assert!(given_up.await.is_err());
        assert_eq!(chain.kind(), next, "after {waited} s");
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_one_has_all_the_time_it_takes() {
    let chain = Chain::<dyn Partner>::new(mute(), vec![mute()]);
    let answered = tokio::time::timeout(Duration::from_secs(60), chain.reply(written(Language::English)));
    assert!(answered.await.is_err(), "its own limits are the host's");
}

/// Takes as long as it may, and then fails.
struct Slow(Arc<std::sync::Mutex<Vec<Duration>>>);

#[async_trait]
impl Evaluator for Slow {
    fn model(&self) -> &str {
        "slow"
    }

    fn host(&self) -> Option<&str> {
        None
    }

    async fn answer(&self, question: Question) -> Result<Answer, ModelError> {
        self.0.lock().unwrap().push(question.budget);
        tokio::time::sleep(question.budget).await;
        Err(ModelError::TimedOut(question.budget))
    }
}

#[tokio::test(start_paused = true)]
async fn those_in_a_chain_share_the_time_of_one_question() {
    let budgets = Arc::new(std::sync::Mutex::new(Vec::new()));
    let slow = || -> Arc<dyn Evaluator> { Arc::new(Slow(Arc::clone(&budgets))) };
    let asked = tokio::time::Instant::now();
    let judges = Chain::new(slow(), vec![slow()]);
    assert!(judges.answer(question(Duration::from_secs(9))).await.is_err());
    assert_eq!(*budgets.lock().unwrap(), [6, 3].map(Duration::from_secs));
    assert!(asked.elapsed() < Duration::from_millis(9_100));
}

#[tokio::test(start_paused = true)]
async fn who_cannot_know_what_was_said_shortens_nobodys_time() {
    let reader = Arc::new(Player::new("reader", false, Some(Duration::ZERO), 1));
    let hearer = Player::new("hearer", true, Some(Duration::from_secs(18)), 0);
    let first: Arc<dyn Partner> = Arc::clone(&reader) as _;
    let chain = Chain::new(first, vec![Arc::new(hearer)]);
    reply(&chain, with_a_script()).await.unwrap();
    assert!(chain.hears(), "who hears has taken over");
    let mut spoken = heard(Language::English);
    spoken.scenario = with_a_script().scenario;
    let answer = reply(&chain, spoken).await.unwrap();
    assert_eq!(answer.from, Some(Some("hearer".to_owned())));
    assert_eq!(reader.asked.load(Ordering::SeqCst), 1);
}

/// Writes nothing down for ever, or at once.
struct Ears(bool);

#[async_trait]
impl Transcriber for Ears {
    fn model(&self) -> &str {
        "ears"
    }

    fn host(&self) -> Option<&str> {
        None
    }

    async fn transcribe(&self, _: Speech) -> Result<Transcript, ModelError> {
        if self.0 {
            return std::future::pending().await;
        }
        let (text, usage) = ("So it is.".to_owned(), Usage::default());
        Ok(Transcript { text, usage })
    }
}

fn ears() -> Chain<dyn Transcriber> {
    Chain::new(Arc::new(Ears(true)), vec![Arc::new(Ears(false))])
}

fn speech(seconds: u64) -> Speech {
    Speech {
        mp3: mp3(),
        duration: Duration::from_secs(seconds),
        language: Some(Language::English),
        context: String::new(),
    }
}

#[tokio::test(start_paused = true)]
async fn who_writes_down_may_take_as_long_as_was_spoken_while_somebody_else_could_do_it() {
    for (spoken, most) in [(3, 15), (40, 45)] {
        let asked = tokio::time::Instant::now();
        let written = ears().transcribe(speech(spoken)).await.unwrap();
        assert_eq!(written.text, "So it is.");
        let took = asked.elapsed().as_secs();
        assert!(took >= spoken && took < most, "{took} s for {spoken} s");
    }
}

#[tokio::test(start_paused = true)]
async fn a_transcript_that_nobody_wants_any_more_is_nobodys_failure() {
    let chain = ears();
    let given_up = tokio::time::timeout(Duration::from_secs(11), chain.transcribe(speech(3)));
    assert!(given_up.await.is_err());
    let asked = tokio::time::Instant::now();
    chain.transcribe(speech(3)).await.unwrap();
    assert!(
        asked.elapsed().as_secs() >= 12,
        "the first one is asked first again"
    );
}
