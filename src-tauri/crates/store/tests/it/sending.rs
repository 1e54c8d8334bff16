//! The outbox as the sender sees it: what may go out, and what is written down about an attempt.

use std::time::Duration;

use rehearse_store::{Lanes, OutboxFigures, OutboxKind, OutboxRow, RemoteFile, Settled, Store, TwinWatch};
use tempfile::TempDir;

use crate::support::{at, recorded, session, session_id, turn, turn_id};
use crate::{end, owner};

/// A practice of two turns, the second with a clip; everything was made at most 1000 s in.
fn practised(folder: &TempDir) -> Store {
    let store = owner(folder.path());
    store.create_session(&session(1)).unwrap();
    store.record_turn(&turn(1, 0, "Come in.")).unwrap();
    store.record_turn(&recorded(folder.path(), 1, 1)).unwrap();
    store.end_session(&end(1)).unwrap();
    store
}

fn row(store: &Store, kind: OutboxKind) -> OutboxRow {
    let rows = store.outbox(session_id(1)).unwrap();
    rows.into_iter().find(|row| row.kind == kind).unwrap()
}

fn file(id: &str) -> RemoteFile {
    RemoteFile {
        id: id.to_owned(),
        url: format!("https://files.example/{id}"),
    }
}

#[test]
fn a_confirmed_upload_lets_its_turn_go_and_names_its_clip() {
    let folder = TempDir::new().unwrap();
    let store = practised(&folder);
    let upload = row(&store, OutboxKind::Upload);
    let waits = |store: &Store| {
        let rows = store.outbox(session_id(1)).unwrap();
        rows.iter().filter(|row| row.parent.is_some()).count()
    };
    assert_eq!(waits(&store), 1);
    let settled = [
        Settled::Uploaded {
            session: session_id(1),
            clip: upload.subject.into(),
            file: file("f1"),
        },
        Settled::Sent { row: upload.id },
    ];
    store.settle(&settled, at(1_000)).unwrap();
    assert_eq!(waits(&store), 0);
    let turns = store.sendable_turns(session_id(1)).unwrap();
    assert_eq!((&turns[0].file, &turns[1].file), (&None, &Some(file("f1"))));
}

#[test]
fn an_attempt_is_counted_before_it_is_made_and_uncertain_until_it_is_settled() {
    let folder = TempDir::new().unwrap();
    let store = practised(&folder);
    let save = row(&store, OutboxKind::SaveSession);
    store
        .settle(&[Settled::Attempted { row: save.id }], at(1_000))
        .unwrap();
    let begun = row(&store, OutboxKind::SaveSession);
    assert_eq!((begun.attempts, begun.unsure_since), (1, Some(at(1_000))));
    let failed = |unsure| Settled::Failed {
        row: save.id,
        error: "no_answer".to_owned(),
        unsure,
    };
    store.settle(&[failed(true)], at(1_020)).unwrap();
    assert_eq!(row(&store, OutboxKind::SaveSession).unsure_since, Some(at(1_000)));
    store.settle(&[failed(false)], at(1_030)).unwrap();
    let known = row(&store, OutboxKind::SaveSession);
    assert_eq!(
        (known.unsure_since, known.last_error.as_deref()),
        (None, Some("no_answer"))
    );
}

#[test]
fn a_session_that_is_put_off_is_not_due_and_comes_back() {
    let folder = TempDir::new().unwrap();
    let store = practised(&folder);
    assert_eq!(
        store.lanes_due(Lanes::Sessions, at(1_000), 0, 9).unwrap().len(),
        1
    );
    let put_off = Settled::PutOff {
        lane: session_id(1).into(),
        until: at(2_000),
    };
    store.settle(&[put_off], at(1_000)).unwrap();
    assert_eq!(store.lanes_due(Lanes::Sessions, at(1_999), 0, 9).unwrap(), []);
    assert_eq!(store.next_due().unwrap(), Some(at(2_000)));
    assert_eq!(
        store.lanes_due(Lanes::Sessions, at(2_000), 0, 9).unwrap().len(),
        1
    );
    store.hurry_outbox(at(1_500)).unwrap();
    assert_eq!(
        store.lanes_due(Lanes::Sessions, at(1_500), 0, 9).unwrap().len(),
        1
    );
}

#[test]
fn a_session_that_the_user_is_deleting_does_not_go_out() {
    let folder = TempDir::new().unwrap();
    let store = practised(&folder);
    store.doom_sessions(&[session_id(1)], at(1_000)).unwrap();
    assert_eq!(store.lanes_due(Lanes::Sessions, at(1_000), 0, 9).unwrap(), []);
    store.spare_sessions(&[session_id(1)]).unwrap();
    assert_eq!(
        store.lanes_due(Lanes::Sessions, at(1_000), 0, 9).unwrap().len(),
        1
    );
}

#[test]
fn a_deletion_knows_the_files_that_lie_on_the_remote_and_what_may_still_come() {
    let folder = TempDir::new().unwrap();
    let store = practised(&folder);
    let upload = row(&store, OutboxKind::Upload);
    store
        .settle(&[Settled::Attempted { row: upload.id }], at(900))
        .unwrap();
    let begun = Settled::Begun {
        row: upload.id,
        session: session_id(1),
        file: Some("f1".to_owned()),
    };
    store.settle(&[begun], at(900)).unwrap();
    store.doom_sessions(&[session_id(1)], at(1_000)).unwrap();
    store.purge_doomed(at(1_000), at(1_000)).unwrap();
    let deletion = row(&store, OutboxKind::DeleteSession);
    assert_eq!(deletion.unsure_since, Some(at(900)));
    let strays = |store: &Store| {
        let strays = store.stray_files_due(at(1_000), 9).unwrap();
        strays.into_iter().map(|stray| stray.file).collect::<Vec<_>>()
    };
    assert_eq!(strays(&store), ["f1"]);

    // What was under way meanwhile arrives after all.
    let late = [
        Settled::SessionNamed {
            session: session_id(1),
            object_id: "s1".to_owned(),
            account: "here".to_owned(),
        },
        Settled::Uploaded {
            session: session_id(1),
            clip: upload.subject.into(),
            file: file("f2"),
        },
        Settled::TurnNamed {
            turn: turn_id(1_001),
            object_id: "t1".to_owned(),
        },
    ];
    store.settle(&late, at(1_000)).unwrap();
    assert_eq!(
        row(&store, OutboxKind::DeleteSession).object_id.as_deref(),
        Some("s1")
    );
    assert_eq!(strays(&store), ["f1", "f2"]);
    assert_eq!(store.sendable_session(session_id(1)).unwrap(), None);
}

#[test]
fn what_is_stuck_waits_for_the_user_who_can_try_again_or_let_it_be() {
    let folder = TempDir::new().unwrap();
    let store = practised(&folder);
    let upload = row(&store, OutboxKind::Upload);
    assert!(!store.retry_stuck(upload.id, at(1_000)).unwrap());
    assert!(!store.discard_stuck(upload.id, at(1_000)).unwrap());
    let stuck = Settled::Stuck {
        row: upload.id,
        reason: "too_large".to_owned(),
    };
    store.settle(std::slice::from_ref(&stuck), at(1_000)).unwrap();
    let figures = store.outbox_figures().unwrap();
    assert_eq!((figures.stuck, figures.bytes), (1, 0));
    assert!(store.retry_stuck(upload.id, at(1_000)).unwrap());
    assert_eq!(store.stuck_changes().unwrap(), []);
    assert!(store.outbox_figures().unwrap().bytes > 0);
    store.settle(&[stuck], at(1_000)).unwrap();
    assert!(store.discard_stuck(upload.id, at(1_000)).unwrap());
    let rows = store.outbox(session_id(1)).unwrap();
    assert!(
        rows.iter()
            .all(|row| row.parent.is_none() && row.kind != OutboxKind::Upload)
    );
}

#[test]
fn without_its_session_nothing_of_it_is_told() {
    let folder = TempDir::new().unwrap();
    let store = practised(&folder);
    let upload = row(&store, OutboxKind::Upload);
    let save = row(&store, OutboxKind::SaveSession);
    let settled = [
        Settled::Uploaded {
            session: session_id(1),
            clip: upload.subject.into(),
            file: file("f1"),
        },
        Settled::Sent { row: upload.id },
        Settled::Stuck {
            row: save.id,
            reason: "refused".to_owned(),
        },
    ];
    store.settle(&settled, at(1_000)).unwrap();
    assert!(store.discard_stuck(save.id, at(1_000)).unwrap());
    assert_eq!(store.outbox_figures().unwrap(), OutboxFigures::default());
    assert_eq!(store.stray_files_due(at(1_000), 9).unwrap().len(), 1);
    assert!(
        store
            .sendable_turns(session_id(1))
            .unwrap()
            .iter()
            .all(|one| one.file.is_none())
    );
}

#[test]
fn sessions_that_are_due_come_page_by_page() {
    let folder = TempDir::new().unwrap();
    let store = practised(&folder);
    for number in 2..=5 {
        store.create_session(&session(number)).unwrap();
    }
    let (mut seen, mut after) = (Vec::new(), 0);
    loop {
        let page = store.lanes_due(Lanes::Sessions, at(1_000), after, 2).unwrap();
        let Some(last) = page.last() else { break };
        after = last.first;
        seen.extend(page.iter().map(rehearse_store::Lane::session));
    }
    assert_eq!(seen, [1, 2, 3, 4, 5].map(session_id));
}

#[test]
fn a_session_that_was_told_and_never_begun_is_told_to_go() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    for number in [1, 2] {
        store.create_session(&session(number)).unwrap();
    }
    let save = row(&store, OutboxKind::SaveSession);
    let told = [
        Settled::Attempted { row: save.id },
        Settled::SessionNamed {
            session: session_id(1),
            account: "account".to_owned(),
            object_id: "s1".to_owned(),
        },
        Settled::Sent { row: save.id },
    ];
    store.settle(&told, at(900)).unwrap();
    store.close_interrupted_sessions(at(1_000)).unwrap();
    let deletion = row(&store, OutboxKind::DeleteSession);
    assert_eq!(deletion.object_id.as_deref(), Some("s1"));
    assert!(
        store.outbox(session_id(2)).unwrap().is_empty(),
        "nobody was told of it"
    );
}

#[test]
fn another_remote_is_asked_before_it_is_told_also_of_a_deletion() {
    let folder = TempDir::new().unwrap();
    let store = practised(&folder);
    assert!(
        store
            .outbox(session_id(1))
            .unwrap()
            .iter()
            .all(|row| !row.look_first)
    );
    store.forget_remote(at(1_000)).unwrap();
    let rows = store.outbox(session_id(1)).unwrap();
    assert!(rows.iter().all(|row| row.look_first));
    let turn = row(&store, OutboxKind::CreateTurn);
    store
        .settle(&[Settled::LookedFor { row: turn.id }], at(1_000))
        .unwrap();
    assert!(!row(&store, OutboxKind::CreateTurn).look_first);
    store.doom_sessions(&[session_id(1)], at(1_000)).unwrap();
    store.purge_doomed(at(1_000), at(1_000)).unwrap();
    row(&store, OutboxKind::DeleteSession);
}

#[test]
fn a_watch_that_was_asked_for_during_a_look_stays() {
    let folder = TempDir::new().unwrap();
    let store = practised(&folder);
    let watch = TwinWatch {
        subject: session_id(1).into(),
        kind: OutboxKind::SaveSession,
        session: session_id(1),
    };
    let asked = |due| Settled::Watch {
        watch: watch.clone(),
        due,
    };
    let watched = |looked_at| Settled::Watched {
        subject: watch.subject,
        looked_at,
    };
    store
        .settle(&[asked(at(1_000)), asked(at(2_000))], at(900))
        .unwrap();
    store.settle(&[watched(at(1_000))], at(1_001)).unwrap();
    let due = store.twin_watches_due(at(2_000), 9).unwrap();
    assert_eq!(due, std::slice::from_ref(&watch));
    let sooner = Settled::WatchPutOff {
        subject: watch.subject,
        until: at(1_500),
    };
    store.settle(&[sooner], at(1_001)).unwrap();
    assert_eq!(store.twin_watches_due(at(1_999), 9).unwrap(), []);
    store.settle(&[watched(at(2_000))], at(2_001)).unwrap();
    assert_eq!(store.twin_watches_due(at(9_000), 9).unwrap(), []);
}

#[test]
fn what_a_clock_that_was_ahead_put_off_is_taken_back_once() {
    let folder = TempDir::new().unwrap();
    let store = practised(&folder);
    let save = row(&store, OutboxKind::SaveSession);
    let watch = TwinWatch {
        subject: session_id(1).into(),
        kind: OutboxKind::SaveSession,
        session: session_id(1),
    };
    let all = [
        Settled::Attempted { row: save.id },
        Settled::PutOff {
            lane: session_id(1).into(),
            until: at(500_000),
        },
        Settled::Stray {
            file: "f1".to_owned(),
            session: session_id(1),
        },
        Settled::StrayPutOff {
            file: "f1".to_owned(),
            until: at(500_000),
        },
        Settled::Watch {
            watch,
            due: at(500_900),
        },
    ];
    store.settle(&all, at(400_000)).unwrap();
    let watched_by = at(1_000).after(Duration::from_secs(900));
    assert!(store.clock_was_set_back(at(1_000), watched_by).unwrap());
    let rows = store.outbox(session_id(1)).unwrap();
    assert!(rows.iter().all(|row| row.next_attempt_at <= at(1_000)));
    assert_eq!(rows[0].unsure_since, Some(at(1_000)));
    let due = store.due_after(at(1_000)).unwrap();
    assert_eq!((due.strays, due.watches), (Some(at(1_000)), Some(watched_by)));
    assert!(!store.clock_was_set_back(at(1_000), watched_by).unwrap());
}
