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

#[cfg(test)]
mod tests {
    use rehearse_domain::Timestamp;
    use rehearse_leancloud::ObjectId;
    use rehearse_store::{Evaluation, EvaluationStatus};
    use uuid::Uuid;

    use super::*;
    use crate::{Audio, Terms};

    /// What the first has and the second has not.
    fn missing(whole: &Map<String, Value>, bare: &Map<String, Value>) -> Vec<String> {
        whole
            .keys()
            .filter(|field| !bare.contains_key(*field))
            .cloned()
            .collect()
    }

    #[test]
    fn what_an_evaluation_may_do_without_is_listed() {
        let terms = Terms {
            owner: ObjectId::new("owner").unwrap(),
            stub_user: None,
            audio: Audio::Sent,
        };
        let now = Timestamp::from_millis(1_795_856_400_000);
        let bare = Evaluation {
            id: Uuid::from_u128(1).into(),
            session: Uuid::from_u128(2).into(),
            status: EvaluationStatus::Pending,
            attempts: 0,
            last_error: None,
            queued_at: now,
            next_attempt_at: now,
            completed_at: None,
            superseded_at: None,
        };
        let whole = Evaluation {
            last_error: Some("no_answer".to_owned()),
            completed_at: Some(now),
            ..bare.clone()
        };
        let [whole, bare] = [whole, bare].map(|one| evaluation(&one, "s", &terms).unwrap());
        let mut left_out = missing(&whole, &bare);
        let mut listed: Vec<String> = Class::Evaluation
            .optional()
            .iter()
            .map(|field| (*field).to_owned())
            .collect();
        left_out.sort();
        listed.sort();
        assert_eq!(left_out, listed);
    }
}
