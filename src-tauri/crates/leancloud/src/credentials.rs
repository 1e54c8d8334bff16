//! Who asks: the app and its keys, turned into the headers of either dialect.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::sign::sign;
use crate::{Dialect, Invalid, Secret, SessionToken, Timestamp};

/// With whose rights a request is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authority {
    /// Those of the signed-in user, or of anybody.
    User,
    /// Those of the owner of the app: ACL and permissions of classes do not hold. Needs the master key.
    Master,
}

/// An app and its keys.
#[derive(Clone, Debug)]
pub struct Credentials {
    app_id: String,
    app_key: Option<Secret>,
    master_key: Option<Secret>,
    signed: bool,
}

impl Credentials {
    /// An app without keys. Parse Server may be content with that; LeanCloud wants one key at least.
    pub fn new(app_id: impl Into<String>) -> Self {
        Self {
            app_id: app_id.into(),
            app_key: None,
            master_key: None,
            signed: true,
        }
    }

    /// The key that ships with an app: App Key on LeanCloud, REST API key on Parse Server.
    #[must_use]
    pub fn app_key(mut self, key: Secret) -> Self {
        self.app_key = Some(key);
        self
    }

    /// The key of the owner. It opens everything; keep it with the user who owns the app and nowhere else.
    #[must_use]
    pub fn master_key(mut self, key: Secret) -> Self {
        self.master_key = Some(key);
        self
    }

    pub(crate) fn without_master_key(mut self) -> Self {
        self.master_key = None;
        self
    }

    /// Sends LeanCloud the keys themselves instead of a signature, which needs no clock.
    #[must_use]
    pub fn unsigned(mut self) -> Self {
        self.signed = false;
        self
    }

    /// The app.
    pub fn app_id(&self) -> &str {
        &self.app_id
    }

    /// Whether requests can be made with the rights of the owner.
    pub fn has_master_key(&self) -> bool {
        self.master_key.is_some()
    }

    pub(crate) fn signs(&self, dialect: Dialect) -> bool {
        self.signed && dialect == Dialect::LeanCloud
    }

    /// The headers that say who asks; with a signature of this moment, or with the key itself.
    pub(crate) fn headers(
        &self,
        dialect: Dialect,
        authority: Authority,
        session: Option<&SessionToken>,
        signing_at: Option<Timestamp>,
    ) -> Result<HeaderMap, Invalid> {
        let mut headers = HeaderMap::new();
        let mut put = |name: &'static str, value: &str| -> Result<(), Invalid> {
            let value = Secret::header(value).ok_or(Invalid::Header(name))?;
            headers.insert(HeaderName::from_static(name), value);
            Ok(())
        };
        let master = authority == Authority::Master;
        let key = if master { &self.master_key } else { &self.app_key };
        match dialect {
            Dialect::LeanCloud => {
                put("x-lc-id", &self.app_id)?;
                let key = key.as_ref().ok_or(Invalid::NoKey)?;
                let role = if master { ",master" } else { "" };
                match signing_at {
                    Some(at) => put("x-lc-sign", &format!("{}{role}", sign(key, at)))?,
                    None => put("x-lc-key", &format!("{}{role}", key.expose()))?,
                }
            }
            Dialect::Parse => {
                put("x-parse-application-id", &self.app_id)?;
                match key {
                    Some(key) if master => put("x-parse-master-key", key.expose())?,
                    Some(key) => put("x-parse-rest-api-key", key.expose())?,
                    None if master => return Err(Invalid::NoKey),
                    None => {}
                }
            }
        }
        if let (Some(session), false) = (session, master) {
            let name = match dialect {
                Dialect::LeanCloud => "x-lc-session",
                Dialect::Parse => "x-parse-session-token",
            };
            put(name, session.expose())?;
        }
        headers.insert(http::header::ACCEPT, HeaderValue::from_static("application/json"));
        Ok(headers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials() -> Credentials {
        Credentials::new("app")
            .app_key(Secret::new("key"))
            .master_key(Secret::new("owner"))
    }

    fn headers(
        credentials: &Credentials,
        dialect: Dialect,
        authority: Authority,
        at: Option<i64>,
    ) -> Vec<String> {
        let session = SessionToken::new("token");
        let at = at.map(Timestamp::from_millis);
        let headers = credentials
            .headers(dialect, authority, Some(&session), at)
            .unwrap();
        let line =
            |(name, value): (&HeaderName, &HeaderValue)| format!("{name}: {}", value.to_str().unwrap());
        let mut lines: Vec<String> = headers
            .iter()
            .map(line)
            .filter(|line| line.starts_with("x-"))
            .collect();
        lines.sort();
        lines
    }

    #[test]
    fn leancloud_is_shown_a_key_or_a_signature_and_its_role() {
        let lines = |authority, at| headers(&credentials(), Dialect::LeanCloud, authority, at);
        assert_eq!(
            lines(Authority::User, None),
            ["x-lc-id: app", "x-lc-key: key", "x-lc-session: token"]
        );
        assert_eq!(
            lines(Authority::Master, None),
            ["x-lc-id: app", "x-lc-key: owner,master"]
        );
        let signed = lines(Authority::Master, Some(7));
        assert!(
            signed[1].starts_with("x-lc-sign: ") && signed[1].ends_with(",7,master"),
            "{signed:?}"
        );
    }

    #[test]
    fn parse_server_is_shown_its_own_headers_and_needs_no_key() {
        let lines =
            |credentials: &Credentials, authority| headers(credentials, Dialect::Parse, authority, None);
        assert_eq!(
            lines(&credentials(), Authority::User),
            [
                "x-parse-application-id: app",
                "x-parse-rest-api-key: key",
                "x-parse-session-token: token"
            ]
        );
        assert_eq!(
            lines(&credentials(), Authority::Master),
            ["x-parse-application-id: app", "x-parse-master-key: owner"]
        );
        let bare = Credentials::new("app");
        assert_eq!(
            lines(&bare, Authority::User),
            ["x-parse-application-id: app", "x-parse-session-token: token"]
        );
    }

    #[test]
    fn a_key_that_is_not_there_or_fits_no_header_is_said_before_anything_is_sent() {
        let ask = |credentials: Credentials, dialect, authority| {
            credentials.headers(dialect, authority, None, None)
        };
        let bare = Credentials::new("app");
        for (dialect, authority) in [
            (Dialect::LeanCloud, Authority::User),
            (Dialect::LeanCloud, Authority::Master),
            (Dialect::Parse, Authority::Master),
        ] {
            assert_eq!(ask(bare.clone(), dialect, authority), Err(Invalid::NoKey));
        }
        let broken = Credentials::new("app").app_key(Secret::new("a\nb"));
        assert!(matches!(
            ask(broken, Dialect::Parse, Authority::User),
            Err(Invalid::Header(_))
        ));
    }
}
