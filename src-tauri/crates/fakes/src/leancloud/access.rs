//! Who calls: the keys and signatures of a request, and what an ACL lets a caller do.

use std::collections::BTreeSet;

use md5::{Digest, Md5};
use serde_json::Value;

use super::answer::Refusal;
use super::class::Row;
use super::options::FakeOptions;

/// Whose session a request carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Session {
    None,
    /// A token that nobody has, or has any more.
    Stale,
    User(String),
}

/// Whoever sent a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Caller {
    pub(super) master: bool,
    pub(super) session: Session,
    /// Names of the roles of the user.
    pub(super) roles: BTreeSet<String>,
}

impl Caller {
    pub(super) fn user(&self) -> Option<&str> {
        match &self.session {
            Session::User(id) => Some(id),
            Session::None | Session::Stale => None,
        }
    }
}

/// What a request says about itself, from headers or from the body of an overridden method.
#[derive(Clone, Debug, Default)]
pub(super) struct Credentials {
    pub(super) id: Option<String>,
    pub(super) key: Option<String>,
    pub(super) sign: Option<String>,
    pub(super) session: Option<String>,
}

/// Whether the request may use the master's rights; a refusal where its keys are not those of the app.
pub(super) fn admit(options: &FakeOptions, credentials: &Credentials, now: i64) -> Result<bool, Refusal> {
    if credentials.id.as_deref() != Some(options.app_id.as_str()) {
        return Err(Refusal::unauthorized());
    }
    match (&credentials.sign, &credentials.key) {
        (Some(sign), _) => by_signature(options, sign, now),
        (None, Some(key)) => by_key(options, key),
        (None, None) => Err(Refusal::unauthorized()),
    }
}

fn by_key(options: &FakeOptions, key: &str) -> Result<bool, Refusal> {
    match key.strip_suffix(",master") {
        Some(key) if key == options.master_key => Ok(true),
        None if key == options.app_key => Ok(false),
        _ => Err(Refusal::unauthorized()),
    }
}

/// `md5(timestamp + key) in lower case, timestamp in milliseconds[, master]`.
fn by_signature(options: &FakeOptions, sign: &str, now: i64) -> Result<bool, Refusal> {
    let mut parts = sign.split(',');
    let (digest, time, rest) = (parts.next(), parts.next(), parts.next());
    let (Some(digest), Some(time)) = (digest, time) else {
        return Err(Refusal::unauthorized());
    };
    let master = match rest {
        None => false,
        Some("master") => true,
        Some(_) => return Err(Refusal::unauthorized()),
    };
    let key = if master {
        &options.master_key
    } else {
        &options.app_key
    };
    let stamped: i64 = time.parse().map_err(|_| Refusal::unauthorized())?;
    let off = now.abs_diff(stamped);
    let too_far = options
        .signature_tolerance
        .is_some_and(|tolerance| u128::from(off) > tolerance.as_millis());
    if too_far || digest != signature(time, key) {
        return Err(Refusal::unauthorized());
    }
    Ok(master)
}

/// The digest that `X-LC-Sign` begins with.
pub(super) fn signature(time: &str, key: &str) -> String {
    let digest = Md5::new().chain_update(time).chain_update(key).finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether the row's ACL lets the caller read it.
pub(super) fn may_read(row: &Row, caller: &Caller) -> bool {
    allows(row, caller, "read")
}

/// Whether the row's ACL lets the caller change or delete it.
pub(super) fn may_write(row: &Row, caller: &Caller) -> bool {
    allows(row, caller, "write")
}

fn allows(row: &Row, caller: &Caller, right: &str) -> bool {
    let Some(Value::Object(acl)) = row.get("ACL") else {
        return true;
    };
    let has = |who: &str| acl.get(who).and_then(|rights| rights.get(right)) == Some(&Value::Bool(true));
    caller.master
        || has("*")
        || caller.user().is_some_and(has)
        || caller.roles.iter().any(|role| has(&format!("role:{role}")))
}

/// Refuses an ACL that is none.
pub(super) fn check_acl(acl: &Value) -> Result<(), Refusal> {
    let right =
        |(name, value): (&String, &Value)| matches!(name.as_str(), "read" | "write") && value.is_boolean();
    let entry = |rights: &Value| rights.as_object().is_some_and(|rights| rights.iter().all(right));
    if acl.as_object().is_some_and(|entries| entries.values().all(entry)) {
        return Ok(());
    }
    Err(Refusal::bad(123, "Invalid ACL."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app() -> FakeOptions {
        FakeOptions {
            app_id: "app".to_owned(),
            app_key: "UtOCzqb67d3sN12Kts4URwy8".to_owned(),
            master_key: "DyJegPlemooo4X1tg94gQkw1".to_owned(),
            ..FakeOptions::default()
        }
    }

    fn signed(sign: &str) -> Result<bool, Refusal> {
        let credentials = Credentials {
            id: Some("app".to_owned()),
            sign: Some(sign.to_owned()),
            ..Credentials::default()
        };
        admit(&app(), &credentials, 1_453_014_943_466)
    }

    #[test]
    fn signatures_of_the_documents_are_accepted() {
        assert_eq!(
            signed("d5bcbb897e19b2f6633c716dfdfaf9be,1453014943466"),
            Ok(false)
        );
        assert_eq!(
            signed("e074720658078c898aa0d4b1b82bdf4b,1453014943466,master"),
            Ok(true)
        );
    }

    #[test]
    fn a_signature_in_upper_case_or_of_another_key_is_refused() {
        for sign in [
            "D5BCBB897E19B2F6633C716DFDFAF9BE,1453014943466",
            "d5bcbb897e19b2f6633c716dfdfaf9be,1453014943466,master",
            "d5bcbb897e19b2f6633c716dfdfaf9be,1453014943467",
            "d5bcbb897e19b2f6633c716dfdfaf9be",
        ] {
            assert_eq!(signed(sign), Err(Refusal::unauthorized()), "{sign}");
        }
    }
}
