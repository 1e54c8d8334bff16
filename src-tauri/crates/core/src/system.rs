//! What this computer offers: its clocks, its ids, and where the data folder lies.

use std::env;
use std::path::PathBuf;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use rehearse_domain::{Clock, IdSource, Language, Moment, Timestamp};
use uuid::Uuid;

/// The computer's clocks.
pub struct SystemClock(Instant);

impl Default for SystemClock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Moment {
            uptime: self.0.elapsed(),
            utc: Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)),
        }
    }
}

/// UUIDv7: sorts by the time it was made.
pub struct SystemIds;

impl IdSource for SystemIds {
    fn next_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// Where things lie on this computer.
#[derive(Clone, Debug)]
pub struct SystemFolders {
    /// The data folder.
    pub data: PathBuf,
}

impl SystemFolders {
    /// The folder that the environment variable `name` gives, else the system's place for the data of programs.
    pub fn from_environment(name: &str) -> Self {
        let given = env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from);
        Self {
            data: given.unwrap_or_else(default_data_folder),
        }
    }

    /// A folder of the user's choice.
    pub fn at(data: PathBuf) -> Self {
        Self { data }
    }
}

/// The system's place for the data of programs, as its guidelines name it.
fn default_data_folder() -> PathBuf {
    let name = if cfg!(target_os = "macos") {
        "app.rehearse.desktop"
    } else {
        "rehearse"
    };
    dirs::data_local_dir()
        .unwrap_or_else(|| PathBuf::from("."))
        .join(name)
}

/// The language the system is set to, when it is one of ours.
pub fn system_language() -> Option<Language> {
    sys_locale::get_locales().find_map(|tag| tag.parse().ok())
}
