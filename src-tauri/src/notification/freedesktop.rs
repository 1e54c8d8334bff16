//! Notifications by the desktop's own service, over the session bus: the Desktop Notifications Specification, 1.2. There
//! is at most one; a newer one takes its place.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::time::timeout;
use zbus::message::Type;
use zbus::zvariant::Value;
use zbus::{Connection, MatchRule, MessageStream};

use super::Words;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// What a click on the notification itself is called.
const DEFAULT: &str = "default";
/// A service that does not answer so soon is none. The bus would wait 25 s for one that it has to start.
const ANSWER: Duration = Duration::from_secs(5);
/// How long it is shown is for the desktop to say.
const AS_USUAL: i32 = -1;

/// The notification of this app.
pub(crate) struct Notifications {
    clicked: Arc<dyn Fn() + Send + Sync>,
    /// The bus, once it was needed.
    bus: Option<Connection>,
    /// What the service calls the one that stands; 0 where there is none.
    standing: Arc<AtomicU32>,
}

impl Notifications {
    pub(crate) fn new(clicked: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            clicked: Arc::new(clicked),
            bus: None,
            standing: Arc::default(),
        }
    }

    /// Shows it in place of the one before.
    pub(crate) async fn show(&mut self, words: Words) -> zbus::Result<()> {
        let late = |_| zbus::Error::from(std::io::Error::from(std::io::ErrorKind::TimedOut));
        timeout(ANSWER, self.ask_to_show(words)).await.map_err(late)?
    }

    async fn ask_to_show(&mut self, words: Words) -> zbus::Result<()> {
        let bus = self.bus().await?;
        let actions = [DEFAULT, words.open];
        let hints: HashMap<&str, Value<'_>> = HashMap::from([("desktop-entry", Value::from("Rehearse"))]);
        let replaced = self.standing.load(Ordering::Acquire);
        let call = (
            "Rehearse",
            replaced,
            "rehearse",
            words.title,
            words.text,
            &actions[..],
            hints,
            AS_USUAL,
        );
        let answer = bus
            .call_method(Some(NAME), PATH, Some(NAME), "Notify", &call)
            .await?;
        self.standing
            .store(answer.body().deserialize()?, Ordering::Release);
        Ok(())
    }

    /// Takes away the one that stands.
    pub(crate) async fn take_back(&mut self) {
        let standing = self.standing.swap(0, Ordering::AcqRel);
        if let Some(bus) = self.bus.as_ref().filter(|_| standing != 0) {
            let call = bus.call_method(Some(NAME), PATH, Some(NAME), "CloseNotification", &standing);
            // It may have gone by itself.
            let _ = timeout(ANSWER, call).await;
        }
    }

    /// The bus, on which clicks are listened to from the first notification on.
    async fn bus(&mut self) -> zbus::Result<Connection> {
        if let Some(bus) = &self.bus {
            return Ok(bus.clone());
        }
        let bus = Connection::session().await?;
        let clicks = MatchRule::builder()
            .msg_type(Type::Signal)
            .sender(NAME)?
            .interface(NAME)?
            .member("ActionInvoked")?
            .build();
        let clicks = MessageStream::for_match_rule(clicks, &bus, None).await?;
        tauri::async_runtime::spawn(listen(
            clicks,
            Arc::clone(&self.standing),
            Arc::clone(&self.clicked),
        ));
        self.bus = Some(bus.clone());
        Ok(bus)
    }
}

/// Passes on the clicks on our notification; those on other apps' come here too.
async fn listen(mut clicks: MessageStream, standing: Arc<AtomicU32>, clicked: Arc<dyn Fn() + Send + Sync>) {
    while let Some(Ok(click)) = clicks.next().await {
        let body = click.body();
        if let Ok((id, action)) = body.deserialize::<(u32, &str)>()
            && id == standing.load(Ordering::Acquire)
            && action == DEFAULT
        {
            clicked();
        }
    }
}
