//! Errors at the rim: a code with parameters. The sentences, in both languages, stand in the message catalogue
//! as `error.<code>.what`, `.safe` and `.next`, for the window and the command line alike.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

/// What a caller is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, thiserror::Error)]
#[error("{code}")]
pub struct ErrorView {
    /// A key of the message catalogue.
    pub code: String,
    /// What the sentence's places are filled with.
    pub params: BTreeMap<String, String>,
}
