//! What may go out of one lane now, and in which order: a session, or a scenario or skill. Pure: rows in, steps out.

use std::time::Duration;

use rehearse_domain::Timestamp;
use rehearse_store::{Lane, OutboxKind, OutboxRow};
use uuid::Uuid;

/// How long a server may still act on a request whose answer was lost. LeanCloud gives up on itself after 10 s, the
/// client after 20 s, and proxies in between after 60 s at most.
pub(crate) const LATE: Duration = Duration::from_secs(75);

/// What may go out of one session now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Steps {
    /// Tell that the session is gone. Then there is nothing else.
    pub(crate) delete: Option<OutboxRow>,
    /// Changes of a scenario or a skill, which is all that its lane has.
    pub(crate) author: Vec<OutboxRow>,
    /// Turns that the server may have from another time. They are looked for before they or their clips are told.
    pub(crate) sought: Vec<Sought>,
    /// Clips to be uploaded, in any order.
    pub(crate) uploads: Vec<OutboxRow>,
    /// The session, which the server does not know yet.
    pub(crate) create: Vec<OutboxRow>,
    /// What belongs to a session that the server knows.
    pub(crate) below: Option<Below>,
    /// The session, all of whose turns are there.
    pub(crate) save: Vec<OutboxRow>,
    /// Whether turns are still to come after these steps.
    pub(crate) more_turns: bool,
    /// Nothing before this moment. Without it, and without steps, all waits for something that needs the user.
    pub(crate) not_before: Option<Timestamp>,
}

/// A turn that the server may have, and the upload that it waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sought {
    pub(crate) turn: OutboxRow,
    pub(crate) upload: Option<OutboxRow>,
}

/// What may go out that belongs to a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Below {
    /// What the server calls the session.
    pub(crate) session: String,
    /// Turns that the server does not know yet, in their order.
    pub(crate) turns: Vec<OutboxRow>,
    /// Turns that changed.
    pub(crate) changed: Vec<OutboxRow>,
    /// The evaluation may go with them: these rows stand for it.
    pub(crate) evaluation: Vec<OutboxRow>,
}

impl Below {
    fn is_empty(&self) -> bool {
        self.turns.is_empty() && self.changed.is_empty() && self.evaluation.is_empty()
    }
}

impl Steps {
    pub(crate) fn is_empty(&self) -> bool {
        self.delete.is_none()
            && self.below.is_none()
            && self.sought.is_empty()
            && [&self.author, &self.uploads, &self.create, &self.save]
                .iter()
                .all(|rows| rows.is_empty())
    }
}

/// What may go out of a session at `now`.
pub(crate) fn plan(lane: &Lane, now: Timestamp) -> Steps {
    let rows = Rows { lane, now };
    if let Some(row) = rows.of(OutboxKind::DeleteSession).next() {
        return Steps {
            delete: rows.may_go(row).then(|| row.clone()),
            not_before: rows.not_before(),
            ..Steps::default()
        };
    }
    if let Some(row) = lane.rows.iter().find(|row| row.is_authored()) {
        return Steps {
            author: rows.ready(row.kind),
            not_before: rows.not_before(),
            ..Steps::default()
        };
    }
    let turns = rows.turns();
    let coming = rows.of(OutboxKind::CreateTurn).filter(|row| !rows.is_stuck(row));
    let left_over = coming.count() > turns.len();
    let all_there = turns.is_empty() && !left_over;
    let saves = rows.ready(OutboxKind::SaveSession);
    let steps = Steps {
        sought: rows.sought(),
        uploads: rows.uploads(),
        not_before: rows.not_before(),
        ..Steps::default()
    };
    let Some(session) = lane.object_id.clone() else {
        return Steps {
            create: saves,
            more_turns: !all_there,
            ..steps
        };
    };
    let is_new = |turn: Uuid| rows.of(OutboxKind::CreateTurn).any(|row| row.subject == turn);
    let mut changed = rows.ready(OutboxKind::SaveTurn);
    changed.retain(|row| !is_new(row.subject));
    let below = Below {
        session,
        turns,
        changed,
        evaluation: if left_over { Vec::new() } else { saves.clone() },
    };
    Steps {
        below: Some(below).filter(|below| !below.is_empty()),
        save: if all_there { saves } else { Vec::new() },
        more_turns: left_over,
        ..steps
    }
}

/// The rows of a session at a moment.
struct Rows<'a> {
    lane: &'a Lane,
    now: Timestamp,
}

impl<'a> Rows<'a> {
    fn of(&self, kind: OutboxKind) -> impl Iterator<Item = &'a OutboxRow> {
        self.lane.rows.iter().filter(move |row| row.kind == kind)
    }

    /// Whether it needs the user, or waits for something that does.
    fn is_stuck(&self, row: &OutboxRow) -> bool {
        let parent = row
            .parent
            .and_then(|id| self.lane.rows.iter().find(|row| row.id == id));
        row.stuck_reason.is_some() || parent.is_some_and(|parent| parent.stuck_reason.is_some())
    }

    /// The changes of the record that a change is about, but for those that need the user.
    fn of_record(&self, row: &OutboxRow) -> impl Iterator<Item = &'a OutboxRow> {
        let subject = row.subject;
        let rows = self.lane.rows.iter().filter(|row| row.stuck_reason.is_none());
        rows.filter(move |row| row.subject == subject)
    }

    /// From when on it is certain what came of all attempts to tell of a record.
    fn certain_at(&self, row: &OutboxRow) -> Option<Timestamp> {
        let unsure = self.of_record(row).filter_map(|row| row.unsure_since).max();
        unsure.map(|since| since.after(LATE))
    }

    /// When a change is due: with the first of its kind that its record has.
    fn due_at(&self, row: &OutboxRow) -> Timestamp {
        let same = self.of_record(row).filter(|other| other.kind == row.kind);
        same.map(|row| row.next_attempt_at)
            .min()
            .unwrap_or(row.next_attempt_at)
    }

    /// When a change that waits for no other may go.
    fn goes_at(&self, row: &OutboxRow) -> Timestamp {
        let due = self.due_at(row);
        self.certain_at(row).map_or(due, |certain| certain.max(due))
    }

    /// A record goes with all its changes, and not while it is uncertain what came of one of them: the server may still
    /// make what another would make again.
    fn may_go(&self, row: &OutboxRow) -> bool {
        row.parent.is_none() && row.stuck_reason.is_none() && self.goes_at(row) <= self.now
    }

    fn ready(&self, kind: OutboxKind) -> Vec<OutboxRow> {
        self.of(kind).filter(|row| self.may_go(row)).cloned().collect()
    }

    /// New turns up to the first that has to wait. One that needs the user holds no other up.
    fn turns(&self) -> Vec<OutboxRow> {
        self.of(OutboxKind::CreateTurn)
            .filter(|row| !self.is_stuck(row))
            .take_while(|row| self.may_go(row) && !row.look_first)
            .cloned()
            .collect()
    }

    /// Turns that have to be looked for, also those that wait for their clips.
    fn sought(&self) -> Vec<Sought> {
        let upload = |turn: &OutboxRow| self.lane.rows.iter().find(|row| turn.parent == Some(row.id));
        self.of(OutboxKind::CreateTurn)
            .filter(|row| row.look_first && row.stuck_reason.is_none() && self.goes_at(row) <= self.now)
            .map(|turn| Sought {
                turn: turn.clone(),
                upload: upload(turn).cloned(),
            })
            .collect()
    }

    /// Clips, but for those whose turns are looked for: the server may have them with these.
    fn uploads(&self) -> Vec<OutboxRow> {
        let sought = |upload: &OutboxRow| {
            self.of(OutboxKind::CreateTurn)
                .any(|row| row.parent == Some(upload.id) && row.look_first && row.stuck_reason.is_none())
        };
        let mut uploads = self.ready(OutboxKind::Upload);
        uploads.retain(|row| !sought(row));
        uploads
    }

    /// When the first change may go that has to wait.
    fn not_before(&self) -> Option<Timestamp> {
        let rows = self.lane.rows.iter();
        rows.filter(|row| row.parent.is_none() && row.stuck_reason.is_none())
            .map(|row| self.goes_at(row))
            .filter(|moment| *moment > self.now)
            .min()
    }
}

#[cfg(test)]
mod tests {
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
}
