//! The offline switch: turned on, it stops what has not begun and cuts off what has.

use tokio::sync::watch;

#[derive(Debug)]
pub(crate) struct OfflineSwitch(watch::Sender<bool>);

impl OfflineSwitch {
    pub(crate) fn new(offline: bool) -> Self {
        Self(watch::Sender::new(offline))
    }

    pub(crate) fn set(&self, offline: bool) {
        self.0
            .send_if_modified(|now| std::mem::replace(now, offline) != offline);
    }

    pub(crate) fn is_on(&self) -> bool {
        *self.0.borrow()
    }

    /// Ends when the switch stands at `offline`; at once when it does already.
    pub(crate) fn reached(&self, offline: bool) -> impl Future<Output = ()> + Send + use<> {
        let mut position = self.0.subscribe();
        async move {
            if position.wait_for(|now| *now == offline).await.is_err() {
                // Nobody can turn the switch any more.
                std::future::pending::<()>().await;
            }
        }
    }
}
