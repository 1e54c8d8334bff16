//! Where the credentials and the data lie, and that nobody else may read the former.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::credentials::bad;
use crate::{Credentials, PollError};

/// What systemd calls them.
const NAME: &str = "rehearse-poll";
/// Credentials that are longer are something else.
const LONGEST: u64 = 64 * 1024;

/// The file with the credentials: the one that was named, else that of the service manager's folder
/// (`$CREDENTIALS_DIRECTORY`).
///
/// # Errors
/// [`PollError::NoCredentials`] when neither is known.
pub fn credentials_place(given: Option<PathBuf>, folder: Option<&OsString>) -> Result<PathBuf, PollError> {
    let of_the_folder = || Some(Path::new(folder.filter(|folder| !folder.is_empty())?).join(NAME));
    given.or_else(of_the_folder).ok_or(PollError::NoCredentials)
}

/// The data folder: the one that was named, else the first that the service manager made (`$STATE_DIRECTORY`).
///
/// # Errors
/// [`PollError::NoDataFolder`] when neither is known.
pub fn data_folder(given: Option<PathBuf>, state: Option<&OsString>) -> Result<PathBuf, PollError> {
    // Several stand behind one another, as in a search path.
    let made = || std::env::split_paths(state?).find(|folder| !folder.as_os_str().is_empty());
    given.or_else(made).ok_or(PollError::NoDataFolder)
}

/// Reads credentials. `folder` is the service manager's, which sees to it itself that nobody else reads what is in it.
///
/// # Errors
/// [`PollError::CredentialsUnreadable`], [`PollError::CredentialsOpen`], [`PollError::CredentialsBad`].
pub fn read(path: &Path, folder: Option<&OsString>) -> Result<Credentials, PollError> {
    let unreadable = |source| PollError::CredentialsUnreadable {
        path: path.to_owned(),
        source,
    };
    let unusable = |source| PollError::CredentialsBad {
        path: path.to_owned(),
        source,
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let is_handed_in = folder.is_some_and(|folder| !folder.is_empty() && path.starts_with(folder));
    if !is_handed_in {
        refuse_open(path, &file)?;
    }
    let mut text = String::new();
    let read = (&mut file).take(LONGEST + 1).read_to_string(&mut text);
    let length = read.map_err(unreadable)?;
    if length as u64 > LONGEST {
        return Err(unusable(bad("the file is too long")));
    }
    Credentials::parse(&text).map_err(unusable)
}

/// Looks at the file that was opened, so that none can be put in its place in between.
#[cfg(unix)]
fn refuse_open(path: &Path, file: &File) -> Result<(), PollError> {
    use std::os::unix::fs::PermissionsExt as _;

    let about = file
        .metadata()
        .map_err(|source| PollError::CredentialsUnreadable {
            path: path.to_owned(),
            source,
        })?;
    let mode = about.permissions().mode() & 0o777;
    match mode & 0o077 {
        0 => Ok(()),
        _ => Err(PollError::CredentialsOpen {
            path: path.to_owned(),
            mode,
        }),
    }
}

#[cfg(not(unix))]
fn refuse_open(_path: &Path, _file: &File) -> Result<(), PollError> {
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_was_named_comes_before_what_the_service_manager_made() {
        let (given, made) = (Some(PathBuf::from("/a/file")), OsString::from("/run/credentials"));
        assert_eq!(
            credentials_place(given.clone(), Some(&made)).unwrap(),
            Path::new("/a/file")
        );
        assert_eq!(
            credentials_place(None, Some(&made)).unwrap(),
            Path::new("/run/credentials/rehearse-poll")
        );
        for nothing in [None, Some(&OsString::new())] {
            let error = credentials_place(None, nothing).unwrap_err();
            assert!(error.next().contains("--credentials"), "{error}");
        }
        let several = std::env::join_paths(["/var/lib/a", "/var/lib/b"]).unwrap();
        assert_eq!(
            data_folder(None, Some(&several)).unwrap(),
            Path::new("/var/lib/a")
        );
        assert_eq!(data_folder(given, Some(&several)).unwrap(), Path::new("/a/file"));
        let error = data_folder(None, None).unwrap_err();
        assert!(error.next().contains("--data"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_refused_unless_the_service_manager_hands_it_in() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        std::fs::write(&path, crate::credentials::EXAMPLE).unwrap();
        for (mode, is_fine) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let found = read(&path, None);
            assert_eq!(found.is_ok(), is_fine, "{mode:o}");
            if let Err(error) = found {
                assert_eq!(error.code(), "credentials_open");
                assert!(error.next().contains("chmod 600"));
            }
            assert!(read(&path, Some(&folder.path().into())).is_ok(), "{mode:o}");
        }
    }
}
