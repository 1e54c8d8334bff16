//! The store blocks, and the tasks here must not.

use std::sync::Arc;

use rehearse_store::{Store, StoreError};

/// Does something with the store on a thread that may block.
pub(crate) async fn on<R: Send + 'static>(
    store: &Arc<Store>,
    work: impl FnOnce(&Store) -> Result<R, StoreError> + Send + 'static,
) -> Result<R, StoreError> {
    let store = Arc::clone(store);
    match tokio::task::spawn_blocking(move || work(&store)).await {
        Ok(result) => result,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
