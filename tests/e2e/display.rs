//! A screen without hardware.

use std::process::{Command, Stdio};

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConfigureWindowAux, ConnectionExt as _, InputFocus, MapState};

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

    /// Makes every window that is open so large, as somebody would who draws at its edges.
    pub(crate) fn resize_windows(&self, width: u32, height: u32) {
        let (screen, number) = x11rb::connect(Some(&self.name)).expect("the screen answers");
        let root = screen.setup().roots[number].root;
        let tree = screen.query_tree(root).expect("the screen answers");
        for window in tree.reply().expect("the windows of the screen").children {
            let shown = screen.get_window_attributes(window).expect("the screen answers");
            if shown.reply().is_ok_and(|one| one.map_state == MapState::VIEWABLE) {
                let size = ConfigureWindowAux::new().width(width).height(height);
                let asked = screen.configure_window(window, &size);
                asked.expect("the screen takes it").check().expect("another size");
            }
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
