//! WebKitWebDriver, which starts the app itself and hands it its own environment.

use std::fs::{self, OpenOptions};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use fantoccini::{Client, ClientBuilder};
use serde_json::json;

use crate::limits::{self, OPENING, until_now, within};
use crate::process::{OwnProcess, named_below};

const APP: &str = "rehearse";

/// How the web view draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drawing {
    /// Layer by layer, put together by a compositor, which has the picture that a story asks for.
    Composited,
    /// Straight onto the window, as the app does that people install. A picture of the page never comes.
    AsShipped,
}

/// One driver, and with it one app.
#[derive(Debug)]
pub(crate) struct Driver {
    process: OwnProcess,
    port: u16,
}

impl Driver {
    /// Starts the driver; `surroundings` sets the environment that the app is to find.
    pub(crate) fn start(log: &Path, drawing: Drawing, surroundings: impl FnOnce(&mut Command)) -> Self {
        let port = free_port();
        let output = OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)
            .expect("a log file in test-results");
        let errors = output.try_clone().expect("a second handle");
        let mut command = Command::new("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            // Without this the driver waits for ever for the app to answer.
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .env_remove("WAYLAND_DISPLAY")
            // With either of these a picture of the page never comes.
            .env_remove("WEBKIT_DISABLE_DMABUF_RENDERER")
            .env_remove("WEBKIT_DISABLE_COMPOSITING_MODE")
            .stdout(output)
            .stderr(errors);
        if drawing == Drawing::AsShipped {
            command.env("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
        }
        surroundings(&mut command);
        let process = OwnProcess::start(&mut command);
        until_now(limits::APPEARING, "WebKitWebDriver", || {
            TcpStream::connect_timeout(&(Ipv4Addr::LOCALHOST, port).into(), Duration::from_secs(1)).ok()
        });
        Self { process, port }
    }

    /// Starts the app and answers a client of its window.
    pub(crate) async fn open_app(&self) -> Client {
        let app = built_program(APP);
        assert!(
            app.is_file(),
            "{} is missing: cargo build --workspace --features e2e",
            app.display()
        );
        let mut capabilities = serde_json::Map::new();
        capabilities.insert(
            "webkitgtk:browserOptions".into(),
            json!({ "binary": app, "args": [] }),
        );
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        builder.capabilities(capabilities);
        let address = format!("http://127.0.0.1:{}", self.port);
        within(OPENING, "the app", builder.connect(&address))
            .await
            .expect("the app opens its window")
    }

    /// The process of the app, while it runs.
    pub(crate) fn app(&self) -> Option<u32> {
        named_below(self.process.id(), APP)
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

/// A program of this workspace that was built beside this test.
pub(crate) fn built_program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("this test's own path");
    let folder = test
        .parent()
        .and_then(Path::parent)
        .expect("tests lie in <target>/<profile>/deps");
    folder.join(name)
}

/// A folder below `test-results` in the repository.
pub(crate) fn results(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../test-results")
        .join(name);
    fs::create_dir_all(&folder).expect("a folder for the results");
    folder
}

fn free_port() -> u16 {
    let probe = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    probe.local_addr().expect("a bound port").port()
}
