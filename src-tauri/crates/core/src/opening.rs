//! Home, Catalogue, Brief, and starting a practice: everything before the first word.

use std::sync::Arc;

use rehearse_content::Library;
use rehearse_devices::VoiceAvailability;
use rehearse_domain::{
    ClipId, Limits, Objective, Opener, PartnerKind, Publication, Scenario, Session, SessionId, SessionStatus,
    Slug, Speaker, TakeTwo, Turn,
};
use rehearse_store::{FamilyRuns, SessionQuery, Store, StoreError};

use crate::catalogue::Catalogue;
use crate::error::ErrorView;
use crate::history::row;
use crate::house::{Core, blocking};
use crate::models::WantedVoice;
use crate::practice::{Plan, Practice, Surroundings};
use crate::remote::mark;
use crate::talking;
use crate::view::{
    Action, BriefView, CatalogueQuery, CatalogueView, HomeView, LastResult, PracticeView, RunOptions,
    StorageView, TakeTwoOf, Topic,
};

impl Core {
    /// Home.
    pub async fn home(&self) -> Result<HomeView, ErrorView> {
        // A practice in which nothing was said has no result to show.
        let latest = SessionQuery {
            with_trainee_turns: true,
            limit: 1,
            ..SessionQuery::default()
        };
        let marks = self.marks_sessions();
        let (runs, figures, last) = self
            .0
            .on_store(move |store| {
                let mut last = store.sessions(&latest)?.items.first().map(row);
                if let Some(last) = last.as_mut().filter(|_| marks) {
                    last.sync = mark(store, last.session)?;
                }
                Ok((store.runs_per_family()?, store.storage()?, last))
            })
            .await?;
        let library = self.0.library().await;
        let catalogue = Catalogue::new(&library, runs);
        let language = self.0.language();
        let last = last.map(|row| LastResult { row });
        let (suggested, reason) = catalogue.suggestion(language).unzip();
        let starters = if last.is_none() {
            catalogue.starters(language, suggested.as_ref())
        } else {
            Vec::new()
        };
        Ok(HomeView {
            suggested,
            reason,
            starters,
            last,
            storage: StorageView {
                folder: self.0.folder.display().to_string(),
                audio_bytes: figures.audio_bytes as f64,
                database_bytes: figures.database_bytes as f64,
                sessions: figures.sessions,
                turns: figures.turns,
            },
        })
    }

    /// The catalogue, narrowed.
    pub async fn catalogue(&self, query: CatalogueQuery) -> Result<CatalogueView, ErrorView> {
        let runs = self.runs().await?;
        let library = self.0.library().await;
        Ok(Catalogue::new(&library, runs).view(&query, self.0.language()))
    }

    /// The brief of a scenario.
    pub async fn brief(&self, slug: Slug) -> Result<BriefView, ErrorView> {
        let runs = self.runs().await?;
        let library = self.0.library().await;
        let scenario = found(&library, &slug)?;
        let chosen = self.0.chosen_models().await.unwrap_or_default();
        let system_speaks = self.has_voice(scenario).await;
        let partners = self.0.partners(&chosen, scenario, system_speaks).await;
        Ok(Catalogue::new(&library, runs).brief(scenario, &self.0.settings(), partners))
    }

    /// Starts a practice. Only one is open at a time.
    pub async fn start_practice(&self, slug: Slug, options: RunOptions) -> Result<PracticeView, ErrorView> {
        let mut open = self.0.practice.lock().await;
        if let Some(practice) = open.as_ref() {
            let view = practice.view().await;
            if view.is_some_and(|view| view.end.is_none()) {
                return Err(ErrorView::new("practice_open"));
            }
        }
        let plan = self.plan(&slug, options).await?;
        let (session, language) = (plan.session.clone(), plan.session.language);
        let probe = ClipId::new(&*self.0.parts.ids);
        self.0
            .on_store(move |store| {
                store.create_session(&session)?;
                // Makes the folder now, where that may take its time.
                store
                    .place_for_clip(session.id, probe, Speaker::Trainee)
                    .map(|_| ())
            })
            .await?;
        if let Some(finished) = open.take() {
            self.leave(finished).await;
        }
        let store = self.0.store()?;
        let practice = Practice::start(self.surroundings()?, plan);
        Arc::clone(&self.0.measurer).read_earlier_beside(store, language);
        let view = practice.view().await;
        *open = Some(practice);
        self.0.bus.changed(Topic::App);
        view.ok_or_else(|| ErrorView::internal("the practice's task died"))
    }

    /// The open practice, also while its end card is shown.
    pub async fn practice(&self) -> Result<Option<PracticeView>, ErrorView> {
        match self.0.practice.lock().await.as_ref() {
            Some(practice) => Ok(practice.view().await),
            None => Ok(None),
        }
    }

    /// Does something in the open practice. What is not allowed right now changes nothing.
    pub async fn act(&self, action: Action) -> Result<(), ErrorView> {
        match self.0.practice.lock().await.as_ref() {
            Some(practice) => {
                practice.act(action);
                Ok(())
            }
            None => Err(ErrorView::new("no_practice")),
        }
    }

    /// Has a turn of the trainee written down once more.
    pub async fn write_down_again(&self, sequence: u32) -> Result<(), ErrorView> {
        match self.0.practice.lock().await.as_ref() {
            Some(practice) => practice.hear_again(sequence),
            None => return Err(ErrorView::new("no_practice")),
        }
        Ok(())
    }

    /// Puts the words of a turn of the trainee right.
    pub async fn correct_words(&self, sequence: u32, words: String) -> Result<(), ErrorView> {
        match self.0.practice.lock().await.as_ref() {
            Some(practice) => practice.correct(sequence, words),
            None => return Err(ErrorView::new("no_practice")),
        }
        Ok(())
    }

    /// Leaves the end card. A practice that still runs stays open.
    pub async fn close_practice(&self) -> Result<(), ErrorView> {
        let mut open = self.0.practice.lock().await;
        let Some(practice) = open.as_ref() else {
            return Ok(());
        };
        if practice.view().await.is_some_and(|view| view.end.is_none()) {
            return Err(ErrorView::new("practice_open"));
        }
        if let Some(finished) = open.take() {
            self.leave(finished).await;
        }
        self.0.bus.changed(Topic::App);
        Ok(())
    }

    /// Lets a practice that is over go on by itself until its last words are written down, by whoever was to hear them.
    async fn leave(&self, finished: Practice) {
        let going_on = finished.leave().await;
        let mut left = self.0.left.lock();
        left.retain(|practice| !practice.is_over());
        left.extend(going_on);
    }

    /// Whether a practice has this session: it is open, or waits for its last words.
    pub(crate) async fn still_practised(&self, session: SessionId) -> bool {
        let open = self.0.practice.lock().await;
        let left = self.0.left.lock();
        let mut practices = open.iter().chain(left.iter());
        practices.any(|practice| practice.session == session && !practice.is_over())
    }

    /// Leaves off those of these sessions whose last words are still on their way.
    pub(crate) async fn give_up_left(&self, sessions: &[SessionId]) {
        let given_up = |practice: &mut Practice| sessions.contains(&practice.session);
        let given_up: Vec<Practice> = self.0.left.lock().extract_if(.., given_up).collect();
        for practice in given_up {
            practice.close().await;
        }
    }

    /// What was practised before; nothing when nothing was ever kept here.
    async fn runs(&self) -> Result<Vec<FamilyRuns>, ErrorView> {
        match self.0.on_store(Store::runs_per_family).await {
            Err(error) if error.code == "store_empty" => Ok(Vec::new()),
            runs => runs,
        }
    }

    async fn has_voice(&self, scenario: &Scenario) -> bool {
        let (voice, language) = (Arc::clone(&self.0.parts.voice), scenario.language);
        let voices = blocking(move || Ok(voice.voices(language))).await;
        matches!(voices, Ok(VoiceAvailability::Ready(_)))
    }

    pub(crate) fn surroundings(&self) -> Result<Surroundings, ErrorView> {
        let house = &self.0;
        Ok(Surroundings {
            store: house.store()?,
            clock: Arc::clone(&house.parts.clock),
            ids: Arc::clone(&house.parts.ids),
            bus: Arc::clone(&house.bus),
            desk: Arc::clone(&house.desk),
            latencies: Arc::clone(&house.latencies),
            measurer: Arc::clone(&house.measurer),
            voice: Arc::clone(&house.parts.voice),
        })
    }

    pub(crate) async fn plan(&self, slug: &Slug, options: RunOptions) -> Result<Plan, ErrorView> {
        let library = self.0.library().await;
        let scenario = found(&library, slug)?.clone();
        can_start(&scenario, options.partner)?;
        let (family, language) = (scenario.family.clone(), scenario.language);
        let wanted = WantedVoice::from(&scenario);
        let runs = self.runs().await?;
        let (parent, history) = match options.take_two {
            Some(from) => self.history_of(from).await?,
            None => (None, Vec::new()),
        };
        let snapshot = library.snapshot(slug);
        let snapshot = snapshot.map_err(|_| ErrorView::no_such_scenario(slug))?;
        let session = Session {
            id: SessionId::new(&*self.0.parts.ids),
            language,
            partner: options.partner,
            limits: Limits::stretched(scenario.idle_limit, scenario.duration_limit, options.factor),
            status: SessionStatus::Pending,
            created_at: self.0.now(),
            started_at: None,
            ended_at: None,
            active: std::time::Duration::ZERO,
            objective: Objective::default(),
            end_reason: None,
            parent,
            snapshot,
        };
        let (cast, exchanged) = self.cast(options.partner, wanted, options.partner_voice).await?;
        let chosen = self.0.chosen_models().await.unwrap_or_default();
        let talk = talking::options(&options, &self.0.settings(), &self.0.desk).await;
        Ok(Plan {
            session,
            talk,
            feedback_by: self.0.feedback_by(&chosen),
            cast,
            exchanged,
            opener: if parent.is_some() {
                Opener::Trainee
            } else {
                options.opener
            },
            options,
            microphone: self.0.settings().microphone,
            warm_microphone: self.0.settings().warm_microphone,
            history,
            earlier_runs: runs
                .iter()
                .find(|one| one.family == family)
                .map_or(0, |one| one.runs),
        })
    }

    /// The turns before the one that is practised again; those of the sessions it is itself a take two of come first.
    async fn history_of(&self, from: TakeTwoOf) -> Result<(Option<TakeTwo>, Vec<Turn>), ErrorView> {
        let found = self.0.on_store(move |store| {
            let turns = store.turns(from.session)?;
            let Some(again) = turns.iter().find(|turn| turn.sequence == from.sequence) else {
                return Ok(None);
            };
            let parent = TakeTwo {
                session: from.session,
                turn: again.id,
            };
            Ok(Some((parent, before(store, parent)?)))
        });
        match found.await? {
            Some((parent, history)) => Ok((Some(parent), history)),
            None => Err(ErrorView::new("no_such_turn")),
        }
    }
}

fn found<'library>(library: &'library Library, slug: &Slug) -> Result<&'library Scenario, ErrorView> {
    library
        .scenario(slug)
        .ok_or_else(|| ErrorView::no_such_scenario(slug))
}

fn can_start(scenario: &Scenario, partner: PartnerKind) -> Result<(), ErrorView> {
    let gaps = scenario.gaps();
    if !gaps.is_empty() {
        return Err(ErrorView::scenario_incomplete(&gaps));
    }
    if scenario.publication == Publication::Draft {
        return Err(ErrorView::new("scenario_draft"));
    }
    match (&scenario.script, partner) {
        (Some(_), _) | (None, PartnerKind::Model) => Ok(()),
        (None, PartnerKind::Scripted) => Err(ErrorView::new("needs_model")),
    }
}

/// Everything that was said before a turn, through the chain of take twos. A link to a session that was deleted ends
/// the chain.
fn before(store: &Store, turn: TakeTwo) -> Result<Vec<Turn>, StoreError> {
    let mut chain = Vec::new();
    let mut link = Some(turn);
    while let Some(turn) = link {
        let mut turns = store.turns(turn.session)?;
        let end = turns
            .iter()
            .position(|one| one.id == turn.turn)
            .unwrap_or(turns.len());
        turns.truncate(end);
        chain.push(turns);
        link = store.session(turn.session)?.and_then(|session| session.parent);
    }
    Ok(chain.into_iter().rev().flatten().collect())
}
