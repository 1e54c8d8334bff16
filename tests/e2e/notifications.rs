//! A desktop's notification service that keeps what it is asked to show, and clicks it as a person would.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use zbus::message::Header;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;
use zbus::{Connection, connection, interface};

use crate::bus::Bus;
use crate::limits::until;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// What the specification has `Notify` take.
const ASKED_WITH: &str = "susssasa{sv}i";

/// A notification as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) id: u32,
    pub(crate) title: String,
    pub(crate) text: String,
    /// Key and name of each, in turn.
    pub(crate) actions: Vec<String>,
    pub(crate) is_open: bool,
}

/// How long it takes somebody to see it.
const SEEN: Duration = Duration::from_millis(500);

type Kept = Arc<Mutex<Vec<Shown>>>;

/// The service on one bus.
#[derive(Debug)]
pub(crate) struct Notifications {
    kept: Kept,
    bus: Connection,
}

struct Desktop(Kept);

#[interface(name = "org.freedesktop.Notifications")]
impl Desktop {
    #[expect(clippy::too_many_arguments, reason = "the specification has so many")]
    async fn notify(
        &self,
        #[zbus(header)] header: Header<'_>,
        _app_name: String,
        replaces_id: u32,
        _app_icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _expire_timeout: i32,
    ) -> u32 {
        assert_eq!(header.signature().to_string_no_parens(), ASKED_WITH);
        let mut kept = locked(&self.0);
        let next = u32::try_from(kept.len()).unwrap_or(u32::MAX).saturating_add(1);
        let id = if replaces_id == 0 { next } else { replaces_id };
        kept.push(Shown {
            id,
            title: summary,
            text: body,
            actions,
            is_open: true,
        });
        id
    }

    async fn close_notification(&self, id: u32) {
        for shown in locked(&self.0).iter_mut().filter(|shown| shown.id == id) {
            shown.is_open = false;
        }
    }

    async fn get_capabilities(&self) -> Vec<String> {
        vec!["actions".to_owned(), "body".to_owned()]
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action_key: &str) -> zbus::Result<()>;
}

impl Notifications {
    pub(crate) async fn serve(bus: &Bus) -> Self {
        let kept = Kept::default();
        let bus = connection::Builder::address(bus.address())
            .and_then(|bus| bus.name(NAME))
            .and_then(|bus| bus.serve_at(PATH, Desktop(Arc::clone(&kept))))
            .expect("a service of the bus")
            .build()
            .await
            .expect("the service is on the bus");
        Self { kept, bus }
    }

    /// Everything that it was asked to show.
    pub(crate) fn shown(&self) -> Vec<Shown> {
        locked(&self.kept).clone()
    }

    /// The first one, once it is there.
    pub(crate) async fn first(&self, limit: Duration) -> Shown {
        until(limit, async || self.shown().into_iter().next())
            .await
            .expect("a notification")
    }

    /// Clicks it, no sooner than somebody could who sees it.
    pub(crate) async fn click(&self, shown: &Shown) {
        tokio::time::sleep(SEEN).await;
        let service = self
            .bus
            .object_server()
            .interface::<_, Desktop>(PATH)
            .await
            .expect("the service");
        Desktop::action_invoked(service.signal_emitter(), shown.id, "default")
            .await
            .expect("the click is told");
    }
}

fn locked(kept: &Kept) -> std::sync::MutexGuard<'_, Vec<Shown>> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
