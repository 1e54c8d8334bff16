//! The [`Net`] itself: one request out, one answer in, under its terms.

use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::header::{ACCEPT, ACCEPT_ENCODING, LOCATION, RANGE};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use tokio::time::sleep;
use url::Url;

use crate::clients::Clients;
use crate::guard::{Incoming, Outgoing};
use crate::hosts::{PlainHosts, host_of, is_this_computer};
use crate::offline::OfflineSwitch;
use crate::traffic::Ledger;
use crate::{Body, NetError, Purpose, Traffic, empty};

/// After so many addresses a server that sends on and on is given up.
const MOST_REDIRECTS: usize = 5;
/// Headers that say what is wanted and nothing about who asks. Only these go along to another server.
const HARMLESS: [http::HeaderName; 3] = [ACCEPT, ACCEPT_ENCODING, RANGE];

/// How a [`Net`] begins.
#[derive(Clone, Debug)]
pub struct NetOptions {
    /// Said to every server that is not told otherwise.
    pub user_agent: String,
    /// The longest that a connection may take to come about. 10 s.
    pub connecting: Duration,
    /// Where the offline switch stands at first.
    pub offline: bool,
    /// Hosts that the user agreed to speak to without encryption.
    pub plain_http_hosts: Vec<String>,
}

impl Default for NetOptions {
    fn default() -> Self {
        Self {
            user_agent: concat!("Rehearse/", env!("CARGO_PKG_VERSION")).to_owned(),
            connecting: Duration::from_secs(10),
            offline: false,
            plain_http_hosts: Vec::new(),
        }
    }
}

/// Whether an answer that points elsewhere is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirects {
    /// It is the answer. Right for whatever carries a key or changes something.
    Answer,
    /// A request to look is made again there, up to 5 times. On another host it carries no headers that say who asks.
    Follow,
}

/// What the offline switch means for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhileOffline {
    /// It is not made, and is cut off where it is under way.
    Nothing,
    /// It may go to this computer and nowhere else, not even on the way of a redirect: whoever runs a model here keeps
    /// it.
    ThisComputer,
}

/// Under which terms a request is made.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// What it is for.
    pub purpose: Purpose,
    /// The longest time in which nothing is taken and nothing comes, before the answer and inside it. 60 s.
    pub silence: Duration,
    /// Whether an answer that points elsewhere is followed.
    pub redirects: Redirects,
    /// What the offline switch means for it.
    pub while_offline: WhileOffline,
}

impl Terms {
    /// The usual terms: 60 s of silence, no redirects, nothing while offline.
    pub const fn of(purpose: Purpose) -> Self {
        Self {
            purpose,
            silence: Duration::from_secs(60),
            redirects: Redirects::Answer,
            while_offline: WhileOffline::Nothing,
        }
    }

    /// Whether the offline switch stops a request to this address.
    fn stops(&self, address: &Url) -> bool {
        self.while_offline == WhileOffline::Nothing || !is_this_computer(address)
    }
}

#[derive(Debug)]
struct Shared {
    options: NetOptions,
    // Reading the certificates of the system takes a while, and most starts of the app ask nobody for anything.
    clients: OnceLock<Result<Clients, String>>,
    switch: OfflineSwitch,
}

/// The way to the network. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Net {
    shared: Arc<Shared>,
    plain: Arc<PlainHosts>,
    ledger: Arc<Ledger>,
}

impl Net {
    /// Begins; nothing is read or connected before the first request.
    pub fn new(options: NetOptions) -> Self {
        let shared = Shared {
            clients: OnceLock::new(),
            switch: OfflineSwitch::new(options.offline),
            options,
        };
        Self {
            plain: Arc::new(PlainHosts::of(shared.options.plain_http_hosts.clone())),
            shared: Arc::new(shared),
            ledger: Arc::default(),
        }
    }

    /// The same way to the network with counters of its own, which begin at nothing: [`traffic`](Self::traffic) of it
    /// and of its clones is what they exchanged themselves, whoever else sends meanwhile. It counts here as well.
    #[must_use]
    pub fn counted_apart(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            plain: Arc::clone(&self.plain),
            ledger: Arc::new(Ledger::part_of(Arc::clone(&self.ledger))),
        }
    }

    /// The same way to the network under agreements of its own, of which there are none yet: whoever agreed that one
    /// thing goes to a host without encryption has not agreed to anything else.
    #[must_use]
    pub fn agreed_apart(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            plain: Arc::default(),
            ledger: Arc::clone(&self.ledger),
        }
    }

    /// Turns the offline switch. On, every request fails at once and those under way are cut off, except those to this
    /// computer whose [`Terms`] allow it.
    pub fn set_offline(&self, offline: bool) {
        self.shared.switch.set(offline);
    }

    /// Where the offline switch stands.
    pub fn is_offline(&self) -> bool {
        self.shared.switch.is_on()
    }

    /// Ends when the offline switch is off; at once when it is.
    pub async fn online(&self) {
        self.shared.switch.reached(false).await;
    }

    /// These are the hosts, without their ports, that the user agreed to speak to without encryption. To none other
    /// any more.
    pub fn set_plain_http_hosts(&self, hosts: impl IntoIterator<Item = String>) {
        self.plain.replace(hosts);
    }

    /// The hosts that the user agreed to, in lower case.
    pub fn plain_http_hosts(&self) -> Vec<String> {
        self.plain.list()
    }

    /// What was exchanged since the start, by host and purpose; of one that is counted apart only its own.
    pub fn traffic(&self) -> Vec<Traffic> {
        self.ledger.list()
    }

    /// Sends one request and waits for the head of its answer; the body comes as it is read. An answer of any status
    /// is an answer.
    ///
    /// # Errors
    ///
    /// Whatever kept an answer from coming. [`NetError::may_have_arrived`] says whether the server may have acted.
    pub async fn send(&self, request: Request<Body>, terms: Terms) -> Result<Response<Body>, NetError> {
        let address = request.uri().to_string();
        let mut address = Url::parse(&address).map_err(|_| NetError::Address(address))?;
        let looks = matches!(*request.method(), Method::GET | Method::HEAD);
        if terms.redirects == Redirects::Answer || !looks {
            return self.send_once(&address, request, terms).await;
        }
        let first = host_of(&address);
        let (method, mut headers) = (request.method().clone(), request.headers().clone());
        for _ in 0..=MOST_REDIRECTS {
            let answer = self.send_once(&address, look(&method, &headers), terms).await?;
            let Some(next) = elsewhere(&address, &answer) else {
                return Ok(answer);
            };
            if next.origin() != address.origin() {
                headers = HARMLESS
                    .iter()
                    .filter_map(|name| Some((name.clone(), headers.get(name)?.clone())))
                    .collect();
            }
            address = next;
        }
        Err(NetError::Redirected { host: first })
    }

    async fn send_once(
        &self,
        address: &Url,
        request: Request<Body>,
        terms: Terms,
    ) -> Result<Response<Body>, NetError> {
        let stoppable = terms.stops(address);
        if stoppable && self.is_offline() {
            return Err(NetError::Offline);
        }
        self.plain.check(address)?;
        let client = self.client(address)?;
        let host = host_of(address);
        let counter = self.ledger.counter(&host, terms.purpose);
        let progress = Arc::new(AtomicU64::new(0));
        let (parts, inner) = request.into_parts();
        let outgoing = Outgoing {
            inner,
            counter: Arc::clone(&counter),
            progress: Arc::clone(&progress),
        };
        let mut outward = reqwest::Request::new(parts.method, address.clone());
        *outward.headers_mut() = parts.headers;
        *outward.body_mut() = Some(reqwest::Body::wrap(outgoing));
        counter.request();

        let mut answer = pin!(client.execute(outward));
        let mut cut_off = self.cut_off(stoppable);
        let mut before = 0;
        let answer = loop {
            tokio::select! {
                biased;
                answer = &mut answer => break answer.map_err(|error| NetError::of_reqwest(&host, error))?,
                () = &mut cut_off => return Err(NetError::CutOff { host }),
                () = sleep(terms.silence) => {
                    let now = progress.load(Ordering::Relaxed);
                    if now == before {
                        return Err(NetError::Silent { host, after: terms.silence });
                    }
                    before = now;
                }
            }
        };
        tracing::debug!(
            host,
            purpose = terms.purpose.name(),
            status = answer.status().as_u16(),
            "answered"
        );
        let (parts, inner) = Response::<reqwest::Body>::from(answer).into_parts();
        let cut_off = self.cut_off(stoppable);
        let incoming = Incoming::new(inner, host, counter, terms.silence, cut_off);
        Ok(Response::from_parts(parts, incoming.boxed()))
    }

    /// Ends when a request has to be cut off.
    fn cut_off(&self, stoppable: bool) -> BoxFuture<'static, ()> {
        match stoppable {
            true => self.shared.switch.reached(true).boxed(),
            false => std::future::pending().boxed(),
        }
    }

    fn client(&self, address: &Url) -> Result<&reqwest::Client, NetError> {
        let options = &self.shared.options;
        let clients = self
            .shared
            .clients
            .get_or_init(|| Clients::build(&options.user_agent, options.connecting));
        let clients = clients.as_ref().map_err(|why| NetError::NoTls(why.clone()))?;
        if address.scheme() == "https" {
            clients.tls()?;
        }
        Ok(if is_this_computer(address) {
            &clients.loopback
        } else {
            &clients.outside
        })
    }
}

fn look(method: &Method, headers: &HeaderMap) -> Request<Body> {
    let mut request = Request::new(empty());
    *request.method_mut() = method.clone();
    *request.headers_mut() = headers.clone();
    request
}

/// Where an answer points, if it does.
fn elsewhere(address: &Url, answer: &Response<Body>) -> Option<Url> {
    let points = matches!(
        answer.status(),
        StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
    );
    let location = answer.headers().get(LOCATION)?.to_str().ok()?;
    points.then(|| address.join(location).ok()).flatten()
}
