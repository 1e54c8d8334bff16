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
#[path = "plan_tests.rs"]
mod tests;
