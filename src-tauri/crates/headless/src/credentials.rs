//! What a poller is let in with, as one file of JSON: the server and who is to be seen there, who writes down and who
//! judges. Nothing of it is ever printed; what cannot be read is told by its place and never by what stands there.

use rehearse_leancloud::{AnonymousId, Dialect, Secret, Server, SignIn};
use rehearse_models::presets::Role;
use rehearse_net::PlainHost;
use serde::Deserialize;

use crate::player::{Player, PlayerEntry};

/// What belongs into the file, for whoever writes it.
pub const FORM: &str = "\
The credentials are one JSON object:
  server       kind (leancloud or parse), address, app_id, app_key (Parse Server may have none);
               master_key in place of an account, to see to everybody's practices
  account      username and password, or recovery_code
  evaluator    preset or address, model, key where the host wants one,
               allow_plain_http (true where it speaks no https)
  transcriber  the same; may be left out
  stub_user and allow_plain_http (a list of hosts) may be left out.
README.md has an example.";

/// What is wrong with credentials: the place, and never what stands there.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadCredentials(String);

/// Checked credentials.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub(crate) server: Server,
    pub(crate) app_id: String,
    pub(crate) app_key: Option<Secret>,
    pub(crate) who: Who,
    pub(crate) stub_user: Option<String>,
    pub(crate) transcriber: Option<Player>,
    pub(crate) evaluator: Player,
    /// Hosts of the server and of its files that may be spoken to without encryption.
    pub(crate) plain_hosts: Vec<String>,
}

/// Whose sessions are seen to.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    /// Those of one user.
    Account(SignIn),
    /// Everybody's: the owner of the app says so with the master key.
    Everybody(Secret),
}

/// As it stands in the file. It has no `Debug`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entries {
    server: ServerEntry,
    account: Option<AccountEntry>,
    stub_user: Option<String>,
    transcriber: Option<PlayerEntry>,
    evaluator: PlayerEntry,
    #[serde(default)]
    allow_plain_http: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServerEntry {
    kind: String,
    address: String,
    app_id: String,
    app_key: Option<String>,
    master_key: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountEntry {
    recovery_code: Option<String>,
    username: Option<String>,
    password: Option<String>,
}

impl Credentials {
    /// Reads them from the text of a file.
    ///
    /// # Errors
    /// [`BadCredentials`], which names the place and what is wrong there.
    pub fn parse(text: &str) -> Result<Self, BadCredentials> {
        let entries: Entries = serde_json::from_str(text).map_err(|error| bad(told(&error)))?;
        let server = match entries.server.kind.trim() {
            "leancloud" => Server::leancloud(&entries.server.address),
            "parse" => Server::parse(&entries.server.address),
            _ => return Err(bad("server.kind is neither leancloud nor parse")),
        };
        let server =
            server.map_err(|_| bad("server.address is no http or https address without keys in it"))?;
        let app_id = filled(Some(entries.server.app_id)).ok_or_else(|| bad("server.app_id is empty"))?;
        let app_key = filled(entries.server.app_key).map(Secret::new);
        let master_key = filled(entries.server.master_key);
        if app_key.is_none() && master_key.is_none() && server.dialect() == Dialect::LeanCloud {
            return Err(bad(
                "server.app_key is missing; LeanCloud answers nobody without it",
            ));
        }
        let who = match (master_key, entries.account) {
            (Some(key), None) => Who::Everybody(Secret::new(key)),
            (None, Some(account)) => Who::Account(account.sign_in()?),
            (None, None) => {
                return Err(bad(
                    "neither an account nor server.master_key says whose sessions are seen to; put in one of them",
                ));
            }
            (Some(_), Some(_)) => {
                return Err(bad(
                    "both an account and server.master_key say whose sessions are seen to; take one of them out",
                ));
            }
        };
        let transcriber = entries.transcriber;
        Ok(Self {
            server,
            app_id,
            app_key,
            who,
            stub_user: filled(entries.stub_user),
            transcriber: transcriber
                .map(|entry| entry.player(Role::Transcriber))
                .transpose()?,
            evaluator: entries.evaluator.player(Role::Evaluator)?,
            plain_hosts: plain_hosts(&entries.allow_plain_http)?,
        })
    }

    /// The host of the server, to be named in a sentence.
    pub(crate) fn host(&self) -> String {
        self.server.base().host_str().unwrap_or_default().to_owned()
    }
}

impl AccountEntry {
    fn sign_in(self) -> Result<SignIn, BadCredentials> {
        let named = filled(self.username).zip(self.password.filter(|password| !password.is_empty()));
        match (filled(self.recovery_code), named) {
            (Some(code), None) => AnonymousId::parse(&code)
                .map(SignIn::Anonymous)
                .ok_or_else(|| bad("account.recovery_code is no recovery code")),
            (None, Some((username, password))) => Ok(SignIn::Password {
                username,
                password: Secret::new(password),
            }),
            _ => Err(bad(
                "account has either a recovery_code, or a username and a password",
            )),
        }
    }
}

fn plain_hosts(named: &[String]) -> Result<Vec<String>, BadCredentials> {
    let mut hosts = Vec::new();
    for text in named {
        match PlainHost::named(text) {
            Some(PlainHost::Other(host)) => hosts.push(host),
            Some(PlainHost::ThisComputer) => {}
            None => return Err(bad("allow_plain_http holds something that is no host")),
        }
    }
    Ok(hosts)
}

/// Text with something in it.
pub(crate) fn filled(text: Option<String>) -> Option<String> {
    let text = text?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

pub(crate) fn bad(problem: impl Into<String>) -> BadCredentials {
    BadCredentials(problem.into())
}

/// What a reader of JSON complains about. It quotes values, which may be keys: only names of fields are repeated.
fn told(error: &serde_json::Error) -> String {
    let place = format!("line {} column {}", error.line(), error.column());
    let words = error.to_string();
    let names_a_field = ["unknown field ", "missing field ", "duplicate field "]
        .iter()
        .any(|start| words.starts_with(start));
    let problem = match (error.classify(), names_a_field) {
        (_, true) => return words,
        (serde_json::error::Category::Data, _) => "something there is of another kind than it has to be",
        _ => "that is no JSON",
    };
    format!("{problem}, at {place}")
}

/// Credentials with everything in them, for tests of other rooms.
#[cfg(test)]
pub(crate) const EXAMPLE: &str = r#"{
    "server": {"kind": "leancloud", "address": "https://a.example", "app_id": "app", "app_key": "hush-app"},
    "account": {"username": "dana", "password": "hush-word"},
    "transcriber": {"preset": "qwen-singapore", "model": "qwen3-asr-flash", "key": "hush-ear"},
    "evaluator": {"preset": "qwen-singapore", "model": "qwen3.7-plus", "key": "hush-judge"},
    "allow_plain_http": ["files.a.example"]
}"#;

#[cfg(test)]
#[path = "credentials_tests.rs"]
mod tests;
