//! A practice from its first line to the history.

use std::time::Duration;

use rehearse_content::Library;
use rehearse_core::Access;
use rehearse_core::view::{Action, HistoryQuery, Notice, PracticePhase, TakeTwoOf};
use rehearse_domain::{EndReason, Language, Opener, Speaker, TimeFactor, TranscriptStatus};
use rehearse_store::Store;

use crate::app::{App, BUILT_IN, raise, saved};

#[tokio::test(flavor = "multi_thread")]
async fn two_spoken_turns_are_answered_kept_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let opened = app.start(|_| ()).await;
    assert_eq!(opened.language, Language::English);
    app.speak_turn(1.0).await;
    app.speak_turn(1.0).await;
    let ended = app.end().await;

    let card = ended.end.unwrap();
    assert_eq!(
        (card.reason, card.trainee_turns, card.turns),
        (EndReason::Manual, 2, 5)
    );
    let review = app.core.review(ended.session).await.unwrap();
    let speakers: Vec<Speaker> = review.turns.iter().map(|turn| turn.line.speaker).collect();
    use Speaker::{Partner, Trainee};
    assert_eq!(speakers, [Partner, Trainee, Partner, Trainee, Partner]);
    for turn in &review.turns {
        let clip = turn
            .line
            .clip
            .as_ref()
            .expect("every turn has sound")
            .parse()
            .unwrap();
        let sound = app.core.clip_bytes(clip).await.unwrap();
        assert!(sound.len() > 2_000, "an MP3 of at least a moment");
        assert!(!turn.line.peaks.is_empty());
        assert!(!turn.audio_missing);
    }
    assert_eq!(review.turns[1].line.transcript_status, TranscriptStatus::Pending);
    assert_eq!(review.turns[1].line.text, None, "nobody has written it down");
    assert!(review.turns[1].line.duration_ms.unwrap() >= 1_000);
    assert!(review.turns[2].latency_ms.is_some());

    let page = app.core.history(HistoryQuery::default()).await.unwrap();
    assert_eq!((page.total, page.rows[0].session), (1, ended.session));
    let home = app.core.home().await.unwrap();
    assert_eq!(home.last.unwrap().row.session, ended.session);
    // For each turn an upload and the turn; for the session its beginning and its end.
    let store = Store::open(folder.path(), Access::Reader, review.created_at).unwrap();
    assert_eq!(store.outbox(ended.session).unwrap().len(), 12);
    assert!(app.core.verify().await.unwrap().is_empty());
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_microphone_of_a_sound_check_is_let_go_when_the_practice_ends() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    // As the window does that shows the meter, and is gone before it could close it.
    app.core.open_microphone().await.unwrap();
    app.start(|_| ()).await;
    app.speak_turn(1.0).await;
    app.end().await;
    let closed = async {
        while app.input.is_open(BUILT_IN) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let patience = Duration::from_secs(10);
    tokio::time::timeout(patience, closed)
        .await
        .expect("it is let go");
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typed_turn_is_a_turn_with_words_and_without_sound() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.start(|options| options.partner_voice = false).await;
    app.until_phase(PracticePhase::YourTurn).await;
    app.act(Action::Type {
        text: "I would like to talk about my salary.".into(),
    })
    .await;
    let view = app.until("the answer", |view| saved(view) == 3).await;
    assert_eq!(
        view.lines[1].text.as_deref(),
        Some("I would like to talk about my salary.")
    );
    assert_eq!(
        (view.lines[1].clip.as_ref(), view.lines[2].clip.as_ref()),
        (None, None)
    );
    let found = HistoryQuery {
        search: Some("salary".into()),
        ..HistoryQuery::default()
    };
    assert_eq!(app.core.history(found).await.unwrap().total, 1);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_take_is_said_and_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.start(|options| options.opener = Opener::Trainee).await;
    app.begin_take().await;
    tokio::time::sleep(Duration::from_millis(800)).await;
    app.act(Action::Release).await;
    let view = app.until("the notice", |view| view.notice.is_some()).await;
    assert_eq!(view.notice.unwrap().notice, Notice::TakeSilent);
    assert!(view.lines.is_empty());
    app.end().await;
    assert!(
        app.core.recovery().await.unwrap().takes.is_empty(),
        "its file is gone too"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_take_can_be_had_back() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.start(|options| options.opener = Opener::Trainee).await;
    app.speak(0.8).await;
    app.act(Action::Cancel).await;
    let view = app
        .until("the offer to undo", |view| view.undo_left_ms.is_some())
        .await;
    assert!(view.lines.is_empty() && view.allowed.undo_cancel);
    assert!(view.undo_left_ms.unwrap() > 5_000);
    app.act(Action::UndoCancel).await;
    let view = app.until("the turn", |view| saved(view) > 0).await;
    assert_eq!(view.lines[0].speaker, Speaker::Trainee);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_take_two_starts_where_it_was_and_leaves_the_older_session_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.start(|options| options.partner_voice = false).await;
    app.until_phase(PracticePhase::YourTurn).await;
    app.act(Action::Type {
        text: "First try.".into(),
    })
    .await;
    app.until("the answer", |view| saved(view) == 3).await;
    let first = app.end().await;
    let before = app.core.review(first.session).await.unwrap();
    app.core.close_practice().await.unwrap();

    let again = TakeTwoOf {
        session: first.session,
        sequence: 1,
    };
    app.start(|options| {
        options.partner_voice = false;
        options.take_two = Some(again);
    })
    .await;
    let view = app.until_phase(PracticePhase::YourTurn).await;
    assert_eq!(view.earlier.len(), 1, "the partner's opening is there to answer");
    app.act(Action::Type {
        text: "Second try.".into(),
    })
    .await;
    let view = app.until("the answer", |view| saved(view) == 2).await;
    assert_eq!(view.lines[0].text.as_deref(), Some("Second try."));
    let second = app.end().await;
    let review = app.core.review(second.session).await.unwrap();
    assert_eq!(review.parent, Some(first.session));
    let after = app.core.review(first.session).await.unwrap();
    assert_eq!(
        serde_json::to_value(before).unwrap(),
        serde_json::to_value(after).unwrap()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_script_ends_with_an_offer_and_never_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.start(|options| {
        options.partner_voice = false;
        options.factor = TimeFactor::Off;
    })
    .await;
    let mut lines = app.until_phase(PracticePhase::YourTurn).await.lines.len();
    for round in 0..40 {
        app.act(Action::Type {
            text: format!("Reason number {round}."),
        })
        .await;
        let next = lines + 2;
        let view = app
            .until("the answer", move |view| {
                saved(view) == next && view.phase == PracticePhase::YourTurn
            })
            .await;
        lines = next;
        if view
            .notice
            .is_some_and(|notice| notice.notice == Notice::PartnerSaidEverything)
        {
            assert!(round >= 10, "at least ten lines push back");
            assert!(view.allowed.end && view.end.is_none());
            return drop(app.end().await);
        }
    }
    panic!("the script never came to its end");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_one_practice_is_open_and_unknown_scenarios_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.start(|_| ()).await;
    let options = app.core.brief(raise()).await.unwrap().options;
    let second = app.core.start_practice(raise(), options).await;
    assert_eq!(second.unwrap_err().code, "practice_open");
    let unknown = app
        .core
        .brief("no-such-thing".parse().unwrap())
        .await
        .unwrap_err();
    assert_eq!(
        (unknown.code.as_str(), unknown.params["slug"].as_str()),
        ("no_such_scenario", "no-such-thing")
    );
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_take_under_review_can_be_heard_sent_or_recorded_again() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.start(|options| {
        options.opener = Opener::Trainee;
        options.review_before_sending = true;
    })
    .await;
    let record = async || {
        app.speak(0.8).await;
        app.act(Action::Release).await;
        app.until_phase(PracticePhase::Reviewing).await.take.unwrap()
    };
    let first = record().await;
    let clip = first.clip.unwrap().parse().unwrap();
    assert!(!app.core.clip_bytes(clip).await.unwrap().is_empty());
    app.act(Action::Retake).await;
    let second = record().await;
    app.act(Action::Send).await;
    let view = app.until("the answer", |view| saved(view) == 2).await;
    assert_eq!(view.lines[0].clip, second.clip, "the second take is the turn");
    assert!(
        view.options.review_before_sending,
        "it tells what it was started with"
    );
    assert_eq!(view.options.opener, Opener::Trainee);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slower_line_that_is_rendered_too_late_stays_silent() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.start(|_| ()).await;
    app.until_phase(PracticePhase::YourTurn).await;
    let before = app
        .output
        .heard()
        .iter()
        .filter(|sample| sample.abs() > 0.001)
        .count();
    app.act(Action::Slower).await;
    app.act(Action::Press).await;
    app.until_phase(PracticePhase::Recording).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let after = app
        .output
        .heard()
        .iter()
        .filter(|sample| sample.abs() > 0.001)
        .count();
    // A fade of some milliseconds may have begun before the press.
    assert!(
        after - before < 24_000,
        "{} samples were heard over the trainee",
        after - before
    );
    app.act(Action::Cancel).await;
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_take_two_of_a_take_two_remembers_everything_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let mut from = None;
    let mut heard = Vec::new();
    for round in 0..3 {
        app.start(|options| {
            options.partner_voice = false;
            options.take_two = from;
        })
        .await;
        let view = app.until_phase(PracticePhase::YourTurn).await;
        let said = view.earlier.len() + view.lines.len();
        assert_eq!(said, 1, "the partner opened once, in round 0");
        app.act(Action::Type {
            text: format!("Try {round}."),
        })
        .await;
        let view = app
            .until("the answer", |view| {
                view.lines
                    .last()
                    .is_some_and(|line| line.speaker == Speaker::Partner && saved(view) > 1)
            })
            .await;
        heard.push(view.lines.last().unwrap().text.clone());
        let ended = app.end().await;
        let sequence = ended.end.unwrap().last_trainee_sequence.unwrap();
        from = Some(TakeTwoOf {
            session: ended.session,
            sequence,
        });
        app.core.close_practice().await.unwrap();
    }
    // Each round answers the first thing that was said, so the partner stays at its first line that pushes back.
    let library = Library::built_in().unwrap();
    let script = library.scenario(&raise()).unwrap().script.clone().unwrap();
    for words in heard {
        let words = words.expect("the partner's words are known");
        assert!(script.push_back[0].0.contains(&words), "another line: {words}");
    }
}
