//! Results that were made elsewhere, whoever recorded the session: each is held against the words here before anything of
//! it is shown or counted, and what came of that is kept. A result that was made here was checked when it was made; its
//! quotes belong to the words of that time, and nothing here touches it.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use rehearse_domain::{Assessment, EvaluationId, SessionId};
use rehearse_models::rubric::{BorneOut, Case};
use rehearse_store::{Check, Evaluation, RatedSession, ResultAsRead, SessionResults, Store, StoreError};

/// What may be shown of the results of a session.
pub(super) struct Checked {
    /// The results in the order in which they were asked for; of one from elsewhere what the words bear out.
    pub(super) results: Vec<(Evaluation, Option<Assessment>)>,
    /// Those whose words are not here; of them nothing is left.
    pub(super) words_missing: BTreeSet<EvaluationId>,
}

/// Holds what was never looked up against the words that were read with it. An earlier result that is not understood is
/// left out.
///
/// # Errors
/// That the current result is not understood.
pub(super) fn check(store: &Store, found: SessionResults) -> Result<Checked, StoreError> {
    let fresh = look_up(&found);
    keep(store, &fresh);
    let mut fresh: BTreeMap<EvaluationId, Check> = fresh
        .into_iter()
        .map(|(result, check)| (result.evaluation, check))
        .collect();
    let mut checked = Checked {
        results: Vec::with_capacity(found.results.len()),
        words_missing: BTreeSet::new(),
    };
    for one in found.results {
        let id = one.evaluation.id;
        let check = match &one.from_elsewhere {
            Some(from) => from.check.clone().or_else(|| fresh.remove(&id)),
            None => None,
        };
        let result = match (check, one.assessment) {
            (Some(check), _) => {
                if check.stands.is_none() {
                    checked.words_missing.insert(id);
                }
                check.stands
            }
            // What is from elsewhere and was not checked is not shown, whatever it is.
            (None, Ok(result)) => result.filter(|_| one.from_elsewhere.is_none()),
            (None, Err(error)) if one.evaluation.superseded_at.is_none() => return Err(error),
            (None, Err(_)) => {
                tracing::warn!("an earlier result that is not understood is left out");
                None
            }
        };
        checked.results.push((one.evaluation, result));
    }
    Ok(checked)
}

/// Looks the results of a session up in its words as far as that is still to be done. One that is not understood is passed
/// over: it is nothing to whoever puts words right.
pub(super) fn look_up(found: &SessionResults) -> Vec<(ResultAsRead, Check)> {
    let case = LazyCell::new(|| Case::of(&found.session, &found.turns));
    let mut fresh = Vec::new();
    for one in &found.results {
        let Some(from) = one.from_elsewhere.as_ref().filter(|from| from.check.is_none()) else {
            continue;
        };
        match &one.assessment {
            Ok(Some(came)) => fresh.push((from.result, held_against(&case, came.clone()))),
            Ok(None) => {}
            Err(_) => tracing::warn!("a result from elsewhere that is not understood is not checked"),
        }
    }
    fresh
}

/// The same for the results of many sessions, of which those are left whose words are here. Only what was never looked up,
/// or whose session changed since, is looked up.
pub(crate) fn checked(store: &Store, rated: Vec<RatedSession>) -> Result<Vec<RatedSession>, StoreError> {
    let mut fresh = Vec::new();
    let mut left = Vec::with_capacity(rated.len());
    for one in rated {
        let Some(result) = one.unchecked else {
            left.push(one);
            continue;
        };
        let Some(case) = case(store, one.session)? else {
            continue;
        };
        let check = held_against(&case, one.assessment);
        fresh.push((result, check.clone()));
        left.extend(check.stands.map(|assessment| RatedSession {
            assessment,
            unchecked: None,
            ..one
        }));
    }
    keep(store, &fresh);
    Ok(left)
}

fn case(store: &Store, session: SessionId) -> Result<Option<Case>, StoreError> {
    let Some(record) = store.session(session)? else {
        return Ok(None);
    };
    Ok(Some(Case::of(&record, &store.turns(session)?)))
}

fn held_against(case: &Case, came: Assessment) -> Check {
    match case.borne_out(came) {
        BorneOut::WordsMissing => Check {
            stands: None,
            for_good: false,
        },
        BorneOut::AsFar {
            result,
            of_these_words,
        } => Check {
            stands: Some(*result),
            for_good: of_these_words,
        },
    }
}

/// Whoever may not write here, or cannot, looks it up again the next time.
fn keep(store: &Store, fresh: &[(ResultAsRead, Check)]) {
    match store.keep_checks(fresh) {
        Ok(()) | Err(StoreError::ReaderAccess) => {}
        Err(error) => tracing::warn!(%error, "what came of checking results is not kept"),
    }
}
