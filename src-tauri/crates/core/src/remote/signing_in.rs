//! Signing in and out.

use rehearse_leancloud::{AnonymousId, Condition, Next, Secret, User};
use uuid::Uuid;

use super::Remotely;
use super::account::{ACCOUNT, Account, KNOWN_BY, KnownBy, client, host, keys_name};
use super::agreeing::{all_named, repeated};
use super::faults::{of_remote, of_vault};
use super::handing_over::{hand_over, standing};
use super::keys::{Keys, Returning};
use super::looking::untold;
use super::running::Standing;
use crate::error::ErrorView;
use crate::feedback::note_sign_in;
use crate::house::{Core, House, blocking};
use crate::view::{KeyPlace, SignInAs, SignInRequest, SignedIn, SyncView, Topic, UntoldView};

/// Who signed in, and what brings them back.
struct Arrived {
    user: User,
    returning: Returning,
    /// Somebody new without a name has to write this down.
    recovery_code: Option<String>,
}

impl Core {
    /// Signs in at a server and begins to tell it everything that was ever recorded here. Whoever was signed in before
    /// is signed out; a server that is another one, or another user's, is told everything anew.
    ///
    /// # Errors
    /// `address_bad`, `app_id_missing`, `recovery_code_bad`, `recovery_code_unknown`, `host_bad`; `untold_elsewhere`, where another server would
    /// take the place of one that was not told of every deletion; why the keys cannot be kept (`keychain_…`), said before
    /// anything is sent; what the server says (`remote_…`). After each of them everything is as it was. Why the database
    /// cannot be written: then nobody may be signed in, and nothing is sent.
    pub async fn sign_in(&self, request: SignInRequest) -> Result<SignedIn, ErrorView> {
        let remote = &self.0.remote;
        let _alone = remote.changing.lock().await;
        let before = remote.standing.read().account.clone();
        let known = before.as_ref().map(Account::known_by);
        match self.enter(request, before).await {
            Ok((account, recovery_code)) => {
                if !known.is_some_and(|known| known.is(&account.known_by())) {
                    note_sign_in(&self.0).await?;
                }
                self.resume(account).await;
                Ok(SignedIn {
                    recovery_code,
                    sync: self.sync().await?,
                })
            }
            Err(error) => {
                let stands = remote.standing.read().account.clone();
                let agreed = stands.map(|account| account.plain_hosts);
                remote.net.set_plain_http_hosts(agreed.unwrap_or_default());
                Err(error)
            }
        }
    }

    /// Signs in and keeps who it is; nothing is sent for them yet. With it, of somebody new without a name, what they
    /// have to write down.
    async fn enter(
        &self,
        request: SignInRequest,
        so_far: Option<Account>,
    ) -> Result<(Account, Option<String>), ErrorView> {
        let house = &self.0;
        let address = request.address.trim().to_owned();
        let app_id = request.app_id.trim().to_owned();
        let host = host(request.server, &address).ok_or_else(|| address_bad(&address))?;
        if app_id.is_empty() {
            return Err(ErrorView::new("app_id_missing"));
        }
        let before = so_far.filter(|before| before.is_at(request.server, &address, &app_id));
        let mut agreed = all_named(&request.plain_hosts)?;
        // To agree about one server is not to agree about another.
        agreed.extend(before.iter().flat_map(|before| before.plain_hosts.clone()));
        let mut keys = Keys {
            app_key: filled(request.app_key),
            master_key: filled(request.master_key),
            ..Keys::default()
        };
        let who = Who::of(request.who)?;
        let leaving = match request.forget_untold {
            true => None,
            false => house.leaving().await?,
        };
        if let Some(leaving) = &leaving
            && (who.is_new() || !leaving.known_by.has_app(request.server, &app_id))
        {
            return Err(leaving.refusal());
        }
        let id = Uuid::now_v7();
        house.try_vault(request.keys, id).await?;
        let net = &house.remote.net;
        // Whoever is signed in so far goes on meanwhile.
        net.set_plain_http_hosts(net.plain_http_hosts().into_iter().chain(agreed.clone()));
        let client =
            client(net, request.server, &address, &app_id, &keys).map_err(|_| address_bad(&address))?;
        try_master_key(&client, &host).await?;
        let arrived = who
            .arrive(&client)
            .await
            .map_err(|error| of_remote(&host, &error))?
            .ok_or_else(|| ErrorView::new("recovery_code_unknown").with("host", &host))?;
        keys.session = client.session().map(|session| session.expose().to_owned());
        let username = match &arrived.returning {
            Returning::Anonymous { .. } => None,
            Returning::Password { username, .. } => Some(username.clone()),
        };
        keys.user = Some(arrived.returning);
        let account = Account {
            id,
            server: request.server,
            address,
            app_id,
            owner: arrived.user.id.as_str().to_owned(),
            username,
            has_master_key: keys.master_key.is_some(),
            stub_user: filled(request.stub_user),
            audio: request.audio,
            mirror: before.map(|before| before.mirror).unwrap_or_default(),
            keys: request.keys,
            plain_hosts: agreed,
        };
        if let Some(leaving) = &leaving
            && !leaving.known_by.is(&account.known_by())
        {
            return Err(leaving.refusal());
        }
        house.leave_server().await;
        if let Err(error) = house.keep(&account, &keys).await {
            house.forget_keys(account.keys, account.keys_name()).await;
            // What was begun is not taken back: it holds whoever is kept, and where that cannot be read nobody.
            match house.on_store(standing).await {
                Ok(Some(kept)) => self.resume(kept).await,
                Ok(None) | Err(_) => self.nobody_is_signed_in(),
            }
            return Err(error);
        }
        Ok((account, arrived.recovery_code))
    }

    /// Signs out: nothing leaves this computer any more, and the keys are forgotten. What was recorded stays here, and
    /// what the server has stays there.
    ///
    /// # Errors
    /// Why the database cannot be written. Keys that cannot be removed are no reason to go on sending.
    pub async fn sign_out(&self) -> Result<SyncView, ErrorView> {
        let house = &self.0;
        let _alone = house.remote.changing.lock().await;
        let account = house.remote.standing.read().account.clone();
        house
            .on_store(|store| store.put_setting(ACCOUNT, &None::<Account>))
            .await?;
        house.leave_server().await;
        self.nobody_is_signed_in();
        if let Some(account) = account {
            house.forget_keys(account.keys, account.keys_name()).await;
        }
        self.sync().await
    }

    /// Nothing is sent for anybody any more, and sessions bear no mark.
    fn nobody_is_signed_in(&self) {
        let house = &self.0;
        *house.remote.standing.write() = Standing::default();
        house.remote.net.set_plain_http_hosts([]);
        house.bus.changed(Topic::Sync);
        house.bus.changed(Topic::Sessions);
    }
}

/// A server that was not told of everything that was deleted here.
struct Leaving {
    known_by: KnownBy,
    untold: UntoldView,
}

impl Leaving {
    fn refusal(&self) -> ErrorView {
        ErrorView::new("untold_elsewhere")
            .with("host", &self.untold.host)
            .with("deletions", self.untold.deletions)
            .with("files", self.untold.files)
    }
}

/// How somebody signs in, checked as far as that needs no server.
enum Who {
    Nameless { id: AnonymousId, new: bool },
    Known { username: String, password: String },
    New { username: String, password: String },
}

impl Who {
    /// Whether the server cannot know them yet.
    const fn is_new(&self) -> bool {
        matches!(self, Self::Nameless { new: true, .. } | Self::New { .. })
    }

    fn of(who: SignInAs) -> Result<Self, ErrorView> {
        let named = |username: String, password: String| {
            let username = username.trim().to_owned();
            match username.is_empty() || password.is_empty() {
                true => Err(ErrorView::new("name_missing")),
                false => Ok((username, password)),
            }
        };
        Ok(match who {
            SignInAs::Anonymous => Self::Nameless {
                id: AnonymousId::from_random(random()?),
                new: true,
            },
            SignInAs::RecoveryCode { code } => Self::Nameless {
                id: AnonymousId::parse(&code).ok_or_else(|| ErrorView::new("recovery_code_bad"))?,
                new: false,
            },
            SignInAs::LogIn { username, password } => {
                let (username, password) = named(username, password)?;
                Self::Known { username, password }
            }
            SignInAs::SignUp { username, password } => {
                let (username, password) = named(username, password)?;
                Self::New { username, password }
            }
        })
    }

    /// `None` when nobody there has the recovery code.
    async fn arrive(self, client: &Remotely) -> Result<Option<Arrived>, rehearse_leancloud::Error> {
        let users = client.users();
        Ok(Some(match self {
            Self::Nameless { id, new } => {
                let user = match new {
                    true => Some(users.anonymous(&id).await?),
                    false => users.known_anonymous(&id).await?,
                };
                let Some(user) = user else {
                    return Ok(None);
                };
                Arrived {
                    user,
                    recovery_code: new.then(|| id.expose().to_owned()),
                    returning: Returning::Anonymous {
                        id: id.expose().to_owned(),
                    },
                }
            }
            Self::Known { username, password } => Arrived {
                user: users.log_in(&username, &Secret::new(&*password)).await?,
                recovery_code: None,
                returning: Returning::Password { username, password },
            },
            Self::New { username, password } => Arrived {
                user: users.sign_up(&username, &Secret::new(&*password)).await?,
                recovery_code: None,
                returning: Returning::Password { username, password },
            },
        }))
    }
}

impl House {
    /// The server that would never be told of everything, if another one took its place.
    async fn leaving(&self) -> Result<Option<Leaving>, ErrorView> {
        self.on_store(|store| {
            let known_by: Option<KnownBy> = store.get_setting(KNOWN_BY)?;
            Ok(known_by
                .zip(untold(store)?)
                .map(|(known_by, untold)| Leaving { known_by, untold }))
        })
        .await
    }

    /// Whether keys can be kept there, found out before anybody signs in.
    async fn try_vault(&self, place: KeyPlace, account: Uuid) -> Result<(), ErrorView> {
        let (vault, name) = (self.vault(place), keys_name(account));
        blocking(move || {
            let tried = vault.write(&name, "{}").and_then(|()| vault.remove(&name));
            tried.map_err(|fault| of_vault(&fault))
        })
        .await
    }

    /// Keeps the account and its keys, and has everything told anew if it is not the one that knew it so far. The keys
    /// come first: an account without keys could not send, keys without an account are only untidy.
    async fn keep(&self, account: &Account, keys: &Keys) -> Result<(), ErrorView> {
        let secret = serde_json::to_string(keys).map_err(|_| ErrorView::internal("keys are no JSON"))?;
        let (vault, name) = (self.vault(account.keys), account.keys_name());
        blocking(move || vault.write(&name, &secret).map_err(|fault| of_vault(&fault))).await?;
        let before = self.remote.standing.read().account.clone();
        let (kept, now) = (account.clone(), self.now());
        self.on_store(move |store| hand_over(store, &kept, now)).await?;
        if let Some(before) = before {
            self.forget_keys(before.keys, before.keys_name()).await;
        }
        Ok(())
    }

    /// Keys that cannot be removed stay where nobody else can read them.
    async fn forget_keys(&self, place: KeyPlace, name: String) {
        let vault = self.vault(place);
        let gone = blocking(move || vault.remove(&name).map_err(|fault| of_vault(&fault))).await;
        if let Err(error) = gone {
            tracing::warn!(code = error.code, "keys could not be removed");
        }
    }
}

/// Whether the server takes the master key, if there is one: wrong it would be found out when it is needed, much later.
async fn try_master_key(client: &Remotely, host: &str) -> Result<(), ErrorView> {
    let Ok(owner) = client.as_owner() else {
        return Ok(());
    };
    let users = owner.class("_User").map_err(ErrorView::internal)?;
    match users.count(&Condition::all()).await {
        Ok(_) => Ok(()),
        Err(error) if error.next() == Next::SignInAgain => {
            Err(ErrorView::new("remote_wrong_master_key").with("host", host))
        }
        Err(error) => Err(of_remote(host, &error)),
    }
}

fn address_bad(address: &str) -> ErrorView {
    ErrorView::new("address_bad").with("address", repeated(address))
}

/// Text with something in it.
fn filled(text: Option<String>) -> Option<String> {
    let text = text?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn random() -> Result<[u8; 16], ErrorView> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(ErrorView::internal)?;
    Ok(bytes)
}
