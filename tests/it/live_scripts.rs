//! Every script of the server of models over HTTP, through the whole core: the state it leads to, how often the model is
//! asked, and that no turn is lost.

use std::future::Future;
use std::time::Duration;

use rehearse_core::view::{Action, PauseCause, PracticePhase, PracticeView};
use rehearse_domain::{Speaker, TranscriptStatus};
use rehearse_fakes::leancloud::Served;
use rehearse_fakes::models::{FakeModels, Role, Script};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::app::{App, saved};
use crate::live::{ALL, qwen, settled};

/// A practice in which a turn was spoken and let go.
struct Spoken {
    app: App,
    fake: FakeModels,
    _kept: (TempDir, Served),
}

impl Spoken {
    async fn under(role: Role, script: Script) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(folder.path()).await;
        let (fake, served) = qwen(&app, &ALL).await;
        fake.always(Role::Objective, Script::ObjContinue);
        fake.script(role, [script]);
        app.start(|_| ()).await;
        app.until("my turn", settled).await;
        app.speak(1.0).await;
        app.act(Action::Release).await;
        Self {
            app,
            fake,
            _kept: (folder, served),
        }
    }

    fn calls(&self, role: Role) -> usize {
        self.fake.requests_for(role).len()
    }

    /// The answer is on disk and it is the trainee's turn.
    async fn answered(&self) -> PracticeView {
        self.app
            .until("the answer", |view| settled(view) && saved(view) == 3)
            .await
    }

    async fn paused(&self, patience: Duration) -> PracticeView {
        let paused = |view: &PracticeView| view.phase == PracticePhase::Paused;
        self.app.until_within(patience, "a pause", paused).await
    }
}

/// Runs the stories at the same time, as most of each is waiting.
async fn all<Story>(stories: impl IntoIterator<Item = Story>)
where
    Story: Future<Output = ()> + Send + 'static,
{
    let mut running = JoinSet::new();
    for story in stories {
        running.spawn(story);
    }
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
}

/// It is answered after so many requests, and both turns are on disk with their sound.
async fn is_answered(script: Script, calls: usize) {
    let practice = Spoken::under(Role::Partner, script).await;
    let long = matches!(script, Script::HugeLine | Script::FastAudio);
    if long {
        // Thirty seconds of sound need not be sat out.
        let speaking =
            |view: &PracticeView| view.phase == PracticePhase::PartnerSpeaking && view.lines.len() == 3;
        practice.app.until("it speaks", speaking).await;
        practice.app.act(Action::Interrupt).await;
    }
    let view = practice.answered().await;
    assert_eq!(practice.calls(Role::Partner), calls, "{script:?}");
    let speakers: Vec<Speaker> = view.lines.iter().map(|line| line.speaker).collect();
    assert_eq!(
        speakers,
        [Speaker::Partner, Speaker::Trainee, Speaker::Partner],
        "{script:?}"
    );
    for line in &view.lines[1..] {
        assert!(line.clip.is_some() || long, "{script:?}: {line:?}");
    }
    let words = view.lines[2].text.as_deref().unwrap_or_default();
    assert!(
        !words.is_empty() && !words.contains('\u{fffd}'),
        "{script:?}: {words}"
    );
    practice.app.core.shut_down().await;
}

/// It pauses with this code after so many requests, the turn is kept, and the same recording is answered later.
async fn pauses(script: Script, code: &str, calls: usize, patience: Duration) {
    let practice = Spoken::under(Role::Partner, script).await;
    if matches!(script, Script::SlowFirst | Script::SlowTwice) {
        practice.fake.always(Role::Partner, script);
    }
    let view = practice.paused(patience).await;
    let found = match &view.paused {
        Some(PauseCause::Partner { error }) => error.code.as_str(),
        other => panic!("{script:?}: {other:?}"),
    };
    assert_eq!(found, code, "{script:?}");
    assert_eq!(practice.calls(Role::Partner), calls, "{script:?}");
    assert_eq!(saved(&view), 2, "{script:?}: the turn stands");
    practice.fake.always(Role::Partner, Script::Happy);
    practice.app.act(Action::Retry).await;
    practice.answered().await;
    let asked = practice.fake.requests_for(Role::Partner);
    assert_eq!(asked.len(), calls + 1, "{script:?}");
    assert!(
        asked.iter().all(|one| one.clips[0] == asked[0].clips[0]),
        "{script:?}: the same recording each time"
    );
    practice.app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_an_answer_looks_like_it_is_heard_once_and_kept() {
    let once = [
        Script::Happy,
        Script::TranscriptInAudio,
        Script::RiffFirst,
        Script::OddBytes,
        Script::SplitUtf8,
        Script::Crlf,
        Script::NoDone,
        Script::NoUsage,
        Script::OneByteWrites,
        Script::HugeLine,
        Script::FastAudio,
        Script::Length,
        Script::SoundUncounted,
    ];
    all(once.map(|script| is_answered(script, 1))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_busy_for_a_moment_is_asked_once_more() {
    let twice = [
        Script::UnavailableThenOk,
        Script::RetryAfter,
        Script::RetryAfterDate,
        Script::QuotaThenOk,
        // Not busy, but in want of another form.
        Script::RefusesSeed,
    ];
    all(twice.map(|script| is_answered(script, 2))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_refusal_looks_like_the_practice_pauses_and_goes_on() {
    let soon = Duration::from_secs(15);
    let refusals = [
        (Script::Err400DataPrefix, "partner_filtered", 1),
        (Script::ErrStream200, "partner_filtered", 1),
        (Script::ErrArrearage, "partner_billing", 1),
        (Script::Billing, "partner_billing", 1),
        (Script::Err401, "partner_key", 1),
        (Script::Err401Quoted, "partner_key", 1),
        (Script::ErrStreamQuoted, "partner_key", 1),
        (Script::ErrNative, "partner_key", 1),
        (Script::Err403, "partner_permission", 1),
        (Script::Err404, "partner_no_model", 1),
        (Script::TooManyThenOk, "partner_busy", 2),
        (Script::DropMid, "partner_broke_off", 1),
    ];
    all(refusals.map(|(script, code, calls)| pauses(script, code, calls, soon))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stands_still_is_given_up() {
    // Longer than the longest silence and twice the longest wait for a first byte, which are the core's own.
    let late = Duration::from_secs(60);
    let slow = [
        (Script::SlowFirst, "partner_timed_out", 2),
        (Script::SlowTwice, "partner_timed_out", 2),
        (Script::StallMid, "partner_timed_out", 1),
    ];
    all(slow.map(|(script, code, calls)| pauses(script, code, calls, late))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_of_the_objective_that_is_late_or_makes_no_sense_holds_nothing_up() {
    let goes_on = |script| async move {
        let practice = Spoken::under(Role::Objective, script).await;
        let view = practice.answered().await;
        assert!(!view.unchecked, "{script:?}: one failure is no news");
        // The next turn does not wait for it either.
        practice.app.speak(1.0).await;
        practice.app.act(Action::Release).await;
        let second = |view: &PracticeView| settled(view) && saved(view) == 5;
        practice.app.until("the second answer", second).await;
        practice.app.core.shut_down().await;
    };
    all([Script::ObjSlow, Script::ObjGarbage, Script::ObjContinue].map(goes_on)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_come_late_or_not_at_all_hold_nothing_up() {
    let goes_on = |(script, status): (Script, TranscriptStatus)| async move {
        let practice = Spoken::under(Role::Transcriber, script).await;
        practice.answered().await;
        let settled = |view: &PracticeView| view.lines[1].transcript_status == status;
        practice.app.until("what became of the words", settled).await;
        practice.app.core.shut_down().await;
    };
    all([
        (Script::AsrOk, TranscriptStatus::Completed),
        (Script::AsrLate, TranscriptStatus::Completed),
        (Script::AsrWrongLang, TranscriptStatus::Completed),
        (Script::AsrRefusesContext, TranscriptStatus::Completed),
        (Script::AsrEmpty, TranscriptStatus::Failed),
        (Script::AsrTooShort, TranscriptStatus::Failed),
    ]
    .map(goes_on))
    .await;
}
