//! Notifications of macOS and Windows. These systems tell a click only to whoever waits for it, so each has a thread that
//! waits until the notification is gone.

use std::sync::Arc;

use notify_rust::{Notification, NotificationResponse};

use super::Words;

/// What the system knows the app by: the identifier in `tauri.conf.json`.
const APP: &str = "app.rehearse.desktop";

/// The notification of this app.
pub(crate) struct Notifications {
    clicked: Arc<dyn Fn() + Send + Sync>,
}

impl Notifications {
    pub(crate) fn new(clicked: impl Fn() + Send + Sync + 'static) -> Self {
        // Fails when it was set before, which changes nothing.
        #[cfg(target_os = "macos")]
        let _ = notify_rust::set_application(APP);
        Self {
            clicked: Arc::new(clicked),
        }
    }

    /// Shows it beside those before.
    pub(crate) async fn show(&mut self, words: Words) -> std::io::Result<()> {
        let mut notification = Notification::new();
        notification.summary(words.title).body(words.text);
        #[cfg(target_os = "windows")]
        notification.app_id(APP);
        let clicked = Arc::clone(&self.clicked);
        let wait = move || {
            let Ok(shown) = notification.show() else { return };
            let _ = shown.wait_for_response(|response: &NotificationResponse| {
                if matches!(response, NotificationResponse::Default) {
                    clicked();
                }
            });
        };
        std::thread::Builder::new()
            .name("notification".to_owned())
            .spawn(wait)
            .map(drop)
    }

    /// It stays among those of the day: neither system lets one take it away by this way.
    pub(crate) async fn take_back(&mut self) {}
}
