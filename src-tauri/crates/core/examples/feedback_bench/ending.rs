//! From the press of End to the feedback, less the time in which the model was at it.

use std::time::{Duration, Instant};

use rehearse_core::Core;
use rehearse_core::view::{Action, FeedbackStatus, PracticePhase, PracticeView};
use rehearse_domain::Slug;
use rehearse_fakes::models::{FakeModels, Role};
use serde_json::json;

use crate::looking::until;
use crate::percentiles::percentiles;
use crate::{TURNS, models, open};

/// What the model takes for an answer.
const DELAY: Duration = Duration::from_millis(100);
/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) async fn run(count: usize) -> serde_json::Value {
    let (fake, served) = models(DELAY).await;
    let folder = tempfile::tempdir().expect("a folder");
    let core = open(folder.path(), &fake, &served).await;
    core.give_feedback();
    let mut beside_the_model = Vec::new();
    for _ in 0..count {
        fake.forget_requests();
        beside_the_model.push(one(&core, &fake).await);
    }
    core.shut_down().await;
    let told = percentiles(beside_the_model);
    json!({ "delay_ms": DELAY.as_millis(), "beside_the_model": told })
}

async fn one(core: &Core, fake: &FakeModels) -> Duration {
    let slug: Slug = "ask-for-a-raise".parse().expect("a name");
    let mut options = core.brief(slug.clone()).await.expect("the brief").options;
    options.partner_voice = false;
    let session = core
        .start_practice(slug, options)
        .await
        .expect("a practice")
        .session;
    for text in TURNS {
        let mine = |view: &PracticeView| view.phase == PracticePhase::YourTurn;
        let before = see(core, mine).await.lines.len();
        let text = text.to_owned();
        core.act(Action::Type { text }).await.expect("a practice is open");
        see(core, |view| mine(view) && view.lines.len() >= before + 2).await;
    }
    let pressed = Instant::now();
    core.act(Action::End).await.expect("a practice is open");
    let mut changes = core.changes();
    loop {
        let feedback = core.feedback(session).await.expect("the session");
        if feedback.status == FeedbackStatus::Done {
            break;
        }
        let _ = tokio::time::timeout(Duration::from_millis(250), changes.next()).await;
    }
    let took = pressed.elapsed();
    core.close_practice().await.expect("its end");
    took.saturating_sub(at_it(fake))
}

async fn see(core: &Core, wanted: impl Fn(&PracticeView) -> bool) -> PracticeView {
    until(core, PATIENCE, wanted).await.expect("the practice goes on")
}

/// The time in which the model had at least one question.
fn at_it(fake: &FakeModels) -> Duration {
    let mut begun: Vec<Instant> = fake
        .requests_for(Role::Judge)
        .iter()
        .map(|one| one.at.into_std())
        .collect();
    begun.sort_unstable();
    let mut total = Duration::ZERO;
    let mut free_at: Option<Instant> = None;
    for at in begun {
        let from = free_at.map_or(at, |free| free.max(at));
        total += (at + DELAY).saturating_duration_since(from);
        free_at = Some(at + DELAY);
    }
    total
}
