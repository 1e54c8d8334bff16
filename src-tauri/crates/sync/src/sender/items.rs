//! What goes into a batch: records as they are now, with what to write down when the server has them.

use std::collections::HashMap;

use rehearse_domain::{SessionId, SessionStatus};
use rehearse_leancloud::{Invalid, ObjectId};
use rehearse_store::{
    OutboxKind, OutboxRow, SendableSession, SendableTurn, Settled, Store, StoreError, TwinWatch,
};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::Terms;
use crate::wire::{self, Class, Forms, SessionState};

/// What of one session goes into a batch.
pub(super) enum Part {
    /// The session itself.
    Session {
        session: SessionId,
        rows: Vec<OutboxRow>,
        /// Turns are still to come, so that it must not have ended over there.
        more_turns: bool,
    },
    /// What belongs to a session that the server knows.
    Turns {
        session: SessionId,
        /// What the server calls the session.
        object_id: String,
        new: Vec<OutboxRow>,
        changed: Vec<OutboxRow>,
        /// The row that stands for the evaluation, if that is new.
        evaluation: Option<Box<OutboxRow>>,
    },
}

/// One operation.
pub(super) struct Item {
    pub(super) class: Class,
    /// Our id of the record.
    pub(super) subject: Uuid,
    pub(super) session: SessionId,
    /// The changes that it carries.
    pub(super) rows: Vec<OutboxRow>,
    /// Those that are confirmed by it.
    pub(super) confirms: Vec<i64>,
    /// What the server calls the record; `None` when it is new there.
    pub(super) object_id: Option<ObjectId>,
    /// The fields, or why there are none.
    pub(super) fields: Result<Map<String, Value>, Invalid>,
}

impl Part {
    /// How many operations it is.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Session { .. } => 1,
            Self::Turns {
                new,
                changed,
                evaluation,
                ..
            } => new.len() + changed.len() + usize::from(evaluation.is_some()),
        }
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &OutboxRow> {
        let (first, second, third) = match self {
            Self::Session { rows, .. } => (rows.as_slice(), [].as_slice(), None),
            Self::Turns {
                new,
                changed,
                evaluation,
                ..
            } => (new.as_slice(), changed.as_slice(), evaluation.as_deref()),
        };
        first.iter().chain(second).chain(third)
    }

    /// The operations, of the records as they are now, and what there is to write down about changes that make none:
    /// their record is gone, or nobody over there knows it. Blocking.
    pub(super) fn items(self, store: &Store, terms: &Terms) -> Result<(Vec<Item>, Vec<Settled>), StoreError> {
        match self {
            Self::Session {
                session,
                rows,
                more_turns,
            } => {
                let found = store.sendable_session(session)?;
                let object_id = store.remote_name(session)?;
                Ok(match found {
                    Some(found) => {
                        let item = session_item(found, object_id, rows, more_turns, terms);
                        (vec![item], Vec::new())
                    }
                    None => (Vec::new(), rows.iter().map(gone).collect()),
                })
            }
            Self::Turns {
                session,
                object_id,
                new,
                changed,
                evaluation,
            } => {
                let turns = store.sendable_turns(session)?;
                let turns: HashMap<Uuid, SendableTurn> =
                    turns.into_iter().map(|one| (one.turn.id.into(), one)).collect();
                let (mut items, mut settled) = (Vec::new(), Vec::new());
                for row in new.into_iter().chain(changed) {
                    match turns.get(&row.subject) {
                        None => settled.push(gone(&row)),
                        // The user gave up telling of it.
                        Some(found) if row.kind == OutboxKind::SaveTurn && found.object_id.is_none() => {
                            settled.push(Settled::Sent { row: row.id });
                        }
                        Some(found) => items.push(turn_item(found, &object_id, row, terms)),
                    }
                }
                if let Some(row) = evaluation {
                    let found = store.sendable_session(session)?;
                    match found.and_then(|found| evaluation_item(&found, &object_id, (*row).clone(), terms)) {
                        Some(item) => items.push(item),
                        None => settled.push(gone(&row)),
                    }
                }
                Ok((items, settled))
            }
        }
    }
}

fn session_item(
    found: SendableSession,
    object_id: Option<String>,
    rows: Vec<OutboxRow>,
    more_turns: bool,
    terms: &Terms,
) -> Item {
    let SendableSession {
        session,
        evaluation,
        turns,
    } = found;
    let unnamed = evaluation.as_ref().is_some_and(|(_, name)| name.is_none());
    let name = evaluation.and_then(|(_, name)| name);
    let state = match more_turns || unnamed {
        true => SessionState::Underway,
        false => SessionState::Whole {
            evaluation: name.as_deref(),
            turns,
        },
    };
    // What was held back has to follow.
    let held_back = state == SessionState::Underway && session.status == SessionStatus::Ended;
    let confirmed = rows.len() - usize::from(held_back);
    Item {
        class: Class::Session,
        subject: session.id.into(),
        session: session.id,
        confirms: rows.iter().take(confirmed).map(|row| row.id).collect(),
        object_id: object_id.and_then(|id| ObjectId::new(id).ok()),
        fields: wire::session(&session, state, terms),
        rows,
    }
}

/// Its row goes with it. While the user may still take a deletion back, the record is only hidden and the row stays.
fn gone(row: &OutboxRow) -> Settled {
    Settled::Failed {
        row: row.id,
        error: "gone".to_owned(),
        unsure: row.unsure_since.is_some(),
    }
}

fn turn_item(found: &SendableTurn, session: &str, row: OutboxRow, terms: &Terms) -> Item {
    Item {
        class: Class::Turn,
        subject: row.subject,
        session: found.turn.session,
        confirms: vec![row.id],
        object_id: found.object_id.clone().and_then(|id| ObjectId::new(id).ok()),
        fields: wire::turn(found, session, terms),
        rows: vec![row],
    }
}

fn evaluation_item(found: &SendableSession, session: &str, row: OutboxRow, terms: &Terms) -> Option<Item> {
    let (evaluation, name) = found.evaluation.as_ref()?;
    Some(Item {
        class: Class::Evaluation,
        subject: evaluation.id.into(),
        session: found.session.id,
        // The session's row stands for both, and goes with the session.
        confirms: Vec::new(),
        object_id: name.clone().and_then(|id| ObjectId::new(id).ok()),
        fields: wire::evaluation(evaluation, session, terms),
        rows: vec![row],
    })
}

impl Item {
    /// Whether the server may know it already, from an attempt whose answer was lost.
    pub(super) fn is_unsure(&self) -> bool {
        self.rows.iter().any(|row| row.unsure_since.is_some())
    }

    /// The fields as they are written when columns want these forms.
    pub(super) fn written(&self, forms: &Forms) -> Result<Map<String, Value>, Invalid> {
        let mut fields = self.fields.clone()?;
        forms.apply(self.class, &mut fields);
        Ok(fields)
    }

    /// How often it was tried before.
    pub(super) fn attempts(&self) -> u32 {
        self.rows.iter().map(|row| row.attempts).max().unwrap_or(0)
    }

    /// What to write down when the server has it and calls it so.
    pub(super) fn named(&self, object_id: &ObjectId, account: &str) -> Settled {
        let object_id = object_id.as_str().to_owned();
        match self.class {
            Class::Session => Settled::SessionNamed {
                session: self.session,
                object_id,
                account: account.to_owned(),
            },
            Class::Turn => Settled::TurnNamed {
                turn: self.subject.into(),
                object_id,
            },
            Class::Evaluation => Settled::EvaluationNamed {
                evaluation: self.subject.into(),
                object_id,
            },
        }
    }

    /// It was not tried, because of another one of its session.
    pub(super) fn held_back(self) -> impl Iterator<Item = Settled> {
        self.rows.into_iter().map(|row| Settled::Failed {
            row: row.id,
            error: "earlier".to_owned(),
            unsure: row.unsure_since.is_some(),
        })
    }

    /// That the server may have two of it one day.
    pub(super) fn watch(&self) -> TwinWatch {
        match self.class {
            Class::Turn => TwinWatch {
                subject: self.subject,
                kind: OutboxKind::CreateTurn,
                session: self.session,
            },
            Class::Session | Class::Evaluation => TwinWatch {
                subject: self.session.into(),
                kind: OutboxKind::SaveSession,
                session: self.session,
            },
        }
    }
}
