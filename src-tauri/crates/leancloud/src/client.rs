//! The client: one app, one user, one way to the server. Here a call becomes a request; how it is made, and made again,
//! stands in `client/calling.rs`.

mod calling;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use http::Request;
use http::header::CONTENT_TYPE;
use parking_lot::RwLock;
use tokio::sync::Semaphore;

use crate::call::Call;
use crate::gate::Gate;
use crate::transport::{Body, empty, full};
use crate::{
    Authority, Class, ClassName, Credentials, Dialect, Error, Files, Invalid, Server, SessionToken, Settings,
    SignIn, Timestamp, Transport, Users,
};

/// The largest body of a request.
pub(crate) const LARGEST_REQUEST: usize = 20 * 1024 * 1024;

/// A client of one app. Clones share everything: keys, session, limits.
///
/// At most [`Settings::api_in_flight`] requests are under way at once, whoever makes them. A request that the server had
/// no time for (429) was not acted upon and is made again by itself; nothing else is, because nothing else is safe to
/// repeat without knowing what it does.
#[derive(Debug)]
pub struct Client<T> {
    shared: Arc<Shared<T>>,
    authority: Authority,
}

#[derive(Debug)]
struct Shared<T> {
    transport: Arc<T>,
    server: Server,
    credentials: Credentials,
    settings: Settings,
    signed_in: RwLock<SignedIn>,
    renewing: tokio::sync::Mutex<()>,
    api: Gate,
    files: Semaphore,
    // The server's clock minus ours, in milliseconds.
    clock_offset: AtomicI64,
}

#[derive(Clone, Debug, Default)]
struct SignedIn {
    session: Option<SessionToken>,
    sign_in: Option<SignIn>,
    /// The server refused this way of signing in. Asked again and again it would lock the account.
    refused: bool,
}

impl<T> Clone for Client<T> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            authority: self.authority,
        }
    }
}

impl<T: Transport> Client<T> {
    /// A client with the default settings. Nothing is sent.
    pub fn new(transport: T, server: Server, credentials: Credentials) -> Self {
        Self::with_settings(transport, server, credentials, Settings::default())
    }

    /// A client with settings of one's own.
    pub fn with_settings(transport: T, server: Server, credentials: Credentials, settings: Settings) -> Self {
        Self::over(Arc::new(transport), server, credentials, settings)
    }

    fn over(transport: Arc<T>, server: Server, credentials: Credentials, settings: Settings) -> Self {
        Self {
            shared: Arc::new(Shared {
                transport,
                server,
                credentials,
                signed_in: RwLock::default(),
                renewing: tokio::sync::Mutex::default(),
                api: Gate::new(settings.api_in_flight),
                files: Semaphore::new(settings.files_in_flight.max(1)),
                clock_offset: AtomicI64::new(0),
                settings,
            }),
            authority: Authority::User,
        }
    }

    /// A client of the same app on the same road with nobody signed in, who stays nobody whatever happens to this one.
    /// It counts its requests in flight by itself.
    #[must_use]
    pub fn stranger(&self) -> Self {
        self.elsewhere(self.server().clone())
    }

    /// The same as [`Client::stranger`], at another address or in another dialect. The app key goes there, the master key
    /// does not.
    #[must_use]
    pub fn elsewhere(&self, server: Server) -> Self {
        let transport = Arc::clone(&self.shared.transport);
        let credentials = self.credentials().clone().without_master_key();
        Self::over(transport, server, credentials, self.settings().clone())
    }

    /// The same client with the rights of the owner of the app.
    ///
    /// # Errors
    ///
    /// [`Error::NeedsMasterKey`] when the credentials have none.
    pub fn as_owner(&self) -> Result<Self, Error> {
        if !self.credentials().has_master_key() {
            return Err(Error::NeedsMasterKey { what: "this" });
        }
        Ok(Self {
            authority: Authority::Master,
            ..self.clone()
        })
    }

    /// The rows of a class.
    ///
    /// # Errors
    ///
    /// [`Invalid::ClassName`].
    pub fn class(&self, name: &str) -> Result<Class<T>, Invalid> {
        Ok(Class::new(self.clone(), ClassName::new(name)?))
    }

    /// Signing in, and what is known about who is.
    pub fn users(&self) -> Users<T> {
        Users::new(self.clone())
    }

    /// Files: uploads, downloads, deletion.
    pub fn files(&self) -> Files<T> {
        Files::new(self.clone())
    }

    /// Which dialect the server speaks.
    pub fn dialect(&self) -> Dialect {
        self.shared.server.dialect()
    }

    /// Where the server is.
    pub fn server(&self) -> &Server {
        &self.shared.server
    }

    /// The app and its keys.
    pub fn credentials(&self) -> &Credentials {
        &self.shared.credentials
    }

    /// The session that is shown with every request, if somebody is signed in. It may change when it is renewed.
    pub fn session(&self) -> Option<SessionToken> {
        self.shared.signed_in.read().session.clone()
    }

    /// Goes on with a session that was kept, or signs out here. Signing in sets it by itself.
    pub fn set_session(&self, session: Option<SessionToken>) {
        self.shared.signed_in.write().session = session;
    }

    /// How to sign in again when a session has run out. Then a call that meets this signs in and is made once more.
    /// Signing in sets it by itself.
    pub fn set_sign_in(&self, sign_in: Option<SignIn>) {
        let mut signed_in = self.shared.signed_in.write();
        signed_in.sign_in = sign_in;
        signed_in.refused = false;
    }

    /// Lets a call sign in again although the server refused that before, which is tried no more otherwise: somebody
    /// asks for it.
    pub fn try_sign_in_again(&self) {
        self.shared.signed_in.write().refused = false;
    }

    /// What the server's clock says. Uses `/date` on LeanCloud (milliseconds) and the head of an answer on Parse Server
    /// (whole seconds).
    ///
    /// # Errors
    ///
    /// Those of any call; [`Error::Malformed`] when the server does not tell.
    pub async fn server_time(&self) -> Result<Timestamp, Error> {
        let no_clock = Error::malformed("the server does not tell the time");
        if self.dialect() == Dialect::Parse {
            let answer = self.call(&Call::get(["health"])).await?;
            return answer.date().ok_or(no_clock);
        }
        let answer = self.call(&Call::get(["date"])).await?.json()?;
        crate::object::moment(&answer, "iso").ok_or(no_clock)
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    pub(crate) fn transport(&self) -> &T {
        &self.shared.transport
    }

    pub(crate) fn file_places(&self) -> &Semaphore {
        &self.shared.files
    }

    /// The rights of the owner where they are to be had, else those of this client.
    pub(crate) fn most_authority(&self) -> Authority {
        match self.credentials().has_master_key() {
            true => Authority::Master,
            false => self.authority,
        }
    }

    fn request(
        &self,
        call: &Call,
        session: Option<&SessionToken>,
        signing_at: Option<Timestamp>,
    ) -> Result<Request<Body>, Error> {
        let body = match &call.body {
            Some(body) => {
                let text = serde_json::to_vec(body).map_err(|error| Invalid::Json(error.to_string()))?;
                if text.len() > LARGEST_REQUEST {
                    return Err(Invalid::TooLarge(text.len()).into());
                }
                Some(text)
            }
            None => None,
        };
        let has_body = body.is_some();
        let mut request = self.bare_request(call, session, signing_at, body.map_or_else(empty, full))?;
        if has_body {
            let json = http::HeaderValue::from_static("application/json");
            request.headers_mut().insert(CONTENT_TYPE, json);
        }
        Ok(request)
    }

    /// A request with a body that is no JSON: a file on its way to Parse Server.
    pub(crate) fn bare_request(
        &self,
        call: &Call,
        session: Option<&SessionToken>,
        signing_at: Option<Timestamp>,
        body: Body,
    ) -> Result<Request<Body>, Error> {
        let address = self
            .server()
            .address(&call.segments, call.query_text().as_deref());
        let authority = call.authority.unwrap_or(self.authority);
        let mut headers = self
            .credentials()
            .headers(self.dialect(), authority, session, signing_at)?;
        if let (Dialect::Parse, Some(id)) = (self.dialect(), &call.request_id) {
            let id = http::HeaderValue::from_str(id).map_err(|_| Invalid::Header("the name of a request"))?;
            headers.insert("x-parse-request-id", id);
        }
        let mut request = Request::new(body);
        *request.method_mut() = call.method.clone();
        *request.uri_mut() = address
            .as_str()
            .parse()
            .map_err(|_| Invalid::Address(address.to_string()))?;
        *request.headers_mut() = headers;
        Ok(request)
    }

    /// When to sign, by the server's clock; `None` when keys are sent themselves.
    fn signing(&self) -> Option<Timestamp> {
        let offset = self.shared.clock_offset.load(Ordering::Relaxed);
        let now = (self.settings().now)().as_millis().saturating_add(offset);
        self.credentials()
            .signs(self.dialect())
            .then_some(Timestamp::from_millis(now))
    }

    /// Whose session and when to sign, for a request that is not made by [`Client::call`].
    pub(crate) fn asking(&self) -> (Option<SessionToken>, Option<Timestamp>) {
        (self.session(), self.signing())
    }
}
