//! How soon feedback is there once a practice has ended, and how fast what has piled up is worked off, for
//! `npm run bench`. The model is a server in this process that takes the same time for each answer.
//!
//! `feedback_bench ending COUNT` ends so many practices one after the other; `feedback_bench drain COUNT` begins with so
//! many that have ended. Both print what they measured as JSON.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "an example that ends with the first thing that goes wrong"
)]

mod drain;
mod ending;
#[path = "../practice_bench/looking.rs"]
mod looking;
#[path = "../practice_bench/percentiles.rs"]
mod percentiles;

use std::sync::Arc;
use std::time::Duration;

use rehearse_core::view::{KeyPlace, ModelForm, ModelPlace, ModelRole};
use rehearse_core::{Access, Core, Parts, SystemFolders};
use rehearse_fakes::leancloud::Served;
use rehearse_fakes::models::{FakeModels, FakeModelsOptions};
use rehearse_testkit::{FakeInput, FakeOutput, FakeVoice};
use tokio::runtime::Runtime;

/// What is said in each of them, which is enough to be judged.
pub(crate) const TURNS: [&str; 2] = [
    "Thanks for seeing me, Dana. I have run Tom's suppliers alone since March and complaints are settled in four days \
     now, not nine. I would like forty-six thousand from January.",
    "I hear that the pot is small this year. What would Martin need to see so that you can put my name forward? \
     Could we agree that you tell me by Friday whether it goes in, and what is missing if not?",
];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let runtime = Runtime::new().expect("a runtime");
    let told = match words[..] {
        ["ending", count] => runtime.block_on(ending::run(count.parse().expect("a number"))),
        ["drain", count] => runtime.block_on(drain::run(count.parse().expect("a number"))),
        _ => panic!("ending COUNT, or drain COUNT"),
    };
    println!("{told}");
}

/// A server whose answers each take this long.
pub(crate) async fn models(delay: Duration) -> (FakeModels, Served) {
    let options = FakeModelsOptions {
        before_first_byte: delay,
        remembered: 100_000,
        ..FakeModelsOptions::default()
    };
    let fake = FakeModels::new(options);
    let served = fake.serve().await.expect("a server of models");
    (fake, served)
}

/// A core with a judge on that server, and no sound.
pub(crate) async fn open(folder: &std::path::Path, fake: &FakeModels, served: &Served) -> Core {
    let parts = Parts {
        input: Arc::new(FakeInput::live(&[("built-in", 48_000)])),
        output: Arc::new(FakeOutput::live(48_000)),
        voice: Arc::new(FakeVoice::new()),
        ..Parts::of_this_system()
    };
    let core = Core::open(parts, &SystemFolders::at(folder.to_owned()), Access::Owner).await;
    let form = ModelForm {
        role: ModelRole::Evaluator,
        place: ModelPlace::First,
        preset: "qwen-singapore".to_owned(),
        address: format!("{}/compatible-mode/v1", served.url),
        model: "qwen-plus".to_owned(),
        voice: None,
        key: Some(fake.options().key),
        keys: KeyPlace::File,
    };
    core.choose_model(form).await.expect("the judge is chosen");
    core
}
