//! A request of the API before it becomes bytes.

use http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use crate::{Authority, ClassName, ObjectId};

#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) segments: Vec<String>,
    pub(crate) query: Map<String, Value>,
    pub(crate) body: Option<Value>,
    /// With whose rights, if not with those of the client.
    pub(crate) authority: Option<Authority>,
    /// Without showing who is signed in: a session that ran out must not keep anybody from signing in.
    pub(crate) without_session: bool,
    pub(crate) request_id: Option<String>,
}

impl Call {
    fn new<'s>(method: Method, segments: impl IntoIterator<Item = &'s str>) -> Self {
        Self {
            method,
            segments: segments.into_iter().map(str::to_owned).collect(),
            query: Map::new(),
            body: None,
            authority: None,
            without_session: false,
            request_id: None,
        }
    }

    pub(crate) fn get<'s>(segments: impl IntoIterator<Item = &'s str>) -> Self {
        Self::new(Method::GET, segments)
    }

    pub(crate) fn post<'s>(segments: impl IntoIterator<Item = &'s str>, body: Value) -> Self {
        Self::new(Method::POST, segments).with_body(body)
    }

    pub(crate) fn put<'s>(segments: impl IntoIterator<Item = &'s str>, body: Value) -> Self {
        Self::new(Method::PUT, segments).with_body(body)
    }

    pub(crate) fn delete<'s>(segments: impl IntoIterator<Item = &'s str>) -> Self {
        Self::new(Method::DELETE, segments)
    }

    fn with_body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    pub(crate) fn parameter(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.query.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn parameters(mut self, parameters: Map<String, Value>) -> Self {
        self.query.extend(parameters);
        self
    }

    pub(crate) fn with_authority(mut self, authority: Authority) -> Self {
        self.authority = Some(authority);
        self
    }

    pub(crate) fn signing_in(mut self) -> Self {
        self.without_session = true;
        self
    }

    pub(crate) fn named(mut self, request_id: Option<&str>) -> Self {
        self.request_id = request_id.map(str::to_owned);
        self
    }

    /// What stands behind the question mark: texts as they are, everything else as JSON.
    pub(crate) fn query_text(&self) -> Option<String> {
        let pair = |(name, value): (&String, &Value)| {
            let value = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            format!("{name}={}", utf8_percent_encode(&value, NON_ALPHANUMERIC))
        };
        // In the order of their names, whatever order they were put in.
        let mut pairs: Vec<String> = self.query.iter().map(pair).collect();
        pairs.sort_unstable();
        (!pairs.is_empty()).then(|| pairs.join("&"))
    }
}

/// Where a class lies.
pub(crate) fn of_class(class: &ClassName) -> [&str; 2] {
    ["classes", class.as_str()]
}

/// Where a row lies.
pub(crate) fn of_row<'n>(class: &'n ClassName, id: &'n ObjectId) -> [&'n str; 3] {
    ["classes", class.as_str(), id.as_str()]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parameters_are_encoded_so_that_every_server_reads_the_same() {
        let call = Call::get(["classes", "Turn"])
            .parameter("where", json!({"a": "x y+z&ü"}))
            .parameter("limit", 7)
            .parameter("order", "a,-b");
        assert_eq!(
            call.query_text().unwrap(),
            "limit=7&order=a%2C%2Db&where=%7B%22a%22%3A%22x%20y%2Bz%26%C3%BC%22%7D"
        );
        assert_eq!(Call::delete(["x"]).query_text(), None);
    }
}
