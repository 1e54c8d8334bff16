//! How records look on the server. Class and field names are those of the web app that came before, so that both can
//! live side by side; what is ours stands in columns of its own. Ids are plain strings, own dates ISO strings, and what
//! is not known is left out: a null would lock its column.

mod evaluation;
mod forms;
mod session;
mod turn;

use rehearse_leancloud::Invalid;
use serde::Serialize;
use serde_json::{Map, Value};

pub(crate) use evaluation::evaluation;
pub(crate) use forms::Forms;
pub(crate) use session::{SessionState, session};
pub(crate) use turn::turn;

/// A class of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Class {
    Session,
    Turn,
    Evaluation,
}

impl Class {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Session => "PracticeSession",
            Self::Turn => "Turn",
            Self::Evaluation => "Evaluation",
        }
    }

    /// The columns that a record may do without.
    pub(crate) const fn optional(self) -> &'static [&'static str] {
        match self {
            Self::Session => session::OPTIONAL,
            Self::Turn => turn::OPTIONAL,
            Self::Evaluation => evaluation::OPTIONAL,
        }
    }
}

/// Our own id of a record, in every class.
pub(crate) const CLIENT_ID: &str = "clientId";
/// The session that a turn or an evaluation belongs to, by the server's id.
pub(crate) const SESSION_ID: &str = "sessionId";
/// The same by our own id.
pub(crate) const SESSION_CLIENT_ID: &str = "sessionClientId";
/// The file of a turn, and where it can be read.
pub(crate) const FILE_ID: &str = "audioFileId";
pub(crate) const FILE_URL: &str = "audioUrl";
/// In what is said about a file: the clip that it is of, and that clip's session.
pub(crate) const META_CLIP: &str = "clip";
pub(crate) const META_SESSION: &str = "session";
/// What stands in [`FILE_ID`] of a turn without a file.
pub(crate) const NO_FILE: &str = "missing";

/// The fields of a record.
fn fields(record: &impl Serialize) -> Result<Map<String, Value>, Invalid> {
    match serde_json::to_value(record) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(Invalid::NoFields),
        Err(error) => Err(Invalid::Json(error.to_string())),
    }
}
