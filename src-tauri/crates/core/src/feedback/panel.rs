//! What the poller is told: whether anything may be begun, who may be asked about a session, and where its clips are.

use std::sync::{Arc, Weak};
use std::time::Duration;

use async_trait::async_trait;
use rehearse_domain::{ClipId, Session, SessionId, Timestamp};
use rehearse_net::names_this_computer;
use rehearse_sync::poller::{Hold, News, Panel, Recording, Seated, holder, is_spent};

use super::since::was_known;
use super::telling::NewResult;
use crate::error::ErrorView;
use crate::house::{Core, House};
use crate::settings::FeedbackWhen;
use crate::view::Topic;

/// A practice whose last words are on their way is looked at again so soon.
const PRACTISED: Duration = Duration::from_millis(250);

/// The house as the poller sees it. It does not keep the house.
pub(super) struct HousePanel(pub(super) Weak<House>);

impl HousePanel {
    fn core(&self) -> Result<Core, Hold> {
        let house = self.0.upgrade();
        house.map(Core).ok_or_else(|| Hold::everything("closing"))
    }
}

#[async_trait]
impl Panel for HousePanel {
    async fn may_begin(&self) -> Result<(), Hold> {
        let core = self.core()?;
        let settings = core.0.settings();
        if settings.feedback == FeedbackWhen::OnRequest || core.0.feedback.gives_only_what_is_asked() {
            return Err(Hold::everything("feedback_on_request"));
        }
        let hosts = core.0.hosts_of_assessors().await;
        if hosts.is_ok_and(|hosts| hosts.is_empty()) {
            return Err(Hold::everything("no_evaluator"));
        }
        if settings.feedback_on_mains_only && core.0.parts.power.on_battery() {
            return Err(Hold::everything("feedback_on_battery").for_now(core.0.now()));
        }
        if let Some(most) = settings.feedback_per_day {
            let now = core.0.now();
            let tools = core.0.tools();
            let spent = core
                .0
                .on_store(move |store| is_spent(store, &holder(store, &tools)?, most, now));
            if spent.await.map_err(|error| of_view(&error, now))? {
                return Err(Hold::everything("feedback_budget").for_now(now));
            }
        }
        Ok(())
    }

    async fn seat(&self, session: &Session, asked_at: Option<Timestamp>) -> Result<Seated, Hold> {
        let core = self.core()?;
        if core.is_catching_up(session.id).await || core.0.writings.is_at(session.id) {
            return Err(Hold {
                until: Some(core.0.now().after(PRACTISED)),
                ..Hold::this_session("feedback_practised")
            });
        }
        core.seat_for_feedback(session, asked_at)
            .await
            .map_err(|error| of_view(&error, core.0.now()))
    }

    async fn clip(&self, clip: ClipId) -> Result<Recording, Hold> {
        let core = self.core()?;
        let now = core.0.now();
        let of_store = |error: ErrorView| of_view(&error, now);
        let was_absent = core.is_absent(clip).await.map_err(of_store)?;
        if was_absent {
            // Recorded on another computer.
            if let Err(error) = core.bring_clip(clip).await {
                tracing::info!(%clip, code = error.code, "a recording did not come");
                if error.code == "clip_altered" {
                    return Ok(Recording::Gone);
                }
                return Err(Hold::this_session("feedback_recording").for_now(now));
            }
        }
        let found = core.0.on_store(move |store| {
            let known = store
                .clip(clip)?
                .map(|known| store.audio_folder().join(known.file));
            Ok(known.filter(|path| path.is_file()))
        });
        Ok(match found.await.map_err(of_store)? {
            Some(path) => Recording::Here(path),
            None if was_absent => Recording::NotCome,
            None => Recording::Gone,
        })
    }

    fn changed(&self, session: SessionId, what: News) {
        if let Some(house) = self.0.upgrade() {
            match what {
                News::Progress => house.bus.changed(Topic::Feedback),
                News::Record => house.bus.changed(Topic::Sessions),
                News::Result => {
                    house.bus.changed(Topic::Sessions);
                    tokio::spawn(tell_of_result(house, session));
                }
            }
        }
    }
}

impl Core {
    /// Those who would judge and write down a session, unless it would leave this computer against what its trainee knew.
    async fn seat_for_feedback(
        &self,
        session: &Session,
        asked_at: Option<Timestamp>,
    ) -> Result<Seated, ErrorView> {
        // While somebody chooses another one, who was chosen before is not begun with.
        let _settled = self.0.choosing.lock().await;
        // Whoever is not asked needs no key.
        let hosts = self.0.hosts_of_assessors().await?;
        let beyond = hosts.iter().any(|host| !names_this_computer(host));
        if beyond && self.0.to_models.is_offline() {
            return Err(ErrorView::new("feedback_offline"));
        }
        if beyond && !was_known(&self.0, session, asked_at).await? {
            return Err(ErrorView::new("feedback_earlier"));
        }
        self.0.assessors(session).await
    }
}

/// Says that there is a result, if somebody wants to be told.
async fn tell_of_result(house: Arc<House>, session: SessionId) {
    if !house.settings().feedback_notifications {
        return;
    }
    let current = house.on_store(move |store| store.assessment_of(session)).await;
    if let Ok(Some((evaluation, Some(_)))) = current {
        house.bus.result(NewResult {
            session,
            evaluation: evaluation.id,
        });
    }
}

/// What keeps one session from being begun keeps others too, but where it is about this one.
fn of_view(error: &ErrorView, now: Timestamp) -> Hold {
    let hold = match error.code.as_str() {
        "feedback_earlier" => Hold::this_session(&error.code),
        // It ends by a change of the settings.
        "feedback_offline" => Hold::everything(&error.code),
        code => Hold::everything(code).for_now(now),
    };
    Hold {
        host: error.params.get("host").cloned(),
        ..hold
    }
}
