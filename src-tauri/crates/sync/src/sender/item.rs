//! One operation of a batch: a record as it is now, and what to write down when the server has it.

use rehearse_domain::SessionId;
use rehearse_leancloud::{Invalid, ObjectId};
use rehearse_store::{OutboxKind, OutboxRow, Settled, TwinWatch};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::wire::{Class, Forms};

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
    /// The lease under which an evaluation ended that these fields tell of.
    pub(super) ended_under: Option<u32>,
    /// It was looked for just now, and the server does not show it.
    pub(super) was_sought: bool,
    /// Its place among those that go together.
    pub(super) place: usize,
}

impl Item {
    /// Whether the server may know it already, from an attempt whose answer was lost.
    pub(super) fn is_unsure(&self) -> bool {
        self.rows.iter().any(|row| row.unsure_since.is_some())
    }

    /// Whether it has to be looked for before it is made.
    pub(super) fn is_to_be_sought(&self) -> bool {
        self.object_id.is_none() && (self.is_unsure() || self.rows.iter().any(|row| row.look_first))
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

    /// What to write down when the server has it as it was sent.
    pub(super) fn told(&self) -> Option<Settled> {
        Some(Settled::EvaluationTold {
            evaluation: self.subject.into(),
            epoch: self.ended_under?,
            round: self.ended_under?,
        })
    }

    /// What to write down when the server has it and calls it so.
    pub(super) fn named(&self, object_id: &ObjectId, account: &str) -> Settled {
        let object_id = object_id.as_str().to_owned();
        match self.class {
            Class::Turn => Settled::TurnNamed {
                turn: self.subject.into(),
                object_id,
            },
            Class::Evaluation => Settled::EvaluationNamed {
                evaluation: self.subject.into(),
                object_id,
            },
            _ => Settled::SessionNamed {
                session: self.session,
                object_id,
                account: account.to_owned(),
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
            _ => TwinWatch {
                subject: self.session.into(),
                kind: OutboxKind::SaveSession,
                session: self.session,
            },
        }
    }
}
