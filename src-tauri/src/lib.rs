//! The shell: Tauri and nothing else. It opens the window, passes commands to the core in one line each, and
//! forwards the core's events. It decides nothing, and sees no SQL, HTTP or audio device.

mod clips;
mod commands;
mod drawing;
mod ipc;
mod journal;
mod notification;
mod opening;
mod signals;
mod telling;
mod window;

use std::process::ExitCode;

use rehearse_core::SystemFolders;
use tauri::Manager as _;

/// Opens the window and stays until it is closed.
pub fn run() -> ExitCode {
    let folders = SystemFolders::from_environment("REHEARSE_DATA_DIR");
    journal::open();
    let ipc = ipc::builder();
    let handler = ipc.invoke_handler();
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _, _| {
            window::bring_forward(app);
        }))
        .plugin(opening::plugin(folders))
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .register_asynchronous_uri_scheme_protocol("clip", clips::answer)
        .invoke_handler(handler)
        .setup(move |app| {
            ipc.mount_events(app);
            if let Some(window) = app.get_webview_window("main") {
                drawing::without_graphics_card(&window)?;
            }
            let core = opening::core(app.handle())?;
            ipc::forward_events(app.handle().clone(), &core);
            telling::tell_of_results(app.handle(), &core);
            app.manage(core);
            signals::close_when_asked(app.handle());
            Ok(())
        })
        .build(tauri::generate_context!());
    match app {
        Ok(app) => {
            app.run(window::on_event);
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "the window could not be opened");
            ExitCode::FAILURE
        }
    }
}
