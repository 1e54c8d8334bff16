//! A session bus of its own, so that two stories never find each other's single instance. It starts no services: what
//! this machine has installed, a keychain say, is not part of a story.

use std::fs;
use std::process::{Command, Stdio};

use crate::folders::Folders;
use crate::process::OwnProcess;

/// Everybody may do everything, and no folder of services is named.
const RULES: &str = r#"
    <policy context="default">
        <allow send_destination="*" eavesdrop="true"/>
        <allow eavesdrop="true"/>
        <allow own="*"/>
    </policy>
"#;

/// One running message bus.
#[derive(Debug)]
pub(crate) struct Bus {
    address: String,
    _daemon: OwnProcess,
}

impl Bus {
    pub(crate) fn start(folders: &Folders) -> Self {
        let rules = folders.scratch().join("bus.conf");
        let folder = folders.scratch().join("runtime");
        let listen = format!(
            "<type>session</type><listen>unix:dir={}</listen>",
            folder.display()
        );
        fs::write(&rules, format!("<busconfig>{listen}{RULES}</busconfig>"))
            .expect("the bus's rules are written");
        let mut command = Command::new("dbus-daemon");
        command
            .arg("--config-file")
            .arg(rules)
            .args(["--nofork", "--nopidfile", "--print-address=1"])
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
