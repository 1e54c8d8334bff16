//! Practice beside practice: what is usual, what changes over time, and what is still to be measured for either.

use rehearse_core::Access;
use rehearse_core::view::FigureKind;
use rehearse_domain::{SessionId, Timestamp};
use rehearse_store::{Delivery, Store};

use crate::app::App;
use crate::figures::{figure, one_turn};

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
