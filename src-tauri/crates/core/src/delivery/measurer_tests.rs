//! Measuring that is interrupted, shut down, or asked for by nobody.

use std::cell::Cell;
use std::time::Duration;

use super::*;
use crate::delivery::made::{START, practised, store};

#[tokio::test]
async fn measuring_stops_before_the_next_clip_and_goes_on_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(store(folder.path()));
    // Their clips are not there, which is found out as fast as anything.
    let (session, _) = practised(&store, 2, &Record::default());
    let measurer = Measurer::default();
    let left = Cell::new(1);
    let one = || left.replace(0) > 0;
    let found = measurer
        .measured_while(&store, session, START, one)
        .await
        .unwrap();
    assert!(!found.is_whole());
    assert_eq!(measurer.still_to_measure(&store).unwrap(), 1);
    let found = measurer.measured_session(&store, session, START).await.unwrap();
    assert!(found.is_whole());
    assert!(found.records.values().all(|record| record.unreadable.is_some()));
    assert_eq!(measurer.still_to_measure(&store).unwrap(), 0);
}

#[tokio::test]
async fn what_is_being_written_is_waited_for_and_nothing_begins_after_shutting_down() {
    let measurer = Measurer::default();
    let store = Arc::new(());
    let slow = |held: Arc<()>| {
        move || {
            std::thread::sleep(Duration::from_millis(100));
            drop(held);
        }
    };
    drop(measurer.unbroken(slow(Arc::clone(&store))));
    let mut takes = JoinSet::new();
    takes.spawn_blocking(slow(Arc::clone(&store)));
    measurer.finish(takes);
    measurer.shut_down().await;
    assert_eq!(Arc::strong_count(&store), 1, "nobody holds the folder");
    let held = Arc::clone(&store);
    measurer.beside(async move {
        std::future::pending::<()>().await;
        drop(held);
    });
    assert!(measurer.unbroken(slow(Arc::clone(&store))).is_none());
    assert_eq!(Arc::strong_count(&store), 1);
}

#[tokio::test]
async fn what_was_done_unasked_is_not_remembered() {
    let measurer = Measurer::default();
    for _ in 0..100 {
        measurer.beside(async {});
        tokio::task::yield_now().await;
    }
    assert!(measurer.unasked.lock().as_ref().unwrap().work.len() < 10);
}
