//! What was exchanged with whom while a session was practised, so that it can be told afterwards whose computers heard
//! it. One row for each purpose, host and model of a session.

use rehearse_domain::SessionId;
use rusqlite::{Connection, params};

use crate::StoreError;
use crate::columns::Key;
use crate::exchanges::Exchange;

/// The first version with this table.
pub(crate) const SINCE: u32 = 5;

/// Migration 5.
pub(crate) const V5: &str = "
    CREATE TABLE exchange (
        session INTEGER NOT NULL REFERENCES session (number),
        purpose TEXT NOT NULL,
        host TEXT NOT NULL,
        model TEXT NOT NULL,
        requests INTEGER NOT NULL CHECK (requests >= 0),
        sent INTEGER NOT NULL CHECK (sent >= 0),
        received INTEGER NOT NULL CHECK (received >= 0),
        PRIMARY KEY (session, purpose, host, model)
    ) STRICT, WITHOUT ROWID;
";

/// Adds to what a session has exchanged.
pub(crate) fn add(connection: &Connection, session: i64, exchange: &Exchange) -> Result<(), StoreError> {
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    connection
        .prepare_cached(
            "INSERT INTO exchange (session, purpose, host, model, requests, sent, received)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (session, purpose, host, model) DO UPDATE
             SET requests = requests + excluded.requests, sent = sent + excluded.sent,
                 received = received + excluded.received",
        )?
        .execute(params![
            session,
            exchange.purpose,
            exchange.host,
            exchange.model,
            whole(exchange.requests),
            whole(exchange.sent),
            whole(exchange.received),
        ])?;
    Ok(())
}

/// What a session has exchanged, by purpose, host and model.
pub(crate) fn of_session(connection: &Connection, session: SessionId) -> Result<Vec<Exchange>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT purpose, host, model, requests, sent, received
         FROM session JOIN exchange ON exchange.session = session.number
         WHERE session.id = ?1 AND session.doomed_at IS NULL
         ORDER BY purpose, host, model",
    )?;
    let rows = statement.query_map([Key(session)], |row| {
        let count = |name: &str| row.get(name).map(|count: i64| count.unsigned_abs());
        Ok(Exchange {
            purpose: row.get("purpose")?,
            host: row.get("host")?,
            model: row.get("model")?,
            requests: count("requests")?,
            sent: count("sent")?,
            received: count("received")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Removes what is known of a session's exchanges.
pub(crate) fn delete_of(connection: &Connection, session: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM exchange WHERE session = ?1")?
        .execute([session])?;
    Ok(())
}
