//! Pollers in trouble, for `npm run soak`: practices of several people pile up on a server, and some headless pollers see
//! to them while they are killed at random and stopped for longer than a lease. In the end every practice has to have one
//! result, and what the judge was asked has to be what it would have been asked without trouble and one question a kill.
//!
//! `pollers_in_trouble --cli PATH [--server leancloud|parse] [--practices N] [--pollers N] [--seed N]`. What came of it is
//! printed as JSON; the exit code says whether all held.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "an example that ends with the first thing that goes wrong"
)]

mod chances;
mod people;
mod place;
mod victims;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use rehearse_fakes::models::{FakeModels, FakeModelsOptions, Role};
use serde_json::json;

use chances::Chances;
use place::{Kind, Place};
use victims::Victims;

/// What the judge takes for an answer.
const DELAY: Duration = Duration::from_millis(30);
/// Looks at the one skill of each practice, where they agree.
const LOOKS: usize = 3;
/// A lease of these pollers.
pub(crate) const LEASE: Duration = Duration::from_secs(10);
/// Nothing has come for so long: it is stuck.
const STUCK: Duration = Duration::from_secs(120);

struct Wishes {
    cli: String,
    kind: Kind,
    practices: usize,
    pollers: usize,
    seed: u64,
}

fn wishes() -> Option<Wishes> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut wishes = Wishes {
        cli: String::new(),
        kind: Kind::LeanCloud,
        practices: 1_000,
        pollers: 4,
        seed: 1,
    };
    for pair in words.chunks(2) {
        match pair {
            [name, value] if name == "--cli" => wishes.cli.clone_from(value),
            [name, value] if name == "--server" && value == "leancloud" => wishes.kind = Kind::LeanCloud,
            [name, value] if name == "--server" && value == "parse" => wishes.kind = Kind::Parse,
            [name, value] if name == "--practices" => wishes.practices = value.parse().ok()?,
            [name, value] if name == "--pollers" => wishes.pollers = value.parse().ok()?,
            [name, value] if name == "--seed" => wishes.seed = value.parse().ok()?,
            _ => return None,
        }
    }
    (!wishes.cli.is_empty()).then_some(wishes)
}

#[tokio::main]
async fn main() -> ExitCode {
    let Some(wishes) = wishes() else {
        eprintln!("--cli PATH [--server leancloud|parse] [--practices N] [--pollers N] [--seed N]");
        return ExitCode::from(2);
    };
    let scratch = tempfile::tempdir().expect("a folder");
    let place = match Place::open(wishes.kind).await {
        Ok(place) => place,
        Err(reason) => {
            eprintln!("left out: pollers at a real Parse Server: {reason}");
            return ExitCode::SUCCESS;
        }
    };
    let models = FakeModels::new(FakeModelsOptions {
        before_first_byte: DELAY,
        remembered: 10 * LOOKS * wishes.practices,
        ..FakeModelsOptions::default()
    });
    let served = models.serve().await.expect("a server of models");
    eprintln!("{} practices go to the server", wishes.practices);
    people::practise(&place, scratch.path(), wishes.practices).await;

    let credentials = place.credentials(&served.url, &models.options().key);
    let mut victims = Victims::start(&wishes.cli, scratch.path(), &credentials, wishes.pollers);
    let mut chances = Chances::new(wishes.seed);
    let (begun, mut last) = (Instant::now(), (Instant::now(), 0));
    loop {
        let done = place.done().await;
        if done == wishes.practices {
            break;
        }
        if done > last.1 {
            last = (Instant::now(), done);
        }
        assert!(
            last.0.elapsed() < STUCK,
            "stuck at {done} of {}",
            wishes.practices
        );
        victims.harm_one(&mut chances).await;
    }
    let took = begun.elapsed();
    victims.end().await;
    let asked = models.requests_for(Role::Judge).len();
    let ideal = LOOKS * wishes.practices;
    let (kills, stops) = (victims.kills, victims.stops);
    let results = people::results(&place, scratch.path()).await;
    let holds =
        results == wishes.practices && place.rows().await == wishes.practices && asked <= ideal + kills;
    println!(
        "{}",
        json!({
            "practices": wishes.practices, "pollers": wishes.pollers, "seed": wishes.seed, "kills": kills, "stops": stops,
            "with_one_result": results, "rows": place.rows().await, "asked": asked, "ideal": ideal,
            "seconds": took.as_secs_f64(), "holds": holds,
        })
    );
    match holds {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
