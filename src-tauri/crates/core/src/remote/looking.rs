//! What is shown of the server: how far everything is, and what needs the user.

use std::time::Duration;

use rehearse_domain::{SessionId, Timestamp};
use rehearse_store::{Access, LaneState, OutboxKind, OutboxRow, Store, StoreError};
use rehearse_sync::{Pause, Phase, PullerPhase, PullerStatus, refused_host};

use super::account::{Account, KNOWN_BY, KnownBy};
use crate::error::ErrorView;
use crate::house::Core;
use crate::lines::count;
use crate::view::{
    ChangeKind, ServerKind, StillThere, StuckChange, SyncLook, SyncMark, SyncPause, SyncPhase, SyncTroubles,
    SyncView, UntoldView, UploadingView,
};

/// When LeanCloud closes, by its announcement: the beginning of 2027-01-12 in China.
const LEANCLOUD_CLOSES: Timestamp = Timestamp::from_millis(1_799_683_200_000);
const DAY: Duration = Duration::from_secs(24 * 3600);

impl Core {
    /// How far everything is.
    pub async fn sync(&self) -> Result<SyncView, ErrorView> {
        let remote = &self.0.remote;
        let standing = remote.standing.read().clone();
        let status = remote.status();
        let puller = remote.puller_status();
        let (figures, untold, conflicts, access) = self
            .0
            .on_store(|store| {
                let conflicts = store.conflicts()?.len();
                Ok((store.outbox_figures()?, untold(store)?, conflicts, store.access()))
            })
            .await?;
        // What is in the database goes down when a recording has arrived, not while it goes.
        let uploading = remote.uploading();
        let gone = uploading.map_or(0, |uploading| uploading.sent);
        let now = self.0.now();
        let closes_in_days = standing.account.as_ref().and_then(|account| closes(account, now));
        let phase = match (&standing.account, &standing.problem, status) {
            (None, ..) => SyncPhase::Off,
            (Some(_), Some(_), _) => SyncPhase::Locked,
            (Some(_), None, None) => match access {
                Access::Reader => SyncPhase::Elsewhere,
                Access::Owner => SyncPhase::Waiting,
            },
            (Some(_), None, Some(status)) => {
                // Everything is told, and nothing is heard.
                let heard = puller.map(|puller| puller.phase);
                let told = match (status.phase, heard) {
                    (Phase::Idle, Some(PullerPhase::Paused(pause))) => Phase::Paused(pause),
                    (told, _) => told,
                };
                phase(told, closes_in_days)
            }
        };
        Ok(SyncView {
            account: standing.account.as_ref().map(Account::view),
            phase,
            problem: standing.problem,
            until: status.and_then(|status| status.until),
            last_success: status.and_then(|status| status.last_success),
            look: puller.map_or(SyncLook::Off, look),
            looked_at: puller.and_then(|puller| puller.last_success),
            waiting: figures.waiting,
            waiting_bytes: figures.bytes.saturating_sub(gone) as f64,
            uploading: uploading.map(|uploading| UploadingView {
                sent: uploading.sent as f64,
                bytes: uploading.bytes as f64,
            }),
            stuck: figures.stuck,
            conflicts: count(conflicts),
            still_there: figures.still_there,
            offline: remote.net.is_offline(),
            untold,
            closes_in_days,
        })
    }

    /// What needs the user.
    pub async fn sync_troubles(&self) -> Result<SyncTroubles, ErrorView> {
        self.0
            .on_store(|store| {
                let stuck = store.stuck_changes()?;
                let stuck = stuck.into_iter().map(|row| stuck_change(store, row));
                let still_there = store.still_on_the_remote()?;
                Ok(SyncTroubles {
                    stuck: stuck.collect::<Result<_, StoreError>>()?,
                    still_there: still_there
                        .into_iter()
                        .map(|stray| StillThere {
                            file: stray.file,
                            session: stray.session,
                        })
                        .collect(),
                })
            })
            .await
    }

    /// By what the store knows whoever is signed in; `None` while nobody is, so that nothing bears a mark.
    pub(crate) fn account_name(&self) -> Option<String> {
        let standing = self.0.remote.standing.read();
        standing.account.as_ref()?.name().ok()
    }

    /// Whether somebody is signed in, so that sessions bear a mark.
    pub(crate) fn marks_sessions(&self) -> bool {
        self.0.remote.standing.read().account.is_some()
    }
}

/// What the server that knows the records would never be told, once somebody signs in elsewhere.
pub(super) fn untold(store: &Store) -> Result<Option<UntoldView>, StoreError> {
    let untold = store.untold()?;
    let known_by: Option<KnownBy> = store.get_setting(KNOWN_BY)?;
    Ok(known_by.and_then(|known_by| known_by.untold(untold)))
}

/// The mark of a session, where sessions bear one.
pub(crate) fn mark(store: &Store, session: SessionId) -> Result<Option<SyncMark>, StoreError> {
    Ok(store.lane_state(session)?.map(|state| match state {
        LaneState { stuck: 1.., .. } => SyncMark::Stuck,
        LaneState {
            known: true,
            waiting: 0,
            ..
        } => SyncMark::Sent,
        LaneState { .. } => SyncMark::Waiting,
    }))
}

fn closes(account: &Account, now: Timestamp) -> Option<i32> {
    if account.server != ServerKind::LeanCloud {
        return None;
    }
    let left = LEANCLOUD_CLOSES.as_millis().saturating_sub(now.as_millis());
    let day = i64::try_from(DAY.as_millis()).unwrap_or(i64::MAX);
    // Rounded up: on the last day one is left.
    i32::try_from(left.div_euclid(day) + i64::from(left.rem_euclid(day) > 0)).ok()
}

fn phase(phase: Phase, closes_in_days: Option<i32>) -> SyncPhase {
    let closed = closes_in_days.is_some_and(|days| days <= 0);
    match phase {
        Phase::Idle => SyncPhase::Idle,
        Phase::Sending => SyncPhase::Sending,
        Phase::Waiting => SyncPhase::Waiting,
        Phase::Trouble => SyncPhase::Trouble,
        Phase::Paused(pause) => SyncPhase::Paused {
            pause: match pause {
                Pause::Offline => SyncPause::Offline,
                // Nobody announced what the hosts will answer: whatever it is, it means the same from then on.
                _ if closed => SyncPause::Closed,
                Pause::Unreachable => SyncPause::Unreachable,
                Pause::Busy => SyncPause::Busy,
                Pause::Quota => SyncPause::Quota,
                Pause::Archived => SyncPause::Archived,
                Pause::Disabled => SyncPause::Disabled,
                Pause::SignIn => SyncPause::SignIn,
            },
        },
    }
}

fn look(puller: PullerStatus) -> SyncLook {
    match (puller.phase, puller.last_success) {
        (PullerPhase::Idle, Some(_)) => SyncLook::Done,
        // It has just begun.
        (PullerPhase::Idle, None) | (PullerPhase::Pulling, _) => SyncLook::UnderWay,
        (PullerPhase::Waiting | PullerPhase::Paused(_) | PullerPhase::Trouble, _) => SyncLook::Failed,
    }
}

fn stuck_change(store: &Store, row: OutboxRow) -> Result<StuckChange, StoreError> {
    let title = match row.kind {
        OutboxKind::SaveScenario => store
            .scenario(row.lane.into())?
            .map(|scenario| scenario.record.title),
        OutboxKind::SaveSkill => store.skill(row.lane.into())?.map(|skill| skill.record.name),
        _ => store
            .session(row.session())?
            .map(|session| session.snapshot.scenario.title),
    };
    let reason = row.stuck_reason.as_deref().unwrap_or_default();
    Ok(StuckChange {
        id: u32::try_from(row.id).unwrap_or(u32::MAX),
        session: (!row.is_authored()).then(|| row.session()),
        title,
        change: match row.kind {
            OutboxKind::Upload => ChangeKind::Recording,
            OutboxKind::CreateTurn | OutboxKind::SaveTurn => ChangeKind::Turn,
            OutboxKind::SaveSession => ChangeKind::Session,
            OutboxKind::DeleteSession => ChangeKind::Deletion,
            OutboxKind::SaveScenario => ChangeKind::Scenario,
            OutboxKind::SaveSkill => ChangeKind::Skill,
        },
        at: row.created_at,
        host: refused_host(reason).map(str::to_owned),
        reason: reason.split(':').next().unwrap_or_default().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_leancloud_closes_is_the_one_it_announced() {
        assert_eq!(LEANCLOUD_CLOSES.to_string(), "2027-01-11T16:00:00.000Z");
    }

    #[test]
    fn after_that_day_every_pause_but_the_users_own_means_that_it_has_closed() {
        let after = Some(0);
        let paused = |pause| SyncPhase::Paused { pause };
        for pause in [Pause::Unreachable, Pause::Archived, Pause::SignIn, Pause::Busy] {
            assert_eq!(phase(Phase::Paused(pause), after), paused(SyncPause::Closed));
            assert_ne!(phase(Phase::Paused(pause), Some(1)), paused(SyncPause::Closed));
        }
        assert_eq!(
            phase(Phase::Paused(Pause::Offline), after),
            paused(SyncPause::Offline)
        );
    }
}
