//! Whether and when somebody is told outside of the window that there is feedback: once for each result, once for several
//! that come close together, and never of what came while they were looking. Pure: the host owns the clock, the window
//! and the notification.

use std::collections::BTreeSet;
use std::time::Duration;

use rehearse_domain::{EvaluationId, SessionId};
use tokio::time::Instant;

/// What comes within this time after a first one is told of together with it.
const GATHERING: Duration = Duration::from_secs(2);
/// So long after somebody was told, more is only gathered: who works off a pile of sessions makes a result every few
/// seconds.
const QUIET: Duration = Duration::from_secs(60);

/// A result that was made on this computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewResult {
    /// The session that it is about.
    pub session: SessionId,
    /// The evaluation that it belongs to.
    pub evaluation: EvaluationId,
}

/// Where the window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attention {
    /// In front: whoever sits there sees what is new.
    Here,
    /// Behind another one, minimised or hidden.
    Elsewhere,
}

/// Where a notification leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leads {
    /// To the review of the only session that it is about.
    ToReview(SessionId),
    /// To the list of sessions, because it is about several.
    ToHistory,
}

/// What is known of what was told.
#[derive(Debug, Default)]
pub struct Telling {
    /// Results that were seen or told of, or wait to be.
    known: BTreeSet<EvaluationId>,
    /// Sessions with results since the window was in front last.
    unseen: Vec<SessionId>,
    /// When to tell; `None` while there is nothing to tell of.
    due: Option<Instant>,
    /// When somebody was told last.
    told: Option<Instant>,
}

impl Telling {
    /// A result is there.
    pub fn came(&mut self, result: NewResult, attention: Attention, now: Instant) {
        if !self.known.insert(result.evaluation) || attention == Attention::Here {
            return;
        }
        self.unseen.retain(|session| *session != result.session);
        self.unseen.push(result.session);
        if self.due.is_none() {
            let quiet_until = self.told.map(|told| told + QUIET);
            let gathered = now + GATHERING;
            self.due = Some(quiet_until.map_or(gathered, |until| until.max(gathered)));
        }
    }

    /// The window came to the front: what waits to be told of is to be seen there.
    pub fn came_forward(&mut self) {
        self.unseen.clear();
        self.due = None;
    }

    /// When [`Self::is_to_be_told`] is to be asked.
    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Whether somebody is to be told now.
    pub fn is_to_be_told(&mut self, attention: Attention, now: Instant) -> bool {
        if self.due.is_none_or(|due| due > now) {
            return false;
        }
        self.due = None;
        if attention == Attention::Here {
            self.came_forward();
            return false;
        }
        self.told = Some(now);
        true
    }

    /// Where the notification that stands leads; `None` where what it was about has been seen.
    pub fn leads(&self) -> Option<Leads> {
        match self.unseen.as_slice() {
            [] => None,
            [only] => Some(Leads::ToReview(*only)),
            _ => Some(Leads::ToHistory),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::Attention::{Elsewhere, Here};
    use super::*;

    fn result(number: u128) -> NewResult {
        NewResult {
            session: session(number),
            evaluation: Uuid::from_u128(100 + number).into(),
        }
    }

    fn session(number: u128) -> SessionId {
        Uuid::from_u128(number).into()
    }

    fn after(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    /// Asks at every moment that it names, for so many seconds, and answers when somebody was told.
    fn told(telling: &mut Telling, start: Instant, seconds: u64) -> Vec<u64> {
        let mut all = Vec::new();
        while let Some(due) = telling.due().filter(|due| *due <= after(start, seconds)) {
            if telling.is_to_be_told(Elsewhere, due) {
                all.push((due - start).as_secs());
            }
        }
        all
    }

    #[test]
    fn who_is_elsewhere_is_told_once_and_led_to_the_review() {
        let (mut telling, start) = (Telling::default(), Instant::now());
        telling.came(result(1), Elsewhere, start);
        assert!(
            !telling.is_to_be_told(Elsewhere, after(start, 1)),
            "more may come"
        );
        assert_eq!(told(&mut telling, start, 3600), [2]);
        assert_eq!(telling.leads(), Some(Leads::ToReview(session(1))));
        telling.came(result(1), Elsewhere, after(start, 4000));
        assert_eq!(telling.due(), None, "the same result is no news");
    }

    #[test]
    fn who_looks_at_the_window_is_not_told() {
        let (mut telling, start) = (Telling::default(), Instant::now());
        telling.came(result(1), Here, start);
        assert_eq!((telling.due(), telling.leads()), (None, None));
        telling.came(result(1), Elsewhere, after(start, 9));
        assert_eq!(telling.due(), None, "it was seen");
        telling.came(result(2), Elsewhere, start);
        assert!(
            !telling.is_to_be_told(Here, after(start, 2)),
            "they came back in time"
        );
        assert_eq!((telling.due(), telling.leads()), (None, None));
    }

    #[test]
    fn what_comes_close_together_is_one_notification() {
        let (mut telling, start) = (Telling::default(), Instant::now());
        telling.came(result(1), Elsewhere, start);
        telling.came(result(2), Elsewhere, after(start, 1));
        assert_eq!(told(&mut telling, start, 9), [2]);
        assert_eq!(telling.leads(), Some(Leads::ToHistory));
        telling.came(result(3), Elsewhere, after(start, 10));
        telling.came(result(4), Elsewhere, after(start, 30));
        assert_eq!(told(&mut telling, start, 3600), [62], "after a minute of quiet");
        telling.came(result(5), Elsewhere, after(start, 4000));
        assert_eq!(told(&mut telling, start, 5000), [4002]);
    }

    #[test]
    fn what_was_seen_is_told_no_more_and_leads_nowhere() {
        let (mut telling, start) = (Telling::default(), Instant::now());
        telling.came(result(1), Elsewhere, start);
        assert_eq!(told(&mut telling, start, 9), [2]);
        telling.came(result(2), Elsewhere, after(start, 10));
        telling.came_forward();
        assert_eq!((telling.due(), telling.leads()), (None, None));
        telling.came(result(3), Elsewhere, after(start, 100));
        assert_eq!(told(&mut telling, start, 3600), [102]);
        assert_eq!(telling.leads(), Some(Leads::ToReview(session(3))));
    }

    #[test]
    fn two_results_of_one_session_lead_to_its_review() {
        let (mut telling, start) = (Telling::default(), Instant::now());
        telling.came(result(1), Elsewhere, start);
        let again = NewResult {
            evaluation: result(2).evaluation,
            ..result(1)
        };
        telling.came(again, Elsewhere, start);
        assert_eq!(telling.leads(), Some(Leads::ToReview(session(1))));
    }
}
