//! The server on which the practices pile up, and how far they are there.

use rehearse_fakes::ParseServer;
use rehearse_fakes::leancloud::{FakeLeanCloud, FakeOptions, Served};
use rehearse_leancloud::{
    AnonymousId, Client, Condition, Credentials, NetTransport, ObjectId, Secret, Server,
};
use rehearse_net::{Net, NetOptions};
use serde_json::{Value, json};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    LeanCloud,
    Parse,
}

pub(crate) struct Place {
    kind: Kind,
    server: Server,
    app_id: String,
    app_key: String,
    master_key: String,
    _running: Running,
}

enum Running {
    Fake(#[expect(dead_code, reason = "it runs while this is held")] (FakeLeanCloud, Served)),
    Real(#[expect(dead_code, reason = "it runs while this is held")] ParseServer),
}

impl Place {
    pub(crate) async fn open(kind: Kind) -> Result<Self, String> {
        match kind {
            Kind::LeanCloud => {
                let fake = FakeLeanCloud::new(FakeOptions::default());
                let served = fake.serve().await.map_err(|error| error.to_string())?;
                let options = fake.options();
                Ok(Self {
                    kind,
                    server: Server::leancloud(&served.url).expect("an address"),
                    app_id: options.app_id,
                    app_key: options.app_key,
                    master_key: options.master_key,
                    _running: Running::Fake((fake, served)),
                })
            }
            Kind::Parse => {
                let started = tokio::task::block_in_place(ParseServer::start);
                let server = started.map_err(|reason| reason.to_string())?;
                let keys = server.keys().clone();
                Ok(Self {
                    kind,
                    server: Server::parse(server.url()).expect("an address"),
                    app_id: keys.app_id,
                    app_key: keys.rest_key,
                    master_key: keys.master_key,
                    _running: Running::Real(server),
                })
            }
        }
    }

    fn client(&self, credentials: Credentials) -> Client<NetTransport> {
        let transport = NetTransport::new(Net::new(NetOptions::default()));
        let credentials = credentials.app_key(Secret::new(&*self.app_key));
        Client::new(transport, self.server.clone(), credentials)
    }

    /// Somebody new, and what they are called there.
    pub(crate) async fn somebody(&self, number: u8) -> (Client<NetTransport>, ObjectId) {
        let client = self.client(Credentials::new(&*self.app_id));
        let users = client.users();
        let user = users.anonymous(&AnonymousId::from_random([number; 16])).await;
        (client.clone(), user.expect("a user").id)
    }

    /// Whoever owns the app.
    pub(crate) fn owner(&self) -> Client<NetTransport> {
        let credentials = Credentials::new(&*self.app_id).master_key(Secret::new(&*self.master_key));
        self.client(credentials).as_owner().expect("the master key")
    }

    /// How many evaluations say that they are done.
    pub(crate) async fn done(&self) -> usize {
        let done = Condition::all()
            .equals("status", "completed")
            .expect("a condition");
        self.count(done).await
    }

    /// How many there are.
    pub(crate) async fn rows(&self) -> usize {
        self.count(Condition::all()).await
    }

    async fn count(&self, condition: Condition) -> usize {
        let rows = self.owner().class("Evaluation").expect("a class");
        let count = rows.count(&condition).await.expect("a count");
        usize::try_from(count).expect("a count")
    }

    /// Those of a poller that sees to everybody, with a judge at this address.
    pub(crate) fn credentials(&self, models: &str, key: &str) -> Value {
        let kind = match self.kind {
            Kind::LeanCloud => "leancloud",
            Kind::Parse => "parse",
        };
        json!({
            "server": {
                "kind": kind, "address": self.server.base().as_str(), "app_id": self.app_id, "app_key": self.app_key,
                "master_key": self.master_key,
            },
            "evaluator": {
                "preset": "qwen-singapore", "address": format!("{models}/compatible-mode/v1"), "model": "qwen-plus",
                "key": key,
            },
        })
    }
}
