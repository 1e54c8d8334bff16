//! What may go out now: what the database says is due, put into jobs in the order in which they are begun.

use std::collections::HashSet;

use rehearse_domain::Timestamp;
use rehearse_store::{
    EvaluationUntold, Lane, Lanes, OutboxKind, OutboxRow, Settled, Store, StoreError, StrayFile, TwinWatch,
};
use uuid::Uuid;

use super::ending::Ending;
use super::flow::Busy;
use super::items::Part;
use crate::plan::{Sought, Steps, plan};

/// Sessions with something to do that are looked at in one go. Those that need the user are not counted.
const LANES: u32 = 64;
/// After so many clips nothing else is looked at in one go.
const UPLOADS: usize = 192;
/// Stray files that are looked at in one go.
const STRAYS: u32 = 32;
/// Watches that are looked at in one go: as many as one request asks for.
const WATCHES: u32 = 100;

/// One thing to do, on its own road.
pub(super) enum Job {
    /// Changes of scenarios and skills.
    Authored(Vec<OutboxRow>),
    Batch(Vec<Part>),
    /// How the work on an evaluation ended.
    Ending(Ending),
    Seek(Vec<Sought>),
    Delete(Box<OutboxRow>),
    Upload(Box<OutboxRow>),
    Stray(StrayFile),
    /// Of one kind.
    Twins(Vec<TwinWatch>),
}

/// What a look found.
#[derive(Default)]
pub(crate) struct Look {
    /// What may go out, what many wait for first: scenarios and skills, because sessions name them; rows, of many sessions
    /// in one request; then deletions, clips, and what is in no hurry.
    pub(super) jobs: Vec<Job>,
    /// When there is something to do for what has to wait.
    pub(crate) next: Option<Timestamp>,
    /// When there is a twin to look for, if none is now.
    pub(crate) next_watch: Option<Timestamp>,
    /// What seemed to be due and has to wait.
    pub(super) put_off: Vec<Settled>,
    /// Whether something was begun later than now.
    pub(super) clock_was_set_back: bool,
}

impl Look {
    pub(crate) fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    /// Whether there is anything to tell. Looking for twins is not telling.
    pub(crate) fn tells(&self) -> bool {
        self.jobs.iter().any(|job| !matches!(job, Job::Twins(_)))
    }
}

/// What was found so far, by kind.
#[derive(Default)]
struct Found {
    authored: Vec<OutboxRow>,
    parts: Vec<Part>,
    endings: Vec<Ending>,
    sought: Vec<Sought>,
    deletes: Vec<OutboxRow>,
    uploads: Vec<OutboxRow>,
    lanes: HashSet<Uuid>,
}

/// Looks what may go out now beside what is under way, at most `most` rows in a request. Blocking.
pub(super) fn look(store: &Store, now: Timestamp, most: usize, busy: &Busy) -> Result<Look, StoreError> {
    let (mut look, mut found) = (Look::default(), Found::default());
    // By themselves: however many sessions wait for longer, these are found.
    for of in [Lanes::Authored, Lanes::Sessions] {
        look_at_lanes(store, of, now, busy, &mut look, &mut found)?;
    }
    let mut strays = store.stray_files_due(now, STRAYS)?;
    strays.retain(|stray| !busy.has_stray(&stray.file));
    let mut twins = store.twin_watches_due(now, WATCHES)?;
    // What is under way for a session and what a look changes in it would cross each other.
    twins.retain(|watch| {
        let crossed = found.lanes.contains(&watch.session.into()) || busy.has_lane(watch.session);
        !crossed && !busy.has_watch(watch.subject)
    });
    // Sessions wait until the server has said what it calls their scenarios, or that it cannot say so now.
    let names_are_coming = !found.authored.is_empty() || busy.has_authored();
    // One at a time: a job begun beside another would not know the names that the other is about to make.
    if !busy.has_authored() {
        let jobs = authored(found.authored, most);
        look.jobs.extend(jobs.into_iter().map(Job::Authored));
    }
    if !names_are_coming {
        let jobs = batches(found.parts, most).into_iter().map(Job::Batch);
        look.jobs.extend(jobs);
    }
    look.jobs.extend(found.endings.into_iter().map(Job::Ending));
    look.jobs
        .extend(found.sought.chunks(most).map(|some| Job::Seek(some.to_vec())));
    look.jobs
        .extend(found.deletes.into_iter().map(|row| Job::Delete(Box::new(row))));
    look.jobs
        .extend(found.uploads.into_iter().map(|row| Job::Upload(Box::new(row))));
    look.jobs.extend(strays.into_iter().map(Job::Stray));
    look.jobs.extend(by_kind(twins).into_iter().map(Job::Twins));
    let due = store.due_after(now)?;
    look.next = [look.next, due.changes, due.strays].into_iter().flatten().min();
    look.next_watch = due.watches;
    Ok(look)
}

/// Pages through the lanes of a kind that have something due, past those that wait for the user.
fn look_at_lanes(
    store: &Store,
    of: Lanes,
    now: Timestamp,
    busy: &Busy,
    look: &mut Look,
    found: &mut Found,
) -> Result<(), StoreError> {
    let (mut after, before) = (0, found.lanes.len());
    loop {
        let lanes = store.lanes_due(of, now, after, LANES)?;
        let Some(last) = lanes.last().map(|lane| lane.first) else {
            return Ok(());
        };
        after = last;
        for lane in lanes.into_iter().filter(|lane| !busy.has_lane(lane.id)) {
            look.clock_was_set_back |= begun_later(&lane, now);
            let steps = plan(&lane, now);
            match steps.not_before.filter(|_| steps.is_empty()) {
                Some(until) => {
                    look.next = Some(look.next.map_or(until, |next| next.min(until)));
                    look.put_off.push(Settled::PutOff { lane: lane.id, until });
                }
                None => add(store, &lane, steps, found)?,
            }
        }
        let is_enough = found.lanes.len() - before >= LANES as usize || found.uploads.len() >= UPLOADS;
        if of == Lanes::Sessions && is_enough {
            return Ok(());
        }
    }
}

/// Whether an attempt was begun that now is yet to come.
fn begun_later(lane: &Lane, now: Timestamp) -> bool {
    let mut begun = lane.rows.iter().filter_map(|row| row.unsure_since);
    begun.any(|since| since > now)
}

fn add(store: &Store, lane: &Lane, steps: Steps, found: &mut Found) -> Result<(), StoreError> {
    if steps.is_empty() {
        return Ok(());
    }
    found.lanes.insert(lane.id);
    found.authored.extend(steps.author);
    found.deletes.extend(steps.delete);
    found.sought.extend(steps.sought);
    found.uploads.extend(steps.uploads);
    if !steps.create.is_empty() {
        found.parts.push(Part::Session {
            session: lane.session(),
            rows: steps.create,
            more_turns: steps.more_turns,
        });
    }
    let mut save = steps.save;
    if let Some(mut below) = steps.below {
        // The session names its evaluation, which comes first; and its rows stand for what became of that.
        let untold = store.untold_of_evaluation(lane.session())?;
        if untold == EvaluationUntold::Nothing {
            below.evaluation.clear();
        } else if !below.evaluation.is_empty() {
            save.clear();
        }
        if untold == EvaluationUntold::End && !below.evaluation.is_empty() {
            found.endings.push(Ending {
                session: lane.session(),
                name: below.session.clone(),
                rows: std::mem::take(&mut below.evaluation),
            });
        }
        let part = Part::Below {
            session: lane.session(),
            below,
        };
        if part.len() > 0 {
            found.parts.push(part);
        }
    }
    if !save.is_empty() {
        found.parts.push(Part::Session {
            session: lane.session(),
            rows: save,
            more_turns: false,
        });
    }
    Ok(())
}

/// Changes of scenarios and skills, about as many as one request holds, those of a record together. A scenario names its
/// skills: where not all fit into one request the skills go first.
fn authored(mut rows: Vec<OutboxRow>, most: usize) -> Vec<Vec<OutboxRow>> {
    let is_skill = |row: &OutboxRow| row.kind == OutboxKind::SaveSkill;
    if rows.len() > most && rows.iter().any(is_skill) {
        rows.retain(is_skill);
    }
    let mut jobs: Vec<Vec<OutboxRow>> = Vec::new();
    for row in rows {
        let joins = |job: &&mut Vec<OutboxRow>| {
            job.len() < most || job.last().is_some_and(|last| last.lane == row.lane)
        };
        match jobs.last_mut().filter(joins) {
            Some(job) => job.push(row),
            None => jobs.push(vec![row]),
        }
    }
    jobs
}

/// Watches of each kind together.
fn by_kind(watches: Vec<TwinWatch>) -> Vec<Vec<TwinWatch>> {
    let mut kinds: Vec<Vec<TwinWatch>> = Vec::new();
    for watch in watches {
        let same = |some: &&mut Vec<TwinWatch>| some.first().is_some_and(|first| first.kind == watch.kind);
        match kinds.iter_mut().find(same) {
            Some(some) => some.push(watch),
            None => kinds.push(vec![watch]),
        }
    }
    kinds
}

/// Parts of many sessions, as many as one request holds.
fn batches(parts: Vec<Part>, most: usize) -> Vec<Vec<Part>> {
    let mut batches: Vec<Vec<Part>> = Vec::new();
    let mut size = most;
    for part in parts {
        if size + part.len() > most {
            batches.push(Vec::new());
            size = 0;
        }
        size += part.len();
        if let Some(last) = batches.last_mut() {
            last.push(part);
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use rehearse_domain::Timestamp;

    use super::*;

    fn row(lane: u128, kind: OutboxKind) -> OutboxRow {
        OutboxRow {
            id: 1,
            lane: Uuid::from_u128(lane),
            kind,
            subject: Uuid::from_u128(lane),
            object_id: None,
            attempts: 0,
            begun: None,
            unsure_since: None,
            last_error: None,
            stuck_reason: None,
            next_attempt_at: Timestamp::from_millis(0),
            parent: None,
            created_at: Timestamp::from_millis(0),
            look_first: false,
        }
    }

    #[test]
    fn skills_go_first_where_not_everything_fits_into_a_request() {
        let (scenario, skill) = (OutboxKind::SaveScenario, OutboxKind::SaveSkill);
        let rows = || {
            vec![
                row(1, scenario),
                row(1, scenario),
                row(2, scenario),
                row(3, skill),
            ]
        };
        let lanes = |jobs: Vec<Vec<OutboxRow>>| -> Vec<Vec<u128>> {
            let lanes = |job: Vec<OutboxRow>| job.into_iter().map(|row| row.lane.as_u128()).collect();
            jobs.into_iter().map(lanes).collect()
        };
        assert_eq!(lanes(authored(rows(), 4)), [vec![1, 1, 2, 3]]);
        assert_eq!(lanes(authored(rows(), 3)), [vec![3]]);
        let scenarios = rows().into_iter().filter(|row| row.kind == scenario).collect();
        assert_eq!(
            lanes(authored(scenarios, 1)),
            [vec![1, 1], vec![2]],
            "no record in two jobs"
        );
    }
}
