//! Waiting until the open practice looks as wanted.

use std::time::Duration;

use rehearse_core::Core;
use rehearse_core::view::PracticeView;

/// Looks at each change; `None` when it does not look so in time.
pub(crate) async fn until(
    core: &Core,
    patience: Duration,
    wanted: impl Fn(&PracticeView) -> bool,
) -> Option<PracticeView> {
    let mut changes = core.changes();
    let waiting = async {
        loop {
            let view = core
                .practice()
                .await
                .expect("an answer")
                .expect("a practice is open");
            if wanted(&view) {
                return view;
            }
            changes.next().await;
        }
    };
    tokio::time::timeout(patience, waiting).await.ok()
}
