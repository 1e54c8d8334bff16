//! Why something that needs both the server and the store ended early.

use rehearse_leancloud::{Error, Invalid};
use rehearse_store::StoreError;

/// Why a road ended early.
#[derive(Debug)]
pub(crate) enum Failed {
    Server(Error),
    Store(StoreError),
    /// The server says that it deleted a row, and shows it still.
    Stays,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Server(error)
    }
}

impl From<Invalid> for Failed {
    fn from(error: Invalid) -> Self {
        Self::Server(error.into())
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
