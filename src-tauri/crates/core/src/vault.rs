//! Where secrets are kept: in the keychain of the system, or, only when the user asks for it, in a file that nobody
//! else can read. One secret has one name; what it says is the business of whoever keeps it.

mod file;
mod keychain;

pub(crate) use file::KeyFile;
pub(crate) use keychain::Keychain;

/// A place for secrets. Every call may block for as long as the system asks its user something.
pub trait Vault: Send + Sync {
    /// The secret of this name, if there is one.
    ///
    /// # Errors
    /// What keeps it from being read.
    fn read(&self, name: &str) -> Result<Option<String>, VaultFault>;

    /// Keeps a secret in place of the one before.
    ///
    /// # Errors
    /// What keeps it from being written. Then the one before stands.
    fn write(&self, name: &str, secret: &str) -> Result<(), VaultFault>;

    /// Forgets a secret. One that is not there is forgotten.
    ///
    /// # Errors
    /// What keeps it from being removed.
    fn remove(&self, name: &str) -> Result<(), VaultFault>;
}

/// Why a place for secrets could not be used. What it says never quotes a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultFault {
    /// There is none on this computer.
    #[error("there is no keychain: {0}")]
    Missing(String),
    /// It is locked, or its owner said no.
    #[error("the keychain is locked: {0}")]
    Locked(String),
    /// Others can read the file.
    #[error("others can read the file of keys: {0}")]
    Open(String),
    /// Anything else.
    #[error("the keychain failed: {0}")]
    Failed(String),
}
