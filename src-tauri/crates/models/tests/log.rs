//! The key and the words in the most talkative log there is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::io::Write;
use std::sync::{Arc, Mutex};

use rehearse_domain::Language;
use rehearse_fakes::models::{Role, Script};
use tracing_subscriber::fmt::MakeWriter;

#[path = "fake/support.rs"]
#[allow(dead_code)]
mod support;

use support::{house, reply, written};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn neither_the_key_nor_a_word_is_in_a_log_not_even_in_the_most_talkative_one() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(log.clone())
        .with_max_level(tracing::Level::TRACE)
        .finish();
    // For all threads, so this test has a process to itself.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let house = house().await;
    house.fake.script(
        Role::Partner,
        [Script::UnavailableThenOk, Script::ErrStream200, Script::Err401],
    );
    let mut said = String::new();
    for _ in 0..3 {
        if let Ok(reply) = reply(&house.qwen(), written(Language::English)).await {
            said += &reply.words;
        }
    }
    assert!(!said.is_empty());
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        log.contains("the model answers") && log.contains("asking the model again"),
        "{log}"
    );
    for secret in [
        house.fake.options().key.as_str(),
        "May I ask",
        "sit down",
        "Dana",
        "inappropriate",
    ] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}
