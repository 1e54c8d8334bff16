//! What the server has of the scenarios and skills that are to be told, in one request.

use std::collections::HashMap;

use rehearse_leancloud::{ClassName, Condition, Done, Error, Invalid, Object, Operation, Query, Transport};
use rehearse_store::{AuthoredKind, RemoteAuthored, RemoteName};
use uuid::Uuid;

use super::Sender;
use super::telling::{Work, class_of};
use crate::authored::read;
use crate::outcome::is_about_no_column;
use crate::wire::{CLIENT_ID, skills_of, subject};

/// What the server has of records that are to be told.
#[derive(Default)]
pub(super) struct There {
    pub(super) found: Vec<RemoteAuthored>,
    /// Records whose row cannot be read.
    pub(super) unreadable: Vec<Uuid>,
    /// What the rows of scenarios call their skills.
    pub(super) skills: HashMap<Uuid, Vec<String>>,
    /// Why nothing is known of one kind.
    pub(super) refused: HashMap<AuthoredKind, Error>,
    /// Whether anything is known of the other.
    pub(super) answered: bool,
}

impl<T: Transport> Sender<T> {
    /// The rows of these records, in one request: by our ids, and those that the earlier web app made by the server's.
    pub(super) async fn what_the_server_has(&self, all: &[Work], names: &HashMap<Uuid, RemoteName>) -> There {
        let (mut there, mut operations, mut asked) = (There::default(), Vec::new(), Vec::new());
        for kind in [AuthoredKind::Skill, AuthoredKind::Scenario] {
            match queries(kind, all, names) {
                Ok(some) => {
                    asked.extend(some.iter().map(|_| kind));
                    operations.extend(some);
                }
                Err(error) => drop(there.refused.insert(kind, error.into())),
            }
        }
        if operations.is_empty() {
            return there;
        }
        for (kind, result) in asked.into_iter().zip(self.client.batch(operations).await) {
            let rows = match result {
                Ok(Done::Found(rows)) => rows.objects,
                Ok(_) => continue,
                Err(error) if is_about_no_column(&error) => Vec::new(),
                Err(error) => {
                    there.refused.insert(kind, error);
                    continue;
                }
            };
            there.answered = true;
            let named = |row: &Object| (subject(class_of(kind), row), skills_of(row));
            let named: Vec<(Uuid, Vec<String>)> = rows.iter().map(named).collect();
            match read(&self.client, &self.terms, class_of(kind), rows).await {
                Ok(rows) => {
                    for row in rows {
                        match row {
                            Ok(row) => there.found.push(row),
                            Err((row, _)) => there.unreadable.push(subject(class_of(kind), &row)),
                        }
                    }
                }
                Err(error) => drop(there.refused.insert(kind, error)),
            }
            if kind == AuthoredKind::Scenario {
                // The earliest row of a record comes first, and stands.
                for (id, skills) in named {
                    there.skills.entry(id).or_insert(skills);
                }
            }
        }
        there
    }
}

/// What asks for the records of a kind, by our ids and by the server's.
fn queries(
    kind: AuthoredKind,
    all: &[Work],
    names: &HashMap<Uuid, RemoteName>,
) -> Result<Vec<Operation>, Invalid> {
    let some = || all.iter().filter(|work| work.kind == kind);
    let ids: Vec<String> = some().map(|work| work.id.to_string()).collect();
    let named: Vec<String> = some()
        .filter_map(|work| names.get(&work.id)?.object_id.clone())
        .collect();
    let class = class_of(kind).name();
    // Apart, because where no row has our ids the server knows no such column.
    let asked = [(CLIENT_ID, ids), ("objectId", named)].into_iter();
    asked
        .filter(|(_, ids)| !ids.is_empty())
        .map(|(column, ids)| {
            Ok(Operation::Find {
                class: ClassName::new(class)?,
                query: Query::new()
                    .matching(Condition::all().one_of(column, ids)?)
                    .ascending("createdAt")
                    .ascending("objectId")
                    .limit(rehearse_leancloud::MOST_ROWS)?,
            })
        })
        .collect()
}
