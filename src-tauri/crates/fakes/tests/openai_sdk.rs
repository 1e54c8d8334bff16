//! The official OpenAI SDK for JavaScript (`tests/sdk`) against the fake models.
//!
//! Without Node or the SDK it is left out and says so; on a machine of continuous integration that is a failure.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use std::path::{Path, PathBuf};
use std::process::Stdio;

use rehearse_fakes::models::{FakeModels, FakeModelsOptions, KeyShown, SeenModelRequest};
use tokio::process::Command;

/// Stories that leave what they heard, by the model that they asked first.
const HEARD: [(&str, &str); 9] = [
    ("cloud", "qwen3.5-omni-flash"),
    ("local", "fake-omni"),
    ("odd_bytes", "test/odd_bytes"),
    ("split_utf8", "test/split_utf8"),
    ("crlf", "test/crlf"),
    ("no_done", "test/no_done"),
    ("no_usage", "test/no_usage"),
    ("one_byte_writes", "test/one_byte_writes"),
    ("transcript_in_audio", "test/transcript_in_audio"),
];

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/sdk"))
}

fn samples(file: &Path) -> Vec<i16> {
    let bytes = std::fs::read(file).unwrap();
    let (samples, rest) = bytes.as_chunks::<2>();
    assert!(rest.is_empty());
    samples.iter().copied().map(i16::from_le_bytes).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_sdk_works_and_hears_what_was_sent() {
    if !folder().join("node_modules/openai").is_dir() {
        assert!(
            std::env::var_os("CI").is_none(),
            "the official OpenAI SDK is not installed in tests/sdk"
        );
        eprintln!("left out: the OpenAI SDK is not installed; `npm test` or `npm ci` in tests/sdk does it");
        return;
    }
    let fake = FakeModels::new(FakeModelsOptions::default());
    let served = fake.serve().await.unwrap();
    let heard = tempfile::tempdir().unwrap();
    let run = Command::new("node")
        .args(["--test", "--test-reporter=spec", "openai.test.mjs"])
        .current_dir(folder())
        .env("MODELS_SERVER", &served.url)
        .env("MODELS_KEY", fake.options().key)
        .env("MODELS_HEARD", heard.path())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&run.stderr)
    );

    let requests = fake.requests();
    for (story, model) in HEARD {
        let of_model = |request: &&SeenModelRequest| request.model.as_deref() == Some(model);
        let sent = requests.iter().find(of_model).unwrap();
        assert!(
            sent.pcm() == samples(&heard.path().join(format!("{story}.pcm"))),
            "{story}"
        );
        assert_eq!(sent.key, KeyShown::Right);
    }
    let tries = |model: &str| {
        requests
            .iter()
            .filter(|request| request.model.as_deref() == Some(model))
            .count()
    };
    assert_eq!((tries("test/429_then_ok"), tries("test/retry_after")), (3, 2));
}
