//! One operation of the API, alone or as an item of a batch: who asks for what.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::access::Caller;
use super::answer::Refusal;

/// The parameters of an address, or the `params` of a batch item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Params(BTreeMap<String, String>);

impl Params {
    pub(super) fn from_query(query: &str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// Adds those of a batch item: what is no text is taken as the JSON that an address would hold.
    pub(super) fn extend(&mut self, params: &Map<String, Value>) {
        for (name, value) in params {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), ToOwned::to_owned);
            self.0.insert(name.clone(), text);
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn is_on(&self, name: &str) -> bool {
        matches!(self.get(name), Some("true" | "1"))
    }

    /// Whether the whole object is wanted back.
    pub(super) fn fetches(&self) -> bool {
        self.is_on("fetchWhenSave") || self.is_on("new")
    }

    /// A comma list; empty when it is not there.
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        let items = self.get(name).unwrap_or_default().split(',');
        items.map(str::trim).filter(|item| !item.is_empty()).collect()
    }

    /// A parameter that holds JSON.
    pub(super) fn json(&self, name: &str) -> Result<Option<Value>, Refusal> {
        let Some(text) = self.get(name).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        serde_json::from_str(text)
            .map(Some)
            .map_err(|_| Refusal::malformed(&format!("Bad {name}.")))
    }
}

/// One operation.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) method: String,
    /// Without `/1.1`, decoded.
    pub(super) path: Vec<String>,
    pub(super) params: Params,
    pub(super) body: Value,
    pub(super) caller: Caller,
}

impl Call {
    /// The body as fields; none where it is empty.
    pub(super) fn fields(&self) -> Result<Map<String, Value>, Refusal> {
        match &self.body {
            Value::Null => Ok(Map::new()),
            Value::Object(fields) => Ok(fields.clone()),
            _ => Err(Refusal::malformed("A json dictionary is expected.")),
        }
    }
}

/// The segments of a path below `/1.1`, decoded; `None` when it does not begin so.
pub(super) fn segments(path: &str) -> Option<Vec<String>> {
    let below = path.strip_prefix("/1.1")?;
    let whole = below.is_empty() || below.starts_with('/');
    let decoded = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
    let parts = below.split('/').filter(|part| !part.is_empty()).map(decoded);
    whole.then(|| parts.collect())
}
