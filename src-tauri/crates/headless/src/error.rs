//! Why nothing is done, in sentences for whoever runs a server: what happened, what is safe, what to do next. There is
//! no catalogue of messages here, and no secret is ever part of one.

use std::io;
use std::path::PathBuf;

use rehearse_store::StoreError;

use crate::credentials::{BadCredentials, FORM};

/// Why the poller did not begin, or had to end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PollError {
    /// Nobody said where the credentials are.
    #[error("No credentials were given.")]
    NoCredentials,
    /// The file is not there, or cannot be read.
    #[error("The credentials in {path} cannot be read: {source}.")]
    CredentialsUnreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Others on this computer may read the file.
    #[error("Others may read the credentials in {path} (mode {mode:03o}).")]
    CredentialsOpen {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The file is not what it has to be.
    #[error("The credentials in {path} cannot be used: {source}.")]
    CredentialsBad {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: BadCredentials,
    },
    /// Nobody said where the data goes.
    #[error("No data folder was given.")]
    NoDataFolder,
    /// The data folder cannot be used.
    #[error("The data folder {folder} cannot be used: {source}.")]
    Data {
        /// The folder.
        folder: PathBuf,
        /// What the store said.
        source: StoreError,
    },
    /// The data folder holds what somebody recorded, or belongs to a poller of another server or user.
    #[error("The data folder {folder} belongs to somebody else: {whose}.")]
    FolderOfOthers {
        /// The folder.
        folder: PathBuf,
        /// Whose it is.
        whose: &'static str,
    },
    /// The server cannot be reached, or has no time.
    #[error("The server {host} could not be asked: {detail}.")]
    ServerAway {
        /// The server.
        host: String,
        /// What was met.
        detail: String,
    },
    /// The server is there and lets nobody in.
    #[error("The server {host} does not accept these credentials: {detail}.")]
    SignInRefused {
        /// The server.
        host: String,
        /// What was met.
        detail: String,
    },
    /// Nobody on the server has this recovery code.
    #[error("Nobody at {host} has this recovery code.")]
    NoSuchAccount {
        /// The server.
        host: String,
    },
    /// A server is only reached without encryption.
    #[error("The server {host} speaks no https.")]
    PlainHttp {
        /// The server.
        host: String,
    },
    /// What was kept cannot be read or written any more.
    #[error("What is kept cannot be read or written: {0}.")]
    Store(#[from] StoreError),
}

impl PollError {
    /// A word for it, for whoever reads logs with a program.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoCredentials => "no_credentials",
            Self::CredentialsUnreadable { .. } => "credentials_unreadable",
            Self::CredentialsOpen { .. } => "credentials_open",
            Self::CredentialsBad { .. } => "credentials_bad",
            Self::NoDataFolder => "no_data_folder",
            Self::Data {
                source: StoreError::Held(_),
                ..
            } => "data_held",
            Self::Data { .. } => "data_unusable",
            Self::FolderOfOthers { .. } => "data_of_others",
            Self::ServerAway { .. } => "server_away",
            Self::SignInRefused { .. } => "sign_in_refused",
            Self::NoSuchAccount { .. } => "no_such_account",
            Self::PlainHttp { .. } => "plain_http",
            Self::Store(_) => "store",
        }
    }

    /// Whether nothing changes until a person mends something: trying again would only lock the account.
    pub const fn is_for_a_person(&self) -> bool {
        match self {
            Self::NoCredentials
            | Self::CredentialsUnreadable { .. }
            | Self::CredentialsOpen { .. }
            | Self::CredentialsBad { .. }
            | Self::NoDataFolder
            | Self::FolderOfOthers { .. }
            | Self::SignInRefused { .. }
            | Self::NoSuchAccount { .. }
            | Self::PlainHttp { .. } => true,
            Self::Data { .. } | Self::ServerAway { .. } | Self::Store(_) => false,
        }
    }

    /// What is safe.
    pub const fn safe(&self) -> &'static str {
        match self {
            Self::NoCredentials
            | Self::CredentialsUnreadable { .. }
            | Self::CredentialsOpen { .. }
            | Self::CredentialsBad { .. }
            | Self::NoDataFolder
            | Self::Data { .. }
            | Self::FolderOfOthers { .. } => "Nothing was asked or sent.",
            Self::SignInRefused { .. } | Self::NoSuchAccount { .. } | Self::PlainHttp { .. } => {
                "No session was read and nothing was changed."
            }
            Self::ServerAway { .. } | Self::Store(_) => {
                "Sessions and results are where they were; nothing is asked for twice."
            }
        }
    }

    /// What to do next.
    pub const fn next(&self) -> &'static str {
        match self {
            Self::NoCredentials => {
                "Name the file with --credentials FILE, or hand it in with systemd's LoadCredential=rehearse-poll:FILE."
            }
            Self::CredentialsUnreadable { .. } => {
                "Check the path, and that the user who runs this may read it. rehearse-cli poll --help says what belongs there."
            }
            Self::CredentialsOpen { .. } => {
                "Run chmod 600 on it, and change the keys if others could see them."
            }
            Self::CredentialsBad { .. } => FORM,
            Self::NoDataFolder => {
                "Name a folder of its own with --data FOLDER, or let systemd make one with StateDirectory=."
            }
            Self::Data {
                source: StoreError::Held(_),
                ..
            } => "Give each poller a folder of its own, or end the other one.",
            Self::Data { .. } => "Check that the folder can be written and that there is room.",
            Self::FolderOfOthers { .. } => {
                "Name another folder with --data: an empty one, or one that is not there yet."
            }
            Self::ServerAway { .. } => "Check the address and the network, and try again.",
            Self::SignInRefused { .. } => "Check the keys, the app's id and the account in the credentials.",
            Self::NoSuchAccount { .. } => {
                "Check the code, and that server and app are the ones it was made for."
            }
            Self::PlainHttp { .. } => {
                "Use an https address, or put the host into allow_plain_http if everybody on the way may listen."
            }
            Self::Store(_) => "Look at the disk, then start it again.",
        }
    }
}
