//! Whether the server is there, is the right one, knows the keys and the user, and for how long it will.

use rehearse_leancloud::{Client, Condition, Dialect, Error, Next, Reason, Server, Timestamp, Transport};

use super::finding::dialect_word;
use super::{Check, Finding, PROBES, Part, Trouble, Verdict};

/// A clock that is off by more is worth a word, in milliseconds.
const OFF: u64 = 60 * 1000;
/// A clock that is off by more makes signatures fail and puts days in a wrong order, in milliseconds.
const FAR_OFF: u64 = 10 * 60 * 1000;
/// 2027-01-12T00:00:00Z, in milliseconds. LeanCloud names the day and no hour.
const CLOSING: i64 = 1_799_712_000_000;
const DAY: i64 = 24 * 3600 * 1000;
/// Parse Server tells whole seconds: on average it is half of one later, in milliseconds.
const HALF_A_SECOND: i64 = 500;
/// What LeanCloud's own hosts end in.
const LEANCLOUD: [&str; 6] = [
    "leancloud.cn",
    "lncld.net",
    "lncldapi.com",
    "lncldglobal.com",
    "lc-cn-n1-shared.com",
    "lc-cn-e1-shared.com",
];

impl<T: Transport> Check<T> {
    /// Looks for the server. Returns whether it can be asked for more.
    pub(super) async fn reach(&mut self) -> bool {
        let before = (self.now)().as_millis();
        let told = self.client.server_time().await;
        let between = i64::midpoint(before, (self.now)().as_millis());
        match told {
            Err(error) => {
                self.not_reached(&error).await;
                false
            }
            Ok(there) => {
                self.reached();
                if !self.keys().await {
                    return false;
                }
                self.clock(there, between);
                true
            }
        }
    }

    fn reached(&mut self) {
        let dialect = dialect_word(self.client.dialect());
        self.say(Finding::Reached { dialect }, Verdict::Good);
        self.closing();
    }

    async fn not_reached(&mut self, error: &Error) {
        if let Next::Stuck {
            reason: Reason::PlainHttp(host),
        } = error.next()
        {
            return self.say(Finding::PlainHttp { host }, Verdict::Bad);
        }
        // Parse Server asks for no key here.
        if self.client.dialect() == Dialect::LeanCloud && self.refuses_keys(error) {
            self.reached();
            return self.say(Finding::KeysRefused, Verdict::Bad);
        }
        // Something answered.
        let answered = matches!(
            error,
            Error::Gateway { .. } | Error::Malformed { .. } | Error::Server(_)
        );
        let speaks = match answered {
            true => self.other_dialect().await,
            false => None,
        };
        let is_elsewhere = match error {
            Error::Gateway { status } => status.as_u16() < 500,
            Error::Malformed { .. } => true,
            Error::Server(refusal) => refusal.is_missing(),
            _ => false,
        };
        if is_elsewhere || speaks.is_some() {
            return self.say(Finding::WrongAddress { speaks }, Verdict::Bad);
        }
        let trouble = Trouble::of(error);
        self.say(Finding::Unreachable { trouble }, Verdict::Bad);
        // Perhaps this is why.
        self.closing();
    }

    /// Which other API answers at this host.
    async fn other_dialect(&self) -> Option<&'static str> {
        let base = self.client.server().base();
        let mut others = Vec::new();
        match self.client.dialect() {
            Dialect::Parse => {
                let mut root = base.clone();
                root.set_path("");
                others.push(Server::leancloud(root.as_str()));
            }
            Dialect::LeanCloud => {
                for path in [base.path(), "/parse"] {
                    let mut mount = base.clone();
                    mount.set_path(path);
                    others.push(Server::parse(mount.as_str()));
                }
            }
        }
        for other in others.into_iter().flatten() {
            let dialect = other.dialect();
            let client: Client<T> = self.client.elsewhere(other);
            match client.server_time().await {
                Ok(_) => return Some(dialect_word(dialect)),
                // It knows what keys are.
                Err(Error::Server(error)) if error.status.as_u16() == 401 => {
                    return Some(dialect_word(dialect));
                }
                Err(_) => {}
            }
        }
        None
    }

    async fn keys(&mut self) -> bool {
        let probes = match self.client.class(PROBES) {
            Ok(probes) => probes.count(&Condition::all()).await,
            Err(invalid) => Err(invalid.into()),
        };
        match probes {
            Err(error) if self.refuses_keys(&error) => {
                self.say(Finding::KeysRefused, Verdict::Bad);
                return false;
            }
            Err(error) if matches!(error.next(), Next::Later { .. }) => {
                let (part, trouble) = (Part::Keys, Trouble::of(&error));
                self.say(Finding::NotChecked { part, trouble }, Verdict::Bad);
                return false;
            }
            // Whatever else it refuses, it knows who asks.
            Ok(_) | Err(_) => self.say(Finding::KeysAccepted, Verdict::Good),
        }
        true
    }

    fn clock(&mut self, there: Timestamp, here: i64) {
        let finer = match self.client.dialect() {
            Dialect::Parse => HALF_A_SECOND,
            Dialect::LeanCloud => 0,
        };
        let offset_ms = there.as_millis().saturating_add(finer).saturating_sub(here);
        let off = offset_ms.unsigned_abs();
        let verdict = if off > FAR_OFF {
            Verdict::Bad
        } else if off > OFF {
            Verdict::Warning
        } else {
            Verdict::Good
        };
        self.say(Finding::Clock { offset_ms }, verdict);
    }

    fn closing(&mut self) {
        let host = self.client.server().base().host_str().unwrap_or_default();
        let is_at = |domain: &&str| {
            let above = host.strip_suffix(*domain);
            above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
        };
        // At a domain of the app's own nobody can tell who answers there.
        if !LEANCLOUD.iter().any(is_at) {
            return;
        }
        let left = CLOSING.saturating_sub((self.now)().as_millis());
        match left > 0 {
            true => self.say(Finding::Closes { days: left / DAY }, Verdict::Warning),
            false => self.say(Finding::Closed, Verdict::Bad),
        }
    }

    /// Looks who is signed in. Returns whether rows may be made in that name.
    pub(super) async fn sign_in(&mut self) -> bool {
        if self.client.session().is_none() {
            self.say(Finding::NobodySignedIn, Verdict::Bad);
            return false;
        }
        match self.client.users().me().await {
            Ok(me) if me.id == self.owner => {
                self.say(Finding::SignedIn { user: me.id }, Verdict::Good);
                true
            }
            Ok(me) => {
                self.say(Finding::OtherUser { user: me.id }, Verdict::Bad);
                false
            }
            Err(error) if error.next() == Next::SignInAgain => {
                self.say(Finding::SessionEnded, Verdict::Bad);
                false
            }
            Err(error) => {
                let (part, trouble) = (Part::User, Trouble::of(&error));
                self.say(Finding::NotChecked { part, trouble }, Verdict::Bad);
                false
            }
        }
    }

    /// Whether an error is about the keys, and not about the session or a class.
    fn refuses_keys(&self, error: &Error) -> bool {
        match error {
            Error::Invalid(_) => error.next() == Next::SignInAgain,
            Error::Server(refusal) => match (self.client.dialect(), refusal.status.as_u16()) {
                // 410: the app lives in another region.
                (Dialect::LeanCloud, status) => matches!(status, 401 | 410) || refusal.code == Some(401),
                (Dialect::Parse, status) => status == 401 || (status == 403 && refusal.code.is_none()),
            },
            _ => false,
        }
    }
}
