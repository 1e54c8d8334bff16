//! Deleting is for good, and taking it back is too.

use std::path::Path;
use std::time::Duration;

use rehearse_core::view::{Action, HistoryQuery, PracticePhase};

use crate::app::{App, saved};

const MARKER: &str = "QuetzalcoatlusMarker";

/// Whether the bytes of the marker are in any file below.
fn holds_marker(folder: &Path) -> bool {
    std::fs::read_dir(folder).unwrap().flatten().any(|entry| {
        if entry.path().is_dir() {
            return holds_marker(&entry.path());
        }
        let bytes = std::fs::read(entry.path()).unwrap();
        let lower = bytes.to_ascii_lowercase();
        let marker = MARKER.to_ascii_lowercase();
        lower
            .windows(marker.len())
            .any(|window| window == marker.as_bytes())
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_session_comes_back_within_ten_seconds_and_is_gone_to_the_last_byte_after() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.start(|_| ()).await;
    app.until_phase(PracticePhase::YourTurn).await;
    app.act(Action::Type {
        text: format!("I said {MARKER} twice."),
    })
    .await;
    app.until("the answer", |view| saved(view) == 3).await;
    let session = app.end().await.session;
    app.core.close_practice().await.unwrap();
    assert!(holds_marker(folder.path()));

    let receipt = app.core.delete_sessions(vec![session]).await.unwrap();
    assert_eq!(receipt.turns, 3);
    assert!(receipt.audio_bytes > 0.0);
    assert_eq!(app.core.history(HistoryQuery::default()).await.unwrap().total, 0);
    app.core.undo_delete(vec![session]).await.unwrap();
    assert_eq!(app.core.history(HistoryQuery::default()).await.unwrap().total, 1);

    app.core.delete_sessions(vec![session]).await.unwrap();
    tokio::time::sleep(Duration::from_millis(11_500)).await;
    assert!(!holds_marker(folder.path()), "no byte of it is left");
    let late = app.core.undo_delete(vec![session]).await.unwrap_err();
    assert_eq!(late.code, "undo_too_late");
    assert!(!folder.path().join("audio").join(session.to_string()).exists());
    assert_eq!(
        app.core.review(session).await.unwrap_err().code,
        "no_such_session"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_was_cut_short_is_finished_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path()).await;
    app.start(|options| options.partner_voice = false).await;
    app.until_phase(PracticePhase::YourTurn).await;
    app.act(Action::Type { text: MARKER.into() }).await;
    app.until("the answer", |view| saved(view) == 3).await;
    let session = app.end().await.session;
    app.core.delete_sessions(vec![session]).await.unwrap();
    let copy = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(folder.path())
        .unwrap()
        .flatten()
        .filter(|file| file.path().is_file())
    {
        std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
    }
    let after = App::open(copy.path()).await;
    assert_eq!(
        after.core.history(HistoryQuery::default()).await.unwrap().total,
        0
    );
    after.core.shut_down().await;
    drop(after);
    assert!(!holds_marker(copy.path()));
}
