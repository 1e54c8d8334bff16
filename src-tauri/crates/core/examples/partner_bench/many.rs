//! Many practices at the same time, each to the end that its objective gives it, and what they hold in memory.

use std::time::{Duration, Instant};

use rehearse_core::view::PracticePhase;
use rehearse_domain::EndReason;
use serde::Serialize;

use crate::app::{App, Models};
use crate::memory;

/// The objective is reached with this turn of the trainee.
const TURNS: u32 = 3;
/// Until cores that have nothing to do have come to rest.
const REST: Duration = Duration::from_secs(3);

/// What is printed. Memory in KiB.
#[derive(Serialize)]
struct Figures {
    sessions: usize,
    /// How each ended.
    objective_met: usize,
    turns: u32,
    seconds: f32,
    idle_kib: u64,
    peak_kib: u64,
}

/// Practises so often at once and prints what was measured.
pub(crate) fn run(count: usize, url: &str, key: &str) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let figures = runtime.block_on(practise(count, url, key));
    println!("{}", serde_json::to_string_pretty(&figures).expect("JSON"));
}

async fn practise(count: usize, url: &str, key: &str) -> Figures {
    let folder = tempfile::tempdir().expect("a folder");
    let evaluator = format!("test/obj_success_{TURNS}");
    let models = Models {
        url,
        key,
        evaluator: &evaluator,
    };
    let mut apps = Vec::new();
    for number in 0..count {
        apps.push(App::open(&folder.path().join(number.to_string()), &models).await);
    }
    tokio::time::sleep(REST).await;
    let idle_kib = memory::resident().expect("memory is told");
    memory::forget_peak().expect("the peak begins anew");
    let begun = Instant::now();
    let ends = futures_util::future::join_all(apps.iter().map(to_its_end)).await;
    let figures = Figures {
        sessions: count,
        objective_met: ends
            .iter()
            .filter(|(reason, _)| *reason == EndReason::ObjectiveMet)
            .count(),
        turns: ends.iter().map(|(_, turns)| turns).sum(),
        seconds: begun.elapsed().as_secs_f32(),
        idle_kib,
        peak_kib: memory::peak().expect("memory is told"),
    };
    for app in apps {
        app.core.shut_down().await;
    }
    figures
}

/// Why it ended, and after how many turns.
async fn to_its_end(app: &App) -> (EndReason, u32) {
    app.begin().await;
    for _ in 0..TURNS {
        app.speak().await;
        let answered = |phase| matches!(phase, PracticePhase::PartnerSpeaking | PracticePhase::Ended);
        app.until(|view| answered(view.phase)).await;
    }
    let view = app.until(|view| view.phase == PracticePhase::Ended).await;
    let end = view.end.expect("an end");
    (end.reason, end.turns)
}
