//! A server of one's own, and what people type to sign in there.

use std::io::Write as _;
use std::process::{Command, Stdio};

use rehearse_fakes::leancloud::{FakeLeanCloud, FakeOptions, Served};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::stage::{RAISE, Stage, Told};

/// A server that listens while this is held.
pub(crate) struct Server {
    pub(crate) fake: FakeLeanCloud,
    pub(crate) options: FakeOptions,
    pub(crate) served: Served,
    pub(crate) runtime: Runtime,
}

impl Server {
    pub(crate) fn start() -> Self {
        let runtime = Runtime::new().unwrap();
        let options = FakeOptions::default();
        let fake = FakeLeanCloud::new(options.clone());
        let served = runtime.block_on(fake.serve()).unwrap();
        Self {
            fake,
            options,
            served,
            runtime,
        }
    }

    pub(crate) fn rows(&self, class: &str) -> usize {
        self.fake.rows(class).len()
    }
}

/// Signs in; `more` are further arguments and `secrets` the lines that are asked for after the app's key.
pub(crate) fn login(stage: &Stage, server: &Server, more: &[&str], secrets: &[&str]) -> Told {
    login_with_key(stage, server, &server.options.app_key, more, secrets)
}

pub(crate) fn login_with_key(
    stage: &Stage,
    server: &Server,
    key: &str,
    more: &[&str],
    secrets: &[&str],
) -> Told {
    let words = [
        "login",
        "--server",
        "leancloud",
        "--address",
        &server.served.url,
        "--app-id",
        &server.options.app_id,
        "--json",
    ];
    let lines = [&[key], secrets].concat().join("\n");
    fed(stage.program(&[&words, more].concat()), &lines)
}

pub(crate) fn fed(mut program: Command, lines: &str) -> Told {
    let mut child = program
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may refuse before it has asked for all of them.
    let _ = writeln!(child.stdin.take().unwrap(), "{lines}");
    Told::of(child.wait_with_output().unwrap())
}

/// Types a practice of one turn.
pub(crate) fn practise(stage: &Stage) {
    let told = fed(
        stage.program(&["practise", RAISE, "--json"]),
        "I came about my pay.",
    );
    assert_eq!(told.code, Some(0), "{}", told.err);
}

pub(crate) fn answer(told: &Told) -> Value {
    assert_eq!(told.code, Some(0), "{}", told.err);
    serde_json::from_str(&told.out).unwrap()
}
