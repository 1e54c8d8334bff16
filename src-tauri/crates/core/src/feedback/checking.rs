//! Results that were made elsewhere, whoever recorded the session: each is held against the words here before anything of
//! it is shown or counted, and what came of that is kept. A result that was made here was checked when it was made; its
//! quotes belong to the words of that time, and nothing here touches it.

use std::cell::LazyCell;
use std::collections::BTreeSet;

use rehearse_domain::{Assessment, EvaluationId, Session, SessionId, Turn};
use rehearse_models::rubric::{BorneOut, Case};
use rehearse_store::{Check, Evaluation, FromElsewhere, RatedSession, Store, StoreError, Unchecked};

/// Puts what the words bear out in place of each result of a session that was made elsewhere. `elsewhere` was read before
/// the words were. Gives back those whose words are not here; of them nothing is left.
pub(super) fn check(
    store: &Store,
    elsewhere: Vec<FromElsewhere>,
    (session, turns): (&Session, &[Turn]),
    all: &mut [(Evaluation, Option<Assessment>)],
) -> BTreeSet<EvaluationId> {
    let case = LazyCell::new(|| Case::of(session, turns));
    let mut fresh = Vec::new();
    let mut missing = BTreeSet::new();
    for one in elsewhere {
        let id = one.result.evaluation;
        let Some((_, result)) = all.iter_mut().find(|(evaluation, _)| evaluation.id == id) else {
            continue;
        };
        let came = result.take();
        let check = match (one.check, came) {
            (Some(known), _) => known,
            (None, Some(came)) => {
                let check = held_against(&case, came);
                fresh.push((one.result, check.clone()));
                check
            }
            (None, None) => continue,
        };
        if check.stands.is_none() {
            missing.insert(id);
        }
        *result = check.stands;
    }
    keep(store, &fresh);
    missing
}

/// Looks the results of a session up in its words before these are changed: what they bear out now stands afterwards too.
pub(super) fn check_before_words_change(
    store: &Store,
    elsewhere: Vec<FromElsewhere>,
    session: &Session,
    turns: &[Turn],
) -> Result<(), StoreError> {
    if elsewhere.iter().any(|one| one.check.is_none()) {
        let mut all = store.assessments(session.id)?;
        check(store, elsewhere, (session, turns), &mut all);
    }
    Ok(())
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
fn keep(store: &Store, fresh: &[(Unchecked, Check)]) {
    match store.keep_checks(fresh) {
        Ok(()) | Err(StoreError::ReaderAccess) => {}
        Err(error) => tracing::warn!(%error, "what came of checking results is not kept"),
    }
}
