//! A computer of somebody's that records, and tells the server.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rehearse_domain::Timestamp;
use rehearse_leancloud::{AnonymousId, Client, Credentials, NetTransport, Secret, Server, Settings, User};
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

fn client(town: &Town) -> Client<NetTransport> {
    let options = town.app.options();
    Client::new(
        NetTransport::new(Net::new(NetOptions::default())),
        Server::leancloud(&town.app_served.url).unwrap(),
        Credentials::new(&*options.app_id).app_key(Secret::new(&*options.app_key)),
    )
}

impl Computer {
    /// One of the user with this recovery code, who comes into being.
    pub(crate) fn of_code(town: &Town, code: &AnonymousId) -> Self {
        let client = client(town);
        let user = town.runtime.block_on(client.users().anonymous(code)).unwrap();
        Self::of(client, user)
    }

    /// One of a user who signs up with this name.
    pub(crate) fn of_name(town: &Town, username: &str, password: &str) -> Self {
        let client = client(town);
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
