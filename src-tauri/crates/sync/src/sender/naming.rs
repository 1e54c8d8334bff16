//! What the server calls scenarios and skills, and what follows when it calls one otherwise: of two rows of one record the
//! earliest stays, and a scenario names its skills as they are called now.

use std::collections::HashMap;
use std::sync::Arc;

use rehearse_leancloud::{Error, Transport};
use rehearse_store::{AuthoredKind, RemoteName, Settled, StoreError};
use uuid::Uuid;

use super::Sender;
use super::batches::{Found, earliest};
use super::telling::class_of;
use super::twins::{Looked, rows};
use crate::failed::Failed;
use crate::wire::{Class, Whose, whose};

impl<T: Transport> Sender<T> {
    /// What the server is known to call these records.
    pub(super) async fn names(&self, ids: Vec<Uuid>) -> Result<HashMap<Uuid, RemoteName>, StoreError> {
        let account = Arc::clone(&self.account);
        self.on(move |store| store.remote_names(&account, ids)).await
    }

    /// The server calls these skills otherwise than it did: scenarios that name them are compared with what it has, but
    /// for those that were told with them.
    pub(super) async fn naming(
        &self,
        skills: Vec<Uuid>,
        told: Vec<Uuid>,
    ) -> Result<Vec<Settled>, StoreError> {
        if skills.is_empty() {
            return Ok(Vec::new());
        }
        let users = self
            .at_desk(HashMap::new(), move |desk| desk.users_of(&skills, &told))
            .await?;
        let again = |id| Settled::AuthoredAgain {
            id,
            kind: AuthoredKind::Scenario,
        };
        Ok(users.into_iter().map(again).collect())
    }

    /// Of two rows of one record the earliest stays, once it is the one that is known here.
    pub(super) async fn twins_of_authored(
        &self,
        subject: Uuid,
        kind: AuthoredKind,
        found: &Found,
    ) -> Result<Looked, Failed> {
        let Some(keep) = earliest(found, subject).map(|row| row.id.clone()) else {
            return Ok(Looked::Enough(Vec::new()));
        };
        let names = self.names(vec![subject]).await?;
        let named = names.get(&subject).and_then(|name| name.object_id.as_deref());
        let again = Settled::AuthoredAgain { id: subject, kind };
        if named != Some(keep.as_str()) {
            return Ok(Looked::Again(vec![again]));
        }
        let others = rows(found, subject, Some(&keep));
        if others.is_empty() {
            return Ok(Looked::Enough(Vec::new()));
        }
        self.delete_rows(subject.into(), class_of(kind), &others, None)
            .await?;
        // A scenario may name the row that is gone.
        let skills: Vec<Uuid> = (kind == AuthoredKind::Skill)
            .then_some(subject)
            .into_iter()
            .collect();
        Ok(Looked::Enough(self.naming(skills, Vec::new()).await?))
    }

    /// The rows of records that may be everybody's, which have one id for all: those of others are not twins.
    pub(super) async fn find_own(&self, class: Class, ids: &[Uuid]) -> Result<Found, Error> {
        let mut found = self.find_ours(class, ids).await?;
        for rows in found.values_mut() {
            rows.retain(|row| whose(row, &self.terms) != Whose::Foreign);
        }
        Ok(found)
    }
}
