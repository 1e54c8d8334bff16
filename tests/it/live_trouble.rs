//! A practice with a model that does not go as it should: an outage, a partner that is talked over, a switch to the
//! built-in partner, an end that was wrong.

use std::time::Duration;

use rehearse_core::view::{Action, PauseCause, PracticePhase};
use rehearse_domain::{EndReason, ObjectiveStatus};
use rehearse_fakes::models::{Role, Script, Verdict};

use crate::app::{App, saved};
use crate::live::{ALL, qwen, settled};

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_pauses_and_the_same_turn_is_answered_afterwards_or_by_the_built_in_partner() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, _served) = qwen(&app, &ALL[..1]).await;
    fake.script(Role::Partner, [Script::Err401, Script::DropMid, Script::DropMid]);
    app.start(|_| ()).await;
    app.until("my turn", settled).await;
    app.speak(1.0).await;
    app.act(Action::Release).await;

    let view = app.until_phase(PracticePhase::Paused).await;
    assert!(
        matches!(&view.paused, Some(PauseCause::Partner { error }) if error.code == "partner_key"),
        "{:?}",
        view.paused
    );
    assert_eq!(saved(&view), 2, "the turn stands");
    assert_eq!(
        fake.requests_for(Role::Partner).len(),
        1,
        "a wrong key is not tried again"
    );

    app.act(Action::Retry).await;
    let view = app
        .until("it breaks off", |view| {
            matches!(&view.paused, Some(PauseCause::Partner { error }) if error.code == "partner_broke_off")
        })
        .await;
    assert_eq!(saved(&view), 2, "half an answer is none");
    let clips: Vec<_> = fake
        .requests_for(Role::Partner)
        .iter()
        .map(|one| one.clips[0].clone())
        .collect();
    assert!(
        clips.len() >= 2 && clips.iter().all(|clip| *clip == clips[0]),
        "the same recording each time"
    );

    let before = fake.requests().len();
    app.act(Action::SwitchPartner).await;
    let view = app
        .until("the answer", |view| settled(view) && saved(view) == 3)
        .await;
    assert_eq!(view.partner_model, None);
    assert_eq!(fake.requests().len(), before, "nothing goes there any more");
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn talking_over_the_partner_keeps_what_was_heard_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, _served) = qwen(&app, &ALL[..1]).await;
    fake.always(Role::Partner, Script::FastAudio);
    app.start(|_| ()).await;
    app.until("my turn", settled).await;
    app.act(Action::Type {
        text: "I would like a raise.".to_owned(),
    })
    .await;
    app.until("the answer is heard", |view| {
        view.phase == PracticePhase::PartnerSpeaking && view.lines.len() == 3
    })
    .await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    app.act(Action::Press).await;
    let view = app.until_phase(PracticePhase::Recording).await;
    assert!(view.lines.len() >= 3);
    app.act(Action::Release).await;
    let view = app.until("what was heard is kept", |view| saved(view) >= 3).await;
    let answer = &view.lines[2];
    let heard = answer.duration_ms.unwrap();
    assert!((1_000..=2_500).contains(&heard), "{heard} ms of 30 s");
    assert!(
        answer.text.as_deref().unwrap().ends_with('—'),
        "{:?}",
        answer.text
    );
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_was_wrong_is_taken_back_and_the_session_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, _served) = qwen(&app, &ALL).await;
    fake.objective_after(1, Verdict::Succeeded);
    app.start(|_| ()).await;
    app.until("my turn", settled).await;
    app.act(Action::Type {
        text: "I would like to talk about my salary.".to_owned(),
    })
    .await;
    let view = app.until_phase(PracticePhase::Ended).await;
    assert!(view.allowed.reopen && view.reopen_left_ms.is_some_and(|left| left > 50_000));
    app.act(Action::Reopen).await;
    app.until("my turn again", settled).await;
    app.speak(1.0).await;
    app.act(Action::Release).await;
    app.until("the answer", |view| settled(view) && saved(view) == 5)
        .await;
    let view = app.end().await;
    let end = view.end.unwrap();
    assert_eq!(
        (end.reason, end.objective.status),
        (EndReason::Manual, ObjectiveStatus::Unknown)
    );
    let review = app.core.review(view.session).await.unwrap();
    assert_eq!(review.turns.len(), 5);
    assert_eq!(review.end.unwrap().reason, EndReason::Manual);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_switch_to_the_built_in_partner_nothing_is_asked_and_nobody_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let (fake, _served) = qwen(&app, &ALL).await;
    fake.always(Role::Transcriber, Script::SlowFirst);
    fake.script(Role::Partner, [Script::Err401]);
    app.start(|_| ()).await;
    app.until("my turn", settled).await;
    app.speak(1.0).await;
    app.act(Action::Release).await;
    app.until_phase(PracticePhase::Paused).await;
    // Both are asked at the same time, and the refusal may be quicker than the other's request.
    while fake.requests_for(Role::Transcriber).is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let before = fake.requests().len();
    app.act(Action::SwitchPartner).await;
    app.until("the answer", |view| settled(view) && saved(view) == 3)
        .await;
    let asked = fake.requests();
    assert_eq!(asked.len(), before);
    let transcribing = asked.iter().find(|one| one.role == Some(Role::Transcriber));
    assert!(
        transcribing.is_some_and(|one| one.left_early),
        "it was taken back"
    );
    app.core.shut_down().await;
}
