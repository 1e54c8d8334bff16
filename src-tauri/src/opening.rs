//! Opens the core while the system puts the window together.

use parking_lot::Mutex;
use rehearse_core::{Core, SystemFolders};
use tauri::async_runtime::{JoinHandle, block_on, spawn};
use tauri::plugin::{Builder, TauriPlugin};
use tauri::{AppHandle, Manager as _, Wry};

/// The core that is being opened, until somebody asks for it.
struct Opening(Mutex<Option<JoinHandle<Core>>>);

/// Begins to open. As a plugin it stands in line: behind the one that ends a second process, which must not touch the
/// data folder, and before the window.
pub(crate) fn plugin(folders: SystemFolders) -> TauriPlugin<Wry> {
    Builder::new("opening")
        .setup(move |app, _| {
            let opening = spawn(async move {
                let core = Core::open_on_this_system(&folders).await;
                core.give_feedback();
                core
            });
            app.manage(Opening(Mutex::new(Some(opening))));
            Ok(())
        })
        .build()
}

/// The core, once it is open. It is given away once.
///
/// # Errors
/// When opening died, or the core was given away before.
pub(crate) fn core(app: &AppHandle) -> tauri::Result<Core> {
    let opening = app.try_state::<Opening>().and_then(|one| one.0.lock().take());
    match opening {
        Some(opening) => block_on(opening),
        None => Err(tauri::Error::FailedToReceiveMessage),
    }
}
