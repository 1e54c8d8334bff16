//! What was changed while a class was read, or since the last run: caught up with, counted, and where the counts differ
//! compared row by row.

use std::collections::BTreeMap;
use std::time::Duration;

use rehearse_leancloud::{Condition, Cursor, Dated, MOST_ROWS, Query, Timestamp, Transport};

use super::class::{Reader, Work, whole};
use super::patience::patiently;
use super::state::State;
use super::{EverythingError, Outcome, Step, disk};

/// A row's date is taken before the row can be seen, and a server has more than one clock.
const OVERLAP: Duration = Duration::from_secs(120);
/// Rows that are asked for by their ids at once.
const BY_ID: usize = 50;
/// A class that is written to without a pause is compared so often.
const ROUNDS: u32 = 3;

/// The end of reading a class.
pub(crate) struct Comparing<'r, 'a, T, P> {
    pub(crate) reader: &'r Reader<'a, T, P>,
}

impl<T: Transport, P: Fn(Step) + Send + Sync> Comparing<'_, '_, T, P> {
    /// Makes the class equal to the server's and settles it.
    pub(crate) async fn finish(
        &self,
        state: &mut State,
        mut work: Work<T>,
    ) -> Result<Outcome, EverythingError> {
        let name = work.class.name().to_string();
        let had_rows = state
            .class(&name)
            .settled
            .as_ref()
            .is_some_and(|known| known.rows > 0);
        let mut round = 0;
        loop {
            let now = self.reader.server_time().await?;
            self.catch_up(state, &mut work).await?;
            let mut there = self.count(&work).await?;
            if there == 0 && had_rows {
                return self.vanished(state, work);
            }
            if there != work.rows.count() {
                self.compare(state, &mut work).await?;
                there = self.count(&work).await?;
            }
            round += 1;
            let here = work.rows.count();
            if here == there || round == ROUNDS {
                self.settle(state, work, now).await?;
                return Ok(match here == there {
                    true => Outcome::Whole { rows: here },
                    false => Outcome::Differs { here, there },
                });
            }
        }
    }

    async fn count(&self, work: &Work<T>) -> Result<u64, EverythingError> {
        Ok(patiently!(work.class.count(&Condition::all()))?)
    }

    /// Brings what was changed since the first reading began, or since the last run.
    async fn catch_up(&self, state: &mut State, work: &mut Work<T>) -> Result<(), EverythingError> {
        let class = state.class(work.class.name().as_str());
        let begun = class.reading.as_ref().map(|reading| reading.begun);
        let Some(since) = begun.or(class.since) else {
            return Ok(());
        };
        let from = Cursor::from(Dated::UpdatedAt, since.before(OVERLAP));
        let mut pages = work.class.pages(whole()?, from);
        while let Some(mut page) = patiently!(pages.next())? {
            page.retain(|row| !work.rows.has(row.id.as_str(), row.updated_at));
            self.reader.append(state, work, page).await?;
        }
        Ok(())
    }

    /// Compares ids and dates of all rows: brings what is missing here, takes out what is gone there.
    async fn compare(&self, state: &mut State, work: &mut Work<T>) -> Result<(), EverythingError> {
        let there = self.list(work).await?;
        let gone = |id: &&str| !there.contains_key(*id);
        let gone: Vec<String> = work.rows.ids().filter(gone).map(str::to_owned).collect();
        gone.iter().for_each(|id| work.rows.remove(id));
        let missing = |(id, updated): &(&String, &Timestamp)| !work.rows.has(id, **updated);
        let missing: Vec<&String> = there.iter().filter(missing).map(|(id, _)| id).collect();
        for some in missing.chunks(BY_ID) {
            let these = Condition::all().one_of("objectId", some)?;
            let from = Cursor::start(Dated::CreatedAt);
            let mut pages = work.class.pages(whole()?.matching(these), from);
            while let Some(page) = patiently!(pages.next())? {
                self.reader.append(state, work, page).await?;
            }
        }
        Ok(())
    }

    /// Ids of all rows on the server, and when each was changed last.
    async fn list(&self, work: &Work<T>) -> Result<BTreeMap<String, Timestamp>, EverythingError> {
        let query = Query::new().keys(["createdAt", "updatedAt"]).limit(MOST_ROWS)?;
        let mut pages = work.class.pages(query, Cursor::start(Dated::CreatedAt));
        let mut list = BTreeMap::new();
        while let Some(page) = patiently!(pages.next())? {
            list.extend(
                page.into_iter()
                    .map(|row| (row.id.as_str().to_owned(), row.updated_at)),
            );
        }
        Ok(list)
    }

    /// Leaves a class alone that seems to have been emptied: this folder may be the last place that has it.
    fn vanished(&self, state: &mut State, work: Work<T>) -> Result<Outcome, EverythingError> {
        let journal = self
            .reader
            .folder
            .journal(state.class(work.class.name().as_str()));
        disk::remove(&journal).map_err(EverythingError::local(&journal))?;
        let here = work.rows.count();
        Ok(Outcome::Vanished { here })
    }

    async fn settle(
        &self,
        state: &mut State,
        work: Work<T>,
        since: Timestamp,
    ) -> Result<(), EverythingError> {
        let name = work.class.name().to_string();
        let class = state.class(&name);
        let (settled, journal) = (self.reader.folder.rows(class), self.reader.folder.journal(class));
        if class.settled.is_none() || !work.rows.is_settled() {
            let (mut rows, into, from) = (work.rows, settled, journal.clone());
            let written = self
                .reader
                .folder
                .on_disk(move |_| rows.settle(&into, &from).map_err(EverythingError::local(&into)));
            class.settled = Some(written.await?);
        }
        (class.since, class.reading) = (Some(since), None);
        self.reader.folder.keep(state)?;
        disk::remove(&journal).map_err(EverythingError::local(&journal))
    }
}
