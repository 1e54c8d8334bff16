//! Signing in: as one user, or with the rights of the owner of the app.

use rehearse_leancloud::{Client, Condition, Error, Invalid, NetTransport, Next, Reason, SignIn, Why};
use rehearse_net::{Net, NetOptions};
use rehearse_sync::{Audio, Reach, Terms};

use crate::credentials::Who;
use crate::{Credentials, PollError};

/// The client of a poller.
pub(crate) type Remotely = Client<NetTransport>;

/// Who is signed in.
pub(crate) struct Account {
    pub(crate) client: Remotely,
    pub(crate) terms: Terms,
}

/// The way to the server and its files.
pub(crate) fn way_to_the_server(credentials: &Credentials) -> Net {
    Net::new(NetOptions {
        plain_http_hosts: credentials.plain_hosts.clone(),
        user_agent: concat!("Rehearse/", env!("CARGO_PKG_VERSION"), " (poller)").to_owned(),
        ..NetOptions::default()
    })
}

/// The way to the models, under agreements of its own.
pub(crate) fn way_to_the_models(credentials: &Credentials, net: &Net) -> Net {
    let net = net.agreed_apart();
    let players = credentials.transcriber.iter().chain([&credentials.evaluator]);
    net.set_plain_http_hosts(
        players
            .filter_map(|player| player.plain_host())
            .map(ToOwned::to_owned),
    );
    net
}

/// Signs in.
///
/// # Errors
/// [`PollError::ServerAway`], after which it may be tried again; [`PollError::SignInRefused`],
/// [`PollError::NoSuchAccount`] and [`PollError::PlainHttp`], after which it may not.
pub(crate) async fn sign_in(credentials: &Credentials, net: &Net) -> Result<Account, PollError> {
    let host = credentials.host();
    let refused = |error: Error| of_server(&host, &error);
    let client = client(credentials, net);
    match &credentials.who {
        Who::Account(sign_in) => {
            let users = client.users();
            let user = match sign_in {
                SignIn::Anonymous(id) => users.known_anonymous(id).await.map_err(refused)?,
                SignIn::Password { username, password } => {
                    Some(users.log_in(username, password).await.map_err(refused)?)
                }
            };
            let user = user.ok_or_else(|| PollError::NoSuchAccount { host: host.clone() })?;
            let terms = Terms {
                owner: user.id,
                reach: Reach::Own,
                stub_user: credentials.stub_user.clone(),
                // Nothing is recorded here.
                audio: Audio::StaysHere,
            };
            Ok(Account { client, terms })
        }
        Who::Everybody(_) => {
            let owner = client.as_owner().map_err(refused)?;
            // A wrong key would only be found out with the first row.
            let users = owner.class("_User").map_err(|error| refused(error.into()))?;
            users.count(&Condition::all()).await.map_err(refused)?;
            let terms = Terms::of_everybody().map_err(|error| refused(error.into()))?;
            Ok(Account { client: owner, terms })
        }
    }
}

fn client(credentials: &Credentials, net: &Net) -> Remotely {
    let mut keys = rehearse_leancloud::Credentials::new(&*credentials.app_id);
    if let Some(key) = &credentials.app_key {
        keys = keys.app_key(key.clone());
    }
    if let Who::Everybody(key) = &credentials.who {
        keys = keys.master_key(key.clone());
    }
    Client::new(NetTransport::new(net.clone()), credentials.server.clone(), keys)
}

/// What a refusal of the server means to a poller. The server's own words may repeat what it was sent, and stay out:
/// `Display` of `ServerError` names its code and status only, never its `message`, and what is told here rests on that.
pub(crate) fn of_server(host: &str, error: &Error) -> PollError {
    let host = host.to_owned();
    match error.next() {
        Next::Later { why, .. } => PollError::ServerAway {
            host,
            detail: waiting_for(why).to_owned(),
        },
        Next::Stuck {
            reason: Reason::PlainHttp(host),
        } => PollError::PlainHttp { host },
        Next::SignInAgain | Next::Stuck { .. } | Next::AlreadyDone => PollError::SignInRefused {
            host,
            detail: match error {
                Error::Invalid(Invalid::NoKey) => "the key for this is missing".to_owned(),
                error => error.to_string(),
            },
        },
    }
}

const fn waiting_for(why: Why) -> &'static str {
    match why {
        Why::Offline => "the network is switched off",
        Why::Unreachable => "it cannot be reached",
        Why::NoAnswer => "no answer came",
        Why::Busy => "it has too much to do",
        Why::Fault | Why::Earlier => "it has a fault",
        Why::Quota => "the calls of the day are used up",
        Why::Archived => "the app is archived; its owner can wake it in the console",
        Why::Disabled => "the app is switched off or takes no writes",
        Why::LoginLocked => "too many wrong passwords; it asks to wait for 15 minutes",
    }
}
