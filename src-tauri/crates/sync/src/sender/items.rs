//! What goes into a batch: records as they are now, with what to write down when the server has them.

use std::collections::HashMap;

use rehearse_domain::{SessionId, SessionStatus};
use rehearse_leancloud::ObjectId;
use rehearse_store::{
    EvaluationStatus, OutboxKind, OutboxRow, SendableSession, SendableTurn, Settled, Store, StoreError,
};
use uuid::Uuid;

use super::item::Item;
use super::settling::stuck;
use crate::Terms;
use crate::plan::Below;
use crate::wire::{self, Class, SessionState};

/// What of one session goes into a batch.
pub(super) enum Part {
    /// The session itself.
    Session {
        session: SessionId,
        rows: Vec<OutboxRow>,
        /// Turns are still to come, so that it must not have ended over there.
        more_turns: bool,
    },
    /// What belongs to a session that the server knows, the evaluation only if there is something to tell of it.
    Below { session: SessionId, below: Below },
}

/// What a part becomes.
#[derive(Default)]
pub(super) struct Made {
    pub(super) items: Vec<Item>,
    /// What there is to write down about changes that make no item: their record is gone, cannot be read, or nobody over
    /// there knows it.
    pub(super) settled: Vec<Settled>,
}

/// In whose name records are written.
#[derive(Clone, Copy)]
pub(super) struct Signature<'a> {
    /// Under what terms with the server, and whose rows they are.
    pub(super) terms: &'a Terms,
    /// The account, as names of records are kept by it.
    pub(super) account: &'a str,
    /// This computer, as its leases name it.
    pub(super) holder: &'a str,
}

impl Part {
    /// How many operations it is.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Session { .. } => 1,
            Self::Below { below, .. } => {
                below.turns.len() + below.changed.len() + usize::from(!below.evaluation.is_empty())
            }
        }
    }

    pub(super) fn session(&self) -> SessionId {
        match self {
            Self::Session { session, .. } | Self::Below { session, .. } => *session,
        }
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &OutboxRow> {
        let none: &[OutboxRow] = &[];
        let [first, second, third] = match self {
            Self::Session { rows, .. } => [rows.as_slice(), none, none],
            Self::Below { below, .. } => [&below.turns, &below.changed, &below.evaluation].map(Vec::as_slice),
        };
        first.iter().chain(second).chain(third)
    }

    /// The operations, of the records as they are now. A record that cannot be read holds up itself alone. Blocking.
    pub(super) fn items(self, store: &Store, signature: Signature<'_>) -> Result<Made, StoreError> {
        let rows: Vec<i64> = self.rows().map(|row| row.id).collect();
        let made = match self {
            Self::Session {
                session,
                rows,
                more_turns,
            } => session_items(store, session, rows, more_turns, signature),
            Self::Below { session, below } => items_below(store, session, below, signature),
        };
        match made {
            Err(error) if error.is_unreadable_record() => Ok(unreadable(&error, &rows)),
            made => made,
        }
    }
}

fn unreadable(error: &StoreError, rows: &[i64]) -> Made {
    tracing::error!(%error, "a record cannot be read, and is not told");
    Made {
        items: Vec::new(),
        settled: rows.iter().map(|row| stuck(*row, "unreadable")).collect(),
    }
}

fn session_items(
    store: &Store,
    session: SessionId,
    rows: Vec<OutboxRow>,
    more_turns: bool,
    Signature { terms, account, .. }: Signature<'_>,
) -> Result<Made, StoreError> {
    let object_id = store.remote_name(session)?;
    Ok(match store.sendable_session(session)? {
        Some(found) => {
            let scenario = scenario_name(store, account, &found)?;
            let item = session_item(found, object_id, rows, more_turns, scenario.as_deref(), terms);
            Made {
                items: vec![item],
                settled: Vec::new(),
            }
        }
        None => Made {
            items: Vec::new(),
            settled: rows.iter().map(gone).collect(),
        },
    })
}

/// What the server calls the scenario of a session, if it has it.
fn scenario_name(
    store: &Store,
    account: &str,
    found: &SendableSession,
) -> Result<Option<String>, StoreError> {
    let id = found.session.snapshot.scenario.id.into();
    let mut names = store.remote_names(account, [id])?;
    Ok(names.remove(&id).and_then(|name| name.object_id))
}

fn items_below(
    store: &Store,
    session: SessionId,
    below: Below,
    signature: Signature<'_>,
) -> Result<Made, StoreError> {
    let turns = store.sendable_turns(session)?;
    let turns: HashMap<Uuid, SendableTurn> = turns.into_iter().map(|one| (one.turn.id.into(), one)).collect();
    let mut made = Made::default();
    for rows in by_record(below.turns.into_iter().chain(below.changed)) {
        let Some(first) = rows.first() else { continue };
        match turns.get(&first.subject) {
            None => made.settled.extend(rows.iter().map(gone)),
            // The user gave up telling of it.
            Some(found) if first.kind == OutboxKind::SaveTurn && found.object_id.is_none() => {
                let told = rows.iter().map(|row| Settled::Sent { row: row.id });
                made.settled.extend(told);
            }
            Some(found) => made
                .items
                .push(turn_item(found, &below.session, rows, signature.terms)),
        }
    }
    if below.evaluation.is_empty() {
        return Ok(made);
    }
    match store.sendable_session(session) {
        Ok(found) => match found
            .and_then(|found| evaluation_item(&found, &below.session, below.evaluation.clone(), signature))
        {
            Some(item) => made.items.push(item),
            None => made.settled.extend(below.evaluation.iter().map(gone)),
        },
        // Its turns can be read.
        Err(error) if error.is_unreadable_record() => {
            let rows: Vec<i64> = below.evaluation.iter().map(|row| row.id).collect();
            made.settled.extend(unreadable(&error, &rows).settled);
        }
        Err(error) => return Err(error),
    }
    Ok(made)
}

/// The changes of each record together, in the order in which the records come first.
fn by_record(rows: impl Iterator<Item = OutboxRow>) -> Vec<Vec<OutboxRow>> {
    let mut records: Vec<Vec<OutboxRow>> = Vec::new();
    let mut places: HashMap<Uuid, usize> = HashMap::new();
    for row in rows {
        let place = *places.entry(row.subject).or_insert(records.len());
        match records.get_mut(place) {
            Some(record) => record.push(row),
            None => records.push(vec![row]),
        }
    }
    records
}

fn session_item(
    found: SendableSession,
    object_id: Option<String>,
    rows: Vec<OutboxRow>,
    more_turns: bool,
    scenario: Option<&str>,
    terms: &Terms,
) -> Item {
    let SendableSession {
        session,
        evaluation,
        turns,
    } = found;
    let unnamed = evaluation.as_ref().is_some_and(|one| one.object_id.is_none());
    let name = evaluation.and_then(|one| one.object_id);
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
        fields: wire::session(&session, state, scenario, terms),
        ended_under: None,
        rows,
        was_sought: false,
        place: 0,
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

fn turn_item(found: &SendableTurn, session: &str, rows: Vec<OutboxRow>, terms: &Terms) -> Item {
    Item {
        class: Class::Turn,
        subject: found.turn.id.into(),
        session: found.turn.session,
        confirms: rows.iter().map(|row| row.id).collect(),
        object_id: found.object_id.clone().and_then(|id| ObjectId::new(id).ok()),
        fields: wire::turn(found, session, terms),
        ended_under: None,
        rows,
        was_sought: false,
        place: 0,
    }
}

fn evaluation_item(
    found: &SendableSession,
    session: &str,
    rows: Vec<OutboxRow>,
    Signature { terms, holder, .. }: Signature<'_>,
) -> Option<Item> {
    // One that is there already is told of by itself, see `ending`.
    let sendable = found.evaluation.as_ref().filter(|one| one.object_id.is_none())?;
    let is_over = matches!(
        sendable.evaluation.status,
        EvaluationStatus::Completed | EvaluationStatus::Failed
    );
    Some(Item {
        class: Class::Evaluation,
        subject: sendable.evaluation.id.into(),
        session: found.session.id,
        // The session's rows stand for both, and go with the session.
        confirms: Vec::new(),
        object_id: None,
        fields: wire::evaluation(
            &sendable.evaluation,
            sendable.assessment.as_ref(),
            session,
            terms,
            Some(holder),
        ),
        ended_under: is_over.then_some(sendable.evaluation.epoch),
        rows,
        was_sought: false,
        place: 0,
    })
}
