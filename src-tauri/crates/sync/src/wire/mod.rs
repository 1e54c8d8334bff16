//! How records look on the server. Class and field names are those of the web app that came before, so that both can
//! live side by side; what is ours stands in columns of its own. Ids are plain strings, own dates ISO strings, and what
//! is not known is left out: a null would lock its column. What is read may have been written by others, and is taken in
//! every form that they are known to write.

mod authored;
mod evaluation;
mod forms;
mod reading;
pub(crate) mod rounds;
mod scenario;
mod session;
mod skill;
mod turn;

use rehearse_domain::{Language, SessionId};
use rehearse_leancloud::{Condition, Dialect, Invalid, Object, ObjectId, Pointer};
use serde::Serialize;
use serde_json::{Map, Value};

pub(crate) use authored::{Authored, Told, authored, is_numbered, revision};
pub(crate) use evaluation::{ended, evaluation, finished, read_evaluation};
pub(crate) use forms::Forms;
pub(crate) use reading::{Unreadable, Whose, derived, stamp, subject, whole_stamp, whose};
pub(crate) use scenario::skills_of;
pub(crate) use session::{
    SessionState, is_of_earlier_app, read_session, scenario_of, session, whose_session,
};
pub(crate) use turn::{read_turn, turn};

/// A class of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Class {
    Session,
    Turn,
    Evaluation,
    Scenario,
    Skill,
}

impl Class {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Session => "PracticeSession",
            Self::Turn => "Turn",
            Self::Evaluation => "Evaluation",
            Self::Scenario => "Scenario",
            Self::Skill => "Skill",
        }
    }

    /// The columns that a record may do without.
    pub(crate) const fn optional(self) -> &'static [&'static str] {
        match self {
            Self::Session => session::OPTIONAL,
            Self::Turn => turn::OPTIONAL,
            Self::Evaluation => evaluation::OPTIONAL,
            Self::Scenario => scenario::OPTIONAL,
            Self::Skill => &[],
        }
    }

    /// Those of them that hold text and may be gone after they were there.
    pub(crate) const fn fading(self) -> &'static [&'static str] {
        match self {
            Self::Session => &[
                STUB_USER_ID,
                "objectiveReason",
                "parentSessionClientId",
                "parentTurnClientId",
            ],
            Self::Turn => &["transcript"],
            Self::Evaluation => &["lastError"],
            Self::Scenario => scenario::OPTIONAL,
            Self::Skill => &[],
        }
    }
}

/// Our own id of a record, in every class.
pub(crate) const CLIENT_ID: &str = "clientId";
/// The user that a row belongs to, in every class.
pub(crate) const OWNER_ID: &str = "ownerId";
/// What the earlier web app knows the user by.
pub(crate) const STUB_USER_ID: &str = "stubUserId";
/// Our own id of the session that a turn or an evaluation belongs to.
pub(crate) const SESSION_CLIENT_ID: &str = "sessionClientId";
/// The session that a turn or an evaluation belongs to, by the server's id.
pub(crate) const SESSION_ID: &str = "sessionId";
/// The file of a turn, and where it can be read.
pub(crate) const FILE_ID: &str = "audioFileId";
pub(crate) const FILE_URL: &str = "audioUrl";
/// In what is said about a file: the clip that it is of, and that clip's session.
pub(crate) const META_CLIP: &str = "clip";
pub(crate) const META_SESSION: &str = "session";
/// What stands in [`FILE_ID`] of a turn without a file.
pub(crate) const NO_FILE: &str = "missing";
/// What the earlier web app writes for a file that is still on its way.
pub(crate) const PENDING_FILE: &str = "pending";

/// The rows that belong to these sessions. Somebody may have written pointers to them, on LeanCloud.
pub(crate) fn of_sessions<'i>(
    dialect: Dialect,
    ids: impl IntoIterator<Item = &'i ObjectId>,
) -> Result<Condition, Invalid> {
    let ids: Vec<&ObjectId> = ids.into_iter().collect();
    let texts = Condition::all().one_of(SESSION_ID, &ids)?;
    if dialect == Dialect::Parse {
        return Ok(texts);
    }
    let pointers = ids.iter().map(|id| Pointer {
        class: Class::Session.name().to_owned(),
        id: (*id).clone(),
    });
    let pointers = Condition::all().one_of(SESSION_ID, pointers)?;
    Ok(Condition::all().any_of([texts, pointers]))
}

/// Our id of the session that a turn or an evaluation belongs to.
fn session_of(object: &Object) -> Result<SessionId, Unreadable> {
    let fields = reading::Fields::of(object);
    let own = fields.uuid(SESSION_CLIENT_ID);
    let id = own.or_else(|| Some(derived(Class::Session, &fields.text(SESSION_ID)?)));
    id.map(SessionId::from).ok_or(Unreadable(SESSION_ID))
}

/// How a language is written.
const fn language(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        Language::Chinese => "zh",
    }
}

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
    use rehearse_domain::{Assessment, Counts, Coverage, Judge, Outcome, Timestamp};
    use rehearse_leancloud::ObjectId;
    use rehearse_store::{Evaluation, EvaluationStatus};
    use uuid::Uuid;

    use super::*;
    use crate::{Audio, Reach, Terms};

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
            reach: Reach::Own,
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
            evaluator_model: None,
            rubric: None,
            epoch: 0,
            lease_holder: None,
            lease_until: None,
            asked_at: None,
        };
        let whole = Evaluation {
            last_error: Some("no_answer".to_owned()),
            completed_at: Some(now),
            evaluator_model: Some("a model".to_owned()),
            epoch: 1,
            ..bare.clone()
        };
        let result = Assessment {
            outcome: Outcome::Scored,
            judge: Judge::Rules,
            rubric: "0".repeat(64),
            coverage: Coverage::default(),
            counts: Counts::default(),
            skills: Vec::new(),
            advice: Vec::new(),
            summary: String::new(),
            words: None,
        };
        let [whole, bare] = [(whole, Some(&result)), (bare, None)]
            .map(|(one, result)| evaluation(&one, result, "s", &terms, Some("a computer")).unwrap());
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
