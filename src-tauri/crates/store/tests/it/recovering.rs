//! What a crash left behind: closed, offered, adopted, discarded.

use std::fs;
use std::time::Duration;

use rehearse_domain::{EndReason, SessionStatus, Speaker};
use rehearse_store::{Interrupted, InterruptedKind, StoreError, Verification};
use tempfile::TempDir;

use crate::support::{at, clip_id, recorded, session, session_id, sound, turn, turn_id};
use crate::{end, owner, practised};

#[test]
fn a_session_that_nobody_ended_is_closed_as_of_the_last_moment_it_ran() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in."]);
    store.create_session(&session(2)).unwrap();
    let turns = [recorded(folder.path(), 2, 0), recorded(folder.path(), 2, 1)];
    turns.iter().for_each(|turn| store.record_turn(turn).unwrap());
    store.create_session(&session(3)).unwrap();
    store.record_turn(&turn(3, 0, "Come in.")).unwrap();
    store
        .update_active(session_id(3), Duration::from_secs(33))
        .unwrap();
    store.create_session(&session(4)).unwrap();
    store.create_session(&session(5)).unwrap();
    store.record_turn(&recorded(folder.path(), 5, 0)).unwrap();

    let closed = store.close_interrupted_sessions(at(90_000)).unwrap();
    assert_eq!(closed, [session_id(2), session_id(3), session_id(5)]);
    let second = store.session(session_id(2)).unwrap().unwrap();
    assert_eq!(
        (second.status, second.end_reason),
        (SessionStatus::Ended, Some(EndReason::ClientClosed))
    );
    assert_eq!(second.ended_at, Some(turns[1].ended_at));
    assert_eq!(
        second.active,
        Duration::from_secs(5),
        "at least what was recorded"
    );
    assert_eq!(store.evaluations(session_id(2)).unwrap().len(), 1);
    assert_eq!(
        store.session(session_id(3)).unwrap().unwrap().active,
        Duration::from_secs(33)
    );
    let unanswered = store.session(session_id(5)).unwrap().unwrap();
    assert_eq!(
        unanswered.active,
        Duration::ZERO,
        "nobody knows how much of the line was heard"
    );
    assert_eq!(
        store.session(session_id(4)).unwrap(),
        None,
        "nothing was ever said in it"
    );
    assert!(store.outbox(session_id(4)).unwrap().is_empty());
    assert_eq!(
        store.session(session_id(1)).unwrap().unwrap().end_reason,
        Some(EndReason::Manual)
    );
    assert!(store.close_interrupted_sessions(at(90_001)).unwrap().is_empty());
}

#[test]
fn parts_and_unclaimed_clips_are_offered_and_claimed_ones_are_not() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.create_session(&session(1)).unwrap();
    store.record_turn(&recorded(folder.path(), 1, 0)).unwrap();
    store.end_session(&end(1)).unwrap();
    store.create_session(&session(4)).unwrap();
    let being_recorded = store
        .place_for_clip(session_id(4), clip_id(6), Speaker::Trainee)
        .unwrap()
        .with_extension("mp3.part");
    fs::write(&being_recorded, sound(6)).unwrap();
    let part = store
        .place_for_clip(session_id(1), clip_id(7), Speaker::Trainee)
        .unwrap()
        .with_extension("mp3.part");
    fs::write(&part, sound(7)).unwrap();
    let unclaimed = store
        .place_for_clip(session_id(2), clip_id(8), Speaker::Trainee)
        .unwrap();
    fs::write(&unclaimed, sound(8)).unwrap();
    let empty = store
        .place_for_clip(session_id(3), clip_id(9), Speaker::Trainee)
        .unwrap();
    fs::write(folder.path().join("audio").join("notes.txt"), "not ours").unwrap();

    let mut found = store.interrupted().unwrap();
    found.sort_by_key(|interrupted| interrupted.clip);
    let [first, second] = found.as_slice() else {
        panic!("{found:?}")
    };
    let seen = |one: &Interrupted| (one.session, one.clip, one.path.clone(), one.kind);
    assert_eq!(
        seen(first),
        (Some(session_id(1)), clip_id(7), part, InterruptedKind::Part)
    );
    assert_eq!(
        seen(second),
        (None, clip_id(8), unclaimed, InterruptedKind::Unclaimed)
    );
    assert!(first.modified > at(0), "a real time");
    assert!(
        !empty.parent().unwrap().exists(),
        "an empty folder of nothing is removed"
    );
}

#[test]
fn an_adopted_take_becomes_the_last_turn_of_its_session() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.create_session(&session(1)).unwrap();
    store.record_turn(&turn(1, 0, "Come in.")).unwrap();
    let take = recorded(folder.path(), 1, 1);
    assert!(matches!(
        store.adopt_clip(&take, at(90_000)),
        Err(StoreError::StillOpen(_))
    ));
    store.close_interrupted_sessions(at(90_000)).unwrap();
    assert!(
        store.evaluations(session_id(1)).unwrap().is_empty(),
        "the trainee had not spoken"
    );

    let mut misnumbered = take.clone();
    misnumbered.sequence = 9;
    assert_eq!(store.adopt_clip(&misnumbered, at(90_000)).unwrap(), take);
    assert_eq!(store.turns(session_id(1)).unwrap().last(), Some(&take));
    assert_eq!(store.evaluations(session_id(1)).unwrap().len(), 1);
    assert_eq!(
        store.session(session_id(1)).unwrap().unwrap().end_reason,
        Some(EndReason::ClientClosed)
    );
    assert!(store.interrupted().unwrap().is_empty());
    assert_eq!(store.verify(Verification::Deep).unwrap(), []);
}

#[test]
fn a_session_with_nothing_but_a_take_stays_until_the_take_is_discarded() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.create_session(&session(1)).unwrap();
    let part = store
        .place_for_clip(session_id(1), clip_id(7), Speaker::Trainee)
        .unwrap()
        .with_extension("mp3.part");
    fs::write(&part, sound(7)).unwrap();
    assert_eq!(
        store.close_interrupted_sessions(at(90_000)).unwrap(),
        [session_id(1)]
    );

    assert!(!store.discard_interrupted(clip_id(8)).unwrap());
    assert!(store.discard_interrupted(clip_id(7)).unwrap());
    assert!(!part.parent().unwrap().exists());
    assert_eq!(store.session(session_id(1)).unwrap(), None);
    assert_eq!(store.outbox_pending().unwrap(), 0);
}

#[test]
fn discarding_a_take_leaves_its_session_alone() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in."]);
    let part = store
        .place_for_clip(session_id(1), clip_id(7), Speaker::Trainee)
        .unwrap()
        .with_extension("mp3.part");
    fs::write(&part, sound(7)).unwrap();
    assert!(store.discard_interrupted(clip_id(7)).unwrap());
    assert_eq!(store.turns(session_id(1)).unwrap().len(), 1);
    assert!(!store.discard_interrupted(turn_id_as_clip()).unwrap());
}

fn turn_id_as_clip() -> rehearse_domain::ClipId {
    uuid::Uuid::from(turn_id(1_000)).into()
}

#[test]
fn a_take_that_is_not_wanted_goes_while_its_session_runs_and_a_turn_never_does() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    store.create_session(&session(1)).unwrap();
    let kept = recorded(folder.path(), 1, 0);
    store.record_turn(&kept).unwrap();
    let unwanted = store
        .place_for_clip(session_id(1), clip_id(77), Speaker::Trainee)
        .unwrap();
    fs::write(&unwanted, b"a take").unwrap();

    assert!(
        store
            .drop_take(session_id(1), clip_id(77), Speaker::Trainee)
            .unwrap()
    );
    assert!(!unwanted.exists());
    assert!(
        !store
            .drop_take(session_id(1), clip_id(77), Speaker::Trainee)
            .unwrap(),
        "twice does no harm"
    );
    assert!(
        !store
            .drop_take(session_id(1), kept.clip.unwrap().id, Speaker::Trainee)
            .unwrap()
    );
    assert_eq!(store.verify(Verification::Deep).unwrap(), []);
}

#[test]
fn sound_of_the_partner_that_became_no_turn_is_never_offered() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    practised(&store, 1, &["Come in."]);
    let said = store
        .place_for_clip(session_id(1), clip_id(8), Speaker::Partner)
        .unwrap();
    let torn = said.with_extension("mp3.part");
    fs::write(&said, b"whole").unwrap();
    fs::write(&torn, b"half").unwrap();
    store.close_interrupted_sessions(at(90_000)).unwrap();
    assert_eq!(store.interrupted().unwrap(), []);
    assert!(!said.exists() && !torn.exists());
}

#[test]
fn what_the_partner_said_in_a_lost_session_goes_with_the_takes_and_waits_only_without_them() {
    let folder = TempDir::new().unwrap();
    let store = owner(folder.path());
    let put = |session: u64, clip: u64, speaker: Speaker| {
        let path = store
            .place_for_clip(session_id(session), clip_id(clip), speaker)
            .unwrap();
        fs::write(&path, sound(clip)).unwrap();
        path
    };
    put(1, 1, Speaker::Trainee);
    put(1, 2, Speaker::Trainee);
    let beside = put(1, 3, Speaker::Partner);
    let alone = put(2, 4, Speaker::Partner);

    let found = store.interrupted().unwrap();
    let seen = |clip: u64| found.iter().find(|one| one.clip == clip_id(clip));
    assert_eq!(found.len(), 3, "{found:?}");
    for clip in [1, 2] {
        let take = seen(clip).unwrap();
        assert_eq!(
            (take.speaker, &take.beside),
            (Speaker::Trainee, &vec![beside.clone()])
        );
    }
    let line = seen(4).unwrap();
    assert_eq!((line.speaker, &line.path), (Speaker::Partner, &alone));

    assert!(store.discard_interrupted(clip_id(1)).unwrap());
    assert!(beside.exists(), "another take of the same session still waits");
    assert!(store.discard_interrupted(clip_id(2)).unwrap());
    assert!(!beside.parent().unwrap().exists());
    assert!(store.discard_interrupted(clip_id(4)).unwrap());
    assert!(!alone.parent().unwrap().exists());
    assert_eq!(store.verify(Verification::Deep).unwrap(), []);
}
