//! Lists of sessions: what can be asked for and what is answered. How the answer is found is in `pages`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use rehearse_domain::{
    EndReason, Language, ObjectiveStatus, SessionId, SessionStatus, Slug, TakeTwo, Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::columns::Columns;
use crate::{Store, StoreError, pages};

/// Which sessions a list shows. All conditions hold at once; the default shows all, the newest 20 first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionQuery {
    /// Words that all stand somewhere in title, goal or transcripts: English by beginning and in any case, Chinese by
    /// any characters in a row. Blank is no condition; marks alone match nothing.
    pub search: Option<String>,
    /// The scenario.
    pub scenario: Option<Slug>,
    /// The scenario in either language.
    pub family: Option<Slug>,
    /// Area of life.
    pub category: Option<Slug>,
    /// The language practised in.
    pub language: Option<Language>,
    /// Why it ended.
    pub end_reason: Option<EndReason>,
    /// Whether the objective was reached.
    pub objective: Option<ObjectiveStatus>,
    /// Only sessions in which the trainee took a turn.
    pub with_trainee_turns: bool,
    /// Created at this moment or later.
    pub from: Option<Timestamp>,
    /// Created before this moment.
    pub until: Option<Timestamp>,
    /// Where the page before ended.
    pub before: Option<Cursor>,
    /// Most sessions on the page.
    pub limit: u32,
}

impl Default for SessionQuery {
    fn default() -> Self {
        const PAGE: u32 = 20;
        Self {
            search: None,
            scenario: None,
            family: None,
            category: None,
            language: None,
            end_reason: None,
            objective: None,
            with_trainee_turns: false,
            from: None,
            until: None,
            before: None,
            limit: PAGE,
        }
    }
}

/// The last session of a page. As text it goes through a host's front end and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cursor {
    pub(crate) created_at: Timestamp,
    pub(crate) number: i64,
}

/// The text was not made from a cursor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a place in a list")]
pub struct CursorError(pub String);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.created_at.as_millis(), self.number)
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let parts = text
            .split_once('.')
            .and_then(|(at, number)| Some((at.parse().ok()?, number.parse().ok()?)));
        let (at, number) = parts.ok_or_else(|| CursorError(text.to_owned()))?;
        Ok(Self {
            created_at: Timestamp::from_millis(at),
            number,
        })
    }
}

impl TryFrom<String> for Cursor {
    type Error = CursorError;

    fn try_from(text: String) -> Result<Self, CursorError> {
        text.parse()
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.to_string()
    }
}

/// How many turns each side has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TurnCounts {
    /// The partner's.
    pub partner: u32,
    /// The trainee's.
    pub trainee: u32,
}

/// How long the sound of each side is, a line that was cut short with all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SoundLengths {
    /// The partner's.
    pub partner: Duration,
    /// The trainee's.
    pub trainee: Duration,
}

/// A session as one line of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionSummary {
    /// Identity.
    pub id: SessionId,
    /// The scenario's title then.
    pub title: String,
    /// The scenario.
    pub slug: Slug,
    /// The scenario in either language.
    pub family: Slug,
    /// Area of life.
    pub category: Slug,
    /// The language practised in.
    pub language: Language,
    /// Where it is in its life.
    pub status: SessionStatus,
    /// When it was prepared.
    pub created_at: Timestamp,
    /// Time that counted.
    pub active: Duration,
    /// Why it ended.
    pub end_reason: Option<EndReason>,
    /// Whether the objective was reached.
    pub objective: ObjectiveStatus,
    /// How many turns it has.
    pub turns: TurnCounts,
    /// How long their sound is.
    pub sound: SoundLengths,
    /// What it is a take two of.
    pub parent: Option<TakeTwo>,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionPage {
    /// The sessions, the newest first.
    pub items: Vec<SessionSummary>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<Cursor>,
    /// How many sessions all pages have.
    pub total: u32,
}

/// How often a scenario was practised, in either language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FamilyRuns {
    /// The scenario in either language.
    pub family: Slug,
    /// Sessions that ended.
    pub runs: u32,
    /// How many of them reached the objective.
    pub succeeded: u32,
    /// When the newest of them was prepared.
    pub last_at: Timestamp,
    /// The newest of them.
    pub last: SessionId,
    /// Whether that one reached the objective.
    pub last_objective: ObjectiveStatus,
}

impl Store {
    /// A page of the sessions that match, the newest first.
    ///
    /// # Errors
    /// What the database says. No search text is an error.
    pub fn sessions(&self, query: &SessionQuery) -> Result<SessionPage, StoreError> {
        self.read(|connection| pages::page(connection, query))
    }

    /// The newest sessions.
    ///
    /// # Errors
    /// What the database says.
    pub fn latest_sessions(&self, limit: u32) -> Result<Vec<SessionSummary>, StoreError> {
        let query = SessionQuery {
            limit,
            ..SessionQuery::default()
        };
        self.read(|connection| pages::page(connection, &query))
            .map(|page| page.items)
    }

    /// How often each scenario was practised to an end, by family. One in which the trainee said nothing is no practice.
    ///
    /// # Errors
    /// What the database says.
    pub fn runs_per_family(&self) -> Result<Vec<FamilyRuns>, StoreError> {
        self.read(|connection| {
            // The columns beside max() are those of the row that holds it, which SQLite promises.
            let mut statement = connection.prepare_cached(
                "SELECT family, count(*) AS runs, sum(objective_status = 'succeeded') AS succeeded,
                        max(created_at) AS last_at, id, objective_status
                 FROM session WHERE status = 'ended' AND doomed_at IS NULL
                     AND EXISTS (SELECT 1 FROM turn WHERE session = session.number AND speaker = 'trainee')
                 GROUP BY family ORDER BY family",
            )?;
            let rows = statement.query_map([], |row| {
                Ok(FamilyRuns {
                    family: row.word("family")?,
                    runs: row.get("runs")?,
                    succeeded: row.get("succeeded")?,
                    last_at: row.at("last_at")?,
                    last: row.key("id")?,
                    last_objective: row.word("objective_status")?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}
