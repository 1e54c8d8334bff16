//! A screen without hardware, and a picture of it when a story fails.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::process::OwnProcess;

/// One Xvfb with a display number that was free.
#[derive(Debug)]
pub(crate) struct Display {
    name: String,
    _server: OwnProcess,
}

impl Display {
    pub(crate) fn start() -> Self {
        let (server, number) = OwnProcess::start_and_read_line(
            Command::new("Xvfb")
                .args([
                    "-displayfd",
                    "1",
                    "-screen",
                    "0",
                    "1280x900x24",
                    "-nolisten",
                    "tcp",
                    "-noreset",
                ])
                .stderr(Stdio::null()),
        );
        Self {
            name: format!(":{number}"),
            _server: server,
        }
    }

    /// The value for `DISPLAY`.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Writes what is on the screen as a PNG, whatever state the page is in.
    pub(crate) fn photograph(&self, file: &Path) {
        let _ = Command::new("import")
            .args(["-display", &self.name, "-window", "root"])
            .arg(file)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
}
