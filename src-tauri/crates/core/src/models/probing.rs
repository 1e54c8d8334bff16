//! Checking a model that was chosen: it is asked what it can do, what it answers corrects what was thought of it, and
//! both are kept.

use rehearse_models::presets::Role;
use rehearse_models::probe::{Candidate, Finding, Outcome, Report, Step, TroubleKind};

use super::chosen::{Checked, Player};
use super::faults::of_address;
use crate::error::ErrorView;
use crate::house::Core;
use crate::view::{CheckOutcome, CheckStep, ModelCheck, ModelPlace, ModelRole, ModelsView, Topic};

impl Core {
    /// Asks the model of a role what it can do, which takes at most 40 s, and keeps what was found.
    pub async fn check_model(&self, role: ModelRole, place: ModelPlace) -> Result<ModelsView, ErrorView> {
        let role = Role::from(role);
        let chosen = self.0.chosen_models().await?;
        let player = chosen.at(role, place).cloned();
        let player = player.ok_or_else(|| ErrorView::new("no_such_model"))?;
        chosen.agreed(&player.address().map_err(of_address)?)?;
        let key = self.0.model_key(&player).await?;
        let candidate = Candidate {
            preset: player.preset(),
            access: player.access(key).map_err(of_address)?,
            role,
            model: player.model.clone(),
            voice: player.voice.clone(),
            abilities: player.preset().abilities(role, &player.model),
        };
        let report = candidate.probe(&self.0.to_models).await;
        let _alone = self.0.choosing.lock().await;
        // Somebody may have chosen another one meanwhile, of which nothing was found.
        let mut chosen = self.0.chosen_models().await?;
        if let Some(now) = chosen
            .at_mut(role, place)
            .as_mut()
            .filter(|now| same(now, &player))
        {
            now.checked = Some(Checked {
                at: self.0.now(),
                found: shown(role, &report),
            });
            now.abilities = report.abilities_after(&now.abilities);
            self.0.keep_models(&chosen).await?;
            self.0.bus.changed(Topic::Models);
        }
        self.models().await
    }
}

fn same(one: &Player, other: &Player) -> bool {
    (&one.address, &one.model, &one.preset) == (&other.address, &other.model, &other.preset)
}

fn shown(role: Role, report: &Report) -> ModelCheck {
    let yes = |step: Step| {
        report
            .finding(step)
            .is_some_and(|found| found.outcome == Outcome::Yes)
    };
    let needed = match role {
        Role::Partner => Step::Answers,
        Role::Transcriber => Step::Transcribes,
        Role::Evaluator => Step::Form,
        Role::Speaker => Step::Speaks,
    };
    let first_sound = report.finding(Step::Speaks).and_then(|found| found.took_ms);
    ModelCheck {
        steps: report.findings().map(step).collect(),
        fine: yes(needed),
        first_sound_ms: first_sound.map(whole),
    }
}

fn step(found: &Finding) -> CheckStep {
    CheckStep {
        step: step_code(found.step).to_owned(),
        outcome: match found.outcome {
            Outcome::Yes => CheckOutcome::Yes,
            Outcome::No => CheckOutcome::No,
            Outcome::Unknown => CheckOutcome::Unknown,
        },
        took_ms: found.took_ms.map(whole),
        trouble: found.trouble.as_ref().map(|trouble| {
            let status = || trouble.status.map(|status| format!("HTTP {status}"));
            let words = Some(trouble.message.trim().to_owned()).filter(|words| !words.is_empty());
            let detail = words.or_else(status).unwrap_or_default();
            ErrorView::new(trouble_code(trouble.kind)).with("detail", detail)
        }),
    }
}

/// The last part of the key under which the catalogue says what was looked at: `model.step.<code>`.
fn step_code(step: Step) -> &'static str {
    match step {
        Step::Reachable => "reachable",
        Step::Key => "key",
        Step::Model => "model",
        Step::Answers => "answers",
        Step::Speaks => "speaks",
        Step::Hears => "hears",
        Step::Transcribes => "transcribes",
        Step::Form => "form",
        Step::ThinkingOff => "thinking_off",
    }
}

fn trouble_code(kind: TroubleKind) -> &'static str {
    match kind {
        TroubleKind::Offline => "model_offline",
        TroubleKind::Unreachable => "model_unreachable",
        TroubleKind::BrokeOff => "model_broke_off",
        TroubleKind::TimedOut => "model_timed_out",
        TroubleKind::Malformed => "model_malformed",
        TroubleKind::Key => "model_key",
        TroubleKind::Permission => "model_permission",
        TroubleKind::NoSuchModel => "model_no_such_model",
        TroubleKind::Billing => "model_billing",
        TroubleKind::Busy => "model_busy",
        TroubleKind::Unsupported => "model_unsupported",
        TroubleKind::Down => "model_down",
        TroubleKind::Other => "model_other",
    }
}

fn whole(millis: u64) -> u32 {
    u32::try_from(millis).unwrap_or(u32::MAX)
}
