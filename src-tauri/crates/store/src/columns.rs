//! How values of the domain lie in columns: ids as 16 bytes, times and lengths as milliseconds, enums as the very
//! words that the command line and the wire use.

use std::time::Duration;

use rehearse_domain::{RecordId, Timestamp};
use rusqlite::Row;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Value, ValueRef};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::de::value::{Error as WordError, StrDeserializer};
use uuid::Uuid;

/// An id as a column.
#[derive(Clone, Copy)]
pub(crate) struct Key<T>(pub(crate) T);

impl<T: RecordId> ToSql for Key<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let uuid: Uuid = self.0.into();
        Ok(ToSqlOutput::Owned(Value::Blob(uuid.as_bytes().to_vec())))
    }
}

impl<T: RecordId> FromSql for Key<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Uuid::from_slice(value.as_blob()?)
            .map(|uuid| Self(T::from(uuid)))
            .map_err(FromSqlError::other)
    }
}

/// An enum, slug or language as a column: the word that serde knows it by.
#[derive(Clone, Copy)]
pub(crate) struct Word<T>(pub(crate) T);

impl<T: Serialize> ToSql for Word<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match serde_json::to_value(&self.0) {
            Ok(serde_json::Value::String(word)) => Ok(ToSqlOutput::from(word)),
            Ok(_) => Err(rusqlite::Error::ToSqlConversionFailure(
                "not a single word".into(),
            )),
            Err(error) => Err(rusqlite::Error::ToSqlConversionFailure(error.into())),
        }
    }
}

impl<T: DeserializeOwned> FromSql for Word<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        T::deserialize(StrDeserializer::<WordError>::new(value.as_str()?))
            .map(Self)
            .map_err(FromSqlError::other)
    }
}

/// A moment as a column.
#[derive(Clone, Copy)]
pub(crate) struct At(pub(crate) Timestamp);

impl ToSql for At {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0.as_millis()))
    }
}

impl FromSql for At {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(|millis| Self(Timestamp::from_millis(millis)))
    }
}

/// A length of time as a column. Parts of a millisecond are dropped.
#[derive(Clone, Copy)]
pub(crate) struct Millis(pub(crate) Duration);

impl ToSql for Millis {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(
            i64::try_from(self.0.as_millis()).unwrap_or(i64::MAX),
        ))
    }
}

impl FromSql for Millis {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let millis = u64::try_from(value.as_i64()?).map_err(FromSqlError::other)?;
        Ok(Self(Duration::from_millis(millis)))
    }
}

/// Reads a column by name through one of the wrappers above.
pub(crate) trait Columns {
    /// An id.
    fn key<T: RecordId>(&self, name: &str) -> rusqlite::Result<T>;
    /// An id that may be missing.
    fn key_if_any<T: RecordId>(&self, name: &str) -> rusqlite::Result<Option<T>>;
    /// An enum.
    fn word<T: DeserializeOwned>(&self, name: &str) -> rusqlite::Result<T>;
    /// An enum that may be missing.
    fn word_if_any<T: DeserializeOwned>(&self, name: &str) -> rusqlite::Result<Option<T>>;
    /// A moment.
    fn at(&self, name: &str) -> rusqlite::Result<Timestamp>;
    /// A moment that may be missing.
    fn at_if_any(&self, name: &str) -> rusqlite::Result<Option<Timestamp>>;
    /// A length of time.
    fn millis(&self, name: &str) -> rusqlite::Result<Duration>;
    /// A length of time that may be missing.
    fn millis_if_any(&self, name: &str) -> rusqlite::Result<Option<Duration>>;
}

impl Columns for Row<'_> {
    fn key<T: RecordId>(&self, name: &str) -> rusqlite::Result<T> {
        self.get::<_, Key<T>>(name).map(|key| key.0)
    }

    fn key_if_any<T: RecordId>(&self, name: &str) -> rusqlite::Result<Option<T>> {
        self.get::<_, Option<Key<T>>>(name)
            .map(|key| key.map(|key| key.0))
    }

    fn word<T: DeserializeOwned>(&self, name: &str) -> rusqlite::Result<T> {
        self.get::<_, Word<T>>(name).map(|word| word.0)
    }

    fn word_if_any<T: DeserializeOwned>(&self, name: &str) -> rusqlite::Result<Option<T>> {
        self.get::<_, Option<Word<T>>>(name)
            .map(|word| word.map(|word| word.0))
    }

    fn at(&self, name: &str) -> rusqlite::Result<Timestamp> {
        self.get::<_, At>(name).map(|at| at.0)
    }

    fn at_if_any(&self, name: &str) -> rusqlite::Result<Option<Timestamp>> {
        self.get::<_, Option<At>>(name).map(|at| at.map(|at| at.0))
    }

    fn millis(&self, name: &str) -> rusqlite::Result<Duration> {
        self.get::<_, Millis>(name).map(|millis| millis.0)
    }

    fn millis_if_any(&self, name: &str) -> rusqlite::Result<Option<Duration>> {
        self.get::<_, Option<Millis>>(name)
            .map(|millis| millis.map(|millis| millis.0))
    }
}
