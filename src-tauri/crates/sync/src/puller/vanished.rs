//! What was deleted elsewhere, and what was overlooked: our ids and those of the server are compared.
//!
//! Nothing goes because a look was cut short, failed, or was not the user's: LeanCloud takes somebody whose session has
//! run out for nobody, who sees nothing. So before anything is noted as missing the server has to say who is asking.
//! When a session goes then stands in `rehearse_store`'s `vanishing`: only if it is missing a second time, later.

use std::sync::Arc;

use rehearse_domain::SessionId;
use rehearse_leancloud::{Cursor, Dated, Found, Object, Transport};
use rehearse_store::{Present, RemoteStamp, StoreError};

use super::look::ids;
use super::pages::Below;
use super::{Pulled, Puller};
use crate::Reach;
use crate::authored::{by_ids, is_the_user};
use crate::blocking::on;
use crate::failed::Failed;
use crate::wire::{Class, Whose, stamp};

/// Sessions that were overlooked are brought so many at once.
const SESSIONS_AT_ONCE: usize = 50;

impl<T: Transport> Puller<T> {
    /// Compares ids with all sessions that the server has, in `listing` if they came already.
    pub(super) async fn compare(&self, listing: Option<Found>, pulled: &mut Pulled) -> Result<(), Failed> {
        let listed = match listing {
            Some(found) => found.objects,
            None => self.list().await?,
        };
        let ours = listed
            .iter()
            .filter(|object| self.whose(Class::Session, object) == Whose::Own);
        let stamps: Vec<RemoteStamp> = ours.map(|object| stamp(Class::Session, object)).collect();
        self.let_vanished_go(&stamps, pulled).await?;
        self.bring_overlooked(stamps, pulled).await
    }

    /// All sessions by their ids. An answer that is cut short is followed by another one.
    async fn list(&self) -> Result<Vec<Object>, Failed> {
        let cursor = Cursor::start(Dated::CreatedAt);
        let mut pages = self.client.class(Class::Session.name())?.pages(ids()?, cursor);
        let mut listed = Vec::new();
        while let Some(objects) = pages.next().await? {
            listed.extend(objects);
        }
        Ok(listed)
    }

    async fn let_vanished_go(&self, stamps: &[RemoteStamp], pulled: &mut Pulled) -> Result<(), Failed> {
        let present = Arc::new(Present {
            sessions: stamps.iter().map(|one| SessionId::from(one.subject)).collect(),
            object_ids: stamps.iter().map(|one| one.object_id.clone()).collect(),
        });
        let is_any = {
            let (account, present) = (Arc::clone(&self.account), Arc::clone(&present));
            on(&self.store, move |store| store.is_any_missing(&account, &present)).await?
        };
        // Whoever reads everything with the master key has read it.
        let asks = is_any && self.terms.reach == Reach::Own;
        if asks && !is_the_user(&self.client, &self.terms.owner).await? {
            return Ok(());
        }
        let (account, now) = (Arc::clone(&self.account), self.now());
        let vanished = on(&self.store, move |store| {
            store.let_vanished_go(&account, &present, now)
        })
        .await?;
        self.memory.lock().suspects = vanished.uncertain > 0;
        pulled.uncertain = vanished.uncertain;
        pulled.gone.extend(vanished.gone);
        Ok(())
    }

    /// Brings sessions whose changes are older than what was read: an import keeps the dates of its rows.
    async fn bring_overlooked(&self, stamps: Vec<RemoteStamp>, pulled: &mut Pulled) -> Result<(), Failed> {
        let overlooked = self.overlooked(stamps).await?;
        for ids in overlooked.chunks(SESSIONS_AT_ONCE) {
            let sessions = by_ids(&self.client, Class::Session, ids).await?;
            let sessions = sessions
                .into_iter()
                .filter(|object| self.whose(Class::Session, object) == Whose::Own)
                .collect();
            let rows = self.with_below(sessions, Below::OfAll, pulled).await?;
            self.store_rows(rows, None, pulled).await?;
        }
        Ok(())
    }

    async fn overlooked(&self, stamps: Vec<RemoteStamp>) -> Result<Vec<String>, StoreError> {
        let news = self.are_news(stamps.clone()).await?;
        let overlooked = stamps.into_iter().zip(news).filter(|(_, is_news)| *is_news);
        Ok(overlooked.map(|(stamp, _)| stamp.object_id).collect())
    }
}
