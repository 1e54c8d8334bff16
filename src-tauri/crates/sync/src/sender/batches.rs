//! Rows: many in one request, each with what came of it.

use std::collections::{HashMap, HashSet};

use rehearse_leancloud::{
    Acl, ClassName, Condition, Done, Error, Invalid, New, Object, ObjectId, Operation, Query, Transport,
    Update,
};
use rehearse_store::{Settled, StoreError};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::items::{Item, Part};
use super::settling::{Later, Verdict, stuck};
use super::{FORMS, Sender, Tally};
use crate::wire::{CLIENT_ID, Class, Forms};

/// After a create that may be done twice, somebody looks once more. Nothing is late by as much.
pub(super) const TWIN_WATCH: std::time::Duration = std::time::Duration::from_secs(15 * 60);

/// The rows of a class that have our ids, the earliest of each first.
pub(super) type Found = HashMap<Uuid, Vec<Object>>;

impl<T: Transport> Sender<T> {
    pub(super) async fn batch(&self, parts: Vec<Part>, tally: &Tally) -> Result<(), StoreError> {
        let rows: Vec<i64> = parts.iter().flat_map(Part::rows).map(|row| row.id).collect();
        // Counted before anything is read: what changes from here on has a row of its own.
        self.begin_attempts(rows).await?;
        let terms = std::sync::Arc::clone(&self.terms);
        let read = self.on(move |store| {
            let mut all = (Vec::new(), Vec::new());
            for part in parts {
                let (items, settled) = part.items(store, &terms)?;
                all.0.extend(items);
                all.1.extend(settled);
            }
            Ok(all)
        });
        let (items, mut settled) = read.await?;
        // Whatever comes of this attempt: what was asked for before may be done at any time.
        settled.extend(
            items
                .iter()
                .filter(|item| item.is_unsure())
                .map(|item| self.watched(item)),
        );
        let items = self
            .without_those_that_are_there(items, &mut settled, tally)
            .await;
        let forms = self.forms.lock().clone();
        let (operations, items) = self.operations(items, &forms, &mut settled, tally);
        if !operations.is_empty() {
            let results = self.client.batch(operations).await;
            for (item, result) in items.iter().zip(results) {
                if let Err(Error::Server(refusal)) = &result {
                    self.learn(item.class, refusal);
                }
                self.settle_item(item, result, &forms, &mut settled, tally);
            }
        }
        self.settle(settled).await?;
        self.keep_forms(forms).await
    }

    /// Writes down what was learnt about columns since `before`.
    async fn keep_forms(&self, before: Forms) -> Result<(), StoreError> {
        let now = self.forms.lock().clone();
        if now == before {
            return Ok(());
        }
        self.on(move |store| store.put_setting(FORMS, &now)).await
    }

    /// Looks for records that an attempt whose answer was lost may have made, and takes them for ours.
    async fn without_those_that_are_there(
        &self,
        items: Vec<Item>,
        settled: &mut Vec<Settled>,
        tally: &Tally,
    ) -> Vec<Item> {
        let (mut left, mut not_known) = (Vec::new(), HashSet::new());
        let (unsure, sure): (Vec<Item>, Vec<Item>) = items
            .into_iter()
            .partition(|item| item.object_id.is_none() && item.is_unsure());
        for class in [Class::Session, Class::Turn, Class::Evaluation] {
            let (these, _): (Vec<&Item>, Vec<&Item>) = unsure.iter().partition(|item| item.class == class);
            if these.is_empty() {
                continue;
            }
            let ids: Vec<Uuid> = these.iter().map(|item| item.subject).collect();
            match self.find_ours(class, &ids).await {
                Ok(found) => {
                    for item in these {
                        match earliest(&found, item.subject) {
                            Some(object) => {
                                settled.extend(self.adopted(item, &object.id));
                                tally.add(1, 0);
                            }
                            None => left.push(item.subject),
                        }
                    }
                }
                Err(error) => {
                    for item in these {
                        self.failed(item, self.verdict(&error, item.attempts()), true, settled, tally);
                        not_known.insert(item.session);
                    }
                }
            }
        }
        let again = unsure.into_iter().filter(|item| left.contains(&item.subject));
        // Nothing overtakes what is not known to be there.
        let (held_back, items) = again
            .chain(sure)
            .partition(|item| not_known.contains(&item.session));
        settled.extend(Vec::<Item>::into_iter(held_back).flat_map(Item::held_back));
        items
    }

    /// It is there, as an earlier attempt made it. A turn is what it was then, or has a change of its own; a session is
    /// saved again.
    fn adopted(&self, item: &Item, id: &ObjectId) -> Vec<Settled> {
        let mut settled = vec![item.named(id, &self.account)];
        for row in &item.rows {
            settled.push(match item.class {
                Class::Turn => Settled::Sent { row: row.id },
                Class::Session | Class::Evaluation => Settled::Failed {
                    row: row.id,
                    error: "adopted".to_owned(),
                    unsure: false,
                },
            });
        }
        settled
    }

    fn watched(&self, item: &Item) -> Settled {
        Settled::Watch {
            watch: item.watch(),
            due: self.now().after(TWIN_WATCH),
        }
    }

    /// The rows of a class that have these ids of ours.
    pub(super) async fn find_ours(&self, class: Class, ids: &[Uuid]) -> Result<Found, Error> {
        let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
        let query = Query::new()
            .matching(Condition::all().one_of(CLIENT_ID, ids)?)
            .ascending("createdAt")
            .ascending("objectId")
            .limit(rehearse_leancloud::MOST_ROWS)?;
        let mut found = Found::new();
        for object in self.client.class(class.name())?.find(&query).await?.objects {
            let id = object.get::<String>(CLIENT_ID)?;
            if let Some(id) = id.and_then(|id| Uuid::parse_str(&id).ok()) {
                found.entry(id).or_default().push(object);
            }
        }
        Ok(found)
    }

    /// The operations of items; those that cannot be put are settled.
    fn operations(
        &self,
        items: Vec<Item>,
        forms: &Forms,
        settled: &mut Vec<Settled>,
        tally: &Tally,
    ) -> (Vec<Operation>, Vec<Item>) {
        let (mut operations, mut left) = (Vec::new(), Vec::new());
        for item in items {
            match self.operation(&item, forms) {
                Ok(operation) => {
                    operations.push(operation);
                    left.push(item);
                }
                Err(error) => {
                    let verdict = self.verdict(&error.into(), item.attempts());
                    self.failed(&item, verdict, false, settled, tally);
                }
            }
        }
        (operations, left)
    }

    fn operation(&self, item: &Item, forms: &Forms) -> Result<Operation, Invalid> {
        let fields = item.written(forms)?;
        let class = ClassName::new(item.class.name())?;
        Ok(match &item.object_id {
            None => Operation::Create {
                class,
                new: New::of(fields)?
                    .acl(Acl::owner(&self.terms.owner))
                    .request_id(item.subject.to_string()),
            },
            Some(id) => Operation::Update {
                class,
                id: id.clone(),
                update: changes(fields)?,
            },
        })
    }

    fn settle_item(
        &self,
        item: &Item,
        result: Result<Done, Error>,
        sent_in: &Forms,
        settled: &mut Vec<Settled>,
        tally: &Tally,
    ) {
        match result {
            Ok(done) => {
                settled.extend(
                    done.created()
                        .map(|created| item.named(&created.id, &self.account)),
                );
                settled.extend(item.rows.iter().map(|row| match item.confirms.contains(&row.id) {
                    true => Settled::Sent { row: row.id },
                    false => Settled::Failed {
                        row: row.id,
                        error: "held_back".to_owned(),
                        unsure: false,
                    },
                }));
                tally.add(1, 0);
            }
            Err(error) => {
                let verdict = match self.verdict(&error, item.attempts()) {
                    // Another one of the same batch may have taught it already.
                    Verdict::OtherForm if item.written(sent_in) != item.written(&self.forms.lock()) => {
                        Verdict::Later(Later {
                            until: self.now(),
                            error: "other_form",
                            unsure: false,
                            pause: None,
                        })
                    }
                    verdict => verdict,
                };
                self.failed(item, verdict, false, settled, tally);
            }
        }
    }

    /// What did not work. `stays_unsure` when nothing was tried and it is as uncertain as before.
    fn failed(
        &self,
        item: &Item,
        verdict: Verdict,
        stays_unsure: bool,
        settled: &mut Vec<Settled>,
        tally: &Tally,
    ) {
        tally.add(0, 1);
        let rows = item.rows.iter().map(|row| row.id);
        match verdict {
            Verdict::Later(later) => {
                let unsure = later.unsure || stays_unsure;
                let later = Later { unsure, ..later };
                settled.extend(self.postponed(rows, item.session, &later, tally));
            }
            // An earlier attempt arrived: the next one finds it.
            Verdict::AlreadyThere => settled.push(self.when_certain(item.session)),
            Verdict::Stuck { reason } => settled.extend(rows.map(|row| stuck(row, reason))),
            Verdict::Missing => settled.extend(rows.map(|row| stuck(row, "missing"))),
            Verdict::OtherForm => settled.extend(rows.map(|row| stuck(row, "type_locked"))),
        }
    }

    /// Learns which form a column wants, if that is what it is about.
    fn learn(&self, class: Class, refusal: &rehearse_leancloud::ServerError) {
        if let Some(lock) = refusal.type_lock() {
            self.forms.lock().learn(class, &lock);
        }
    }
}

/// The row that everybody takes for the record: the earliest, which on LeanCloud has the smallest id too.
pub(super) fn earliest(found: &Found, subject: Uuid) -> Option<&Object> {
    let rows = found.get(&subject)?.iter();
    rows.min_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)))
}

fn changes(fields: Map<String, Value>) -> Result<Update, Invalid> {
    fields
        .into_iter()
        .try_fold(Update::new(), |update, (field, value)| update.set(&field, value))
}
