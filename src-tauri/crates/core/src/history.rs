//! History, Review, deleting and the clips they play.

use std::collections::HashSet;
use std::time::Duration;

use rehearse_domain::{ClipId, Limits, Session, SessionId, Speaker, TimeFactor, Timestamp, Turn};
use rehearse_store::{Access, Cursor, SessionQuery, SessionSummary, Store, StoreError};

use crate::error::ErrorView;
use crate::found::{found, stands_in, words};
use crate::house::Core;
use crate::lines::{end_card, line, millis};
use crate::models::{cost_of_session, exchange_view};
use crate::remote::mark;
use crate::timeline;
use crate::view::{
    DeleteReceipt, ExchangeView, HistoryPage, HistoryQuery, HistoryRow, ReviewTurn, ReviewView, Topic,
};

/// Rows on a page when none are asked for.
const PAGE: u32 = 20;
/// Most rows on a page.
const LARGEST_PAGE: u32 = 100;
/// How long a deletion can be taken back.
const UNDO: Duration = Duration::from_secs(10);

impl Core {
    /// A page of the history, newest first.
    pub async fn history(&self, query: HistoryQuery) -> Result<HistoryPage, ErrorView> {
        let after = query.after.as_deref().map(str::parse::<Cursor>).transpose();
        let after = after.map_err(|_| ErrorView::new("bad_page"))?;
        let wanted = SessionQuery {
            search: query.search.filter(|words| !words.trim().is_empty()),
            family: query.family,
            category: query.category,
            language: query.language,
            end_reason: query.end_reason,
            with_trainee_turns: query.only_with_turns,
            from: query.from,
            until: query.until,
            before: after,
            limit: query.limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE),
            ..SessionQuery::default()
        };
        let marks = self.marks_sessions();
        let (page, rows, all) = self
            .0
            .on_store(move |store| {
                let page = store.sessions(&wanted)?;
                let words = words(wanted.search.as_deref().unwrap_or_default());
                let rows = page.items.iter().map(|one| found_row(store, one, &words));
                let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
                if marks {
                    for row in &mut rows {
                        row.sync = mark(store, row.session)?;
                    }
                }
                let all = if wanted.with_trainee_turns {
                    let all = SessionQuery {
                        with_trainee_turns: false,
                        limit: 1,
                        ..wanted
                    };
                    store.sessions(&all)?.total
                } else {
                    page.total
                };
                Ok((page, rows, all))
            })
            .await?;
        Ok(HistoryPage {
            rows,
            next: page.next.map(|cursor| cursor.to_string()),
            total: page.total,
            left_out: all.saturating_sub(page.total),
        })
    }

    /// One session, to look at and listen to.
    pub async fn review(&self, session: SessionId) -> Result<ReviewView, ErrorView> {
        let marks = self.marks_sessions();
        let found = self
            .0
            .on_store(move |store| {
                let Some(record) = store.session(session)? else {
                    return Ok(None);
                };
                let turns = store.turns(session)?;
                let clips = turns.iter().filter_map(|turn| turn.clip.as_ref());
                let gone = clips.filter(|clip| !store.audio_folder().join(&clip.file).is_file());
                let mut missing = HashSet::new();
                for clip in gone {
                    // One that was recorded elsewhere comes when it is asked for.
                    if store.absent_clip(clip.id)?.is_none() {
                        missing.insert(clip.id);
                    }
                }
                let sync = if marks { mark(store, session)? } else { None };
                let exchanges = store.exchanges(session)?;
                let is_mirror = store.is_mirror(session)?;
                Ok(Some((record, turns, missing, sync, exchanges, is_mirror)))
            })
            .await?;
        let (record, turns, missing, sync, exchanges, is_mirror) =
            found.ok_or_else(|| ErrorView::no_such_session(session))?;
        // One that was recorded elsewhere is written down there.
        let words = if is_mirror {
            None
        } else {
            self.words(&record, &turns, &missing).await?
        };
        let library = self.0.library().await;
        let again = library.scenario(&record.snapshot.scenario.slug);
        let exchanges: Vec<ExchangeView> = exchanges.into_iter().map(exchange_view).collect();
        Ok(ReviewView {
            again: again.map(|one| one.slug.clone()),
            cost: cost_of_session(&exchanges),
            exchanges,
            sync,
            words,
            ..review_view(&record, &turns, &missing)
        })
    }

    /// The bytes of a clip, whole: one that a turn has, the take under review, or an interrupted take.
    pub async fn clip_bytes(&self, clip: ClipId) -> Result<Vec<u8>, ErrorView> {
        let open = self
            .0
            .practice
            .lock()
            .await
            .as_ref()
            .map(|practice| practice.session);
        if self
            .0
            .on_store(move |store| Ok(store.absent_clip(clip)?.is_some()))
            .await?
        {
            self.bring_clip(clip).await?;
        }
        let bytes = self
            .0
            .on_store(move |store| {
                if let Some(known) = store.clip(clip)? {
                    return Ok(std::fs::read(store.audio_folder().join(known.file)).ok());
                }
                if let Some(session) = open
                    && let Ok(bytes) = std::fs::read(store.place_for_clip(session, clip, Speaker::Trainee)?)
                {
                    return Ok(Some(bytes));
                }
                let take = store.interrupted()?.into_iter().find(|one| one.clip == clip);
                Ok(take.and_then(|take| std::fs::read(take.path).ok()))
            })
            .await?;
        bytes.ok_or_else(|| ErrorView::audio_missing(clip))
    }

    /// Deletes sessions. They are hidden at once and gone for good after 10 s, or at the next start.
    pub async fn delete_sessions(&self, sessions: Vec<SessionId>) -> Result<DeleteReceipt, ErrorView> {
        if let Some(practice) = self.0.practice.lock().await.as_ref()
            && sessions.contains(&practice.session)
            && practice.view().await.is_some_and(|view| view.end.is_none())
        {
            return Err(ErrorView::new("practice_open"));
        }
        // Nothing of them leaves this computer any more, and what did is in the record first.
        for session in &sessions {
            self.0.writings.give_up(*session).await;
            self.0.feedback.give_up(*session);
        }
        self.give_up_left(&sessions).await;
        let now = self.0.now();
        let doomed = sessions.clone();
        let receipt = self
            .0
            .on_store(move |store| store.doom_sessions(&doomed, now))
            .await?;
        // Also what was begun again in between: from here on nobody can.
        for session in &sessions {
            self.0.feedback.give_up(*session);
        }
        self.0.deleted.notify_one();
        self.0.bus.changed(Topic::Sessions);
        Ok(DeleteReceipt {
            sessions,
            turns: receipt.turns,
            audio_bytes: receipt.bytes as f64,
            undo_until: now.after(UNDO),
        })
    }

    /// Takes a deletion back.
    pub async fn undo_delete(&self, sessions: Vec<SessionId>) -> Result<(), ErrorView> {
        let spared = self
            .0
            .on_store(move |store| store.spare_sessions(&sessions))
            .await?;
        if spared == 0 {
            return Err(ErrorView::new("undo_too_late"));
        }
        self.0.bus.changed(Topic::Sessions);
        Ok(())
    }

    /// Purges what was deleted once it can no longer be taken back. Owned by the house, which ends it when it
    /// shuts down.
    pub(crate) async fn purge_when_due(self) {
        loop {
            self.0.deleted.notified().await;
            tokio::time::sleep(UNDO + Duration::from_millis(200)).await;
            let now = self.0.now().as_millis();
            self.purge(Timestamp::from_millis(now.saturating_sub(10_000)))
                .await;
        }
    }

    /// Purges what was deleted before `older_than`. What cannot be removed now is tried again at the next start.
    pub(crate) async fn purge(&self, older_than: Timestamp) {
        let now = self.0.now();
        let purged = self.0.on_store(move |store| match store.access() {
            Access::Owner => store.purge_doomed(older_than, now).map(|purged| purged.complete),
            Access::Reader => Ok(true),
        });
        match purged.await {
            Ok(true) => {}
            Ok(false) => tracing::warn!("something of deleted sessions could not be removed yet"),
            Err(error) => tracing::warn!(code = error.code, "deleted sessions could not be purged yet"),
        }
    }
}

/// The factor that a session's limits were stretched by.
fn factor(record: &Session) -> TimeFactor {
    let scenario = &record.snapshot.scenario;
    let stretched = |factor| Limits::stretched(scenario.idle_limit, scenario.duration_limit, factor);
    [TimeFactor::Double, TimeFactor::Quadruple, TimeFactor::Off]
        .into_iter()
        .find(|factor| stretched(*factor) == record.limits)
        .unwrap_or_default()
}

/// A session in a searched history, with the place where the words stand.
fn found_row(store: &Store, summary: &SessionSummary, words: &[String]) -> Result<HistoryRow, StoreError> {
    let mut row = row(summary);
    let elsewhere = words.iter().any(|word| !stands_in(&summary.title, word));
    if elsewhere && let Some(record) = store.session(summary.id)? {
        let goal = record.snapshot.scenario.objective;
        row.found = found(&goal, &store.turns(summary.id)?, words);
    }
    Ok(row)
}

/// A session in the history.
pub(crate) fn row(summary: &SessionSummary) -> HistoryRow {
    HistoryRow {
        session: summary.id,
        slug: summary.slug.clone(),
        title: summary.title.clone(),
        category: summary.category.clone(),
        language: summary.language,
        created_at: summary.created_at,
        active_ms: millis(timeline::length(summary.active, summary.sound)),
        status: summary.status,
        end_reason: summary.end_reason,
        objective: summary.objective,
        trainee_turns: summary.turns.trainee,
        turns: summary.turns.partner.saturating_add(summary.turns.trainee),
        take_two: summary.parent.is_some(),
        found: None,
        sync: None,
    }
}

fn review_view(record: &Session, turns: &[Turn], missing: &HashSet<ClipId>) -> ReviewView {
    let scenario = &record.snapshot.scenario;
    ReviewView {
        session: record.id,
        title: scenario.title.clone(),
        partner_name: scenario.partner.name.clone(),
        language: record.language,
        partner: record.partner,
        exchanges: Vec::new(),
        cost: None,
        created_at: record.created_at,
        status: record.status,
        end: record.end_reason.map(|reason| end_card(reason, record, turns)),
        turns: turns
            .iter()
            .zip(timeline::heard(timeline::clock(record), turns))
            .map(|(turn, heard)| ReviewTurn {
                line: line(turn),
                offset_ms: millis(heard.start),
                latency_ms: turn.latency.map(millis),
                audio_missing: turn.clip.as_ref().is_some_and(|clip| missing.contains(&clip.id)),
            })
            .collect(),
        again: None,
        factor: factor(record),
        parent: record.parent.map(|parent| parent.session),
        sync: None,
        words: None,
    }
}
