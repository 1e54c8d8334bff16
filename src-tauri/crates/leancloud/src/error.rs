//! Everything that can go wrong between a call and its answer. What to do about it is decided in `next.rs`.

use std::time::Duration;

use http::StatusCode;

use crate::{Cause, FileId, Timestamp, TransportError};

/// A call did not do what it was asked.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No answer came, or no whole one.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// No answer came in the time that a call may take. The server may have acted.
    #[error("no answer came within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// The server understood and refused.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// Something before the server answered in its place: a gateway, a proxy, a page to log in to a network.
    #[error("an answer of status {status} that is none of the API")]
    Gateway {
        /// Its HTTP status.
        status: StatusCode,
    },
    /// The server answered something that makes no sense. It may have acted.
    #[error("the server's answer could not be read: {what}")]
    Malformed {
        /// What was wrong.
        what: &'static str,
        /// The reader's complaint.
        #[source]
        source: Option<Cause>,
    },
    /// The call could never work as it was put. Nothing was sent.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The server of this dialect cannot do that. Nothing was sent.
    #[error("this server has no {what}")]
    Unsupported {
        /// What was asked for.
        what: &'static str,
    },
    /// Only the owner of the app may do that.
    #[error("{what} needs the master key")]
    NeedsMasterKey {
        /// What was asked for.
        what: &'static str,
    },
    /// The condition of an update or a deletion did not hold. Nothing was changed.
    #[error("the row is not as it was expected to be")]
    Conflict,
    /// An operation of a batch was not sent, because one before it failed as a whole.
    #[error("not sent, because something before it failed")]
    HeldBack,
    /// Where files are kept, an upload or a download was refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The bytes are not those that were announced.
    #[error("the file's content is not what it should be: {what}")]
    Altered {
        /// What differs.
        what: &'static str,
    },
    /// A file on this computer could not be read or written.
    #[error("a file on this computer could not be used")]
    Local(#[source] Cause),
    /// An upload failed, and the row of its file could not be taken back: it is still on the server.
    #[error("{source}; the row of the file stayed behind")]
    LeftBehind {
        /// The row that stayed.
        file: FileId,
        /// Why the upload failed.
        #[source]
        source: Box<Error>,
    },
}

impl Error {
    pub(crate) fn malformed(what: &'static str) -> Self {
        Self::Malformed { what, source: None }
    }

    pub(crate) fn unreadable(what: &'static str, source: serde_json::Error) -> Self {
        let source: Option<Cause> = Some(std::sync::Arc::new(source));
        Self::Malformed { what, source }
    }

    pub(crate) fn server(&self) -> Option<&ServerError> {
        match self {
            Self::Server(error) => Some(error),
            Self::LeftBehind { source, .. } => source.server(),
            _ => None,
        }
    }

    pub(crate) fn is_missing(&self) -> bool {
        self.server().is_some_and(ServerError::is_missing)
    }
}

/// What a server said when it refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server refused with code {} (status {status})", .code.unwrap_or(0))]
pub struct ServerError {
    /// The HTTP status; of an operation inside a batch, that of the batch.
    pub status: StatusCode,
    /// LeanCloud's and Parse Server's code, where there was one.
    pub code: Option<i64>,
    /// The server's words. They may quote what was written, so they do not belong into a log.
    pub message: String,
    /// When the server answered by its own clock, where it said so.
    pub date: Option<Timestamp>,
    /// After how long it asks to be asked again, where it said so.
    pub retry_after: Option<Duration>,
}

impl ServerError {
    /// Whether the row, or its whole class, is not there (or is hidden from this user).
    pub fn is_missing(&self) -> bool {
        match self.code {
            Some(101) => true,
            Some(1) => self.message.contains("Could not find object by id"),
            None => self.status == StatusCode::NOT_FOUND,
            Some(_) => false,
        }
    }

    /// Which column refused which kind of value, if this is about that (code 111).
    ///
    /// LeanCloud's text looks like `Invalid value type for field 'nick',value '"x"',expect type is {:type "Object"},but
    /// it is '{:type "String"}'.`, Parse Server's like `schema mismatch for C.f; expected Number but got String`.
    pub fn type_lock(&self) -> Option<TypeLock> {
        if self.code != Some(111) {
            return None;
        }
        let text = self.message.as_str();
        if let Some((_, rest)) = text.split_once("schema mismatch for ") {
            let (column, rest) = rest.split_once("; expected ")?;
            let (_, field) = column.rsplit_once('.')?;
            let (expected, _) = rest.split_once(" but got")?;
            return Some(TypeLock::new(field, expected));
        }
        let (_, rest) = text.split_once("field '")?;
        let (field, rest) = rest.split_once('\'')?;
        // The value stands in between and may say anything, so the type is looked for from the end.
        let (_, expected) = rest.rsplit_once("expect type is")?;
        let (_, expected) = expected.split_once(":type")?;
        let (_, expected) = expected.split_once('"')?;
        let (expected, _) = expected.split_once('"')?;
        Some(TypeLock::new(field, expected))
    }
}

/// A column took its type from its first value and refuses others for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeLock {
    /// The column.
    pub field: String,
    /// The type that it wants, as the server calls it: `Object`, `String`, `Number`, ...
    pub expected: String,
}

impl TypeLock {
    fn new(field: &str, expected: &str) -> Self {
        Self {
            field: field.to_owned(),
            expected: expected.to_owned(),
        }
    }
}

/// What the host of files said when it refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the host of files answered with status {status}")]
pub struct StorageError {
    /// Its status. Qiniu uses numbers of its own, such as 579 and 614.
    pub status: StatusCode,
    /// Its words, shortened.
    pub message: String,
}

/// A call that could never work as it was put.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Invalid {
    /// No http or https address.
    #[error("\"{0}\" is not the address of a server")]
    Address(String),
    /// A class is named by a letter, then letters, digits and `_`; built-in ones begin with `_`.
    #[error("\"{0}\" is not the name of a class")]
    ClassName(String),
    /// A field is named by a letter, then letters, digits and `_`, and some names are the server's own.
    #[error("\"{0}\" is not the name of a field of one's own")]
    Field(String),
    /// A key inside a value holds `$` or `.`, or is `__type`.
    #[error("\"{0}\" is not a key that a value may hold")]
    Key(String),
    /// A row's id is made of letters, digits, `-` and `_`.
    #[error("\"{0}\" is not the id of a row")]
    ObjectId(String),
    /// No ISO 8601 moment.
    #[error("\"{0}\" is not a moment like 2026-01-31T09:30:00.000Z")]
    Moment(String),
    /// A new row is made of fields.
    #[error("a row is an object with fields")]
    NoFields,
    /// A query brings between 1 and 1000 rows.
    #[error("a query brings 1 to 1000 rows, not {0}")]
    Limit(u32),
    /// A null would lock the column of a new field to objects for ever.
    #[error("null was set in \"{0}\"; unset the field instead")]
    Null(String),
    /// The keys that the request needs are not there.
    #[error("the key for this request is not there")]
    NoKey,
    /// A key or token holds what no header may hold.
    #[error("{0} cannot be sent with this value")]
    Header(&'static str),
    /// A value cannot be written as JSON.
    #[error("a value cannot be written as JSON: {0}")]
    Json(String),
    /// A request holds at most 20 MB.
    #[error("a request of {0} bytes is larger than a server takes")]
    TooLarge(usize),
    /// A file that comes over an unencrypted connection must be checked against a known hash.
    #[error("a file from an unencrypted address needs a hash to check it against")]
    Unchecked,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refused(code: i64, message: &str) -> ServerError {
        ServerError {
            status: StatusCode::BAD_REQUEST,
            code: Some(code),
            message: message.to_owned(),
            date: None,
            retry_after: None,
        }
    }

    #[test]
    fn the_locked_column_is_read_out_of_either_text() {
        let text = r#"Invalid value type for field 'nick',value '"x"',expect type is {:type "Object"},but it is '{:type "String"}'."#;
        assert_eq!(
            refused(111, text).type_lock(),
            Some(TypeLock::new("nick", "Object"))
        );
        let text = "schema mismatch for Turn.latencyMs; expected Number but got String";
        assert_eq!(
            refused(111, text).type_lock(),
            Some(TypeLock::new("latencyMs", "Number"))
        );
        assert_eq!(refused(111, "what?").type_lock(), None);
        assert_eq!(refused(105, text).type_lock(), None);
    }

    #[test]
    fn words_of_the_server_stay_out_of_what_is_printed() {
        let error = Error::from(refused(111, "value 'my boss is a bully'"));
        assert!(!error.to_string().contains("bully"));
    }

    proptest! {
        #[test]
        fn a_value_cannot_pretend_to_be_the_type(value in ".{0,60}") {
            let text = format!("Invalid value type for field 'nick',value '{value}',expect type is {{:type \"Object\"}},but it is '{{:type \"String\"}}'.");
            prop_assert_eq!(refused(111, &text).type_lock(), Some(TypeLock::new("nick", "Object")));
        }

        #[test]
        fn any_text_is_read_without_harm(text in ".{0,120}") {
            let _ = refused(111, &text).type_lock();
        }
    }
}
