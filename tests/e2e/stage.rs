//! Everything one story needs, of its own: folders, display, bus, sound, driver. Ends it all, by process id.

use std::io::Write as _;
use std::process::Command;
use std::time::Duration;

use rehearse_testkit::VirtualSound;

use crate::bus::Bus;
use crate::display::{Display, Focus};
use crate::driver::{Drawing, Driver, results};
use crate::folders::Folders;
use crate::limits::{APPEARING, until_now};
use crate::notifications::Notifications;
use crate::process::{is_running, signal};
use crate::window::Window;

/// How the window looks: what the pictures are named after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) language: &'static str,
    pub(crate) theme: &'static str,
}

impl Look {
    pub(crate) const ENGLISH_LIGHT: Self = Self {
        language: "en",
        theme: "light",
    };
    pub(crate) const ENGLISH_DARK: Self = Self {
        language: "en",
        theme: "dark",
    };
    pub(crate) const CHINESE_LIGHT: Self = Self {
        language: "zh-CN",
        theme: "light",
    };
    pub(crate) const CHINESE_DARK: Self = Self {
        language: "zh-CN",
        theme: "dark",
    };

    pub(crate) fn name(self) -> String {
        format!("{}-{}", self.language, self.theme)
    }

    /// What a desktop with these wishes tells its programs.
    fn give_to(self, command: &mut Command) {
        let locale = if self.language == "zh-CN" {
            "zh_CN.UTF-8"
        } else {
            "en_US.UTF-8"
        };
        let theme = if self.theme == "dark" {
            "Adwaita:dark"
        } else {
            "Adwaita"
        };
        command
            .env("LANG", locale)
            .env_remove("LC_ALL")
            .env_remove("LANGUAGE")
            .env("GTK_THEME", theme);
    }
}

/// One story's surroundings. The parts are ended in the order in which they stand here.
#[derive(Debug)]
pub(crate) struct Stage {
    driver: Driver,
    sound: VirtualSound,
    bus: Bus,
    display: Display,
    folders: Folders,
    story: &'static str,
    look: Look,
    drawing: Drawing,
}

impl Stage {
    /// Sets everything up but the app.
    pub(crate) fn set(story: &'static str, look: Look) -> Self {
        Self::set_with(story, look, Drawing::Composited)
    }

    /// The same for a story that measures: the app draws as it does for people, and no pictures can be taken.
    pub(crate) fn set_as_shipped(story: &'static str, look: Look) -> Self {
        Self::set_with(story, look, Drawing::AsShipped)
    }

    fn set_with(story: &'static str, look: Look, drawing: Drawing) -> Self {
        let folders = Folders::new();
        let display = Display::start();
        let bus = Bus::start(&folders);
        let sound = VirtualSound::start().expect("a sound server");
        let driver = start_driver(story, look, drawing, &folders, &sound, &bus, &display);
        Self {
            driver,
            sound,
            bus,
            display,
            folders,
            story,
            look,
            drawing,
        }
    }

    /// The same desk for another app: a driver whose app was killed takes no new one.
    pub(crate) fn replace_driver(&mut self) {
        self.driver = start_driver(
            self.story,
            self.look,
            self.drawing,
            &self.folders,
            &self.sound,
            &self.bus,
            &self.display,
        );
    }

    /// Starts the app and waits for its page.
    pub(crate) async fn open(&self) -> Window {
        let window = Window::new(self.driver.open_app().await, self.look, self.story);
        window.listen_for_complaints().await;
        window
    }

    pub(crate) fn folders(&self) -> &Folders {
        &self.folders
    }

    /// Puts the sessions on a small disk, before the app is opened. Where that is not allowed the story is left out,
    /// and the reason is printed.
    pub(crate) fn use_small_disk(&mut self, kilobytes: u32) -> bool {
        match self.folders.use_small_disk(kilobytes) {
            Ok(()) => true,
            Err(reason) => {
                leave_out(self.story, &reason);
                false
            }
        }
    }

    pub(crate) fn sound(&self) -> &VirtualSound {
        &self.sound
    }

    pub(crate) fn driver(&self) -> &Driver {
        &self.driver
    }

    /// From now on the desktop shows notifications.
    pub(crate) async fn serve_notifications(&self) -> Notifications {
        Notifications::serve(&self.bus).await
    }

    /// Makes the app's window as small as it can be made.
    pub(crate) async fn make_smallest(&self, window: &Window) {
        let (width, height) = (900, 620);
        self.display.resize_windows(width, height);
        window
            .until(APPEARING, "a small window", async || {
                let size = window.run("return [innerWidth, innerHeight];", Vec::new()).await;
                (size == serde_json::json!([width, height])).then_some(())
            })
            .await;
    }

    /// Whom the keyboard speaks to.
    pub(crate) fn focus(&self) -> Focus {
        Focus::of(&self.display)
    }

    /// Ends the app as a power cut would.
    pub(crate) fn kill_app(&self) {
        self.end_app("KILL");
    }

    /// Sends the app a signal, and waits until it has ended.
    pub(crate) fn end_app(&self, name: &str) {
        let app = self.driver.app().expect("the app runs");
        signal(name, app);
        until_now(Duration::from_secs(5), "the app ending", || {
            (!is_running(app)).then_some(())
        });
    }
}

/// Says that a story is left out, past the test runner, which keeps the words of a story that passes to itself.
pub(crate) fn leave_out(story: &str, reason: &dyn std::fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{story} is left out: {reason}");
}

fn start_driver(
    story: &str,
    look: Look,
    drawing: Drawing,
    folders: &Folders,
    sound: &VirtualSound,
    bus: &Bus,
    display: &Display,
) -> Driver {
    Driver::start(
        &results("logs").join(format!("{story}.log")),
        drawing,
        |command| {
            folders.give_to(command);
            look.give_to(command);
            command.envs(sound.env());
            command
                .env("DISPLAY", display.name())
                .env("DBUS_SESSION_BUS_ADDRESS", bus.address());
        },
    )
}
