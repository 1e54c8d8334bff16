//! Recordings of other people, which are brought here to be written down and kept no longer.

use std::sync::Arc;

use rehearse_domain::SessionId;
use rehearse_store::Store;
use rehearse_sync::blocking;

/// Removes those of a session that nobody here is going to write down any more, or those of all. Nothing else ends because
/// that cannot be done; it is tried with the next look.
pub(crate) async fn let_go_of_recordings(store: &Arc<Store>, session: Option<SessionId>) {
    let store = Arc::clone(store);
    if let Err(error) = blocking(move || store.let_go_of_brought(session)).await {
        tracing::warn!(%error, "recordings that are not needed could not be removed");
    }
}
