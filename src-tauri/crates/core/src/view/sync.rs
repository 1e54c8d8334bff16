//! The user's own server: who is signed in, how far everything is, and what needs the user.

use rehearse_domain::{SessionId, Timestamp};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::error::ErrorView;

/// What kind of server it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ServerKind {
    /// LeanCloud, until it closes.
    LeanCloud,
    /// Parse Server.
    Parse,
}

/// Where keys and passwords are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    /// In the keychain of the system.
    #[default]
    Keychain,
    /// In a file of the data folder that nobody else can read.
    File,
}

/// Whether recordings leave this computer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AudioChoice {
    /// With their turns.
    #[default]
    Sent,
    /// Never: only what was written down.
    StaysHere,
}

/// How somebody signs in. What is secret in it goes inward once and never comes back.
#[derive(Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SignInAs {
    /// As somebody new without a name.
    Anonymous,
    /// As somebody without a name who wrote the recovery code down.
    RecoveryCode {
        /// The code.
        code: String,
    },
    /// With name and password.
    LogIn {
        /// The name.
        username: String,
        /// The password.
        password: String,
    },
    /// As somebody new with name and password.
    SignUp {
        /// The name.
        username: String,
        /// The password.
        password: String,
    },
}

/// What signing in needs. Nothing of it is shown by `Debug`, which it does not have.
#[derive(Deserialize, Type)]
pub struct SignInRequest {
    /// What kind of server it is.
    pub server: ServerKind,
    /// Its address, as its console shows it.
    pub address: String,
    /// Id of the app.
    pub app_id: String,
    /// Key of the app; Parse Server may want none.
    pub app_key: Option<String>,
    /// The key that may do everything, where the user decided to hand it over.
    pub master_key: Option<String>,
    /// Who.
    pub who: SignInAs,
    /// What the earlier web app knows the user by.
    pub stub_user: Option<String>,
    /// Whether recordings leave this computer.
    pub audio: AudioChoice,
    /// Where the keys are kept.
    pub keys: KeyPlace,
    /// Hosts that the user agrees to speak to without encryption: the server itself, or where its files lie.
    pub plain_hosts: Vec<String>,
    /// The user knows that the server before is not told of every deletion, and goes on: see [`SyncView::untold`].
    pub forget_untold: bool,
}

/// What came of signing in.
#[derive(Clone, Serialize, Type)]
pub struct SignedIn {
    /// Of somebody new without a name: what brings them back on another computer. Told this once.
    pub recovery_code: Option<String>,
    /// How things stand.
    pub sync: SyncView,
}

/// What can be changed without signing in again.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
pub struct SyncOptions {
    /// Whether recordings leave this computer, from now on.
    pub audio: AudioChoice,
    /// Recordings of other machines come here before anybody wants to hear them.
    pub all_audio: bool,
    /// What the earlier web app knows the user by.
    pub stub_user: Option<String>,
}

/// Who is signed in where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct AccountView {
    /// What kind of server it is.
    pub server: ServerKind,
    /// Its address.
    pub address: String,
    /// Its host, to be named in a sentence.
    pub host: String,
    /// Id of the app.
    pub app_id: String,
    /// The user's name; `None` without one.
    pub username: Option<String>,
    /// The key that may do everything is kept.
    pub has_master_key: bool,
    /// What the earlier web app knows the user by.
    pub stub_user: Option<String>,
    /// Whether recordings leave this computer.
    pub audio: AudioChoice,
    /// Recordings of other machines come here before anybody wants to hear them.
    pub all_audio: bool,
    /// Where the keys are kept.
    pub keys: KeyPlace,
    /// Hosts that the user agreed to speak to without encryption.
    pub plain_hosts: Vec<PlainHostView>,
}

/// A host that the user agreed to speak to without encryption.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PlainHostView {
    /// Its name, without a port.
    pub host: String,
    /// It is the server itself: signing out takes that back, and nothing else does.
    pub is_server: bool,
}

/// Why nothing goes out for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SyncPause {
    /// The user switched the network off.
    Offline,
    /// The server cannot be reached.
    Unreachable,
    /// The server has too much to do, or a fault.
    Busy,
    /// The calls of the day are used up.
    Quota,
    /// The app is archived; its owner can wake it in the console.
    Archived,
    /// The app is switched off or takes no writes.
    Disabled,
    /// Somebody has to sign in again.
    SignIn,
    /// LeanCloud has closed.
    Closed,
}

/// What goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SyncPhase {
    /// Nobody is signed in: everything stays here.
    Off,
    /// Somebody is signed in, and this program only looks: another one sends.
    Elsewhere,
    /// The keys cannot be read.
    Locked,
    /// Everything is told.
    Idle,
    /// Changes are on their way.
    Sending,
    /// Changes wait for another attempt.
    Waiting,
    /// Nothing goes out.
    Paused {
        /// Why.
        pause: SyncPause,
    },
    /// The database cannot be read or written.
    Trouble,
}

/// Recordings on their way, taken together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct UploadingView {
    /// Bytes that have gone.
    pub sent: f64,
    /// Bytes in all.
    pub bytes: f64,
}

/// Whether the server is asked what other computers put there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SyncLook {
    /// Nobody asks.
    Off,
    /// It is being asked, or will be in a moment.
    UnderWay,
    /// What was there at the last look is here.
    Done,
    /// The last look ended early; there will be another.
    Failed,
}

/// How far everything is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct SyncView {
    /// Who is signed in, if somebody is.
    pub account: Option<AccountView>,
    /// What goes on.
    pub phase: SyncPhase,
    /// Why the keys cannot be read.
    pub problem: Option<ErrorView>,
    /// When it goes on, if it waits.
    pub until: Option<Timestamp>,
    /// When the server confirmed something last, since the program began.
    pub last_success: Option<Timestamp>,
    /// Whether the server is asked what is new.
    pub look: SyncLook,
    /// When the server was last asked what is new, since the program began.
    pub looked_at: Option<Timestamp>,
    /// Changes that go out by themselves.
    pub waiting: u32,
    /// Bytes of the recordings among them that have not gone yet.
    pub waiting_bytes: f64,
    /// The recordings on their way at this moment, if there are any.
    pub uploading: Option<UploadingView>,
    /// Changes that need the user.
    pub stuck: u32,
    /// Scenarios and skills that were changed in two places: until the user has chosen, the server is told nothing of
    /// them.
    pub conflicts: u32,
    /// Files that the server lets nobody delete.
    pub still_there: u32,
    /// The user switched the network off.
    pub offline: bool,
    /// What the server would never be told if somebody signed in elsewhere, or as somebody else.
    pub untold: Option<UntoldView>,
    /// Days until LeanCloud closes, on LeanCloud: 0 on the day and below 0 after it.
    pub closes_in_days: Option<i32>,
}

/// What was deleted here and is still on the server that knows the records of this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct UntoldView {
    /// What kind of server it is.
    pub server: ServerKind,
    /// Id of the app.
    pub app_id: String,
    /// Its host, to be named in a sentence.
    pub host: String,
    /// Sessions whose deletion it was not told of yet.
    pub deletions: u32,
    /// Files of deleted sessions that are still there.
    pub files: u32,
}

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// A recording.
    Recording,
    /// A turn.
    Turn,
    /// A session.
    Session,
    /// A deletion.
    Deletion,
    /// A scenario.
    Scenario,
    /// A skill.
    Skill,
}

/// A change that will not go out without the user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct StuckChange {
    /// Its number, for [`Core::retry_change`](crate::Core::retry_change).
    pub id: u32,
    /// The session it belongs to; `None` of a scenario or a skill.
    pub session: Option<SessionId>,
    /// The title of that session, or of what it is about; `None` once that is deleted.
    pub title: Option<String>,
    /// What it is about.
    pub change: ChangeKind,
    /// When it was made.
    pub at: Timestamp,
    /// Why it is stuck: the last part of a key of the message catalogue.
    pub reason: String,
    /// The host that is only reached without encryption, where that is the reason: the user can agree to it.
    pub host: Option<String>,
}

/// A file that the server lets nobody delete.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct StillThere {
    /// What the server calls it.
    pub file: String,
    /// The session that it was recorded in, which is gone.
    pub session: SessionId,
}

/// What needs the user.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Type)]
pub struct SyncTroubles {
    /// Changes that will not go out by themselves, the oldest first.
    pub stuck: Vec<StuckChange>,
    /// Files that the server lets nobody delete.
    pub still_there: Vec<StillThere>,
}

/// How far one session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SyncMark {
    /// Everything of it is on the server.
    Sent,
    /// Something of it waits.
    Waiting,
    /// Something of it needs the user.
    Stuck,
}
