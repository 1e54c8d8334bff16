//! The system's wish that the program ends goes the way of closing the window: a logout, a `kill`, and where it was
//! started from a terminal Ctrl+C and the terminal's end. Windows asks the window itself.

use tauri::AppHandle;

/// Waits for it from now on.
#[cfg(unix)]
pub(crate) fn close_when_asked(app: &AppHandle) {
    use tokio::signal::unix::{SignalKind, signal};

    for kind in [
        SignalKind::terminate(),
        SignalKind::interrupt(),
        SignalKind::hangup(),
    ] {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            match signal(kind) {
                Ok(mut asked) => {
                    if asked.recv().await.is_some() {
                        tracing::info!(signal = kind.as_raw_value(), "the system ends the program");
                        app.exit(0);
                    }
                }
                Err(error) => tracing::warn!(%error, "a signal of the system cannot be heard"),
            }
        });
    }
}

/// Nothing is to be waited for.
#[cfg(not(unix))]
pub(crate) fn close_when_asked(_: &AppHandle) {}
