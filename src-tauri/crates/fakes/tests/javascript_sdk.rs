//! The official SDK for JavaScript (`tests/sdk`) against the fake, once for each provider of files.
//!
//! Without Node or the SDK it is left out and says so; on a machine of continuous integration that is a failure.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use std::path::PathBuf;
use std::process::Stdio;

use rehearse_fakes::leancloud::{FakeLeanCloud, FakeOptions, Provider};
use tokio::process::Command;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/sdk"))
}

async fn judged(provider: Provider) {
    if !folder().join("node_modules/leancloud-storage").is_dir() {
        assert!(
            std::env::var_os("CI").is_none(),
            "the official SDK is not installed in tests/sdk"
        );
        eprintln!("left out: the official SDK is not installed; `npm test` or `npm ci` in tests/sdk does it");
        return;
    }
    let fake = FakeLeanCloud::new(FakeOptions {
        provider,
        acl_in_results: true,
        ..FakeOptions::default()
    });
    let served = fake.serve().await.unwrap();
    let options = fake.options();
    let run = Command::new("node")
        .args(["--test", "--test-reporter=spec", "stories.test.mjs"])
        .current_dir(folder())
        .env("LEAN_SERVER", &served.url)
        .env("LEAN_APP_ID", options.app_id)
        .env("LEAN_APP_KEY", options.app_key)
        .env("LEAN_MASTER_KEY", options.master_key)
        .env("LEAN_PROVIDER", provider.name())
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
    assert!(
        fake.requests().len() > 100,
        "the SDK asked {} times only",
        fake.requests().len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_sdk_works_with_files_on_s3() {
    judged(Provider::S3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_sdk_works_with_files_on_qiniu() {
    judged(Provider::Qiniu).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_sdk_works_with_files_on_cos() {
    judged(Provider::Cos).await;
}
