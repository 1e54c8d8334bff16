//! What was exchanged with whom while a session was practised, so that it can be told afterwards whose computers heard
//! it. One row for each purpose, host and model of a session.

use rehearse_domain::SessionId;
use rusqlite::{Connection, params};

use crate::StoreError;
use crate::columns::Key;
use crate::exchanges::{Exchange, Tokens};

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

/// Migration 6: the tokens that were told. Of what was exchanged before, nobody knows.
pub(crate) const V6: &str = "
    ALTER TABLE exchange ADD COLUMN text_in INTEGER NOT NULL DEFAULT 0 CHECK (text_in >= 0);
    ALTER TABLE exchange ADD COLUMN audio_in INTEGER NOT NULL DEFAULT 0 CHECK (audio_in >= 0);
    ALTER TABLE exchange ADD COLUMN text_out INTEGER NOT NULL DEFAULT 0 CHECK (text_out >= 0);
    ALTER TABLE exchange ADD COLUMN audio_out INTEGER NOT NULL DEFAULT 0 CHECK (audio_out >= 0);
    ALTER TABLE exchange ADD COLUMN cached INTEGER NOT NULL DEFAULT 0 CHECK (cached >= 0);
";

/// Adds to what a session has exchanged.
pub(crate) fn add(connection: &Connection, session: i64, exchange: &Exchange) -> Result<(), StoreError> {
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    connection
        .prepare_cached(
            "INSERT INTO exchange (session, purpose, host, model, requests, sent, received,
                                   text_in, audio_in, text_out, audio_out, cached)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             ON CONFLICT (session, purpose, host, model) DO UPDATE
             SET requests = requests + excluded.requests, sent = sent + excluded.sent,
                 received = received + excluded.received,
                 text_in = text_in + excluded.text_in, audio_in = audio_in + excluded.audio_in,
                 text_out = text_out + excluded.text_out, audio_out = audio_out + excluded.audio_out,
                 cached = cached + excluded.cached",
        )?
        .execute(params![
            session,
            exchange.purpose,
            exchange.host,
            exchange.model,
            whole(exchange.requests),
            whole(exchange.sent),
            whole(exchange.received),
            whole(exchange.tokens.text_in),
            whole(exchange.tokens.audio_in),
            whole(exchange.tokens.text_out),
            whole(exchange.tokens.audio_out),
            whole(exchange.tokens.cached),
        ])?;
    Ok(())
}

/// What a session has exchanged, by purpose, host and model.
pub(crate) fn of_session(connection: &Connection, session: SessionId) -> Result<Vec<Exchange>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT purpose, host, model, requests, sent, received, text_in, audio_in, text_out, audio_out, cached
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
            tokens: Tokens {
                text_in: count("text_in")?,
                audio_in: count("audio_in")?,
                text_out: count("text_out")?,
                audio_out: count("audio_out")?,
                cached: count("cached")?,
            },
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
