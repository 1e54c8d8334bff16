//! A session bus of its own, so that two stories never find each other's single instance.

use std::process::{Command, Stdio};

use crate::folders::Folders;
use crate::process::OwnProcess;

/// One running message bus.
#[derive(Debug)]
pub(crate) struct Bus {
    address: String,
    _daemon: OwnProcess,
}

impl Bus {
    pub(crate) fn start(folders: &Folders) -> Self {
        let mut command = Command::new("dbus-daemon");
        command
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .stderr(Stdio::null());
        folders.give_to(&mut command);
        let (daemon, address) = OwnProcess::start_and_read_line(&mut command);
        Self {
            address,
            _daemon: daemon,
        }
    }

    /// The value for `DBUS_SESSION_BUS_ADDRESS`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}
