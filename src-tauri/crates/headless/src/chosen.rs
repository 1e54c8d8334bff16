//! Since when somebody has been chosen who writes down and judges: what was practised before that was not practised for
//! those hosts, and is sent to none of them by itself.

use std::collections::{BTreeMap, BTreeSet};

use rehearse_domain::Timestamp;
use rehearse_store::{Store, StoreError};

use crate::Credentials;
use crate::player::Player;

/// When each set of hosts was first used.
const CHOSEN: &str = "poller.chosen";
/// Between the hosts of a set; no host has one in it.
const BETWEEN: &str = " ";

/// What becomes of sessions from before the hosts were chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Earlier {
    /// They are held.
    #[default]
    Held,
    /// Those of this moment or later are sent like others.
    SentSince(Timestamp),
    /// All are sent like others.
    Sent,
}

impl Earlier {
    /// Those of this day (`2026-11-24`, UTC) or later are sent; `None` where that is no day.
    pub fn since_day(day: &str) -> Option<Self> {
        format!("{day}T00:00:00Z").parse().ok().map(Self::SentSince)
    }
}

/// From when on sessions are sent; `None` is from ever, because nothing leaves this computer or because somebody said so.
/// The hosts are noted as chosen either way.
///
/// # Errors
/// What the store says.
pub(crate) fn sent_from(
    store: &Store,
    credentials: &Credentials,
    earlier: Earlier,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let players = credentials.transcriber.iter().chain([&credentials.evaluator]);
    let hosts: BTreeSet<_> = players.filter_map(Player::host_beyond).collect();
    if hosts.is_empty() {
        return Ok(None);
    }
    let since = since(store, hosts, now)?;
    Ok(match earlier {
        Earlier::Held => Some(since),
        Earlier::SentSince(moment) => Some(moment.min(since)),
        Earlier::Sent => None,
    })
}

/// When these hosts were first used together, which is now where they never were.
fn since(store: &Store, hosts: BTreeSet<String>, now: Timestamp) -> Result<Timestamp, StoreError> {
    let set = Vec::from_iter(hosts).join(BETWEEN);
    let mut chosen: BTreeMap<String, Timestamp> = store.get_setting(CHOSEN)?.unwrap_or_default();
    if let Some(since) = chosen.get(&set) {
        return Ok(*since);
    }
    chosen.insert(set, now);
    store.put_setting(CHOSEN, &chosen)?;
    Ok(now)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use rehearse_store::Access;

    use super::*;
    use crate::credentials::EXAMPLE;

    const FIRST: Timestamp = Timestamp::from_millis(1_795_856_400_000);
    const LATER: Timestamp = Timestamp::from_millis(1_795_942_800_000);

    fn with_judge_at(address: &str) -> Credentials {
        let judge = r#""model": "qwen3.7-plus", "#;
        let text = EXAMPLE.replace(judge, &format!(r#"{judge}"address": "{address}", "#));
        assert_ne!(text, EXAMPLE);
        Credentials::parse(&text).unwrap()
    }

    #[test]
    fn hosts_are_chosen_since_they_were_first_used_and_others_begin_anew() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), Access::Owner, FIRST).unwrap();
        let from =
            |credentials: &Credentials, earlier, now| sent_from(&store, credentials, earlier, now).unwrap();
        let (one, other) = (
            with_judge_at("https://judge.example/v1"),
            with_judge_at("https://other.example/v1"),
        );
        assert_eq!(from(&one, Earlier::Held, FIRST), Some(FIRST));
        assert_eq!(from(&one, Earlier::Held, LATER), Some(FIRST));
        assert_eq!(from(&other, Earlier::Held, LATER), Some(LATER));
        assert_eq!(from(&one, Earlier::Sent, LATER), None);
        let (before, after) = (Timestamp::from_millis(1), LATER);
        assert_eq!(from(&one, Earlier::SentSince(before), LATER), Some(before));
        // What came since they were chosen is sent whatever day is named.
        assert_eq!(from(&one, Earlier::SentSince(after), LATER), Some(FIRST));
    }

    #[test]
    fn a_day_begins_at_midnight_and_nothing_else_is_one() {
        let Some(Earlier::SentSince(moment)) = Earlier::since_day("2026-11-24") else {
            panic!("that is a day");
        };
        assert_eq!(
            moment.to_string(),
            "2026-11-24T00:00:00Z".parse::<Timestamp>().unwrap().to_string()
        );
        for none in ["", "yesterday", "2026-13-01", "2026-11-24T10:00:00Z"] {
            assert_eq!(Earlier::since_day(none), None, "{none}");
        }
    }

    #[test]
    fn on_this_computer_nobody_needs_to_be_chosen() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), Access::Owner, FIRST).unwrap();
        let text = EXAMPLE.replace(
            r#""preset": "qwen-singapore""#,
            r#""address": "http://127.0.0.1:1/v1""#,
        );
        let here = Credentials::parse(&text).unwrap();
        assert_eq!(sent_from(&store, &here, Earlier::Held, FIRST).unwrap(), None);
    }
}
