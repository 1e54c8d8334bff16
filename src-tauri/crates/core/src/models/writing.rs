//! Sessions that are being written down while somebody does something else: each by a task that the house owns, which
//! can be stopped and leaves what has come. How far it is, and what became of it, is told with the review.

use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use parking_lot::Mutex;
use rehearse_domain::{ClipId, PartnerKind, Session, SessionId, SessionStatus, Turn};
use rehearse_models::presets::Role;
use rehearse_net::names_this_computer;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::chosen::Chosen;
use super::transcribing::{Step, waits};
use super::voices::WantedVoice;
use crate::error::ErrorView;
use crate::house::{Core, House};
use crate::lines::count;
use crate::view::{ModelPlace, Topic, TranscribedTurn, TranscribedView, WordsHost, WordsNow, WordsView};

/// How long one that is stopped may take to put what was exchanged on disk.
const STOPPING: Duration = Duration::from_secs(5);

/// Every session that is being written down, and what became of those that were.
#[derive(Default)]
pub(crate) struct Writings(Mutex<All>);

#[derive(Default)]
struct All {
    sessions: HashMap<SessionId, Writing>,
    /// The house is being shut down: nothing is begun any more.
    closed: bool,
}

#[derive(Default)]
struct Writing {
    /// While it goes on.
    now: Option<WordsNow>,
    stop: Arc<Notify>,
    task: Option<JoinHandle<()>>,
    stopped: Option<ErrorView>,
    left: Vec<TranscribedTurn>,
}

impl Core {
    /// Has every turn of the trainee written down that waits for its words. Returns at once; the review tells how far it
    /// is, and why it ended before its time. Of a session it is done once at a time.
    pub async fn write_down_session(&self, session: SessionId) -> Result<(), ErrorView> {
        let task = |stop| tokio::spawn(self.clone().write_down_until(session, stop));
        self.0.writings.begin(session, task);
        // The poller may be about to do the same.
        self.0.feedback.give_up(session);
        self.0.bus.changed(Topic::Sessions);
        Ok(())
    }

    async fn write_down_until(self, session: SessionId, stop: Arc<Notify>) {
        let told = |step: Step<'_>| self.0.told_of(session, &step);
        let written = AssertUnwindSafe(self.transcribe_until(session, &stop, told)).catch_unwind();
        let written = written.await.unwrap_or_else(|_| {
            tracing::error!("writing down a session died");
            Err(ErrorView::internal("writing down a session died"))
        });
        self.0.writings.end(session, written);
        self.0.bus.changed(Topic::Sessions);
    }

    /// Sends no more of this session's recordings to be written down. What has come stays.
    pub async fn stop_writing_down(&self, session: SessionId) -> Result<(), ErrorView> {
        self.0.writings.stop(session);
        Ok(())
    }

    /// What it would take to have the words of a session written down that this computer recorded. `missing` are the
    /// clips whose files are gone.
    pub(crate) async fn words(
        &self,
        record: &Session,
        turns: &[Turn],
        missing: &HashSet<ClipId>,
    ) -> Result<Option<WordsView>, ErrorView> {
        let can_be_heard = |turn: &&Turn| {
            let clip = turn.clip.as_ref();
            waits(turn) && clip.is_some_and(|clip| !missing.contains(&clip.id))
        };
        let waiting: Vec<&Turn> = turns.iter().filter(can_be_heard).collect();
        let (now, stopped, mut left) = self.0.writings.of(record.id);
        if record.status != SessionStatus::Ended || (waiting.is_empty() && now.is_none()) {
            return Ok(None);
        }
        // Its last words may still be coming by themselves; without a model none are.
        if record.partner == PartnerKind::Model && self.still_practised(record.id).await {
            return Ok(None);
        }
        // Nor are they asked for by hand while they come with the feedback.
        if now.is_none() && self.0.feedback.sees_to(record.id) {
            return Ok(None);
        }
        left.retain(|one| waiting.iter().any(|turn| turn.sequence == one.sequence));
        // Also where nobody can tell who was chosen, the rest of the review is to be had.
        let (hosts, hindrance) = match self.0.hear_for_words(record).await {
            Ok((hosts, None)) if self.0.to_models.is_offline() => {
                let here = hosts.into_iter().filter(|host| host.on_this_computer);
                (here.collect(), None)
            }
            Ok(told) => told,
            Err(why) => (Vec::new(), Some(why)),
        };
        Ok(Some(WordsView {
            waiting: count(waiting.len()),
            hosts,
            hindrance,
            now,
            stopped,
            left,
        }))
    }
}

impl House {
    fn told_of(&self, session: SessionId, step: &Step<'_>) {
        self.writings.goes_on(session, |now| match step {
            Step::Begun { sequence, of } => {
                now.sequence = Some(*sequence);
                now.of = *of;
            }
            // What comes next tells of it.
            Step::Done(_) => now.done = now.done.saturating_add(1),
        });
        if matches!(step, Step::Begun { .. }) {
            self.bus.changed(Topic::Sessions);
        }
    }

    /// Those who would be asked for the words, as they say it themselves, and why they cannot be.
    ///
    /// # Errors
    /// When nobody can tell who that would be.
    async fn hear_for_words(
        &self,
        record: &Session,
    ) -> Result<(Vec<WordsHost>, Option<ErrorView>), ErrorView> {
        let chosen = self.chosen_models().await?.only(&[Role::Transcriber]);
        let casting = self.would_cast(&chosen, WantedVoice::of_anybody(record.language), false);
        let transcriber = casting.transcriber().await?;
        let hosts = transcriber.map(|transcriber| transcriber.hosts());
        let hosts = hosts.into_iter().flatten().map(|host| WordsHost {
            on_this_computer: names_this_computer(&host),
            host,
        });
        let hosts: Vec<WordsHost> = hosts.collect();
        let hindrance = self.hindrance(&chosen, &hosts);
        Ok((hosts, hindrance))
    }

    /// Why none of them can be asked as it is.
    fn hindrance(&self, chosen: &Chosen, hosts: &[WordsHost]) -> Option<ErrorView> {
        if chosen.of(Role::Transcriber).is_none() {
            return Some(ErrorView::new("no_transcriber"));
        }
        if self.to_models.is_offline() && hosts.iter().all(|host| !host.on_this_computer) {
            return Some(ErrorView::new("transcriber_offline"));
        }
        let players = ModelPlace::ALL
            .into_iter()
            .filter_map(|place| chosen.at(Role::Transcriber, place));
        let mut addresses = players.filter_map(|player| player.address().ok());
        addresses.find_map(|address| chosen.agreed(&address).err())
    }
}

impl Writings {
    /// Has a task begin with it, which is told how it is stopped; nothing where the session is being written down
    /// already.
    fn begin(&self, session: SessionId, task: impl FnOnce(Arc<Notify>) -> JoinHandle<()>) {
        let mut all = self.0.lock();
        let goes_on = |writing: &Writing| writing.now.is_some();
        if all.closed || all.sessions.get(&session).is_some_and(goes_on) {
            return;
        }
        let now = WordsNow {
            sequence: None,
            done: 0,
            of: 0,
        };
        let stop = Arc::default();
        let begun = Writing {
            now: Some(now),
            // Whatever it has to tell waits until it stands here.
            task: Some(task(Arc::clone(&stop))),
            stop,
            ..Writing::default()
        };
        all.sessions.insert(session, begun);
    }

    fn goes_on(&self, session: SessionId, change: impl FnOnce(&mut WordsNow)) {
        if let Some(now) = self
            .0
            .lock()
            .sessions
            .get_mut(&session)
            .and_then(|one| one.now.as_mut())
        {
            change(now);
        }
    }

    /// Keeps what there is to tell of it until it is done again.
    fn end(&self, session: SessionId, written: Result<TranscribedView, ErrorView>) {
        let (stopped, left) = match written {
            Ok(written) => (None, written.turns),
            Err(why) => (Some(why), Vec::new()),
        };
        let left: Vec<_> = left.into_iter().filter(|turn| turn.text.is_none()).collect();
        let all = &mut self.0.lock().sessions;
        if stopped.is_none() && left.is_empty() {
            all.remove(&session);
        } else if let Some(writing) = all.get_mut(&session) {
            *writing = Writing {
                stopped,
                left,
                ..Writing::default()
            };
        }
    }

    /// How far it is, why it was stopped, and what it left.
    fn of(&self, session: SessionId) -> (Option<WordsNow>, Option<ErrorView>, Vec<TranscribedTurn>) {
        let all = self.0.lock();
        let told = all
            .sessions
            .get(&session)
            .map(|one| (one.now, one.stopped.clone(), one.left.clone()));
        told.unwrap_or_default()
    }

    /// Whether this session is being written down.
    pub(crate) fn is_at(&self, session: SessionId) -> bool {
        let all = self.0.lock();
        all.sessions.get(&session).is_some_and(|one| one.now.is_some())
    }

    /// Nothing more is sent for this session; what was exchanged is put on disk yet.
    fn stop(&self, session: SessionId) {
        if let Some(writing) = self.0.lock().sessions.get(&session) {
            writing.stop.notify_one();
        }
    }

    /// Stops it, waits until it is over, and forgets it.
    pub(crate) async fn give_up(&self, session: SessionId) {
        self.stop(session);
        let task = self
            .0
            .lock()
            .sessions
            .get_mut(&session)
            .and_then(|one| one.task.take());
        if let Some(task) = task {
            given_time(task).await;
        }
        self.0.lock().sessions.remove(&session);
    }

    /// Nothing more is sent for any session.
    pub(crate) fn stop_all(&self) {
        for writing in self.0.lock().sessions.values() {
            writing.stop.notify_one();
        }
    }

    /// Nothing is begun or sent any more. [`Writings::shut_down`] waits for what that leaves.
    pub(crate) fn close(&self) {
        self.0.lock().closed = true;
        self.stop_all();
    }

    /// Stops all of them and waits until they are over.
    pub(crate) async fn shut_down(&self) {
        self.close();
        let all = std::mem::take(&mut self.0.lock().sessions);
        let tasks = all.into_values().filter_map(|writing| writing.task);
        futures_util::future::join_all(tasks.map(given_time)).await;
    }
}

async fn given_time(mut task: JoinHandle<()>) {
    if tokio::time::timeout(STOPPING, &mut task).await.is_err() {
        // It holds the house, and with it the data folder, until it is gone.
        task.abort();
        let _ = task.await;
    }
}
