//! The rounds of an evaluation on the server, by which it is told who works on it.
//!
//! A round is a lease. `lease` counts who began each, `results` holds what each came to, and the highest round is the one
//! in force: what an earlier one says, however late, does not count. A round is over when `results` has it or `released`
//! names it; else it stands until the row was not touched for as long as its lease holds, by the server's clock. How long
//! that is its holder says with `leaseUntil`. `holders` says whose each round is: what was begun on a computer before the
//! server knew of it may bear the same number as a round of somebody else.
//!
//! The key of round 7 is `r7`: Parse Server takes a number after a dot for the place in an array.

use std::time::Duration;

use rehearse_domain::Timestamp;
use rehearse_leancloud::Object;
use rehearse_store::EvaluationStatus;
use serde_json::{Map, Value};

use super::reading::Fields;

/// Who began each round: an object of counts.
pub(crate) const LEASE: &str = "lease";
/// Who has each round: an object of names.
pub(crate) const HOLDERS: &str = "holders";
/// What each round came to: an object of texts.
pub(crate) const RESULTS: &str = "results";
/// The round that was given back without a result.
pub(crate) const RELEASED: &str = "released";
/// What a judge answered so far, as text.
pub(crate) const PROGRESS: &str = "progress";
/// Who works on it, for whoever looks at the rows; and until when they mean to.
pub(crate) const LEASE_HOLDER: &str = "leaseHolder";
pub(crate) const LEASE_UNTIL: &str = "leaseUntil";

/// How long a round holds of which nobody says so.
pub(crate) const HOLDS: Duration = Duration::from_secs(90);
/// Nobody is waited for longer, whatever they say.
const LONGEST: Duration = Duration::from_secs(3600);
/// The server's clock may be known to the second only, and an answer takes its time.
pub(crate) const GRACE: Duration = Duration::from_secs(5);

/// A row as far as its rounds go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rounds {
    /// The round in force; 0 where there was none.
    pub(crate) highest: u32,
    /// What the round in force came to.
    pub(crate) result: Option<String>,
    /// Whether it was given back.
    pub(crate) is_released: bool,
    /// What the row says by itself, which counts where no round stands.
    status: EvaluationStatus,
    touched_at: Timestamp,
    /// How long after that its holder means to have it.
    meant_for: Option<Duration>,
}

impl Rounds {
    pub(crate) fn of(object: &Object) -> Self {
        let fields = Fields::of(object);
        let begun = fields.value(LEASE).and_then(Value::as_object);
        let numbers = begun.into_iter().flat_map(Map::keys);
        let highest = numbers.filter_map(|key| number(key)).max().unwrap_or(0);
        let touched_at = Timestamp::from_millis(object.updated_at.as_millis());
        let meant_until = fields.date(LEASE_UNTIL).filter(|until| *until > touched_at);
        Self {
            highest,
            result: result_of(object, highest),
            is_released: fields.count(RELEASED) == Some(highest),
            status: fields.word("status").unwrap_or(EvaluationStatus::Pending),
            touched_at,
            meant_for: meant_until.map(|until| until.since(touched_at).min(LONGEST)),
        }
    }

    /// How far it is.
    pub(crate) fn status(&self) -> EvaluationStatus {
        match (self.highest, self.status) {
            (0, status) => status,
            _ if self.result.is_some() => EvaluationStatus::Completed,
            (_, EvaluationStatus::Failed) if self.is_released => EvaluationStatus::Failed,
            _ if self.is_released => EvaluationStatus::Pending,
            _ => EvaluationStatus::Running,
        }
    }

    /// Until when nobody else may begin, where somebody is at it.
    pub(crate) fn stands_until(&self) -> Option<Timestamp> {
        let holds = self.meant_for.unwrap_or(HOLDS);
        (self.status() == EvaluationStatus::Running).then(|| self.touched_at.after(holds + GRACE))
    }
}

/// What a round came to.
pub(crate) fn result_of(object: &Object, round: u32) -> Option<String> {
    let results = Fields::of(object).value(RESULTS)?.as_object()?;
    results.get(&key(round))?.as_str().map(ToOwned::to_owned)
}

/// Who has a round, as far as they have said so.
pub(crate) fn holder_of(object: &Object, round: u32) -> Option<String> {
    let holders = Fields::of(object).value(HOLDERS)?.as_object()?;
    holders.get(&key(round))?.as_str().map(ToOwned::to_owned)
}

/// A column of one round, in a row that is changed.
pub(crate) fn of_round(column: &str, round: u32) -> String {
    format!("{column}.{}", key(round))
}

/// A round inside a column.
pub(crate) fn key(round: u32) -> String {
    format!("r{round}")
}

fn number(key: &str) -> Option<u32> {
    key.strip_prefix('r')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use rehearse_leancloud::ObjectId;
    use serde_json::json;

    use super::*;

    fn row(fields: Value) -> Object {
        let at = rehearse_leancloud::Timestamp::from_millis(1_000);
        let Value::Object(fields) = fields else {
            panic!("no object")
        };
        Object {
            id: ObjectId::new("e1").unwrap(),
            created_at: at,
            updated_at: at,
            acl: None,
            fields,
        }
    }

    #[test]
    fn only_the_round_in_force_counts() {
        use EvaluationStatus::{Completed, Failed, Pending, Running};
        let states = [
            (json!({"status": "running"}), 0, Running),
            (json!({"status": "failed", "lease": {}}), 0, Failed),
            (json!({"status": "pending", "lease": {"r1": 3}}), 1, Running),
            (
                json!({"status": "running", "lease": {"r1": 1}, "released": 1}),
                1,
                Pending,
            ),
            (
                json!({"status": "failed", "lease": {"r1": 1}, "released": 1}),
                1,
                Failed,
            ),
            (
                json!({"status": "failed", "lease": {"r1": 1, "r2": 1}, "released": 1}),
                2,
                Running,
            ),
            (
                json!({"status": "running", "lease": {"r9": 1, "r10": 1}, "results": {"r10": "{}"}}),
                10,
                Completed,
            ),
            (
                json!({"status": "completed", "lease": {"r1": 1, "r2": 1}, "results": {"r1": "{}"}}),
                2,
                Running,
            ),
        ];
        for (fields, highest, status) in states {
            let rounds = Rounds::of(&row(fields.clone()));
            assert_eq!((rounds.highest, rounds.status()), (highest, status), "{fields}");
        }
    }

    #[test]
    fn a_round_stands_from_when_the_row_was_touched() {
        let stands = |fields| Rounds::of(&row(fields)).stands_until();
        let until = Timestamp::from_millis(96_000);
        assert_eq!(stands(json!({"lease": {"r1": 1}})), Some(until));
        let meant = |until: &str| stands(json!({"lease": {"r1": 1}, "leaseUntil": until}));
        let after = |millis| Some(Timestamp::from_millis(millis));
        assert_eq!(
            meant("1970-01-01T00:00:11.000Z"),
            after(16_000),
            "as its holder says"
        );
        assert_eq!(
            meant("1970-01-01T00:00:00.500Z"),
            Some(until),
            "of an earlier round"
        );
        assert_eq!(
            meant("2070-01-01T00:00:00.000Z"),
            after(3_606_000),
            "not for ever"
        );
        assert_eq!(stands(json!({"lease": {"r1": 1}, "released": 1})), None);
        assert_eq!(stands(json!({"status": "pending"})), None);
    }
}
