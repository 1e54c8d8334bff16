//! What came of the jobs of a round so far, and whether any other is to be begun in it.

use parking_lot::Mutex;
use rehearse_leancloud::Wait;

use crate::Pause;

/// After so many faults in a row a server is left alone for a while.
const ENOUGH_FAULTS: u32 = 3;

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Changes and deletions that the server confirmed.
    pub done: u32,
    /// What was found out or decided here, so that something else may follow.
    pub settled: u32,
    /// What failed.
    pub failed: u32,
    /// How often the server gave no answer, or one that makes no sense.
    pub faults: u32,
    /// Why nothing goes out for now, and how long that lasts.
    pub pause: Option<(Pause, Wait)>,
}

impl Round {
    /// Whether there was anything that may let something else follow.
    pub(crate) const fn moved(&self) -> bool {
        self.done + self.settled > 0
    }
}

#[derive(Default)]
pub(super) struct Tally(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    round: Round,
    /// Faults since something worked.
    faults_in_a_row: u32,
}

impl Tally {
    pub(super) fn done(&self) {
        let mut counts = self.0.lock();
        counts.round.done += 1;
        counts.faults_in_a_row = 0;
    }

    pub(super) fn settled(&self) {
        let mut counts = self.0.lock();
        counts.round.settled += 1;
    }

    pub(super) fn failed(&self) {
        self.0.lock().round.failed += 1;
    }

    pub(super) fn fault(&self) {
        let mut counts = self.0.lock();
        counts.round.faults += 1;
        counts.faults_in_a_row += 1;
    }

    /// Nothing else is begun in this round.
    pub(super) fn pause(&self, pause: Option<(Pause, Wait)>) {
        let round = &mut self.0.lock().round;
        // Signing in comes before everything: waiting does not help.
        if round.pause.is_none() || matches!(pause, Some((Pause::SignIn, _))) {
            round.pause = pause;
        }
    }

    /// Whether nothing else is to be begun.
    pub(super) fn is_closed(&self) -> bool {
        let counts = self.0.lock();
        counts.round.pause.is_some() || counts.faults_in_a_row >= ENOUGH_FAULTS
    }

    pub(super) fn round(&self) -> Round {
        self.0.lock().round
    }
}
