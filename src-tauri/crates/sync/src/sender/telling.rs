//! Scenarios and skills as they are told: what waits of each, what there is to tell, and in which fields.

use std::collections::{HashMap, HashSet};

use rehearse_domain::{RecordStatus, Scenario, Skill, Slug};
use rehearse_leancloud::{Invalid, ObjectId};
use rehearse_store::{
    AuthoredKind, AuthoredRecord, OutboxKind, OutboxRow, RemoteName, Settled, Store, StoreError,
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::settling::stuck;
use crate::Terms;
use crate::wire::{self, Class, Forms, Told};

/// A record that is to be told, with all changes that wait of it.
#[derive(Clone)]
pub(super) struct Work {
    pub(super) id: Uuid,
    pub(super) kind: AuthoredKind,
    pub(super) rows: Vec<OutboxRow>,
}

/// A record as it is told.
pub(super) struct Telling {
    pub(super) work: Work,
    pub(super) record: AuthoredRecord,
    pub(super) built_in: bool,
    /// What the server has of it.
    pub(super) there: Option<(ObjectId, u32)>,
    fields: Map<String, Value>,
}

impl Telling {
    /// The fields in these forms.
    pub(super) fn written(&self, forms: &Forms) -> Map<String, Value> {
        let mut fields = self.fields.clone();
        forms.apply(class_of(self.work.kind), &mut fields);
        fields
    }
}

pub(super) const fn class_of(kind: AuthoredKind) -> Class {
    match kind {
        AuthoredKind::Scenario => Class::Scenario,
        AuthoredKind::Skill => Class::Skill,
    }
}

impl Work {
    /// The changes of each record together.
    pub(super) fn of(rows: Vec<OutboxRow>) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for row in rows {
            let kind = match row.kind {
                OutboxKind::SaveSkill => AuthoredKind::Skill,
                _ => AuthoredKind::Scenario,
            };
            match all.iter_mut().find(|work| work.id == row.subject) {
                Some(work) => work.rows.push(row),
                None => all.push(Self {
                    id: row.subject,
                    kind,
                    rows: vec![row],
                }),
            }
        }
        all
    }

    pub(super) fn attempts(&self) -> u32 {
        self.rows.iter().map(|row| row.attempts).max().unwrap_or(0)
    }

    /// Whether the last attempt met a record that is there, and that this look should have shown.
    pub(super) fn met_a_hidden_one(&self) -> bool {
        self.rows
            .iter()
            .any(|row| row.last_error.as_deref() == Some(ALREADY_THERE))
    }

    pub(super) fn sent(&self) -> impl Iterator<Item = Settled> {
        self.rows.iter().map(|row| Settled::Sent { row: row.id })
    }

    pub(super) fn failed(&self, error: &str) -> impl Iterator<Item = Settled> {
        self.rows.iter().map(move |row| Settled::Failed {
            row: row.id,
            error: error.to_owned(),
            unsure: false,
        })
    }
}

/// The word of a change that the server refused because the record is there.
pub(super) const ALREADY_THERE: &str = "already_there";

/// What has to be known to tell of records.
pub(super) struct Desk<'a> {
    pub(super) store: &'a Store,
    pub(super) account: &'a str,
    pub(super) terms: &'a Terms,
    /// What comes with the program.
    pub(super) built_in: &'a HashMap<Uuid, AuthoredRecord>,
    /// What the rows of scenarios call their skills.
    pub(super) skills_there: &'a HashMap<Uuid, Vec<String>>,
}

impl Desk<'_> {
    /// What there is to tell, and what to write down about what need not be told. Blocking.
    pub(super) fn tellings(&self, all: Vec<Work>) -> Result<(Vec<Telling>, Vec<Settled>), StoreError> {
        let (mut tellings, mut settled) = (Vec::new(), Vec::new());
        for work in all {
            match self.telling(&work) {
                Ok(Some(telling)) => tellings.push(telling),
                Ok(None) => settled.extend(work.sent()),
                Err(Untellable::Store(error)) if !error.is_unreadable_record() => return Err(error),
                Err(Untellable::Store(_)) => {
                    settled.extend(work.rows.iter().map(|row| stuck(row.id, "unreadable")));
                }
                Err(Untellable::Wire(error)) => {
                    tracing::error!(%error, "a record cannot be told");
                    settled.extend(work.rows.iter().map(|row| stuck(row.id, "invalid")));
                }
            }
        }
        Ok((tellings, settled))
    }

    /// The record as it is told; `None` when there is nothing to tell.
    fn telling(&self, work: &Work) -> Result<Option<Telling>, Untellable> {
        let there = self.store.remote_names(self.account, [work.id])?.remove(&work.id);
        let Some(Candidate {
            record,
            built_in,
            is_news,
        }) = self.candidate(work, there.as_ref())?
        else {
            return Ok(None);
        };
        let skills = self.skill_names(&record)?;
        if !is_news && !self.names_others(&record, there.as_ref(), &skills) {
            return Ok(None);
        }
        let told = Told {
            terms: self.terms,
            revision: record.revision(),
            built_in,
        };
        let fields = wire::authored(&record, &skills, told)?;
        Ok(Some(Telling {
            there: there.and_then(|name| Some((ObjectId::new(name.object_id?).ok()?, name.revision))),
            work: work.clone(),
            record,
            built_in,
            fields,
        }))
    }

    /// The record, unless somebody has to choose first which version it is.
    fn candidate(&self, work: &Work, there: Option<&RemoteName>) -> Result<Option<Candidate>, StoreError> {
        if let Some(found) = self.store.sendable_authored(self.account, work.id)? {
            return Ok((!found.in_conflict).then_some(Candidate {
                record: found.record,
                built_in: false,
                is_news: found.is_news,
            }));
        }
        Ok(self.built_in.get(&work.id).map(|record| Candidate {
            is_news: there.is_none_or(|there| there.revision < record.revision()),
            record: record.clone(),
            built_in: true,
        }))
    }

    /// Whether the server has a scenario in this revision with other names of its skills than are known now. Names that
    /// are not known take none away.
    fn names_others(&self, record: &AuthoredRecord, there: Option<&RemoteName>, skills: &[String]) -> bool {
        let is_this = there.is_some_and(|there| there.revision == record.revision());
        let named = self.skills_there.get(&record.id());
        is_this && named.is_some_and(|named| named != skills && named.len() <= skills.len())
    }

    /// The scenarios that use any of these skills and that the server has, but for those in `but`. Blocking.
    pub(super) fn users_of(&self, skills: &[Uuid], but: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
        let mut used = HashSet::new();
        for skill in skills {
            let own = self.store.skill((*skill).into())?.map(|own| own.record);
            let built_in = || match self.built_in.get(skill) {
                Some(AuthoredRecord::Skill(skill)) => Some((**skill).clone()),
                _ => None,
            };
            used.extend(own.or_else(built_in).map(|skill| (skill.slug, skill.language)));
        }
        let uses = |scenario: &Scenario| {
            let mut skills = scenario.skills.iter();
            skills.any(|slug| used.contains(&(slug.clone(), scenario.language)))
        };
        let own = self.store.scenarios(RecordStatus::Active)?;
        let own = own.into_iter().map(|own| own.record).filter(uses);
        let built_in = self.built_in.values().filter_map(|record| match record {
            AuthoredRecord::Scenario(scenario) if uses(scenario) => Some(Uuid::from(scenario.id)),
            _ => None,
        });
        let mut users: Vec<Uuid> = own.map(|own| own.id.into()).chain(built_in).collect();
        let there = self.store.remote_names(self.account, users.iter().copied())?;
        let is_there = |id: &Uuid| there.get(id).is_some_and(|name| name.object_id.is_some());
        users.retain(|id| !but.contains(id) && is_there(id));
        users.sort_unstable();
        users.dedup();
        Ok(users)
    }

    /// What the server calls the skills of a scenario, in their order, as far as it has them.
    fn skill_names(&self, record: &AuthoredRecord) -> Result<Vec<String>, StoreError> {
        let AuthoredRecord::Scenario(scenario) = record else {
            return Ok(Vec::new());
        };
        let written = self.store.skills(RecordStatus::Active)?;
        let id_of = |slug: &Slug| {
            let is_it = |skill: &Skill| skill.slug == *slug && skill.language == scenario.language;
            let own = written.iter().map(|one| &one.record).find(|skill| is_it(skill));
            let with_the_program = || {
                self.built_in.values().find_map(|record| match record {
                    AuthoredRecord::Skill(skill) if is_it(skill) => Some(&**skill),
                    _ => None,
                })
            };
            own.or_else(with_the_program).map(|skill| Uuid::from(skill.id))
        };
        let ids: Vec<Uuid> = scenario.skills.iter().filter_map(id_of).collect();
        let mut names = self.store.remote_names(self.account, ids.iter().copied())?;
        let name = |id: Uuid| names.remove(&id).and_then(|name| name.object_id);
        Ok(ids.into_iter().filter_map(name).collect())
    }
}

/// A record that may have to be told.
struct Candidate {
    record: AuthoredRecord,
    /// It comes with the program.
    built_in: bool,
    /// The server does not have it in this revision.
    is_news: bool,
}

/// Why a record cannot be told.
enum Untellable {
    Store(StoreError),
    Wire(Invalid),
}

impl From<StoreError> for Untellable {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Invalid> for Untellable {
    fn from(error: Invalid) -> Self {
        Self::Wire(error)
    }
}
