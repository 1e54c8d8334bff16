//! A screen without hardware.

use std::process::{Command, Stdio};

use x11rb::protocol::xproto::{ConnectionExt as _, InputFocus};

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

/// Whom the keyboard speaks to, on a screen without a window manager.
pub(crate) struct Focus(x11rb::rust_connection::RustConnection);

impl Focus {
    pub(crate) fn of(display: &Display) -> Self {
        let (screen, _) = x11rb::connect(Some(display.name())).expect("the screen answers");
        Self(screen)
    }

    /// Takes it from every window, as another program's window would.
    pub(crate) fn take_away(&self) {
        self.0
            .set_input_focus(InputFocus::NONE, x11rb::NONE, x11rb::CURRENT_TIME)
            .expect("the screen takes it")
            .check()
            .expect("no window has the focus");
    }

    /// Whether a window has it.
    pub(crate) fn is_somewhere(&self) -> bool {
        let asked = self.0.get_input_focus().expect("the screen answers");
        asked.reply().is_ok_and(|answer| answer.focus != x11rb::NONE)
    }
}
