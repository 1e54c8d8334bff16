//! Clients of models that panic: the practice goes on, and says what it says of any other failure.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use rehearse_content::Library;
use rehearse_domain::{EndReason, Language, PartnerKind, TranscriptStatus};
use rehearse_models::{
    Answer, Evaluator, ModelError, Partner, PartnerRequest, Question, ReplyPart, ReplyStream,
    ScriptedPartner, Speech, Transcriber, Transcript,
};
use rehearse_testkit::{FakeInput, FakeOutput, FakeVoice};

use super::Practice;
use crate::house::blocking;
use crate::models::Cast;
use crate::view::{Action, PauseCause, PracticePhase, PracticeView};
use crate::{Access, Core, Parts, SystemClock, SystemFolders, SystemIds, SystemPower, Vault, VaultFault};

const MICROPHONE: &str = "built-in";
const RATE: u32 = 48_000;
const SOON: Duration = Duration::from_secs(15);

/// Where a client panics.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    Nowhere,
    AtOnce,
    InTheMiddle,
}

/// A client with a fault; without one it answers like the embedded partner.
struct Faulty {
    fault: Fault,
    /// How often the partner was asked for more than the author's opening.
    asked: AtomicU32,
}

fn faulty(fault: Fault) -> Arc<Faulty> {
    let asked = AtomicU32::new(0);
    Arc::new(Faulty { fault, asked })
}

#[async_trait]
impl Partner for Faulty {
    fn kind(&self) -> PartnerKind {
        PartnerKind::Model
    }

    fn model(&self) -> Option<&str> {
        Some("faulty")
    }

    fn hosts(&self) -> Vec<String> {
        Vec::new()
    }

    fn hears(&self) -> bool {
        true
    }

    fn speaks(&self) -> bool {
        false
    }

    async fn reply(&self, request: PartnerRequest) -> Result<ReplyStream, ModelError> {
        // The opening is the author's.
        if self.fault == Fault::Nowhere || request.history.is_empty() {
            return ScriptedPartner.reply(request).await;
        }
        self.asked.fetch_add(1, Ordering::SeqCst);
        assert!(self.fault != Fault::AtOnce, "the client has a fault");
        let begun = stream::iter([Ok(ReplyPart::Text("Half an".to_owned()))]);
        let fault = stream::once(async { panic!("the client has a fault") });
        Ok(begun.chain(fault).boxed())
    }

    fn foresee(&self, _request: &PartnerRequest) -> Option<String> {
        None
    }
}

#[async_trait]
impl Transcriber for Faulty {
    fn model(&self) -> &str {
        "faulty"
    }

    fn host(&self) -> Option<&str> {
        None
    }

    async fn transcribe(&self, _speech: Speech) -> Result<Transcript, ModelError> {
        panic!("the client has a fault")
    }
}

#[async_trait]
impl Evaluator for Faulty {
    fn model(&self) -> &str {
        "faulty"
    }

    fn host(&self) -> Option<&str> {
        None
    }

    async fn answer(&self, _question: Question) -> Result<Answer, ModelError> {
        panic!("the client has a fault")
    }
}

struct NoKeychain;

impl Vault for NoKeychain {
    fn read(&self, _name: &str) -> Result<Option<String>, VaultFault> {
        Ok(None)
    }

    fn write(&self, _name: &str, _secret: &str) -> Result<(), VaultFault> {
        Ok(())
    }

    fn remove(&self, _name: &str) -> Result<(), VaultFault> {
        Ok(())
    }
}

/// A practice with a cast of one's own, read and not heard, in a folder that goes with it.
struct Practising {
    core: Core,
    input: FakeInput,
    _folder: tempfile::TempDir,
}

impl Practising {
    async fn with(change: impl FnOnce(&mut Cast)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let input = FakeInput::live(&[(MICROPHONE, RATE)]);
        let parts = Parts {
            clock: Arc::new(SystemClock::default()),
            ids: Arc::new(SystemIds),
            input: Arc::new(input.clone()),
            output: Arc::new(FakeOutput::live(RATE)),
            voice: Arc::new(FakeVoice::new()),
            partner: faulty(Fault::Nowhere),
            keychain: Arc::new(NoKeychain),
            power: Arc::new(SystemPower),
            library: Library::built_in().unwrap().into(),
            system_language: Some(Language::English),
        };
        let folders = SystemFolders::at(folder.path().to_owned());
        let core = Core::open(parts, &folders, Access::Owner).await;
        let slug = "ask-for-a-raise".parse().unwrap();
        let mut options = core.brief(slug).await.unwrap().options;
        options.partner_voice = false;
        let slug = "ask-for-a-raise".parse().unwrap();
        let mut plan = core.plan(&slug, options).await.unwrap();
        change(&mut plan.cast);
        let session = plan.session.clone();
        core.0
            .on_store(move |store| store.create_session(&session))
            .await
            .unwrap();
        let practice = Practice::start(core.surroundings().unwrap(), plan);
        *core.0.practice.lock().await = Some(practice);
        Self {
            core,
            input,
            _folder: folder,
        }
    }

    async fn until(&self, what: &str, wanted: impl Fn(&PracticeView) -> bool) -> PracticeView {
        let mut changes = self.core.changes();
        let waiting = async {
            loop {
                let view = self.core.practice().await.unwrap().unwrap();
                if wanted(&view) {
                    return view;
                }
                changes.next().await;
            }
        };
        let found = tokio::time::timeout(SOON, waiting).await;
        found.unwrap_or_else(|_| panic!("waited for {what}"))
    }

    async fn until_my_turn(&self, lines: usize) -> PracticeView {
        self.until("my turn", |view| {
            let saved = view.lines.iter().filter(|line| !line.coming).count();
            view.phase == PracticePhase::YourTurn && saved == lines
        })
        .await
    }

    async fn act(&self, action: Action) {
        self.core.act(action).await.unwrap();
    }

    async fn say(&self, text: &str) {
        let text = text.to_owned();
        self.act(Action::Type { text }).await;
    }

    async fn ends_well(self, reason: EndReason) {
        self.act(Action::End).await;
        let view = self.until("the end", |view| view.end.is_some()).await;
        assert_eq!(view.end.unwrap().reason, reason);
        self.core.shut_down().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_that_panics_is_asked_again_or_replaced_and_the_turn_stands() {
    for fault in [Fault::AtOnce, Fault::InTheMiddle] {
        let partner = faulty(fault);
        let plays = Arc::clone(&partner);
        let practising = Practising::with(|cast| cast.partner = plays).await;
        practising.until_my_turn(1).await;
        practising.say("I would like a raise.").await;
        for time in [1, 2] {
            let paused = |view: &PracticeView| {
                partner.asked.load(Ordering::SeqCst) == time && view.phase == PracticePhase::Paused
            };
            let view = practising.until("a pause", paused).await;
            let Some(PauseCause::Partner { error }) = &view.paused else {
                panic!("{:?}", view.paused)
            };
            assert_eq!(error.code, "partner_malformed");
            assert!(view.allowed.retry && view.allowed.switch_partner && view.allowed.end);
            assert_eq!(view.lines.iter().filter(|line| !line.coming).count(), 2);
            if time == 1 {
                practising.act(Action::Retry).await;
            }
        }
        practising.act(Action::SwitchPartner).await;
        let view = practising.until_my_turn(3).await;
        assert_eq!(view.partner_model, None);
        practising.ends_well(EndReason::Manual).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_transcriber_that_panics_did_not_write_down_can_be_written_by_hand() {
    let practising = Practising::with(|cast| cast.transcriber = Some(faulty(Fault::AtOnce))).await;
    practising.until_my_turn(1).await;
    practising.act(Action::Press).await;
    let recording = |view: &PracticeView| view.phase == PracticePhase::Recording;
    practising.until("recording", recording).await;
    let tone = |at: u32| 0.3 * (at as f32 / RATE as f32 * 180.0 * std::f32::consts::TAU).sin();
    let sound: Vec<f32> = (0..RATE).map(tone).collect();
    practising.input.speak(MICROPHONE, &sound);
    tokio::time::sleep(Duration::from_secs(1)).await;
    practising.act(Action::Release).await;
    practising.until_my_turn(3).await;
    let has = |status: TranscriptStatus| move |view: &PracticeView| view.lines[1].transcript_status == status;
    let view = practising
        .until("the failure", has(TranscriptStatus::Failed))
        .await;
    assert!(!view.catching_up, "nothing is waited for");
    let words = "I would like a raise.";
    practising.core.correct_words(1, words.to_owned()).await.unwrap();
    let view = practising
        .until("my words", has(TranscriptStatus::Completed))
        .await;
    assert_eq!(view.lines[1].text.as_deref(), Some(words));
    practising.ends_well(EndReason::Manual).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_evaluator_that_panics_judges_nothing_and_that_is_said_after_the_second_time() {
    let practising = Practising::with(|cast| cast.evaluator = Some(faulty(Fault::AtOnce))).await;
    practising.until_my_turn(1).await;
    for (turns, unchecked) in [(3, false), (5, true)] {
        practising.say("I would like a raise.").await;
        practising.until_my_turn(turns).await;
        let view = practising.until("the failure", |view| !view.catching_up).await;
        assert_eq!(view.unchecked, unchecked);
        assert_eq!(view.phase, PracticePhase::YourTurn);
    }
    practising.ends_well(EndReason::Manual).await;
}

#[tokio::test]
async fn a_job_that_panics_is_answered_too() {
    let died = blocking::<()>(|| panic!("the store has a fault")).await;
    assert_eq!(died.unwrap_err().code, "internal");
}
