//! The figures of turns in the store: read, and changed with nothing kept in between.

use std::collections::HashMap;

use rehearse_domain::{Timestamp, TurnId};
use rehearse_store::Store;

use super::record::Record;

/// What the store kept, read.
pub(super) fn records(kept: &[(TurnId, rehearse_store::Delivery)]) -> HashMap<TurnId, Record> {
    kept.iter()
        .map(|(turn, kept)| (*turn, Record::read(kept)))
        .collect()
}

/// Keeps what is known of a take's sound. Figures that were computed meanwhile stay where the take has none. What cannot
/// be kept is computed again when it is asked for. Blocking.
pub(crate) fn keep(store: &Store, turn: TurnId, record: &Record, now: Timestamp) {
    change(store, turn, now, |known| Some(record.clone().completed_by(known)));
}

/// Keeps what was computed from a clip, and answers what is in force now: the take's own record may have been kept while
/// it was computed, and knows what is in no clip. Blocking.
pub(super) fn keep_computed(store: &Store, turn: TurnId, computed: Record, now: Timestamp) -> Record {
    let mut in_force = computed;
    change(store, turn, now, |known| {
        if known.figures.is_some() {
            in_force = known;
            return None;
        }
        in_force.lead_ms = in_force.lead_ms.or(known.lead_ms);
        Some(in_force.clone())
    });
    in_force
}

/// Makes a turn's record from the one it has, with nothing kept in between; `None` leaves that.
fn change(store: &Store, turn: TurnId, now: Timestamp, make: impl FnOnce(Record) -> Option<Record>) {
    let changed = store.change_delivery(turn, |known| {
        let known = known.map(Record::read).unwrap_or_default();
        Ok(make(known).map(|record| record.kept(now)).transpose()?)
    });
    if let Err(error) = changed {
        tracing::warn!(%error, %turn, "figures could not be kept");
    }
}

#[cfg(test)]
mod tests {
    use rehearse_domain::SessionId;

    use super::*;
    use crate::delivery::made::{START, practised, record, store};

    fn kept(store: &Store, session: SessionId, turn: TurnId) -> Record {
        records(&store.deliveries(session).unwrap())
            .remove(&turn)
            .unwrap()
    }

    #[test]
    fn what_a_take_was_kept_with_while_its_clip_was_measured_stays() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let live = Record {
            lead_ms: Some(840),
            ..record(2, 150.0)
        };
        let (session, turns) = practised(&store, 1, &live);
        let in_force = keep_computed(&store, turns[0], record(3, 180.0), START);
        assert_eq!(in_force, live);
        assert_eq!(kept(&store, session, turns[0]), live);
    }

    #[test]
    fn what_is_computed_and_the_time_before_the_clip_come_together_in_either_order() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let timed = Record {
            lead_ms: Some(840),
            ..Record::default()
        };
        let whole = Record {
            lead_ms: Some(840),
            ..record(2, 150.0)
        };
        let (session, turns) = practised(&store, 2, &Record::default());
        keep(&store, turns[0], &timed, START);
        assert_eq!(keep_computed(&store, turns[0], record(2, 150.0), START), whole);
        keep_computed(&store, turns[1], record(2, 150.0), START);
        keep(&store, turns[1], &timed, START);
        for turn in turns {
            assert_eq!(kept(&store, session, turn), whole);
        }
    }
}
