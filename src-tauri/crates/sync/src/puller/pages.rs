//! Takes in what was found, page by page, and brings what belongs to it.

use std::sync::Arc;

use rehearse_domain::Timestamp;
use rehearse_leancloud::{Cursor, Dated, Found, Object, ObjectId, Transport};
use rehearse_store::{Claim, RemoteRecord, RemoteRow, RemoteStamp, StoreError};

use super::look::{is_all, whole_rows};
use super::{Progress, Pulled, Puller};
use crate::authored::{all, by_ids, read as read_authored};
use crate::blocking::on;
use crate::failed::Failed;
use crate::wire::{
    Authored, Class, Unreadable, Whose, is_of_earlier_app, of_sessions, read_evaluation, read_session,
    read_turn, scenario_of, skills_of, stamp, whole_stamp, whose, whose_session,
};

/// Ids in one condition: a request's address has its length.
const IDS_AT_ONCE: usize = 50;

/// Whose turns and evaluations are brought together with their sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Below {
    /// Those of sessions of the earlier web app, which do not say whose they are.
    OfEarlierApp,
    /// Those of all: their dates may be older than what was read.
    OfAll,
}

impl<T: Transport> Puller<T> {
    /// Takes in what the first look found, and the pages behind it.
    pub(super) async fn take_first_pages(
        &self,
        first: Vec<(Class, Found)>,
        progress: &mut Progress,
        pulled: &mut Pulled,
    ) -> Result<(), Failed> {
        for (class, found) in first {
            let all = is_all(&found);
            let from = found.objects.last().map(|last| last.updated_at);
            self.take_page(class, found.objects, progress, pulled).await?;
            if all {
                continue;
            }
            let cursor = match from {
                Some(last) => Cursor::from(Dated::UpdatedAt, last),
                None => Cursor::start(Dated::UpdatedAt),
            };
            let mut pages = self.client.class(class.name())?.pages(whole_rows(class)?, cursor);
            while let Some(objects) = pages.next().await? {
                self.take_page(class, objects, progress, pulled).await?;
            }
        }
        Ok(())
    }

    async fn take_page(
        &self,
        class: Class,
        objects: Vec<Object>,
        progress: &mut Progress,
        pulled: &mut Pulled,
    ) -> Result<(), Failed> {
        let last = objects.iter().map(|object| object.updated_at).max();
        let last = last.map(|last| Timestamp::from_millis(last.as_millis()));
        let mut ahead = progress.clone();
        ahead.advance(class, last, self.now());
        let news = self.news(class, objects).await?;
        let rows = match class {
            Class::Session => self.with_below(news, Below::OfEarlierApp, pulled).await?,
            Class::Turn | Class::Evaluation => self.read_all(class, &news, &Authored::default(), pulled),
            Class::Scenario | Class::Skill => {
                self.take_authored(class, news, progress, &ahead, pulled).await?;
                *progress = ahead;
                return Ok(());
            }
        };
        if rows.is_empty() && ahead == *progress {
            return Ok(());
        }
        self.store_rows(rows, Some(&ahead), pulled).await?;
        *progress = ahead;
        Ok(())
    }

    /// Writes rows down, and how far the server was read.
    pub(super) async fn store_rows(
        &self,
        rows: Vec<RemoteRow>,
        progress: Option<&Progress>,
        pulled: &mut Pulled,
    ) -> Result<(), StoreError> {
        let (account, now) = (Arc::clone(&self.account), self.now());
        let mark = progress.map(Progress::mark);
        let taken = on(&self.store, move |store| {
            store.take_in(&account, &rows, mark.as_ref(), now)
        });
        pulled.changed.extend(taken.await?);
        Ok(())
    }

    /// Takes scenarios or skills in, and notes how far the server was read.
    async fn take_authored(
        &self,
        class: Class,
        news: Vec<Object>,
        progress: &Progress,
        ahead: &Progress,
        pulled: &mut Pulled,
    ) -> Result<(), Failed> {
        let mut rows = Vec::new();
        for found in read_authored(&self.client, &self.terms, class, news).await? {
            match found {
                Ok(row) => rows.push(row),
                Err((object, error)) => self.pass_over(class, &object, error, pulled),
            }
        }
        if rows.is_empty() && ahead == progress {
            return Ok(());
        }
        let (account, now, mark) = (Arc::clone(&self.account), self.now(), ahead.mark());
        let taken = on(&self.store, move |store| {
            store.take_in_authored(&account, &rows, Some(&mark), now)
        });
        pulled.authored.extend(taken.await?);
        Ok(())
    }

    /// A row that cannot be read is not looked at again as it is.
    fn pass_over(&self, class: Class, object: &Object, error: Unreadable, pulled: &mut Pulled) {
        tracing::warn!(class = class.name(), id = %object.id, %error, "a row is passed over");
        pulled.unreadable += 1;
        let stamp = stamp(class, object);
        let mut memory = self.memory.lock();
        memory.unreadable.insert((stamp.object_id, stamp.updated_at));
    }

    /// Those rows that may be the user's and were not taken in yet.
    async fn news(&self, class: Class, objects: Vec<Object>) -> Result<Vec<Object>, StoreError> {
        let ours: Vec<Object> = objects
            .into_iter()
            .filter(|object| self.whose(class, object) != Whose::Foreign)
            .collect();
        let stamps: Vec<RemoteStamp> = ours.iter().map(|object| whole_stamp(class, object)).collect();
        let news = self.are_news(stamps).await?;
        let news = ours.into_iter().zip(news).filter(|(_, is_news)| *is_news);
        Ok(news.map(|(object, _)| object).collect())
    }

    /// Which of these rows were not taken in yet as they are, and can be.
    pub(super) async fn are_news(&self, stamps: Vec<RemoteStamp>) -> Result<Vec<bool>, StoreError> {
        let (account, memory) = (Arc::clone(&self.account), Arc::clone(&self.memory));
        on(&self.store, move |store| {
            let mut news = store.news(&account, &stamps)?;
            let memory = memory.lock();
            for (is_news, stamp) in news.iter_mut().zip(&stamps) {
                *is_news &= !memory
                    .unreadable
                    .contains(&(stamp.object_id.clone(), stamp.updated_at));
            }
            Ok(news)
        })
        .await
    }

    pub(super) fn whose(&self, class: Class, object: &Object) -> Whose {
        match class {
            Class::Session => whose_session(object, &self.terms),
            Class::Turn | Class::Evaluation | Class::Scenario | Class::Skill => whose(object, &self.terms),
        }
    }

    /// Sessions, and before anything of them is written down what belongs to them.
    pub(super) async fn with_below(
        &self,
        sessions: Vec<Object>,
        below: Below,
        pulled: &mut Pulled,
    ) -> Result<Vec<RemoteRow>, Failed> {
        let earlier: Vec<&Object> = sessions.iter().filter(|one| is_of_earlier_app(one)).collect();
        let authored = self.authored(&earlier).await?;
        let ids: Vec<&ObjectId> = match below {
            Below::OfEarlierApp => earlier.iter().map(|one| &one.id).collect(),
            Below::OfAll => sessions.iter().map(|one| &one.id).collect(),
        };
        // A turn that does not say whose it is needs its session to be known.
        let mut rows = self.read_all(Class::Session, &sessions, &authored, pulled);
        for ids in ids.chunks(IDS_AT_ONCE) {
            let condition = of_sessions(self.client.dialect(), ids.iter().copied())?;
            for class in [Class::Turn, Class::Evaluation] {
                let query = whole_rows(class)?.matching(condition.clone());
                let objects = all(&self.client, class, query).await?;
                rows.extend(self.read_all(class, &objects, &authored, pulled));
            }
        }
        Ok(rows)
    }

    /// Scenarios and skills that sessions of the earlier web app ran with.
    async fn authored(&self, sessions: &[&Object]) -> Result<Authored, Failed> {
        let mut authored = Authored::default();
        let mut scenarios: Vec<String> = sessions.iter().filter_map(|one| scenario_of(one)).collect();
        scenarios.sort();
        scenarios.dedup();
        for row in by_ids(&self.client, Class::Scenario, &scenarios).await? {
            authored.scenarios.insert(row.id.as_str().to_owned(), row);
        }
        let mut skills: Vec<String> = authored.scenarios.values().flat_map(skills_of).collect();
        skills.sort();
        skills.dedup();
        for row in by_ids(&self.client, Class::Skill, &skills).await? {
            authored.skills.insert(row.id.as_str().to_owned(), row);
        }
        Ok(authored)
    }

    /// Reads rows, those left out that are somebody else's or make no sense.
    fn read_all(
        &self,
        class: Class,
        objects: &[Object],
        authored: &Authored,
        pulled: &mut Pulled,
    ) -> Vec<RemoteRow> {
        let mut rows = Vec::new();
        for object in objects {
            let claim = match self.whose(class, object) {
                Whose::Own => Claim::Own,
                Whose::Unsaid => Claim::OfItsSession,
                Whose::Foreign => continue,
            };
            match read(class, object, authored, claim) {
                Ok(row) => rows.push(row),
                Err(error) => self.pass_over(class, object, error, pulled),
            }
        }
        rows
    }
}

fn read(class: Class, object: &Object, authored: &Authored, claim: Claim) -> Result<RemoteRow, Unreadable> {
    let (session, record) = match class {
        Class::Session => {
            let found = read_session(object, authored)?;
            (found.session.id, RemoteRecord::Session(Box::new(found)))
        }
        Class::Turn => {
            let found = read_turn(object)?;
            (found.turn.session, RemoteRecord::Turn(Box::new(found)))
        }
        Class::Evaluation => {
            let found = read_evaluation(object)?;
            (
                found.evaluation.session,
                RemoteRecord::Evaluation(Box::new(found)),
            )
        }
        // These belong to no session.
        Class::Scenario | Class::Skill => return Err(Unreadable("session")),
    };
    Ok(RemoteRow {
        stamp: whole_stamp(class, object),
        session,
        claim,
        record,
    })
}
