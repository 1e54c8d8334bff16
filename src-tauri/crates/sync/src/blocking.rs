//! The store blocks, and the tasks here must not.

use std::sync::Arc;

use rehearse_store::{Store, StoreError};

/// Does something with the store on a thread that may block.
pub(crate) async fn on<R: Send + 'static>(
    store: &Arc<Store>,
    work: impl FnOnce(&Store) -> Result<R, StoreError> + Send + 'static,
) -> Result<R, StoreError> {
    let store = Arc::clone(store);
    blocking(move || work(&store)).await
}

/// Does something on a thread that may block. A panic goes on here.
///
/// # Errors
/// What the work says.
pub async fn blocking<R: Send + 'static, E: Send + 'static>(
    work: impl FnOnce() -> Result<R, E> + Send + 'static,
) -> Result<R, E> {
    let done = tokio::task::spawn_blocking(work).await;
    match done.map_err(tokio::task::JoinError::try_into_panic) {
        Ok(result) => result,
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        // The runtime ends, and whoever waits here with it.
        Err(Err(_)) => std::future::pending().await,
    }
}
