//! The data folder of a poller: what it has mirrored, under a lock, and which server and user that belongs to. It is
//! never a folder that somebody records into, and never that of another account: names of records belong to one user
//! of one app.

use std::path::Path;
use std::sync::Arc;

use rehearse_domain::Timestamp;
use rehearse_store::{Access, Store, StoreError};

use crate::PollError;

/// Whose mirrors they are.
const ACCOUNT: &str = "poller.account";
/// Who is signed in at a server in the app's own folder.
const OF_THE_APP: &str = "remote.account";

/// Opens the folder, which is made where it is not there.
///
/// # Errors
/// [`PollError::Data`], [`PollError::FolderOfOthers`].
pub(crate) fn open(folder: &Path, now: Timestamp) -> Result<Arc<Store>, PollError> {
    let unusable = |source| PollError::Data {
        folder: folder.to_owned(),
        source,
    };
    let store = Store::open(folder, Access::Owner, now).map_err(unusable)?;
    let is_of_others = || -> Result<bool, StoreError> {
        if store.get_setting::<String>(ACCOUNT)?.is_some() {
            return Ok(false);
        }
        let signed_in: Option<serde_json::Value> = store.get_setting(OF_THE_APP)?;
        Ok(signed_in.is_some() || !store.latest_sessions(1)?.is_empty())
    };
    match is_of_others().map_err(unusable)? {
        true => Err(PollError::FolderOfOthers {
            folder: folder.to_owned(),
            whose: "somebody records into it",
        }),
        false => Ok(Arc::new(store)),
    }
}

/// Notes for which server and user the mirrors are.
///
/// # Errors
/// [`PollError::FolderOfOthers`] when they are another's; what the store says.
pub(crate) fn belong_to(store: &Store, account: &str) -> Result<(), PollError> {
    match store.get_setting::<String>(ACCOUNT)? {
        None => Ok(store.put_setting(ACCOUNT, account)?),
        Some(known) if known == account => Ok(()),
        Some(_) => Err(PollError::FolderOfOthers {
            folder: store.folder().to_owned(),
            whose: "it holds what a poller of another server or user brought there",
        }),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_856_400_000);

    #[test]
    fn a_folder_keeps_its_account_and_has_one_poller() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let store = open(&path, NOW).unwrap();
        belong_to(&store, "a server").unwrap();
        let error = open(&path, NOW).unwrap_err();
        assert_eq!(error.code(), "data_held");
        assert!(error.next().contains("folder of its own"));
        drop(store);

        let store = open(&path, NOW).unwrap();
        belong_to(&store, "a server").unwrap();
        let error = belong_to(&store, "another server").unwrap_err();
        assert_eq!(error.code(), "data_of_others");
    }

    #[test]
    fn a_folder_that_somebody_records_into_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), Access::Owner, NOW).unwrap();
        store
            .put_setting(OF_THE_APP, &serde_json::json!({"owner": "somebody"}))
            .unwrap();
        drop(store);
        let error = open(folder.path(), NOW).unwrap_err();
        assert_eq!(error.code(), "data_of_others");
    }
}
