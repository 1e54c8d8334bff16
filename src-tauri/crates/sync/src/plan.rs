//! What may go out of one session now, and in which order. Pure: rows in, steps out.

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
    /// Clips to be uploaded, in any order.
    pub(crate) uploads: Vec<OutboxRow>,
    /// The session, which the server does not know yet.
    pub(crate) create: Vec<OutboxRow>,
    /// Turns that the server does not know yet, in their order.
    pub(crate) turns: Vec<OutboxRow>,
    /// The evaluation may go with them: this is the row that stands for it.
    pub(crate) evaluation: Option<OutboxRow>,
    /// Turns that changed.
    pub(crate) changed: Vec<OutboxRow>,
    /// The session, all of whose turns are there.
    pub(crate) save: Vec<OutboxRow>,
    /// Whether turns are still to come after these steps.
    pub(crate) more_turns: bool,
    /// Nothing before this moment: it is not certain yet what came of an attempt.
    pub(crate) not_before: Option<Timestamp>,
}

impl Steps {
    pub(crate) fn is_empty(&self) -> bool {
        self.delete.is_none()
            && [
                &self.uploads,
                &self.create,
                &self.turns,
                &self.changed,
                &self.save,
            ]
            .iter()
            .all(|rows| rows.is_empty())
            && self.evaluation.is_none()
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
    let turns = rows.turns();
    let coming = rows.of(OutboxKind::CreateTurn).filter(|row| !rows.is_stuck(row));
    let more_turns = coming.count() > turns.len();
    let saves = rows.ready(OutboxKind::SaveSession);
    let known = lane.object_id.is_some();
    let is_new = |turn: Uuid| rows.of(OutboxKind::CreateTurn).any(|row| row.subject == turn);
    let changed = rows.ready(OutboxKind::SaveTurn).into_iter();
    let changed = changed.filter(|row| known && !is_new(row.subject)).collect();
    let all_there = turns.is_empty() && !more_turns;
    Steps {
        delete: None,
        uploads: rows.ready(OutboxKind::Upload),
        create: if known { Vec::new() } else { saves.clone() },
        evaluation: saves.last().filter(|_| known && !more_turns).cloned(),
        turns: if known { turns } else { Vec::new() },
        changed,
        save: if known && all_there { saves } else { Vec::new() },
        more_turns: if known {
            more_turns
        } else {
            more_turns || !all_there
        },
        not_before: rows.not_before(),
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

    /// Until when the server may still act on an attempt whose outcome is not known.
    fn certain_at(row: &OutboxRow) -> Option<Timestamp> {
        row.unsure_since.map(|since| since.after(LATE))
    }

    fn may_go(&self, row: &OutboxRow) -> bool {
        row.parent.is_none()
            && row.stuck_reason.is_none()
            && row.next_attempt_at <= self.now
            && Self::certain_at(row).is_none_or(|moment| moment <= self.now)
    }

    fn ready(&self, kind: OutboxKind) -> Vec<OutboxRow> {
        self.of(kind).filter(|row| self.may_go(row)).cloned().collect()
    }

    /// New turns up to the first that has to wait. One that needs the user holds no other up.
    fn turns(&self) -> Vec<OutboxRow> {
        self.of(OutboxKind::CreateTurn)
            .filter(|row| !self.is_stuck(row))
            .take_while(|row| self.may_go(row))
            .cloned()
            .collect()
    }

    /// When the first attempt whose outcome is not known becomes certain.
    fn not_before(&self) -> Option<Timestamp> {
        let rows = self.lane.rows.iter().filter(|row| row.stuck_reason.is_none());
        rows.filter_map(Self::certain_at)
            .filter(|moment| *moment > self.now)
            .min()
    }
}

#[cfg(test)]
mod tests {
    use rehearse_domain::SessionId;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    /// A row of a lane, by its kind and the number of what it is about.
    fn row(id: i64, kind: OutboxKind, subject: u128) -> OutboxRow {
        OutboxRow {
            id,
            lane: SessionId::from(Uuid::from_u128(1)),
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
            session: SessionId::from(Uuid::from_u128(1)),
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

    #[test]
    fn a_session_goes_before_its_turns_and_ends_after_them() {
        let steps = plan(&practice(None), NOW);
        assert_eq!(
            (ids(&steps.create), ids(&steps.uploads)),
            (vec![1, 6], vec![2, 4])
        );
        assert!(steps.turns.is_empty() && steps.save.is_empty() && steps.more_turns);

        let mut lane = practice(Some("s"));
        let steps = plan(&lane, NOW);
        assert_eq!((ids(&steps.create), ids(&steps.turns)), (vec![], vec![]));
        assert!(steps.save.is_empty() && steps.evaluation.is_none());

        uploaded(&mut lane, 2);
        let steps = plan(&lane, NOW);
        assert_eq!((ids(&steps.turns), steps.more_turns), (vec![3], true));
        assert_eq!((steps.save, steps.evaluation), (vec![], None));

        uploaded(&mut lane, 4);
        let steps = plan(&lane, NOW);
        assert_eq!((ids(&steps.turns), steps.more_turns), (vec![3, 5], false));
        assert_eq!(steps.evaluation.map(|row| row.id), Some(6), "in the same request");
        assert!(steps.save.is_empty());

        lane.rows.retain(|row| row.kind == OutboxKind::SaveSession);
        assert_eq!(ids(&plan(&lane, NOW).save), [1, 6]);
    }

    #[test]
    fn a_later_turn_does_not_overtake_an_earlier_one() {
        let mut lane = practice(Some("s"));
        uploaded(&mut lane, 4);
        assert!(plan(&lane, NOW).turns.is_empty());
    }

    #[test]
    fn what_needs_the_user_holds_nothing_else_up() {
        let mut lane = practice(Some("s"));
        uploaded(&mut lane, 4);
        lane.rows[1].stuck_reason = Some("too_large".to_owned());
        let steps = plan(&lane, NOW);
        assert_eq!((ids(&steps.turns), steps.more_turns), (vec![5], false));
        lane.rows.retain(|row| row.id != 5);
        assert_eq!(ids(&plan(&lane, NOW).save), [1, 6]);
    }

    #[test]
    fn a_changed_turn_waits_until_it_is_there() {
        let mut lane = practice(Some("s"));
        lane.rows.push(row(7, OutboxKind::SaveTurn, 10));
        assert!(plan(&lane, NOW).changed.is_empty());
        uploaded(&mut lane, 2);
        lane.rows.retain(|row| row.id != 3);
        assert_eq!(ids(&plan(&lane, NOW).changed), [7]);
    }

    #[test]
    fn nothing_is_tried_again_while_the_server_may_still_act() {
        let mut lane = practice(None);
        lane.rows[0].unsure_since = Some(NOW);
        lane.rows[5].unsure_since = Some(NOW);
        let steps = plan(&lane, NOW);
        assert!(steps.create.is_empty());
        assert_eq!(steps.not_before, Some(NOW.after(LATE)));
        assert_eq!(ids(&plan(&lane, NOW.after(LATE)).create), [1, 6]);
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
