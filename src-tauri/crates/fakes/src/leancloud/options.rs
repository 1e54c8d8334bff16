//! What somebody sets in the console of an app, and what nobody documents and a test must be able to choose.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::permission::{Permission, Who};

/// The server's clock: milliseconds since 1970-01-01 UTC.
pub type MillisClock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Where an app keeps the bytes of its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// Qiniu, of apps in China: a form, or blocks in either of two versions.
    Qiniu,
    /// Amazon S3, of international apps: one PUT to a signed address.
    S3,
    /// Tencent's object store, of old apps in East China: a form.
    Cos,
}

impl Provider {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Qiniu => "qiniu",
            Self::S3 => "s3",
            Self::Cos => "qcloud",
        }
    }
}

/// Who may do what with a row that was created without an ACL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultAcl {
    /// Everybody may read and write it: what a new class has.
    Everyone,
    /// Only the user whose session created it.
    Owner,
}

/// What deleting a row that is not there answers; no document says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingDelete {
    /// 200, as if it had been there.
    Succeeds,
    /// 404 with code 101.
    NotFound,
    /// 400 with code 1 and "Could not find object".
    CouldNotFind,
}

/// What an unknown session token does to calls that need no session; no document says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaleSession {
    /// The call goes on as nobody's.
    IsNobody,
    /// Every call is refused with 403.
    IsRefused,
}

/// One app: its keys, what is set in its console, and its limits. Every field may be changed later with
/// [`FakeLeanCloud::configure`](super::FakeLeanCloud::configure).
#[derive(Clone)]
pub struct FakeOptions {
    /// The App ID.
    pub app_id: String,
    /// The App Key.
    pub app_key: String,
    /// The Master Key.
    pub master_key: String,
    /// The server's clock.
    pub clock: MillisClock,
    /// Where files go.
    pub provider: Provider,
    /// Class permissions that differ from what a new app has.
    pub permissions: BTreeMap<(String, Permission), Who>,
    /// Columns with a unique index, as (class, column).
    pub unique: BTreeSet<(String, String)>,
    /// The ACL of rows created without one.
    pub default_acl: DefaultAcl,
    /// Whether the console allows ACLs in results; a query must then still ask for them.
    pub acl_in_results: bool,
    /// Whether a client may create a class by its first write.
    pub client_creates_classes: bool,
    /// Whether a column that does not exist is refused in `where` and `order` (code 700).
    pub unknown_columns_are_refused: bool,
    /// What deleting a row that is not there answers.
    pub missing_delete: MissingDelete,
    /// What an unknown session token does.
    pub stale_session: StaleSession,
    /// How far the time of a signature may be off; `None` is any time at all.
    pub signature_tolerance: Option<Duration>,
    /// Whether one call with a raw body uploads a file, as old documents describe.
    pub one_call_upload: bool,
    /// API calls at one time; one more is answered with 429. `None` is no limit.
    pub worker_threads: Option<usize>,
    /// API calls in a day; what comes after has code 140. `None` is no limit.
    pub daily_calls: Option<u64>,
    /// A query's results beyond so many bytes are left off without a word.
    pub result_bytes: usize,
    /// A longer request body is refused with 413.
    pub body_bytes: usize,
    /// A larger object is refused with code 116.
    pub object_bytes: usize,
    /// How long an upload token lasts.
    pub upload_token_life: Duration,
    /// Whether the bytes of files are kept. Without them a download fails, and a gigabyte of uploads costs nothing.
    pub keeps_contents: bool,
    /// Scheme and host of file addresses, as a custom file domain would be; `None` is the host of the request.
    pub file_host: Option<String>,
    /// Scheme and host that files are uploaded to; `None` is the host of the request.
    pub upload_host: Option<String>,
    /// Where ids, keys and tokens come from.
    pub seed: u64,
}

impl Default for FakeOptions {
    /// A new app as the console makes it, with files on S3 and the system's clock.
    fn default() -> Self {
        Self {
            app_id: "rehearsefake000000000000-gzGzoHsz".to_owned(),
            app_key: "fakeAppKey00000000000000".to_owned(),
            master_key: "fakeMasterKey00000000000".to_owned(),
            clock: Arc::new(|| jiff::Timestamp::now().as_millisecond()),
            provider: Provider::S3,
            permissions: BTreeMap::new(),
            unique: BTreeSet::new(),
            default_acl: DefaultAcl::Everyone,
            acl_in_results: false,
            client_creates_classes: true,
            unknown_columns_are_refused: true,
            missing_delete: MissingDelete::NotFound,
            stale_session: StaleSession::IsNobody,
            signature_tolerance: None,
            one_call_upload: true,
            worker_threads: None,
            daily_calls: None,
            result_bytes: 6 * 1024 * 1024,
            body_bytes: 20 * 1024 * 1024,
            object_bytes: 16 * 1024 * 1024,
            upload_token_life: Duration::from_secs(3600),
            keeps_contents: true,
            file_host: None,
            upload_host: None,
            seed: 1,
        }
    }
}

impl fmt::Debug for FakeOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeOptions")
            .field("app_id", &self.app_id)
            .field("provider", &self.provider)
            .finish_non_exhaustive()
    }
}
