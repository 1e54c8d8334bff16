//! Another account takes the place of the one before, in steps that are each on disk before the next. Wherever the
//! program is killed between them, nobody is signed in who knows the records by other names than those that are kept:
//! an object id of one server means nothing, or something else, on another.

use rehearse_domain::Timestamp;
use rehearse_store::{Store, StoreError};

use super::account::{ACCOUNT, Account, KNOWN_BY, KnownBy};

/// One step of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Whoever was signed in is not any more: from here on nothing gives the records a name.
    Leave,
    /// The names that they had are forgotten, and everything is listed to be told anew.
    Forget,
    /// The records are the new one's from now on.
    Claim,
    /// The new one is signed in.
    Enter,
}

/// Keeps the account that is signed in from now on. Where it is not the one that knew the records so far, everything is
/// told anew.
///
/// # Errors
/// What the database says. Then nobody may be signed in any more: see [`standing`].
pub(super) fn hand_over(store: &Store, account: &Account, now: Timestamp) -> Result<(), StoreError> {
    for step in steps(store, account)? {
        take(store, *step, account, now)?;
    }
    Ok(())
}

/// Who is signed in, as it is kept.
///
/// # Errors
/// What the database says.
pub(super) fn standing(store: &Store) -> Result<Option<Account>, StoreError> {
    Ok(store.get_setting::<Option<Account>>(ACCOUNT)?.flatten())
}

fn steps(store: &Store, account: &Account) -> Result<&'static [Step], StoreError> {
    let known_by: Option<KnownBy> = store.get_setting(KNOWN_BY)?;
    let another = known_by.is_some_and(|known_by| !known_by.is(&account.known_by()));
    Ok(match another {
        true => &[Step::Leave, Step::Forget, Step::Claim, Step::Enter],
        false => &[Step::Claim, Step::Enter],
    })
}

fn take(store: &Store, step: Step, account: &Account, now: Timestamp) -> Result<(), StoreError> {
    match step {
        Step::Leave => store.put_setting(ACCOUNT, &None::<Account>),
        Step::Forget => store.forget_remote(now).map(|_| ()),
        Step::Claim => store.put_setting(KNOWN_BY, &account.known_by()),
        Step::Enter => store.put_setting(ACCOUNT, &Some(account)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rehearse_domain::SessionId;
    use rehearse_store::Settled;
    use rehearse_sync::AudioMirror;
    use uuid::Uuid;

    use super::*;
    use crate::delivery::made::{START, ended, store};
    use crate::view::{AudioChoice, KeyPlace, ServerKind};

    fn at(app: &str) -> Account {
        Account {
            id: Uuid::nil(),
            server: ServerKind::Parse,
            address: "https://example.org/parse".to_owned(),
            app_id: app.to_owned(),
            owner: "somebody".to_owned(),
            username: None,
            has_master_key: false,
            stub_user: None,
            audio: AudioChoice::Sent,
            mirror: AudioMirror::default(),
            keys: KeyPlace::File,
            plain_hosts: BTreeSet::new(),
        }
    }

    /// Somebody is signed in at the old app, which knows a session by a name.
    fn known_by_the_old(store: &Store) -> SessionId {
        hand_over(store, &at("old"), START).unwrap();
        let session = ended(store);
        named(store, session, "old");
        session
    }

    fn named(store: &Store, session: SessionId, app: &str) {
        let name = Settled::SessionNamed {
            session,
            object_id: format!("name-at-{app}"),
            account: app.to_owned(),
        };
        store.settle(&[name], START).unwrap();
    }

    #[test]
    fn wherever_it_is_killed_no_server_is_told_of_a_record_by_a_name_of_another() {
        let (old, new) = (at("old"), at("new"));
        for taken in 0..=4 {
            for next in [&old, &new] {
                let folder = tempfile::tempdir().unwrap();
                let store = store(folder.path());
                let session = known_by_the_old(&store);
                for step in &steps(&store, &new).unwrap()[..taken] {
                    take(&store, *step, &new, START).unwrap();
                }
                // The program begins anew: whoever is signed in now names what has no name.
                if let Some(account) = standing(&store).unwrap()
                    && store.remote_name(session).unwrap().is_none()
                {
                    named(&store, session, &account.app_id);
                }
                hand_over(&store, next, START).unwrap();
                let name = store.remote_name(session).unwrap();
                let own = format!("name-at-{}", next.app_id);
                assert!(
                    name.is_none() || name.as_ref() == Some(&own),
                    "killed after {taken} steps, then signed in at {}: {name:?}",
                    next.app_id
                );
            }
        }
    }

    #[test]
    fn whoever_signs_in_again_keeps_the_names() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let session = known_by_the_old(&store);
        let again = Account {
            username: Some("dana".to_owned()),
            ..at("old")
        };
        hand_over(&store, &again, START).unwrap();
        assert_eq!(
            store.remote_name(session).unwrap().as_deref(),
            Some("name-at-old")
        );
        assert_eq!(standing(&store).unwrap(), Some(again));
    }
}
