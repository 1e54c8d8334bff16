//! Lists of sessions: filters, full-text search, and pages that stay right while sessions come and go.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use rehearse_domain::{
    EndReason, Language, ObjectiveStatus, SessionId, SessionStatus, Slug, TakeTwo, Timestamp,
};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};
use serde::{Deserialize, Serialize};

use crate::columns::{At, Columns, Word};
use crate::index_text::expressions;
use crate::table::search::PLACE_BITS;
use crate::table::session;
use crate::{Store, StoreError};

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
    created_at: Timestamp,
    number: i64,
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
        let conditions = Conditions::of(query);
        self.read(|connection| {
            let total = conditions.count(connection)?;
            let (items, next) = conditions.page(connection, query.before, query.limit)?;
            Ok(SessionPage { items, next, total })
        })
    }

    /// The newest sessions.
    ///
    /// # Errors
    /// What the database says.
    pub fn latest_sessions(&self, limit: u32) -> Result<Vec<SessionSummary>, StoreError> {
        let conditions = Conditions::of(&SessionQuery::default());
        self.read(|connection| conditions.page(connection, None, limit))
            .map(|(items, _)| items)
    }

    /// How often each scenario was practised to an end, by family.
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

/// The part of a statement that a query stands for.
struct Conditions {
    sql: String,
    values: Vec<Value>,
}

impl Conditions {
    fn of(query: &SessionQuery) -> Self {
        let mut conditions = Self {
            sql: String::from("doomed_at IS NULL"),
            values: Vec::new(),
        };
        let slugs = [
            ("slug", &query.scenario),
            ("family", &query.family),
            ("category", &query.category),
        ];
        for (column, slug) in slugs {
            conditions.equal(column, slug.as_ref().map(|slug| slug.as_str().to_owned()));
        }
        conditions.equal(
            "language",
            query.language.map(|language| language.tag().to_owned()),
        );
        conditions.equal("end_reason", query.end_reason.and_then(word));
        conditions.equal("objective_status", query.objective.and_then(word));
        conditions.add_moment("created_at >=", query.from);
        conditions.add_moment("created_at <", query.until);
        conditions.add_search(query.search.as_deref().unwrap_or_default());
        conditions
    }

    fn equal(&mut self, column: &str, value: Option<String>) {
        if let Some(value) = value {
            self.add(&format!("{column} ="), Value::Text(value), "");
        }
    }

    fn add_moment(&mut self, comparison: &str, moment: Option<Timestamp>) {
        if let Some(moment) = moment {
            self.add(comparison, Value::Integer(moment.as_millis()), "");
        }
    }

    fn add_search(&mut self, search: &str) {
        if search.trim().is_empty() {
            return;
        }
        let expressions = expressions(search);
        if expressions.is_empty() {
            self.sql.push_str(" AND FALSE");
        }
        let before =
            format!("number IN (SELECT DISTINCT rowid >> {PLACE_BITS} FROM search WHERE search MATCH");
        for expression in expressions {
            self.add(&before, Value::Text(expression), ")");
        }
    }

    fn add(&mut self, before: &str, value: Value, after: &str) {
        self.values.push(value);
        self.sql
            .push_str(&format!(" AND {before} ?{}{after}", self.values.len()));
    }

    fn count(&self, connection: &Connection) -> Result<u32, StoreError> {
        let sql = format!("SELECT count(*) FROM session WHERE {}", self.sql);
        Ok(connection
            .prepare_cached(&sql)?
            .query_row(params_from_iter(&self.values), |row| row.get(0))?)
    }

    fn page(
        &self,
        connection: &Connection,
        before: Option<Cursor>,
        limit: u32,
    ) -> Result<(Vec<SessionSummary>, Option<Cursor>), StoreError> {
        let limit = limit as usize;
        let mut values = self.values.clone();
        let mut after = String::new();
        if let Some(cursor) = before {
            let first = values.len() + 1;
            after = format!(" AND (created_at, number) < (?{first}, ?{})", first + 1);
            values.extend([
                Value::Integer(cursor.created_at.as_millis()),
                Value::Integer(cursor.number),
            ]);
        }
        // One more than asked for, to know whether there is a next page.
        values.push(Value::Integer(
            i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1),
        ));
        let sql = format!(
            "SELECT number, id, title, slug, family, category, language, status, created_at, active_ms, end_reason,
                    objective_status, parent_session, parent_turn,
                    (SELECT count(*) FROM turn WHERE session = session.number AND speaker = 'ai') AS partner_turns,
                    (SELECT count(*) FROM turn WHERE session = session.number AND speaker = 'trainee') AS trainee_turns
             FROM session WHERE {}{after}
             ORDER BY created_at DESC, number DESC LIMIT ?{}",
            self.sql,
            values.len(),
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows: Vec<(Cursor, SessionSummary)> = statement
            .query_map(params_from_iter(values), summary)?
            .collect::<Result<_, _>>()?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|(cursor, _)| *cursor);
        Ok((rows.into_iter().map(|(_, summary)| summary).collect(), next))
    }
}

fn word<T: Serialize>(value: T) -> Option<String> {
    serde_json::to_value(value).ok()?.as_str().map(str::to_owned)
}

fn summary(row: &Row<'_>) -> rusqlite::Result<(Cursor, SessionSummary)> {
    let At(created_at) = row.get("created_at")?;
    let Word(slug) = row.get("slug")?;
    let summary = SessionSummary {
        id: row.key("id")?,
        title: row.get("title")?,
        slug,
        family: row.word("family")?,
        category: row.word("category")?,
        language: row.word("language")?,
        status: row.word("status")?,
        created_at,
        active: row.millis("active_ms")?,
        end_reason: row.word_if_any("end_reason")?,
        objective: row.word("objective_status")?,
        turns: TurnCounts {
            partner: row.get("partner_turns")?,
            trainee: row.get("trainee_turns")?,
        },
        parent: session::parent(row)?,
    };
    Ok((
        Cursor {
            created_at,
            number: row.get("number")?,
        },
        summary,
    ))
}
