//! A screen without hardware.

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
}
