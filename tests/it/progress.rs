//! Practice beside practice: what is usual, what changes over time, and what is still to be measured for either.

use rehearse_core::Access;
use rehearse_core::view::{Comparison, FigureKind, ProgressView, SkillProgress};
use rehearse_domain::{Language, NotObserved, SessionId, Standing, Timestamp};
use rehearse_fakes::models::{Role, Script};
use rehearse_store::{Delivery, Store};

use crate::app::App;
use crate::figures::{figure, one_turn};
use crate::judge::{JUDGE, Judged, SKILLS, TURNS, done, typed, until};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_recorded_before_there_were_figures_is_measured_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let sessions = [one_turn(&app).await, one_turn(&app).await];
    let mut turns = Vec::new();
    for session in sessions {
        turns.push(app.core.delivery(session).await.unwrap().turns[0].turn);
    }
    app.core.shut_down().await;
    drop(app);
    let older = Delivery {
        method: 0,
        figures: "{}".to_owned(),
        made_at: Timestamp::from_millis(0),
    };
    let store = Store::open(folder.path(), Access::Owner, older.made_at).unwrap();
    for turn in turns {
        store.save_delivery(turn, &older).unwrap();
    }
    drop(store);

    let app = App::open(folder.path()).await;
    let progress = async || {
        let view = app.core.progress(None).await.unwrap();
        (view.runs, view.still_measuring)
    };
    assert_eq!(progress().await, (0, 2));
    assert_eq!(app.core.measure_earlier_sessions().await.unwrap(), 2);
    assert_eq!(progress().await, (2, 0));
    assert_eq!(app.core.measure_earlier_sessions().await.unwrap(), 0);
    app.core.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_usual_comes_from_five_earlier_values_and_progress_from_two_runs() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    let empty = app.core.progress(None).await.unwrap();
    assert_eq!((empty.runs, empty.series.len(), empty.languages.len()), (0, 0, 0));
    let mut sessions = vec![one_turn(&app).await];
    let alone = app.core.progress(None).await.unwrap();
    assert_eq!((alone.runs, alone.series.len()), (1, 0));
    for _ in 1..6 {
        sessions.push(one_turn(&app).await);
    }
    for (earlier, session) in sessions.iter().enumerate() {
        let view = app.core.delivery(*session).await.unwrap();
        for figures in [&view.turns[0].figures, &view.figures] {
            let usual = figure(figures, FigureKind::PitchMedianHz).usual;
            assert_eq!(
                usual.map(|usual| usual.count),
                (earlier >= 5).then_some(5),
                "{earlier} earlier"
            );
            assert!(usual.is_none_or(|usual| (178.0..182.0).contains(&usual.median)));
            assert_eq!(figure(figures, FigureKind::SpeakingTimeMs).usual, None);
        }
    }
    let progress = app.core.progress(None).await.unwrap();
    assert_eq!(progress.runs, 6);
    let pitch = progress
        .series
        .iter()
        .find(|one| one.kind == FigureKind::PitchMedianHz);
    let points = &pitch.unwrap().points;
    let order: Vec<SessionId> = points.iter().map(|point| point.session).collect();
    assert_eq!(order, sessions, "the oldest first");
    assert!(points.iter().all(|point| point.count == 1));
    app.core.shut_down().await;
}

/// The skill that the story follows.
fn clear_ask(view: &ProgressView) -> &SkillProgress {
    let found = view.skills.iter().find(|one| one.skill.as_str() == "clear-ask");
    found.expect("it was rated")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_rated_is_followed_from_practice_to_practice_and_what_was_not_seen_is_no_rating() {
    let folder = tempfile::tempdir().unwrap();
    let Judged {
        app,
        fake,
        served: _served,
    } = Judged::open(folder.path(), &JUDGE).await;
    let progress = async || app.core.progress(None).await.unwrap();
    let mut sessions = Vec::new();
    let scripts = [
        Script::EvalOk,
        Script::EvalFakeQuote,
        Script::EvalOk,
        Script::EvalFlaky,
    ];
    for script in scripts {
        fake.always(Role::Judge, script);
        let session = typed(&app, &TURNS).await;
        until(&app, session, "the feedback", done).await;
        let view = progress().await;
        let points = view.skills.iter().map(|one| one.points.len()).max();
        assert_eq!(
            points.unwrap_or_default(),
            sessions.len(),
            "nobody has looked at it"
        );
        assert!(app.core.feedback(session).await.unwrap().asks_first);
        let waits = view.unrevealed.map(|found| (found.latest, found.count));
        assert_eq!(waits, Some((session, 1)));
        let seen = app.core.reveal_feedback(session, Vec::new()).await.unwrap();
        assert!(seen.revealed && !seen.asks_first);
        sessions.push(session);
        let view = progress().await;
        assert_eq!(view.unrevealed, None);
        let skill = clear_ask(&view);
        assert_eq!(skill.points.len(), sessions.len());
        assert_eq!(skill.usual.is_some(), skill.rated >= 3, "{skill:?}");
    }
    let view = progress().await;
    assert_eq!(
        (view.comparison, view.runs),
        (Comparison::NoRuns, 0),
        "nothing was spoken"
    );
    assert_eq!(
        (view.language, view.languages.as_slice()),
        (Language::English, &[Language::English][..])
    );
    assert_eq!(view.skills.len(), SKILLS);
    let skill = clear_ask(&view).clone();
    let order: Vec<SessionId> = skill.points.iter().map(|point| point.session).collect();
    assert_eq!(order, sessions, "the oldest first");
    assert_eq!((skill.rated, skill.other_rubric, skill.other_judge), (3, 0, 0));
    assert_eq!(skill.anchors.len(), 5);
    let usual = skill.usual.unwrap();
    assert_eq!((usual.low.level(), usual.high.level()), (3, 3));
    let unquoted = Standing::NotObserved {
        why: NotObserved::NoQuote,
    };
    assert_eq!(skill.points[1].standing, unquoted);
    let Standing::Rated { low, high, .. } = skill.points[3].standing else {
        panic!("it was rated: {skill:?}");
    };
    assert!(low < high, "its looks lie apart");

    // Another result of the same practice takes the place of the first.
    fake.always(Role::Judge, Script::EvalOk);
    app.core.ask_for_feedback(sessions[3]).await.unwrap();
    until(&app, sessions[3], "the second result", |view| {
        done(view) && view.earlier.len() == 1
    })
    .await;
    let again = clear_ask(&progress().await).clone();
    assert_eq!(again.points.len(), 4);
    assert_eq!(again.points[3].standing, again.points[0].standing);

    app.core.delete_sessions(vec![sessions[0]]).await.unwrap();
    let left = clear_ask(&progress().await).clone();
    assert_eq!((left.points.len(), left.rated, left.usual), (3, 2, None));
    assert_eq!(
        app.core.progress(Some(Language::Chinese)).await.unwrap().skills,
        []
    );
    app.core.shut_down().await;
}
