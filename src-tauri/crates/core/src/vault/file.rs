//! A file of keys, for computers without a keychain: one JSON object, name to secret, for the eyes of its owner alone.
//! A service manager may hand the same file in as a credential (systemd's `LoadCredential=rehearse-keys:…`); that one
//! is read first and never written.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

use super::{Vault, VaultFault};

/// Name of the file in the data folder.
const FILE: &str = "keys.json";
/// Name of the credential.
const CREDENTIAL: &str = "rehearse-keys";
/// Where a service manager puts credentials, by its own convention.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// A file of keys.
pub(crate) struct KeyFile {
    file: PathBuf,
    credential: Option<PathBuf>,
}

impl KeyFile {
    /// The one in this data folder. Nothing is read yet.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self {
            file: folder.join(FILE),
            credential: env::var_os(CREDENTIALS).map(|folder| PathBuf::from(folder).join(CREDENTIAL)),
        }
    }

    fn change(&self, change: impl FnOnce(&mut BTreeMap<String, String>)) -> Result<(), VaultFault> {
        let mut all = read(&self.file)?.unwrap_or_default();
        change(&mut all);
        let written = if all.is_empty() {
            match fs::remove_file(&self.file) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            }
        } else {
            replace(&self.file, &all)
        };
        written.map_err(|error| VaultFault::Failed(error.to_string()))
    }
}

impl Vault for KeyFile {
    fn read(&self, name: &str) -> Result<Option<String>, VaultFault> {
        // Its rights are the service manager's business: it may give a service access by a list of its own.
        let given = self.credential.as_deref().map(parsed).transpose()?.flatten();
        if let Some(secret) = given.and_then(|mut all| all.remove(name)) {
            return Ok(Some(secret));
        }
        Ok(read(&self.file)?.and_then(|mut all| all.remove(name)))
    }

    fn write(&self, name: &str, secret: &str) -> Result<(), VaultFault> {
        self.change(|all| {
            all.insert(name.to_owned(), secret.to_owned());
        })
    }

    fn remove(&self, name: &str) -> Result<(), VaultFault> {
        self.change(|all| {
            all.remove(name);
        })
    }
}

/// The file of keys, unless others can read it.
fn read(file: &Path) -> Result<Option<BTreeMap<String, String>>, VaultFault> {
    match fs::metadata(file) {
        Ok(about) if others_can_read(&about) => Err(VaultFault::Open(file.display().to_string())),
        _ => parsed(file),
    }
}

fn parsed(file: &Path) -> Result<Option<BTreeMap<String, String>>, VaultFault> {
    let text = match fs::read(file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(VaultFault::Failed(error.to_string())),
    };
    // The reader's own complaint may quote what it read.
    serde_json::from_slice(&text)
        .map(Some)
        .map_err(|_| VaultFault::Failed("the file of keys is damaged".to_owned()))
}

/// Whoever is killed in the middle leaves the old file.
fn replace(file: &Path, all: &BTreeMap<String, String>) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    // Made for its owner alone.
    let mut written = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer(&mut written, all)?;
    written.flush()?;
    written.as_file().sync_all()?;
    written.persist(file)?;
    Ok(())
}

#[cfg(unix)]
fn others_can_read(about: &fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o077 != 0
}

/// The data folder lies in the user's own part of the system.
#[cfg(not(unix))]
fn others_can_read(_about: &fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_file(folder: &Path) -> KeyFile {
        KeyFile {
            file: folder.join(FILE),
            credential: Some(folder.join("credentials").join(CREDENTIAL)),
        }
    }

    #[test]
    fn secrets_come_back_and_go() {
        let folder = tempfile::tempdir().unwrap();
        let vault = key_file(folder.path());
        assert_eq!(vault.read("one").unwrap(), None);
        vault.write("one", "first \"secret\"").unwrap();
        vault.write("two", "second").unwrap();
        vault.write("one", "changed").unwrap();
        assert_eq!(vault.read("one").unwrap().as_deref(), Some("changed"));
        vault.remove("one").unwrap();
        vault.remove("one").unwrap();
        assert_eq!(vault.read("one").unwrap(), None);
        assert_eq!(vault.read("two").unwrap().as_deref(), Some("second"));
        vault.remove("two").unwrap();
        assert!(!folder.path().join(FILE).exists(), "an empty file is no use");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_not_used() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let vault = key_file(folder.path());
        vault.write("one", "secret").unwrap();
        let file = folder.path().join(FILE);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(vault.read("one"), Err(VaultFault::Open(_))));
        assert!(matches!(vault.write("two", "x"), Err(VaultFault::Open(_))));
    }

    #[test]
    fn a_credential_of_the_service_manager_is_read_first_and_never_written() {
        let folder = tempfile::tempdir().unwrap();
        let vault = key_file(folder.path());
        let handed_in = folder.path().join("credentials");
        fs::create_dir(&handed_in).unwrap();
        replace(
            &handed_in.join(CREDENTIAL),
            &BTreeMap::from([("one".to_owned(), "given".to_owned())]),
        )
        .unwrap();
        vault.write("one", "own").unwrap();
        assert_eq!(vault.read("one").unwrap().as_deref(), Some("given"));
    }

    #[test]
    fn what_cannot_be_read_is_said_without_quoting_it() {
        let folder = tempfile::tempdir().unwrap();
        let vault = key_file(folder.path());
        vault.write("one", "secret").unwrap();
        fs::write(folder.path().join(FILE), "{\"one\": hush}").unwrap();
        let fault = vault.read("one").unwrap_err();
        assert!(!fault.to_string().contains("hush"), "{fault}");
    }
}
