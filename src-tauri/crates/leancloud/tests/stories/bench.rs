//! A server and clients of it, of whichever kind.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use rehearse_fakes::leancloud::{ConnectionLost, FakeLeanCloud, FakeOptions, Served};
use rehearse_fakes::{ParseServer, Unavailable};
use rehearse_leancloud::{
    AnonymousId, Body, Class, Client, Credentials, Dialect, Errand, NetTransport, Secret, Server, Settings,
    Transport, TransportError, User,
};
use rehearse_net::{Net, NetOptions};

pub(crate) type AnyClient = Client<Arc<dyn Transport>>;
pub(crate) type AnyClass = Class<Arc<dyn Transport>>;

/// Calls a fake without a socket.
struct InProcess(FakeLeanCloud);

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: Request<Body>, _errand: Errand) -> Result<Response<Body>, TransportError> {
        let (head, body) = request.into_parts();
        let body = body
            .collect()
            .await
            .map_err(|error| TransportError::Interrupted(Arc::new(error)))?;
        let answer = self.0.call(Request::from_parts(head, body.to_bytes())).await;
        let answer = answer.map_err(|lost: ConnectionLost| TransportError::Interrupted(Arc::new(lost)))?;
        Ok(answer.map(|bytes: Bytes| Full::new(bytes).map_err(|never| match never {}).boxed()))
    }
}

/// Where a story happens.
pub(crate) struct Bench {
    /// Nobody is signed in.
    pub(crate) client: AnyClient,
    /// The owner of the app.
    pub(crate) owner: AnyClient,
    /// The fake, if that is the server.
    pub(crate) fake: Option<FakeLeanCloud>,
    /// Before the name of each class, so that stories on one server do not meet.
    prefix: String,
    make: Box<dyn Fn(Credentials, Settings) -> AnyClient + Send + Sync>,
    app_id: String,
    app_key: String,
    _served: Option<Served>,
}

impl Bench {
    fn new(
        app_id: &str,
        app_key: &str,
        master_key: &str,
        make: impl Fn(Credentials, Settings) -> AnyClient + Send + Sync + 'static,
    ) -> Self {
        let plain = Credentials::new(app_id).app_key(Secret::new(app_key));
        let owner = plain.clone().master_key(Secret::new(master_key));
        Self {
            client: make(plain, Settings::default()),
            owner: make(owner, Settings::default()).as_owner().unwrap(),
            fake: None,
            prefix: String::new(),
            app_id: app_id.to_owned(),
            app_key: app_key.to_owned(),
            make: Box::new(make),
            _served: None,
        }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.client.dialect()
    }

    /// Another client of the same server, with nobody signed in.
    pub(crate) fn another(&self) -> AnyClient {
        self.another_with(Settings::default())
    }

    pub(crate) fn another_with(&self, settings: Settings) -> AnyClient {
        (self.make)(
            Credentials::new(&*self.app_id).app_key(Secret::new(&*self.app_key)),
            settings,
        )
    }

    /// A client with keys of one's own choice.
    pub(crate) fn with_key(&self, app_key: &str) -> AnyClient {
        (self.make)(
            Credentials::new(&*self.app_id).app_key(Secret::new(app_key)),
            Settings::default(),
        )
    }

    /// The full name of a class of this story.
    pub(crate) fn name(&self, class: &str) -> String {
        format!("{}{class}", self.prefix)
    }

    pub(crate) fn class(&self, client: &AnyClient, class: &str) -> AnyClass {
        client.class(&self.name(class)).unwrap()
    }

    /// A client with a fresh anonymous user signed in.
    pub(crate) async fn somebody(&self) -> (AnyClient, User) {
        let client = self.another();
        let user = client.users().anonymous(&fresh_id()).await.unwrap();
        (client, user)
    }
}

/// An anonymous id that no other story has.
pub(crate) fn fresh_id() -> AnonymousId {
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&NUMBER.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    AnonymousId::from_random(bytes)
}

/// A fake in this process, with options of one's own.
pub(crate) fn in_this_process_with(options: FakeOptions) -> Bench {
    let fake = FakeLeanCloud::new(options.clone());
    let server = Server::leancloud("http://fake.localhost").unwrap();
    let within = fake.clone();
    let make = move |credentials, settings| {
        let transport: Arc<dyn Transport> = Arc::new(InProcess(within.clone()));
        Client::with_settings(transport, server.clone(), credentials, settings)
    };
    let bench = Bench::new(&options.app_id, &options.app_key, &options.master_key, make);
    Bench {
        fake: Some(fake),
        ..bench
    }
}

pub(crate) async fn in_this_process() -> Bench {
    in_this_process_with(FakeOptions::default())
}

/// A fake on a socket, with options of one's own.
pub(crate) async fn over_loopback_with(options: FakeOptions) -> Bench {
    let fake = FakeLeanCloud::new(options.clone());
    let served = fake.serve().await.unwrap();
    let server = Server::leancloud(&served.url).unwrap();
    let net = Net::new(NetOptions::default());
    let make = move |credentials, settings| {
        let transport: Arc<dyn Transport> = Arc::new(NetTransport::new(net.clone()));
        Client::with_settings(transport, server.clone(), credentials, settings)
    };
    let bench = Bench::new(&options.app_id, &options.app_key, &options.master_key, make);
    Bench {
        fake: Some(fake),
        _served: Some(served),
        ..bench
    }
}

pub(crate) async fn over_loopback() -> Bench {
    over_loopback_with(FakeOptions::default()).await
}

/// One server for all stories; it ends when this process does.
static PARSE: LazyLock<Result<ParseServer, Unavailable>> = LazyLock::new(ParseServer::start);

pub(crate) fn parse() -> Option<&'static ParseServer> {
    match &*PARSE {
        Ok(server) => Some(server),
        Err(unavailable) => {
            eprintln!("left out: {unavailable}");
            None
        }
    }
}

/// A real Parse Server; `None` where there is none, which is said.
pub(crate) async fn on_parse_server(story: &str) -> Option<Bench> {
    let server = tokio::task::spawn_blocking(parse).await.unwrap()?;
    let keys = server.keys();
    let address = Server::parse(server.url()).unwrap();
    let net = Net::new(NetOptions::default());
    let make = move |credentials, settings| {
        let transport: Arc<dyn Transport> = Arc::new(NetTransport::new(net.clone()));
        Client::with_settings(transport, address.clone(), credentials, settings)
    };
    let bench = Bench::new(&keys.app_id, &keys.rest_key, &keys.master_key, make);
    let words = story.split('_').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    Some(Bench {
        prefix: words.collect::<String>() + "_",
        ..bench
    })
}
