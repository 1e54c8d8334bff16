//! Fields as they may be found. A column whose first value was null wants objects ever after, so that the earlier web
//! app wrapped what it had in one; others wrote the same value in another form. All forms are read alike.

use std::hash::{DefaultHasher, Hash, Hasher};

use rehearse_domain::Timestamp;
use rehearse_leancloud::Object;
use rehearse_store::RemoteStamp;
use serde::de::DeserializeOwned;
use serde::de::value::{Error as WordError, StrDeserializer};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{CLIENT_ID, Class, OWNER_ID};
use crate::{Reach, Terms};

/// What a value is wrapped in.
const WRAPPERS: [&str; 9] = [
    "value", "iso", "text", "prompt", "reason", "message", "error", "id", "objectId",
];

/// From which our ids of rows without one are made: the name is the class and the remote's id.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f0d_2c1e_8a57_5b1c_9d0b_3f55_41c7_0e2a);

/// The same for what was read as a part of sessions first.
const AUTHORED: Uuid = Uuid::from_u128(0x1b2f_77a4_5d0e_5c38_b6a9_8e1d_7f20_46d3);

/// A row is not one of ours in any known form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a row has no {0} that can be read")]
pub(crate) struct Unreadable(pub(crate) &'static str);

/// Whose a row is, as far as it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// The user's.
    Own,
    /// Somebody else's.
    Foreign,
    /// It does not say.
    Unsaid,
}

/// The fields of a row.
pub(crate) struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    pub(crate) fn of(object: &'a Object) -> Self {
        Self(&object.fields)
    }

    pub(crate) const fn new(fields: &'a Map<String, Value>) -> Self {
        Self(fields)
    }

    /// A text, or the id that a reference holds.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        text(self.0.get(name)?)
    }

    pub(crate) fn date(&self, name: &str) -> Option<Timestamp> {
        date(&self.text(name)?)
    }

    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        number(self.0.get(name)?).filter(|number| number.is_finite())
    }

    /// A count that is not negative.
    pub(crate) fn count<N: TryFrom<i64>>(&self, name: &str) -> Option<N> {
        let number = self.number(name)?.round();
        // Beyond this a number of JSON is no whole one.
        if !(0.0..9.0e15).contains(&number) {
            return None;
        }
        N::try_from(number as i64).ok()
    }

    /// A word that serde knows; `None` for one that it does not.
    pub(crate) fn word<W: DeserializeOwned>(&self, name: &str) -> Option<W> {
        W::deserialize(StrDeserializer::<WordError>::new(&self.text(name)?)).ok()
    }

    pub(crate) fn uuid(&self, name: &str) -> Option<Uuid> {
        Uuid::parse_str(&self.text(name)?).ok()
    }

    /// Any other value, as it is.
    pub(crate) fn value(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Texts of a list.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let list = self.0.get(name).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(text).collect()
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Object(wrapped) => WRAPPERS.iter().find_map(|key| text(wrapped.get(*key)?)),
        _ => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok(),
        Value::Object(wrapped) => number(wrapped.get("value")?),
        _ => None,
    }
}

/// ISO 8601; where no zone is named it is UTC, as the earlier web app means it.
fn date(text: &str) -> Option<Timestamp> {
    let parsed = text.parse().ok();
    parsed.or_else(|| format!("{text}Z").parse().ok())
}

/// Our id of a row: the one that it says, or one that is the same on every machine.
pub(crate) fn subject(class: Class, object: &Object) -> Uuid {
    let own = Fields::of(object).uuid(CLIENT_ID);
    own.unwrap_or_else(|| derived(class, object.id.as_str()))
}

/// Our id of a row that has none of ours.
pub(crate) fn derived(class: Class, object_id: &str) -> Uuid {
    let namespace = match class {
        Class::Scenario | Class::Skill => AUTHORED,
        Class::Session | Class::Turn | Class::Evaluation => NAMESPACE,
    };
    Uuid::new_v5(&namespace, format!("{}/{object_id}", class.name()).as_bytes())
}

/// Which row it is, and in which state.
pub(crate) fn stamp(class: Class, object: &Object) -> RemoteStamp {
    RemoteStamp {
        subject: subject(class, object),
        object_id: object.id.as_str().to_owned(),
        created_at: Timestamp::from_millis(object.created_at.as_millis()),
        updated_at: Timestamp::from_millis(object.updated_at.as_millis()),
        digest: None,
    }
}

/// The same of a row all of whose fields came.
pub(crate) fn whole_stamp(class: Class, object: &Object) -> RemoteStamp {
    let mut hasher = DefaultHasher::new();
    for (name, value) in &object.fields {
        (name, value.to_string()).hash(&mut hasher);
    }
    RemoteStamp {
        digest: Some(hasher.finish().cast_signed()),
        ..stamp(class, object)
    }
}

pub(crate) fn whose(object: &Object, terms: &Terms) -> Whose {
    match Fields::of(object).text(OWNER_ID) {
        Some(_) if terms.reach == Reach::Everybody => Whose::Own,
        Some(owner) if owner == terms.owner.as_str() => Whose::Own,
        Some(_) => Whose::Foreign,
        None => Whose::Unsaid,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_date_is_read_in_every_form() {
        let fields = json!({
            "iso": "2026-01-02T03:04:05.678Z",
            "date": {"__type": "Date", "iso": "2026-01-02T03:04:05.678Z"},
            "value": {"value": "2026-01-02T03:04:05.678+00:00"},
            "wrapped": {"iso": "2026-01-02T03:04:05.678900"},
            "both": {"value": {"__type": "Date", "iso": "2026-01-02T11:04:05.678+08:00"}},
        });
        let fields = Fields(fields.as_object().unwrap());
        for name in ["iso", "date", "value", "wrapped", "both"] {
            let date = fields.date(name).unwrap();
            assert_eq!(date.to_string(), "2026-01-02T03:04:05.678Z", "{name}");
        }
        assert_eq!(fields.date("nothing"), None);
    }

    #[test]
    fn a_text_is_read_out_of_whatever_it_is_wrapped_in() {
        let fields = json!({
            "plain": "x", "reason": {"reason": "x"}, "id": {"id": "x"}, "value": {"value": "x"},
            "pointer": {"__type": "Pointer", "className": "C", "objectId": "x"}, "error": {"error": "x"},
            "null": null, "empty": "", "number": 7, "object": {},
        });
        let fields = Fields(fields.as_object().unwrap());
        for name in ["plain", "reason", "id", "value", "pointer", "error"] {
            assert_eq!(fields.text(name).as_deref(), Some("x"), "{name}");
        }
        for name in ["null", "empty", "number", "object", "nothing"] {
            assert_eq!(fields.text(name), None, "{name}");
        }
    }

    #[test]
    fn a_number_is_read_and_one_that_makes_no_sense_is_none() {
        let fields = json!({"plain": 3, "text": "3", "wrapped": {"value": 3}, "negative": -1, "huge": 1e30});
        let fields = Fields(fields.as_object().unwrap());
        for name in ["plain", "text", "wrapped"] {
            assert_eq!(fields.count::<u32>(name), Some(3), "{name}");
        }
        assert_eq!(fields.count::<u32>("negative"), None);
        assert_eq!(fields.count::<u64>("huge"), None);
    }
}
