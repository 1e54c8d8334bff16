//! Rows: many in one request, each with what came of it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rehearse_leancloud::{
    Acl, ClassName, Condition, Dialect, Done, Error, Invalid, New, Object, ObjectId, Operation, Query,
    Transport, Update,
};
use rehearse_store::{Settled, StoreError};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::item::Item;
use super::items::{Part, Signature};
use super::settling::{Later, Verdict, stuck};
use super::{FORMS, Sender, Tally};
use crate::wire::{CLIENT_ID, Class, FILE_ID, FILE_URL, Forms, OWNER_ID, SESSION_ID};

/// How long after a create that may be done twice somebody looks once more. LeanCloud gives up on a request after 10 s and
/// no proxy keeps one for longer than minutes, so that nothing is late by as much.
pub(super) const TWIN_WATCH: std::time::Duration = std::time::Duration::from_secs(15 * 60);

/// What is known about a request when its answers are read.
struct Asked<'a> {
    /// The forms in which columns were written.
    forms: &'a Forms,
    /// Whether any of its operations worked.
    answered: bool,
}

/// The rows of a class that have our ids, the earliest of each first.
pub(super) type Found = HashMap<Uuid, Vec<Object>>;

impl<T: Transport> Sender<T> {
    pub(super) async fn batch(&self, parts: Vec<Part>, tally: &Tally) -> Result<(), StoreError> {
        let rows: Vec<i64> = parts.iter().flat_map(Part::rows).map(|row| row.id).collect();
        // Counted before anything is read: what changes from here on has a row of its own.
        self.begin_attempts(rows).await?;
        let (terms, account) = (Arc::clone(&self.terms), Arc::clone(&self.account));
        let holder = Arc::clone(&self.holder);
        let read = self.on(move |store| {
            let signature = Signature {
                terms: &terms,
                account: &account,
                holder: &holder,
            };
            let mut all = (Vec::new(), Vec::new());
            for part in parts {
                let made = part.items(store, signature)?;
                all.0.extend(made.items);
                all.1.extend(made.settled);
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
        let placed = items.into_iter().enumerate();
        let items = placed.map(|(place, item)| Item { place, ..item }).collect();
        let items = self
            .without_those_that_are_there(items, &mut settled, tally)
            .await;
        let forms = self.forms.lock().clone();
        let (operations, items) = self.operations(items, &forms, &mut settled, tally);
        if !operations.is_empty() {
            let results = self.client.batch(operations).await;
            let answered = results.iter().any(Result::is_ok);
            let asked = Asked {
                forms: &forms,
                answered,
            };
            for (item, result) in items.iter().zip(results) {
                if let Err(Error::Server(refusal)) = &result {
                    self.learn(item.class, refusal);
                }
                self.settle_item(item, result, &asked, &mut settled, tally);
            }
        }
        self.settle(settled).await?;
        self.keep_forms(forms).await
    }

    /// Writes down what was learnt about columns since `before`.
    pub(super) async fn keep_forms(&self, before: Forms) -> Result<(), StoreError> {
        let now = self.forms.lock().clone();
        if now == before {
            return Ok(());
        }
        self.change(move |store| store.put_setting(FORMS, &now)).await
    }

    /// Looks for records that the server may have, from an attempt whose answer was lost or from another time, and takes
    /// them for ours. What is left keeps its order.
    async fn without_those_that_are_there(
        &self,
        mut items: Vec<Item>,
        settled: &mut Vec<Settled>,
        tally: &Tally,
    ) -> Vec<Item> {
        let mut not_known = HashSet::new();
        for class in [Class::Session, Class::Turn, Class::Evaluation] {
            let is_one = |item: &Item| item.class == class && item.is_to_be_sought();
            let ids: Vec<Uuid> = items
                .iter()
                .filter(|item| is_one(item))
                .map(|item| item.subject)
                .collect();
            if ids.is_empty() {
                continue;
            }
            let (sought, rest): (Vec<Item>, Vec<Item>) = items.into_iter().partition(|item| is_one(item));
            items = rest;
            match self.find_ours(class, &ids).await {
                Ok(found) => {
                    for item in sought {
                        match earliest(&found, item.subject) {
                            Some(object) => {
                                settled.extend(self.adopted(&item, &object.id));
                                tally.done();
                            }
                            None => items.push(Item {
                                was_sought: true,
                                ..item
                            }),
                        }
                    }
                }
                Err(error) => {
                    for item in sought {
                        self.failed(&item, self.verdict(&error, item.attempts()), true, settled, tally);
                        not_known.insert(item.session);
                    }
                }
            }
        }
        // Nothing overtakes what is not known to be there, and nothing what comes before it.
        items.sort_by_key(|item| item.place);
        let (held_back, items) = items
            .into_iter()
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
                _ => Settled::Failed {
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
        self.found_by_our_ids(class, Condition::all().one_of(CLIENT_ID, ids)?)
            .await
    }

    /// The rows of a class that a condition holds for, by our ids.
    pub(super) async fn found_by_our_ids(&self, class: Class, condition: Condition) -> Result<Found, Error> {
        let query = Query::new()
            .matching(condition)
            .keys([CLIENT_ID, OWNER_ID, SESSION_ID, FILE_ID, FILE_URL])
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
                new: New::of(fields)?.acl(Acl::owner(&self.terms.owner)),
            },
            Some(id) => Operation::Update {
                class,
                id: id.clone(),
                update: changes(self.client.dialect(), item.class, fields)?,
            },
        })
    }

    fn settle_item(
        &self,
        item: &Item,
        result: Result<Done, Error>,
        asked: &Asked<'_>,
        settled: &mut Vec<Settled>,
        tally: &Tally,
    ) {
        match result {
            Ok(done) => {
                settled.extend(
                    done.created()
                        .map(|created| item.named(&created.id, &self.account)),
                );
                settled.extend(item.told());
                settled.extend(item.rows.iter().map(|row| match item.confirms.contains(&row.id) {
                    true => Settled::Sent { row: row.id },
                    false => Settled::Failed {
                        row: row.id,
                        error: "held_back".to_owned(),
                        unsure: false,
                    },
                }));
                tally.done();
            }
            Err(error) => {
                let verdict = match self.verdict(&error, item.attempts()) {
                    verdict if asked.answered => verdict.of_one_alone(),
                    verdict => verdict,
                };
                let verdict = match verdict {
                    // Another one of the same batch may have taught it already.
                    Verdict::OtherForm if item.written(asked.forms) != item.written(&self.forms.lock()) => {
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
        tally.failed();
        let rows = item.rows.iter().map(|row| row.id);
        match verdict {
            Verdict::Later(later) => {
                let unsure = later.unsure || stays_unsure;
                let later = Later { unsure, ..later };
                settled.extend(self.postponed(rows, item.session, &later, tally));
            }
            // It does not show what it says is there: somebody else's, or hidden from this user.
            Verdict::AlreadyThere if item.was_sought => settled.extend(rows.map(|row| stuck(row, "taken"))),
            // An earlier attempt arrived: the next one finds it.
            Verdict::AlreadyThere => settled.push(self.when_certain(item.session)),
            Verdict::Stuck { reason } => settled.extend(rows.map(|row| stuck(row, reason))),
            Verdict::Missing => settled.extend(rows.map(|row| stuck(row, "missing"))),
            Verdict::OtherForm => settled.extend(rows.map(|row| stuck(row, "type_locked"))),
        }
    }

    /// Learns which form a column wants, if that is what it is about.
    pub(super) fn learn(&self, class: Class, refusal: &rehearse_leancloud::ServerError) {
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

/// What a record is now takes the place of what it was: a field that it has no more goes. Parse Server on PostgreSQL
/// refuses to take away what no row of the class has had, so there an empty text stands for nothing.
pub(super) fn changes(dialect: Dialect, class: Class, fields: Map<String, Value>) -> Result<Update, Invalid> {
    let (fields, optional, fading) = match class {
        // One that is there is others' too, and no batch changes it.
        Class::Evaluation => (fields, class.fading(), class.fading()),
        _ => (fields, class.optional(), class.fading()),
    };
    let gone = |all: &'static [&'static str]| all.iter().filter(|field| !fields.contains_key(**field));
    let update = match dialect {
        Dialect::LeanCloud => gone(optional).try_fold(Update::new(), |update, field| update.unset(field)),
        Dialect::Parse => gone(fading).try_fold(Update::new(), |update, field| update.set(field, "")),
    };
    fields
        .into_iter()
        .try_fold(update?, |update, (field, value)| update.set(&field, value))
}
