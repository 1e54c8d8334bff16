//! The border to the window: every command and event, typed once. The TypeScript in `ui/src/lib/bindings.ts` is
//! generated from here, and CI fails when it differs.

use rehearse_core::Core;
use rehearse_core::view::{Changed, Heard};
use rehearse_domain::SessionId;
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri_specta::Event as _;

use crate::commands;

/// Something changed; ask again for what is shown.
#[derive(Clone, Debug, Serialize, Deserialize, Type, tauri_specta::Event)]
#[serde(transparent)]
pub(crate) struct ChangedEvent(Changed);

/// How loud the microphone is.
#[derive(Clone, Debug, Serialize, Deserialize, Type, tauri_specta::Event)]
#[serde(transparent)]
pub(crate) struct HeardEvent(Heard);

/// A screen that something outside of the window leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub(crate) enum GoTo {
    /// The review of a session.
    Review {
        /// Which.
        session: SessionId,
    },
    /// The list of sessions.
    History,
}

/// Somebody clicked something outside of the window that leads into it.
#[derive(Clone, Debug, Serialize, Deserialize, Type, tauri_specta::Event)]
#[serde(transparent)]
pub(crate) struct GoToEvent(pub(crate) GoTo);

/// All commands and events.
pub(crate) fn builder() -> tauri_specta::Builder<tauri::Wry> {
    tauri_specta::Builder::<tauri::Wry>::new()
        // Every type has one shape in both directions.
        .disable_serde_phases()
        .commands(tauri_specta::collect_commands![
            commands::app,
            commands::change_settings,
            commands::set_aside_damaged,
            commands::open_again,
            commands::home,
            commands::catalogue,
            commands::brief,
            commands::sound,
            commands::open_microphone,
            commands::close_microphone,
            commands::echo_test,
            commands::start_practice,
            commands::practice,
            commands::act,
            commands::close_practice,
            commands::write_down_again,
            commands::correct_words,
            commands::models,
            commands::choose_model,
            commands::forget_model,
            commands::check_model,
            commands::allow_model_http,
            commands::history,
            commands::review,
            commands::write_down_session,
            commands::stop_writing_down,
            commands::feedback,
            commands::ask_for_feedback,
            commands::ask_for_earlier_feedback,
            commands::reveal_feedback,
            commands::correct_turn,
            commands::delivery,
            commands::progress,
            commands::delete_sessions,
            commands::undo_delete,
            commands::export_sessions,
            commands::choose_folder,
            commands::recovery,
            commands::keep_take,
            commands::keep_all_takes,
            commands::discard_take,
            commands::sync,
            commands::sync_troubles,
            commands::sign_in,
            commands::sign_out,
            commands::sync_now,
            commands::allow_plain_http,
            commands::forbid_plain_http,
            commands::change_sync_options,
            commands::retry_change,
            commands::discard_change,
            commands::authored,
            commands::settle_conflict,
            commands::diagnostics,
            commands::verify,
            commands::open_data_folder,
            commands::open_privacy_settings,
        ])
        .events(tauri_specta::collect_events![ChangedEvent, HeardEvent, GoToEvent])
}

/// Passes the core's events to the window until the core is gone. A listener that lagged is told by the gap in
/// the revision numbers.
pub(crate) fn forward_events(app: tauri::AppHandle, core: &Core) {
    let mut changes = core.changes();
    let handle = app.clone();
    tauri::async_runtime::spawn(async move {
        while let Some(changed) = changes.next().await {
            let _ = ChangedEvent(changed).emit(&handle);
        }
    });
    let mut heard = core.heard();
    tauri::async_runtime::spawn(async move {
        while let Some(level) = heard.next().await {
            let _ = HeardEvent(level).emit(&app);
        }
    });
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn the_window_may_ask_every_command_and_nothing_else() {
        let bindings = include_str!("../../ui/src/lib/bindings.ts");
        let asked = bindings.split("__TAURI_INVOKE(\"").skip(1);
        let asked: BTreeSet<&str> = asked.filter_map(|rest| rest.split('"').next()).collect();
        let permissions = include_str!("../permissions/app.toml");
        let listed = permissions.split("commands.allow = [").nth(1);
        let listed = listed.and_then(|rest| rest.split(']').next()).unwrap();
        let allowed: BTreeSet<&str> = listed.split('"').skip(1).step_by(2).collect();
        assert_eq!(allowed, asked);
    }

    #[test]
    fn the_bindings_are_written_from_the_commands() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/src/lib/bindings.ts");
        super::builder()
            .export(specta_typescript::Typescript::default(), file)
            .expect("the bindings can be written");
    }
}
