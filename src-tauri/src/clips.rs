//! `clip://localhost/<clip-id>`: one recorded clip, whole, for replay in the window; where there is none, why, as JSON.
//! Only clips that the core knows are answered; no path ever comes from the window.

use rehearse_core::Core;
use rehearse_core::error::ErrorView;
use rehearse_domain::ClipId;
use tauri::http::{Request, Response, StatusCode, header};
use tauri::{Manager as _, UriSchemeContext, UriSchemeResponder, Wry};

/// Answers one request off the window's thread.
pub(crate) fn answer(
    context: UriSchemeContext<'_, Wry>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let core = context.app_handle().state::<Core>().inner().clone();
    tauri::async_runtime::spawn(async move {
        let clip = request
            .uri()
            .path()
            .trim_start_matches('/')
            .parse::<ClipId>()
            .ok();
        let sound = match clip {
            Some(clip) => core.clip_bytes(clip).await,
            None => Err(ErrorView::internal("no clip is called this")),
        };
        let (status, kind, body) = match sound {
            Ok(bytes) => (StatusCode::OK, "audio/mpeg", bytes),
            Err(error) => {
                let why = serde_json::to_vec(&error).unwrap_or_default();
                (StatusCode::NOT_FOUND, "application/json", why)
            }
        };
        let response = Response::builder()
            .status(status)
            .header(header::CONTENT_TYPE, kind)
            .header(header::CACHE_CONTROL, "no-store")
            .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
            .body(body);
        if let Ok(response) = response {
            responder.respond(response);
        }
    });
}
