//! The window itself, and the system's own dialogs and panes.

use std::path::Path;

use rehearse_core::error::ErrorView;
use rehearse_core::{Attention, Core};
use tauri::{AppHandle, Manager as _, RunEvent, WindowEvent};
use tauri_plugin_dialog::DialogExt as _;
use tauri_plugin_opener::OpenerExt as _;

use crate::telling::Forward;

/// Shows the window that is there when the app is started a second time.
pub(crate) fn bring_forward(app: &AppHandle) {
    if let Some(window) = app.get_webview_window("main") {
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// Whether somebody looks at the window, as far as the system tells.
pub(crate) fn attention(app: &AppHandle) -> Attention {
    let in_front = app.get_webview_window("main").is_some_and(|window| {
        let is = |answer: tauri::Result<bool>| answer.unwrap_or(false);
        is(window.is_focused()) && is(window.is_visible()) && !is(window.is_minimized())
    });
    if in_front {
        Attention::Here
    } else {
        Attention::Elsewhere
    }
}

/// Shuts the core down before the process goes: the take is closed, the session ended, the store drained. Tells it
/// when the window comes forward.
pub(crate) fn on_event(app: &AppHandle, event: RunEvent) {
    match event {
        RunEvent::Exit => {
            let core = app.state::<Core>().inner().clone();
            tauri::async_runtime::block_on(core.shut_down());
        }
        RunEvent::WindowEvent {
            event: WindowEvent::Focused(true),
            ..
        } => {
            if let Some(core) = app.try_state::<Core>() {
                core.came_forward();
            }
            if let Some(forward) = app.try_state::<Forward>() {
                forward.came();
            }
        }
        _ => {}
    }
}

/// Asks for a folder. `REHEARSE_CHOOSE_FOLDER` answers instead of the person where nobody can click a native
/// dialog.
pub(crate) async fn choose_folder(app: AppHandle) -> Option<String> {
    if let Ok(folder) = std::env::var("REHEARSE_CHOOSE_FOLDER") {
        return Some(folder);
    }
    let (answer, wait) = tokio::sync::oneshot::channel();
    app.dialog().file().pick_folder(move |folder| {
        let _ = answer.send(folder);
    });
    let folder = wait.await.ok()??;
    Some(folder.into_path().ok()?.to_string_lossy().into_owned())
}

/// Shows a folder in the system's file browser.
pub(crate) fn open_folder(app: &AppHandle, folder: &Path) -> Result<(), ErrorView> {
    app.opener()
        .open_path(folder.to_string_lossy(), None::<&str>)
        .map_err(|error| ErrorView::internal(&error))
}

/// Opens the pane where the system lets the user allow the microphone. Linux has none.
pub(crate) fn open_privacy_settings(app: &AppHandle) -> Result<(), ErrorView> {
    let pane = if cfg!(target_os = "macos") {
        "x-apple.systempreferences:com.apple.preference.security?Privacy_Microphone"
    } else if cfg!(target_os = "windows") {
        "ms-settings:privacy-microphone"
    } else {
        return Ok(());
    };
    app.opener()
        .open_url(pane, None::<&str>)
        .map_err(|error| ErrorView::internal(&error))
}
