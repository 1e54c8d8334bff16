//! Results of several sessions side by side: how each skill was rated, and by which rubric. Whether two of them may be
//! compared is not decided here.

use std::sync::Arc;

use rehearse_domain::{Assessment, Language, SessionId, Skill, Timestamp};

use crate::table::evaluation_rated;
use crate::{ResultAsRead, Store, StoreError};

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
    /// What the evaluation came to. Of a result that was made elsewhere as much as the words here bear out, once that was
    /// looked up.
    pub assessment: Assessment,
    /// It was made elsewhere, and is still to be held against the words here.
    pub unchecked: Option<ResultAsRead>,
}

/// Sessions with a result that their trainee has not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unrevealed {
    /// The newest of them.
    pub latest: SessionId,
    /// How many there are; at most 99.
    pub count: u32,
    /// There are more.
    pub more: bool,
}

impl Store {
    /// The current results of ended sessions in this language that a model gave and the trainee has looked at, of at most
    /// `limit` sessions, the newest session first; sessions of other computers as well as those of this one. A result that
    /// was made elsewhere counts where it is one of ours; one that says something which this program does not understand,
    /// or whose words were looked for and are not here, is passed over, because there is nothing in it that could be
    /// compared.
    ///
    /// # Errors
    /// What the database says.
    pub fn rated_sessions(&self, language: Language, limit: u32) -> Result<Vec<RatedSession>, StoreError> {
        self.read(|connection| evaluation_rated::newest(connection, language, limit))
    }

    /// The sessions with such a result that the trainee has not looked at and is asked to rate themselves first.
    ///
    /// # Errors
    /// What the database says.
    pub fn unrevealed(&self, language: Language) -> Result<Option<Unrevealed>, StoreError> {
        self.read(|connection| evaluation_rated::unrevealed(connection, language))
    }

    /// The languages in which there is any such result, looked at or not.
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
