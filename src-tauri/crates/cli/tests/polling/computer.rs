//! A computer of somebody's that records, and tells the server.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rehearse_domain::Timestamp;
use rehearse_leancloud::{
    AnonymousId, Client, Credentials, NetTransport, ObjectId, Secret, Server, Settings, Update, User,
};
use rehearse_net::{Net, NetOptions};
use rehearse_store::{Access, Store};
use rehearse_sync::{Audio, Reach, Sender, Terms, Tools};
use tempfile::TempDir;

use crate::records::practise;
use crate::town::Town;

/// Longest wait for what takes a second or two.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Computer {
    store: Arc<Store>,
    sender: Sender<NetTransport>,
    _folder: TempDir,
}

pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap())
}

/// The evaluations on the server were tried so often before.
pub(crate) fn were_tried(town: &Town, attempts: u32) {
    let keys = keys(town).master_key(Secret::new(&*town.app.options().master_key));
    let owner = client(town, keys).as_owner().unwrap();
    let evaluations = owner.class("Evaluation").unwrap();
    for row in town.app.rows("Evaluation") {
        let id = ObjectId::new(row["objectId"].as_str().unwrap()).unwrap();
        let change = Update::new().set("attempts", attempts).unwrap();
        town.runtime.block_on(evaluations.update(&id, &change)).unwrap();
    }
}

/// What every computer of the app has.
fn keys(town: &Town) -> Credentials {
    let options = town.app.options();
    Credentials::new(&*options.app_id).app_key(Secret::new(&*options.app_key))
}

fn client(town: &Town, keys: Credentials) -> Client<NetTransport> {
    let transport = NetTransport::new(Net::new(NetOptions::default()));
    let server = Server::leancloud(&town.app_served.url).unwrap();
    Client::new(transport, server, keys)
}

impl Computer {
    /// One of the user with this recovery code, who comes into being.
    pub(crate) fn of_code(town: &Town, code: &AnonymousId) -> Self {
        let client = client(town, keys(town));
        let user = town.runtime.block_on(client.users().anonymous(code)).unwrap();
        Self::of(client, user)
    }

    /// One of a user who signs up with this name.
    pub(crate) fn of_name(town: &Town, username: &str, password: &str) -> Self {
        let client = client(town, keys(town));
        let users = client.users();
        let password = Secret::new(password);
        let signing_up = users.sign_up(username, &password);
        let user = town.runtime.block_on(signing_up).unwrap();
        Self::of(client, user)
    }

    fn of(client: Client<NetTransport>, user: User) -> Self {
        let folder = TempDir::new().unwrap();
        let store = Arc::new(Store::open(folder.path(), Access::Owner, now()).unwrap());
        let terms = Terms {
            owner: user.id,
            reach: Reach::Own,
            stub_user: None,
            audio: Audio::Sent,
        };
        let tools = Tools {
            now: Arc::new(now),
            random: Settings::default().random,
        };
        let sender = Sender::new(client, Arc::clone(&store), terms, tools).unwrap();
        Self {
            store,
            sender,
            _folder: folder,
        }
    }

    /// Records these practices and tells the server all of it.
    pub(crate) fn records(&self, town: &Town, numbers: std::ops::RangeInclusive<u64>) {
        for number in numbers {
            practise(&self.store, number, now());
        }
        town.runtime.block_on(async {
            let telling = async {
                while self.store.outbox_pending().unwrap() > 0 {
                    self.sender.round().await.unwrap();
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            };
            tokio::time::timeout(PATIENCE, telling)
                .await
                .expect("all is told");
        });
    }
}
