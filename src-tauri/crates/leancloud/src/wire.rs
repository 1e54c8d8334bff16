//! Values with a `__type`: moments, pointers, bytes and places.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::{ObjectId, Timestamp};

/// A moment in a field of one's own. `createdAt` and `updatedAt` are plain texts and no such values, but are compared
/// with one in a condition.
///
/// ```
/// use rehearse_leancloud::{Date, Timestamp};
/// let value = serde_json::to_value(Date(Timestamp::from_millis(0)))?;
/// assert_eq!(value, serde_json::json!({"__type": "Date", "iso": "1970-01-01T00:00:00.000Z"}));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub Timestamp);

/// A row of a class, by its id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pointer {
    /// The class.
    pub class: String,
    /// The row.
    pub id: ObjectId,
}

/// Bytes inside a row. Anything that is not small belongs into a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binary(pub Vec<u8>);

/// A place on earth, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GeoPoint {
    /// -90 to 90.
    pub latitude: f64,
    /// -180 to 180.
    pub longitude: f64,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "__type")]
enum Tagged {
    Date {
        iso: Timestamp,
    },
    #[serde(rename_all = "camelCase")]
    Pointer {
        class_name: String,
        object_id: ObjectId,
    },
    Bytes {
        base64: String,
    },
    GeoPoint {
        latitude: f64,
        longitude: f64,
    },
    // How Parse Server writes a pointer that was expanded.
    #[serde(rename_all = "camelCase")]
    Object {
        class_name: String,
        object_id: ObjectId,
    },
}

fn other<T, E: serde::de::Error>(wanted: &str) -> Result<T, E> {
    Err(E::custom(format_args!("this is no {wanted}")))
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Tagged::Date { iso: self.0 }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Date {
    /// Takes the plain text of `createdAt` too.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        if let Some(text) = value.as_str() {
            return text.parse().map(Self).map_err(D::Error::custom);
        }
        match serde_json::from_value(value).map_err(D::Error::custom)? {
            Tagged::Date { iso } => Ok(Self(iso)),
            _ => other("moment"),
        }
    }
}

impl Serialize for Pointer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (class_name, object_id) = (self.class.clone(), self.id.clone());
        Tagged::Pointer {
            class_name,
            object_id,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Pointer {
    /// Takes a pointer that was expanded into its row too, and leaves its fields out.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Tagged::deserialize(deserializer)? {
            Tagged::Pointer {
                class_name,
                object_id,
            }
            | Tagged::Object {
                class_name,
                object_id,
            } => Ok(Self {
                class: class_name,
                id: object_id,
            }),
            _ => other("pointer"),
        }
    }
}

impl Serialize for Binary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let base64 = STANDARD.encode(&self.0);
        Tagged::Bytes { base64 }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Binary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Tagged::deserialize(deserializer)? {
            Tagged::Bytes { base64 } => STANDARD.decode(base64).map(Self).map_err(D::Error::custom),
            _ => other("bytes"),
        }
    }
}

impl Serialize for GeoPoint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { latitude, longitude } = *self;
        Tagged::GeoPoint { latitude, longitude }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for GeoPoint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Tagged::deserialize(deserializer)? {
            Tagged::GeoPoint { latitude, longitude } => Ok(Self { latitude, longitude }),
            _ => other("place"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;
    use serde_json::{from_value, json, to_value};

    use super::*;

    #[track_caller]
    fn both_ways<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T, wire: &Value) {
        assert_eq!(&to_value(value).unwrap(), wire);
        assert_eq!(&from_value::<T>(wire.clone()).unwrap(), value);
        assert!(from_value::<T>(json!({"__type": "Relation", "className": "C"})).is_err());
    }

    #[test]
    fn values_look_as_both_servers_write_them() {
        let moment = "2015-06-21T18:02:52.249Z";
        let date = Date(moment.parse().unwrap());
        both_ways(&date, &json!({"__type": "Date", "iso": moment}));
        let pointer = Pointer {
            class: "Post".to_owned(),
            id: ObjectId::new("55a39634").unwrap(),
        };
        both_ways(
            &pointer,
            &json!({"__type": "Pointer", "className": "Post", "objectId": "55a39634"}),
        );
        both_ways(
            &Binary(b"hi".to_vec()),
            &json!({"__type": "Bytes", "base64": "aGk="}),
        );
        let place = GeoPoint {
            latitude: 39.9,
            longitude: 116.4,
        };
        both_ways(
            &place,
            &json!({"__type": "GeoPoint", "latitude": 39.9, "longitude": 116.4}),
        );
    }

    #[test]
    fn a_plain_text_is_a_moment_and_an_expanded_row_a_pointer() {
        let date: Date = from_value(json!("2015-06-21T18:02:52.249Z")).unwrap();
        assert_eq!(date.0.as_millis(), 1_434_909_772_249);
        for kind in ["Pointer", "Object"] {
            let row = json!({"__type": kind, "className": "Post", "objectId": "a", "title": "x"});
            assert_eq!(from_value::<Pointer>(row).unwrap().class, "Post");
        }
        assert!(from_value::<Date>(json!(7)).is_err());
        assert!(from_value::<Binary>(json!({"__type": "Bytes", "base64": "?"})).is_err());
    }
}
