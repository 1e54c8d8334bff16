//! How a page of a list is found. The database counts and pages; when a search matches many sessions, one walk over the
//! list from its newest end counts and picks.

use rehearse_domain::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};
use serde::Serialize;

use crate::columns::{At, Columns};
use crate::index_text::expressions;
use crate::listing::{Cursor, SessionPage, SessionQuery, SessionSummary, SoundLengths, TurnCounts};
use crate::table::{search, session};
use crate::{StoreError, columns::Word};

/// What a line of a list is made from.
const SUMMARY: &str =
    "number, id, title, slug, family, category, language, status, created_at, active_ms, end_reason,
    objective_status, parent_session, parent_turn,
    (SELECT count(*) FROM turn WHERE session = session.number AND speaker = 'ai') AS partner_turns,
    (SELECT count(*) FROM turn WHERE session = session.number AND speaker = 'trainee') AS trainee_turns,
    (SELECT coalesce(sum(ended_at - started_at), 0) FROM turn
        WHERE session = session.number AND speaker = 'ai') AS partner_ms,
    (SELECT coalesce(sum(ended_at - started_at), 0) FROM turn
        WHERE session = session.number AND speaker = 'trainee') AS trainee_ms";

/// Up to so many matching sessions are looked up one by one. More are met sooner by walking over the list.
const FEW: usize = 500;

/// The page that a query asks for.
pub(crate) fn page(connection: &Connection, query: &SessionQuery) -> Result<SessionPage, StoreError> {
    let mut conditions = Conditions::of(query);
    let matching = match query.search.as_deref().filter(|text| !text.trim().is_empty()) {
        Some(text) => Some(search::sessions(connection, &expressions(text))?),
        None => None,
    };
    let (mut rows, total) = match matching {
        Some(matching) if matching.len() > FEW => walk(connection, query, &conditions, &matching)?,
        matching => {
            matching
                .into_iter()
                .for_each(|matching| conditions.add_numbers(&matching));
            (conditions.rows(connection, query)?, conditions.count(connection)?)
        }
    };
    let limit = query.limit as usize;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|(cursor, _)| *cursor);
    Ok(SessionPage {
        items: rows.into_iter().map(|(_, summary)| summary).collect(),
        next,
        total,
    })
}

/// The conditions of a query, without its search text, as part of a statement.
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
        let slug = |slug: &Option<rehearse_domain::Slug>| slug.clone().map(String::from).map(Value::Text);
        let moment = |at: Option<Timestamp>| at.map(|at| Value::Integer(at.as_millis()));
        conditions.add("slug =", slug(&query.scenario));
        conditions.add("family =", slug(&query.family));
        conditions.add("category =", slug(&query.category));
        conditions.add("language =", query.language.and_then(word));
        conditions.add("end_reason =", query.end_reason.and_then(word));
        conditions.add("objective_status =", query.objective.and_then(word));
        if query.with_trainee_turns {
            conditions.sql.push_str(
                " AND EXISTS (SELECT 1 FROM turn WHERE session = session.number AND speaker = 'trainee')",
            );
        }
        conditions.add("created_at >=", moment(query.from));
        conditions.add("created_at <", moment(query.until));
        conditions
    }

    fn add(&mut self, comparison: &str, value: Option<Value>) {
        if let Some(value) = value {
            self.values.push(value);
            self.sql
                .push_str(&format!(" AND {comparison} ?{}", self.values.len()));
        }
    }

    fn add_numbers(&mut self, numbers: &[i64]) {
        let list: Vec<String> = numbers.iter().map(i64::to_string).collect();
        self.sql.push_str(&format!(" AND number IN ({})", list.join(",")));
    }

    fn count(&self, connection: &Connection) -> Result<u32, StoreError> {
        let sql = format!("SELECT count(*) FROM session WHERE {}", self.sql);
        Ok(connection
            .prepare_cached(&sql)?
            .query_row(params_from_iter(&self.values), |row| row.get(0))?)
    }

    /// The lines from the query's place on, and one more than it asks for when there is a next page.
    fn rows(
        &self,
        connection: &Connection,
        query: &SessionQuery,
    ) -> Result<Vec<(Cursor, SessionSummary)>, StoreError> {
        let (mut sql, mut values) = (self.sql.clone(), self.values.clone());
        if let Some(cursor) = query.before {
            let first = values.len() + 1;
            sql.push_str(&format!(" AND (created_at, number) < (?{first}, ?{})", first + 1));
            values.extend([
                Value::Integer(cursor.created_at.as_millis()),
                Value::Integer(cursor.number),
            ]);
        }
        values.push(Value::Integer(i64::from(query.limit) + 1));
        let sql = format!(
            "SELECT {SUMMARY} FROM session WHERE {sql} ORDER BY created_at DESC, number DESC LIMIT ?{}",
            values.len()
        );
        let mut statement = connection.prepare(&sql)?;
        let rows = statement.query_map(params_from_iter(values), summary)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// The lines that are among `matching` (ascending numbers), as [`Conditions::rows`] gives them, and how many lines all
/// pages have.
fn walk(
    connection: &Connection,
    query: &SessionQuery,
    conditions: &Conditions,
    matching: &[i64],
) -> Result<(Vec<(Cursor, SessionSummary)>, u32), StoreError> {
    let sql = format!(
        "SELECT created_at, number FROM session WHERE {} ORDER BY created_at DESC, number DESC",
        conditions.sql
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut lines = statement.query(params_from_iter(&conditions.values))?;
    let (mut total, mut picked) = (0, Vec::new());
    while let Some(row) = lines.next()? {
        let place = (row.get::<_, i64>(0)?, row.get::<_, i64>(1)?);
        if matching.binary_search(&place.1).is_err() {
            continue;
        }
        total += 1;
        let wanted = query
            .before
            .is_none_or(|cursor| place < (cursor.created_at.as_millis(), cursor.number));
        if wanted && picked.len() <= query.limit as usize {
            picked.push(place.1);
        }
    }
    let mut line = connection.prepare_cached(&format!("SELECT {SUMMARY} FROM session WHERE number = ?1"))?;
    let rows = picked.into_iter().map(|number| line.query_row([number], summary));
    Ok((rows.collect::<Result<_, _>>()?, total))
}

fn word<T: Serialize>(value: T) -> Option<Value> {
    Some(Value::Text(
        serde_json::to_value(value).ok()?.as_str()?.to_owned(),
    ))
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
        sound: SoundLengths {
            partner: row.millis("partner_ms")?,
            trainee: row.millis("trainee_ms")?,
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
