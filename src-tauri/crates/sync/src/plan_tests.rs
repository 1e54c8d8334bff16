//! What may go out of one session, and what has to wait, at every stage of its way.

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// A row of a lane, by its kind and the number of what it is about.
fn row(id: i64, kind: OutboxKind, subject: u128) -> OutboxRow {
    OutboxRow {
        id,
        lane: Uuid::from_u128(1),
        kind,
        subject: Uuid::from_u128(subject),
        parent: None,
        attempts: 0,
        next_attempt_at: NOW,
        last_error: None,
        stuck_reason: None,
        created_at: NOW,
        object_id: None,
        unsure_since: None,
        begun: None,
        look_first: false,
    }
}

fn child(parent: i64, row: OutboxRow) -> OutboxRow {
    OutboxRow {
        parent: Some(parent),
        ..row
    }
}

/// A session as it is recorded: made, two turns with sound, its end.
fn practice(object_id: Option<&str>) -> Lane {
    Lane {
        id: Uuid::from_u128(1),
        first: 1,
        object_id: object_id.map(str::to_owned),
        rows: vec![
            row(1, OutboxKind::SaveSession, 1),
            row(2, OutboxKind::Upload, 11),
            child(2, row(3, OutboxKind::CreateTurn, 10)),
            row(4, OutboxKind::Upload, 21),
            child(4, row(5, OutboxKind::CreateTurn, 20)),
            row(6, OutboxKind::SaveSession, 1),
        ],
    }
}

fn ids(rows: &[OutboxRow]) -> Vec<i64> {
    rows.iter().map(|row| row.id).collect()
}

/// An upload has arrived.
fn uploaded(lane: &mut Lane, upload: i64) {
    lane.rows.retain(|row| row.id != upload);
    for row in &mut lane.rows {
        row.parent = row.parent.filter(|parent| *parent != upload);
    }
}

fn turns(steps: &Steps) -> Vec<i64> {
    steps.below.iter().flat_map(|below| ids(&below.turns)).collect()
}

fn evaluation(steps: &Steps) -> Vec<i64> {
    steps
        .below
        .iter()
        .flat_map(|below| ids(&below.evaluation))
        .collect()
}

#[test]
fn a_session_goes_before_its_turns_and_ends_after_them() {
    let steps = plan(&practice(None), NOW);
    assert_eq!(
        (ids(&steps.create), ids(&steps.uploads)),
        (vec![1, 6], vec![2, 4])
    );
    assert!(steps.below.is_none() && steps.save.is_empty() && steps.more_turns);

    let mut lane = practice(Some("s"));
    let steps = plan(&lane, NOW);
    assert_eq!((ids(&steps.create), steps.below), (vec![], None));
    assert!(steps.save.is_empty());

    uploaded(&mut lane, 2);
    let steps = plan(&lane, NOW);
    assert_eq!((turns(&steps), steps.more_turns), (vec![3], true));
    assert_eq!((evaluation(&steps), steps.save), (vec![], vec![]));

    uploaded(&mut lane, 4);
    let steps = plan(&lane, NOW);
    assert_eq!((turns(&steps), steps.more_turns), (vec![3, 5], false));
    assert_eq!(evaluation(&steps), [1, 6], "in the same request");
    assert!(steps.save.is_empty());

    lane.rows.retain(|row| row.kind == OutboxKind::SaveSession);
    assert_eq!(ids(&plan(&lane, NOW).save), [1, 6]);
}

#[test]
fn a_later_turn_does_not_overtake_an_earlier_one() {
    let mut lane = practice(Some("s"));
    uploaded(&mut lane, 4);
    assert!(turns(&plan(&lane, NOW)).is_empty());
}

#[test]
fn what_needs_the_user_holds_nothing_else_up() {
    let mut lane = practice(Some("s"));
    uploaded(&mut lane, 4);
    lane.rows[1].stuck_reason = Some("too_large".to_owned());
    let steps = plan(&lane, NOW);
    assert_eq!((turns(&steps), steps.more_turns), (vec![5], false));
    lane.rows.retain(|row| row.id != 5);
    assert_eq!(ids(&plan(&lane, NOW).save), [1, 6]);
}

#[test]
fn a_changed_turn_waits_until_it_is_there() {
    let mut lane = practice(Some("s"));
    lane.rows.push(row(7, OutboxKind::SaveTurn, 10));
    assert_eq!(plan(&lane, NOW).below, None);
    uploaded(&mut lane, 2);
    lane.rows.retain(|row| row.id != 3);
    let below = plan(&lane, NOW).below.unwrap();
    assert_eq!(ids(&below.changed), [7]);
}

#[test]
fn nothing_is_tried_again_while_the_server_may_still_act() {
    let mut lane = practice(None);
    lane.rows[0].unsure_since = Some(NOW);
    let steps = plan(&lane, NOW);
    assert!(steps.create.is_empty(), "nor what another change would make");
    assert_eq!(steps.not_before, Some(NOW.after(LATE)));
    assert_eq!(ids(&plan(&lane, NOW.after(LATE)).create), [1, 6]);
    lane.rows[0].next_attempt_at = NOW.after(2 * LATE);
    assert_eq!(
        ids(&plan(&lane, NOW.after(LATE)).create),
        [1, 6],
        "whoever tells of a record has to know of all attempts"
    );
}

#[test]
fn an_evaluation_waits_until_it_is_certain_what_came_of_an_earlier_attempt() {
    let mut lane = practice(Some("s"));
    lane.rows.retain(|row| row.kind == OutboxKind::SaveSession);
    lane.rows[0].unsure_since = Some(NOW);
    let steps = plan(&lane, NOW);
    assert_eq!((evaluation(&steps), ids(&steps.save)), (vec![], vec![]));
    assert_eq!(evaluation(&plan(&lane, NOW.after(LATE))), [1, 6]);
}

#[test]
fn a_turn_behind_one_that_was_put_off_is_put_off_too() {
    let mut lane = practice(Some("s"));
    uploaded(&mut lane, 2);
    uploaded(&mut lane, 4);
    lane.rows.retain(|row| row.kind == OutboxKind::CreateTurn);
    lane.rows[0].next_attempt_at = NOW.after(LATE);
    let steps = plan(&lane, NOW);
    assert!(steps.is_empty());
    assert_eq!(steps.not_before, Some(NOW.after(LATE)));
}

#[test]
fn what_waits_for_the_user_alone_is_nothing_to_do_at_any_time() {
    let mut lane = practice(None);
    lane.rows.retain(|row| row.kind != OutboxKind::Upload);
    for row in &mut lane.rows {
        row.parent = None;
    }
    for save in [0, 3] {
        lane.rows[save].stuck_reason = Some("refused".to_owned());
    }
    let steps = plan(&lane, NOW);
    assert!(steps.is_empty());
    assert_eq!(steps.not_before, None);
}

#[test]
fn a_turn_that_the_server_may_have_is_looked_for_before_its_clip_goes() {
    let mut lane = practice(Some("s"));
    lane.rows[2].look_first = true;
    let steps = plan(&lane, NOW);
    let sought = &steps.sought[0];
    assert_eq!(
        (sought.turn.id, sought.upload.as_ref().map(|row| row.id)),
        (3, Some(2))
    );
    assert_eq!(ids(&steps.uploads), [4]);
    uploaded(&mut lane, 2);
    uploaded(&mut lane, 4);
    assert!(turns(&plan(&lane, NOW)).is_empty());
}

#[test]
fn a_session_that_is_gone_has_nothing_else_to_tell() {
    let mut lane = practice(None);
    lane.rows.push(row(9, OutboxKind::DeleteSession, 1));
    let steps = plan(&lane, NOW);
    assert_eq!(steps.delete.map(|row| row.id), Some(9));
    assert!(steps.uploads.is_empty() && steps.create.is_empty());
}
