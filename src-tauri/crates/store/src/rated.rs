//! Results of several sessions side by side: how each skill was rated, and by which rubric. Whether two of them may be
//! compared is not decided here.

use std::sync::Arc;

use rehearse_domain::{Assessment, Language, SessionId, Skill, Timestamp};

use crate::table::evaluation_rated;
use crate::{Store, StoreError};

/// The current result of a session, given by a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RatedSession {
    /// The session.
    pub session: SessionId,
    /// When it started, or was prepared when that is not known.
    pub started_at: Timestamp,
    /// The scenario's title then.
    pub title: String,
    /// The skills as the session had them; shared by all sessions that ran with the same.
    pub skills: Arc<[Skill]>,
    /// What the evaluation came to.
    pub assessment: Assessment,
}

impl Store {
    /// The current results of ended sessions in this language that a model gave, of at most `limit` sessions, the newest
    /// session first; sessions of other computers as well as those of this one. A result that was made elsewhere counts
    /// where it is one of ours; one that says something which this program does not understand is passed over, because
    /// there is nothing in it that could be compared.
    ///
    /// # Errors
    /// What the database says.
    pub fn rated_sessions(&self, language: Language, limit: u32) -> Result<Vec<RatedSession>, StoreError> {
        self.read(|connection| evaluation_rated::newest(connection, language, limit))
    }

    /// The languages in which there is any such result.
    ///
    /// # Errors
    /// What the database says.
    pub fn rated_languages(&self) -> Result<Vec<Language>, StoreError> {
        let mut languages = Vec::new();
        for language in Language::ALL {
            if self.read(|connection| evaluation_rated::any(connection, language))? {
                languages.push(language);
            }
        }
        Ok(languages)
    }
}
