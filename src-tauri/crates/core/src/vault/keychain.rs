//! The keychain of the system: Keychain on macOS, Credential Manager on Windows, the Secret Service elsewhere.

use keyring::{Entry, Error};

use super::{Vault, VaultFault};

/// What the app's entries stand under.
const SERVICE: &str = "app.rehearse.desktop";

/// The keychain of the system.
pub(crate) struct Keychain;

impl Vault for Keychain {
    fn read(&self, name: &str) -> Result<Option<String>, VaultFault> {
        match entry(name)?.get_password() {
            Ok(secret) => Ok(Some(secret)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(fault(&error)),
        }
    }

    fn write(&self, name: &str, secret: &str) -> Result<(), VaultFault> {
        entry(name)?.set_password(secret).map_err(|error| fault(&error))
    }

    fn remove(&self, name: &str) -> Result<(), VaultFault> {
        match entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(fault(&error)),
        }
    }
}

fn entry(name: &str) -> Result<Entry, VaultFault> {
    Entry::new(SERVICE, name).map_err(|error| fault(&error))
}

fn fault(error: &Error) -> VaultFault {
    match error {
        Error::NoDefaultStore => VaultFault::Missing(match Entry::store_status() {
            Err(why) => why.to_string(),
            Ok(()) => error.to_string(),
        }),
        Error::NoStorageAccess(why) => VaultFault::Locked(why.to_string()),
        // These two would show what was kept.
        Error::BadEncoding(_) | Error::BadDataFormat(..) => VaultFault::Failed("not readable".to_owned()),
        other => VaultFault::Failed(other.to_string()),
    }
}
