//! How one signs in at a server, as it is typed.

use clap::{Args, ValueEnum};

/// What kind of server.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Server {
    /// LeanCloud, until 12 January 2027.
    Leancloud,
    /// Parse Server.
    Parse,
}

/// Where keys are kept.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Keys {
    /// In the keychain of the system.
    Keychain,
    /// In a file of the data folder that only you can read; also read as the systemd credential `rehearse-keys`.
    File,
}

/// Where to sign in, and as whom.
#[derive(Debug, Args)]
pub(crate) struct Login {
    /// What kind of server it is.
    #[arg(long, value_enum)]
    pub(crate) server: Server,
    /// Its address, as its console shows it.
    #[arg(long, value_name = "URL")]
    pub(crate) address: String,
    /// Id of the app.
    #[arg(long, value_name = "ID")]
    pub(crate) app_id: String,
    /// Sign in with this name and a password. Without it: as somebody new without a name.
    #[arg(long, value_name = "NAME", conflicts_with = "recovery_code")]
    pub(crate) user: Option<String>,
    /// Make a new account with this name.
    #[arg(long, requires = "user")]
    pub(crate) new: bool,
    /// Sign in with the recovery code of an account without a name.
    #[arg(long)]
    pub(crate) recovery_code: bool,
    /// Hand over the master key too. It may do everything in the app, to everybody's data.
    #[arg(long)]
    pub(crate) master_key: bool,
    /// What the earlier web app knows you by.
    #[arg(long, value_name = "ID")]
    pub(crate) stub_user: Option<String>,
    /// Send what was written down and never a recording.
    #[arg(long)]
    pub(crate) audio_stays_here: bool,
    /// Where the keys are kept.
    #[arg(long, value_enum, default_value = "keychain")]
    pub(crate) keys: Keys,
    /// Speak to this host without encryption: the server itself, or where its files lie; once for each. Whoever is on
    /// the way there can read and hear what goes there.
    #[arg(long, value_name = "HOST")]
    pub(crate) plain_http: Vec<String>,
    /// Go on although the server before was not told of everything that was deleted here; it never will be.
    #[arg(long)]
    pub(crate) forget_untold: bool,
}
