//! Who is signed in where: what of it is kept in the database, which is everything but what is secret.

use std::collections::BTreeSet;

use rehearse_leancloud::{
    Client, Credentials, Invalid, NetTransport, ObjectId, Secret, Server, SessionToken,
};
use rehearse_net::Net;
use rehearse_store::Untold;
use rehearse_sync::{Audio, AudioMirror, Reach, Terms};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Remotely;
use super::keys::Keys;
use crate::view::{AccountView, AudioChoice, KeyPlace, PlainHostView, ServerKind, UntoldView};

/// Key of the account in the store.
pub(super) const ACCOUNT: &str = "remote.account";
/// Key of whom the store's names of records belong to, which outlives signing out.
pub(super) const KNOWN_BY: &str = "remote.known_by";

/// Who is signed in where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Account {
    /// Names the keys in their place.
    pub(super) id: Uuid,
    pub(super) server: ServerKind,
    pub(super) address: String,
    pub(super) app_id: String,
    /// The user as the server calls them.
    pub(super) owner: String,
    pub(super) username: Option<String>,
    pub(super) has_master_key: bool,
    pub(super) stub_user: Option<String>,
    pub(super) audio: AudioChoice,
    /// Whether recordings of other machines come before anybody wants to hear them.
    #[serde(default)]
    pub(super) mirror: AudioMirror,
    pub(super) keys: KeyPlace,
    /// The hosts that the user agreed to speak to without encryption, as they stand in addresses.
    #[serde(default)]
    pub(super) plain_hosts: BTreeSet<String>,
}

/// Whose names of records the store holds: another user, or another app, knows none of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct KnownBy {
    server: ServerKind,
    app_id: String,
    owner: String,
    /// To be named in a sentence; the same app may be reached elsewhere one day.
    #[serde(default)]
    host: String,
}

impl KnownBy {
    /// Whether this user of this app knows the same records.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.has_app(other.server, &other.app_id) && self.owner == other.owner
    }

    /// Whether it is somebody of this app.
    pub(super) fn has_app(&self, server: ServerKind, app_id: &str) -> bool {
        (self.server, &*self.app_id) == (server, app_id)
    }

    /// What it would never be told, if that is anything.
    pub(super) fn untold(self, untold: Untold) -> Option<UntoldView> {
        (untold != Untold::default()).then_some(UntoldView {
            server: self.server,
            app_id: self.app_id,
            host: self.host,
            deletions: untold.deletions,
            files: untold.files,
        })
    }
}

impl Account {
    /// The name of the keys in their place.
    pub(super) fn keys_name(&self) -> String {
        keys_name(self.id)
    }

    pub(super) fn known_by(&self) -> KnownBy {
        KnownBy {
            server: self.server,
            app_id: self.app_id.clone(),
            owner: self.owner.clone(),
            host: host(self.server, &self.address).unwrap_or_default(),
        }
    }

    /// By what the sender and the puller note what they know of records: the server, the app, the user, and whom the
    /// earlier web app knows.
    pub(super) fn name(&self) -> Result<String, Invalid> {
        let server = server(self.server, &self.address)?;
        Ok(self.terms()?.account_at(server.base(), &self.app_id))
    }

    /// What the sender is held to.
    pub(super) fn terms(&self) -> Result<Terms, Invalid> {
        Ok(Terms {
            owner: ObjectId::new(&*self.owner)?,
            reach: Reach::Own,
            stub_user: self.stub_user.clone(),
            audio: match self.audio {
                AudioChoice::Sent => Audio::Sent,
                AudioChoice::StaysHere => Audio::StaysHere,
            },
        })
    }

    /// A client that goes on where signing in left off. Nothing is sent.
    pub(super) fn client(&self, net: &Net, keys: &Keys) -> Result<Remotely, Invalid> {
        let client = client(net, self.server, &self.address, &self.app_id, keys)?;
        client.set_session(keys.session.as_deref().map(SessionToken::new));
        client.set_sign_in(keys.sign_in());
        Ok(client)
    }

    pub(super) fn view(&self) -> AccountView {
        AccountView {
            server: self.server,
            address: self.address.clone(),
            host: host(self.server, &self.address).unwrap_or_default(),
            app_id: self.app_id.clone(),
            username: self.username.clone(),
            has_master_key: self.has_master_key,
            stub_user: self.stub_user.clone(),
            audio: self.audio,
            all_audio: self.mirror == AudioMirror::Complete,
            keys: self.keys,
            plain_hosts: self
                .plain_hosts
                .iter()
                .map(|host| PlainHostView {
                    host: host.clone(),
                    is_server: self.is_server(host),
                })
                .collect(),
        }
    }

    /// Whether this is the host of the server itself, and not only one where files lie.
    pub(super) fn is_server(&self, host: &str) -> bool {
        server(self.server, &self.address)
            .is_ok_and(|server| server.base().scheme() == "http" && server.base().host_str() == Some(host))
    }

    /// Whether this is the same app at the same address, whoever is signed in there.
    pub(super) fn is_at(&self, server: ServerKind, address: &str, app_id: &str) -> bool {
        (self.server, &*self.address, &*self.app_id) == (server, address, app_id)
    }
}

pub(super) fn keys_name(account: Uuid) -> String {
    format!("remote:{account}")
}

/// A client that nobody is signed in with yet.
pub(super) fn client(
    net: &Net,
    kind: ServerKind,
    address: &str,
    app_id: &str,
    keys: &Keys,
) -> Result<Remotely, Invalid> {
    let mut credentials = Credentials::new(app_id);
    if let Some(key) = &keys.app_key {
        credentials = credentials.app_key(Secret::new(&**key));
    }
    if let Some(key) = &keys.master_key {
        credentials = credentials.master_key(Secret::new(&**key));
    }
    let transport = NetTransport::new(net.clone());
    Ok(Client::new(transport, server(kind, address)?, credentials))
}

pub(super) fn server(kind: ServerKind, address: &str) -> Result<Server, Invalid> {
    match kind {
        ServerKind::LeanCloud => Server::leancloud(address),
        ServerKind::Parse => Server::parse(address),
    }
}

/// The host of an address, without its port.
pub(super) fn host(kind: ServerKind, address: &str) -> Option<String> {
    let server = server(kind, address).ok()?;
    server.base().host_str().map(str::to_owned)
}
