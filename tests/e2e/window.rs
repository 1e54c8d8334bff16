//! The app's window as a person meets it: things are found by their `data-testid`, and every look has a limit.

use std::fs;
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::{Client, Locator};
use serde_json::Value;

use crate::driver::results;
use crate::keys::{self, Key};
use crate::limits::{APPEARING, CALL, until, within};
use crate::stage::Look;

/// Errors that nobody caught, and whatever the content security policy stopped.
const LISTEN: &str = r"
    window.complaints = [];
    const keep = (text) => window.complaints.push(String(text));
    addEventListener('error', (event) => keep(`${event.message} ${event.error?.stack ?? ''}`));
    addEventListener('unhandledrejection', (event) => keep(event.reason?.stack ?? JSON.stringify(event.reason)));
    addEventListener('securitypolicyviolation', (event) => keep(`${event.violatedDirective}: ${event.blockedURI}`));
";

/// Brings what has an identifier to the middle of the window.
const TO_THE_MIDDLE: &str =
    "document.querySelector(`[data-testid='${arguments[0]}']`)?.scrollIntoView({ block: 'center' });";

/// Answers when nothing that ends by itself is moving or fading any more.
const SETTLE: &str = r"
    const answer = arguments[arguments.length - 1];
    const ends = (animation) =>
        animation.playState !== 'finished' && Number.isFinite(animation.effect?.getComputedTiming().endTime);
    const settle = () => {
        const moving = document.getAnimations().filter(ends);
        if (moving.length === 0) requestAnimationFrame(() => answer(true));
        else Promise.allSettled(moving.map((animation) => animation.finished)).then(settle);
    };
    settle();
";

/// One open window.
#[derive(Debug)]
pub(crate) struct Window {
    client: Client,
    look: Look,
    story: &'static str,
}

impl Window {
    pub(crate) fn new(client: Client, look: Look, story: &'static str) -> Self {
        Self { client, look, story }
    }

    /// Starts to listen to what the page complains about.
    pub(crate) async fn listen_for_complaints(&self) {
        self.run(LISTEN, Vec::new()).await;
    }

    /// Looks until there is something to see. If nothing comes, a picture of the page is kept.
    pub(crate) async fn until<T>(
        &self,
        limit: Duration,
        what: &str,
        look: impl AsyncFnMut() -> Option<T>,
    ) -> T {
        if let Some(seen) = until(limit, look).await {
            return seen;
        }
        self.fail(&format!("{what}: not seen within {} s", limit.as_secs()))
            .await
    }

    /// Ends the story with a picture of the page, if it still gives one.
    async fn fail(&self, why: &str) -> ! {
        let complaints =
            tokio::time::timeout(CALL, self.client.execute("return window.complaints", Vec::new())).await;
        if let Ok(Ok(bytes)) = tokio::time::timeout(CALL, self.client.screenshot()).await {
            let _ = fs::write(results("shots").join(format!("failed-{}.png", self.story)), bytes);
        }
        panic!("{why}; the page complains: {complaints:?}");
    }

    async fn complaints(&self) -> Value {
        self.run("return window.complaints", Vec::new()).await
    }

    /// Waits until a thing is there and can be seen.
    pub(crate) async fn see(&self, testid: &str) -> Element {
        self.see_within(APPEARING, testid).await
    }

    pub(crate) async fn see_within(&self, limit: Duration, testid: &str) -> Element {
        self.until(limit, testid, async || self.glimpse(testid).await)
            .await
    }

    /// The thing, if it can be seen at this moment.
    pub(crate) async fn glimpse(&self, testid: &str) -> Option<Element> {
        let selector = format!("[data-testid='{testid}']");
        let found = within(CALL, testid, self.client.find_all(Locator::Css(&selector)))
            .await
            .ok()?;
        for element in found {
            if within(CALL, testid, element.is_displayed())
                .await
                .unwrap_or(false)
            {
                return Some(element);
            }
        }
        None
    }

    /// Waits until one of several things can be seen, and answers which.
    pub(crate) async fn see_any<'name>(&self, limit: Duration, testids: &[&'name str]) -> &'name str {
        self.until(limit, &testids.join(" or "), async || {
            for testid in testids {
                if self.glimpse(testid).await.is_some() {
                    return Some(*testid);
                }
            }
            None
        })
        .await
    }

    /// Waits until a thing is no longer to be seen.
    pub(crate) async fn see_gone(&self, testid: &str) {
        let what = format!("{testid} going");
        self.until(APPEARING, &what, async || {
            self.glimpse(testid).await.is_none().then_some(())
        })
        .await;
    }

    /// How many things carry an identifier that starts like this.
    pub(crate) async fn count(&self, selector: &str) -> usize {
        within(CALL, selector, self.client.find_all(Locator::Css(selector)))
            .await
            .expect("a list")
            .len()
    }

    pub(crate) async fn click(&self, testid: &str) {
        let what = format!("{testid} taking a click");
        self.until(APPEARING, &what, async || {
            let element = self.glimpse(testid).await?;
            if within(CALL, testid, element.click()).await.is_ok() {
                return Some(());
            }
            // It may lie under a bar that stays at the edge; a person would scroll.
            self.run(TO_THE_MIDDLE, vec![testid.into()]).await;
            None
        })
        .await;
    }

    /// Waits until an attribute of a thing has one of these values, and answers which.
    pub(crate) async fn see_attribute(
        &self,
        limit: Duration,
        testid: &str,
        name: &str,
        wanted: &[&str],
    ) -> String {
        let what = format!("{testid} with {name} {}", wanted.join(" or "));
        self.until(limit, &what, async || {
            self.attribute(testid, name)
                .await
                .filter(|found| wanted.contains(&&**found))
        })
        .await
    }

    pub(crate) async fn attribute(&self, testid: &str, name: &str) -> Option<String> {
        self.attribute_of(&format!("[data-testid='{testid}']"), name)
            .await
    }

    pub(crate) async fn attribute_of(&self, selector: &str, name: &str) -> Option<String> {
        let element = within(CALL, selector, self.client.find(Locator::Css(selector)))
            .await
            .ok()?;
        within(CALL, selector, element.attr(name)).await.ok()?
    }

    /// The `data-testid` of what has the focus, or of the nearest thing round it that has one.
    pub(crate) async fn focus(&self) -> String {
        let nearest =
            "const at = document.activeElement?.closest('[data-testid]'); return at?.dataset.testid ?? '';";
        self.run(nearest, Vec::new())
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Waits until a thing has the focus by itself.
    pub(crate) async fn see_focus(&self, testid: &str) {
        let what = format!("the focus on {testid}");
        self.until(APPEARING, &what, async || {
            (self.focus().await == testid).then_some(())
        })
        .await;
    }

    /// Goes from thing to thing with Tab until the wanted one has the focus.
    pub(crate) async fn tab_to(&self, testid: &str) {
        const MOST: usize = 80;
        let mut passed = Vec::new();
        for _ in 0..MOST {
            let at = self.focus().await;
            if at == testid {
                return;
            }
            passed.push(at);
            self.press(Key::Tab).await;
        }
        panic!("{testid} is not reached with Tab; passed: {}", passed.join(" "));
    }

    pub(crate) async fn press(&self, key: Key) {
        keys::press_with(&self.client, &[], char::from(key)).await;
    }

    pub(crate) async fn press_with_control(&self, key: char) {
        keys::press_with(&self.client, &[char::from(Key::Control)], key).await;
    }

    pub(crate) async fn hold(&self, key: char) {
        keys::hold(&self.client, key).await;
    }

    pub(crate) async fn release(&self, key: char) {
        keys::release(&self.client, key).await;
    }

    pub(crate) async fn type_into(&self, testid: &str, text: &str) {
        let element = self.see(testid).await;
        within(CALL, testid, element.send_keys(text))
            .await
            .expect("the field takes text");
    }

    /// Runs a script in the page and answers what it returns.
    pub(crate) async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        within(CALL, "a script", self.client.execute(script, arguments))
            .await
            .expect("the script runs")
    }

    /// Runs a script that answers through its last argument.
    pub(crate) async fn run_and_wait(&self, limit: Duration, script: &str, arguments: Vec<Value>) -> Value {
        within(limit, "a script", self.client.execute_async(script, arguments))
            .await
            .expect("the script runs")
    }

    /// Waits until the page stands still: a colour in the middle of a fade is not what people read.
    pub(crate) async fn settle(&self) {
        self.run_and_wait(CALL, SETTLE, Vec::new()).await;
    }

    /// Keeps a picture as `<language>-<theme>-<screen>.png`.
    pub(crate) async fn picture(&self, screen: &str) {
        self.settle().await;
        let bytes = within(CALL, "a picture", self.client.screenshot())
            .await
            .expect("a picture of the page");
        let file = results("shots").join(format!("{}-{screen}.png", self.look.name()));
        fs::write(file, bytes).expect("the picture is written");
    }

    /// Ends the app the way the driver does. The page must have had nothing to complain about.
    pub(crate) async fn close(self) {
        assert_eq!(
            self.complaints().await,
            Value::Array(Vec::new()),
            "errors in the page"
        );
        within(CALL, "closing", self.client.close())
            .await
            .expect("the app closes");
    }
}
