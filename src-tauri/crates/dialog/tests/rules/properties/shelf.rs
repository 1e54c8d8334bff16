//! What became of every take that was whole: none may be lost, sent twice, or dropped against the rules.

use std::collections::BTreeMap;
use std::time::Duration;

use rehearse_dialog::{Effect, Notice, RequestId, Take};
use rehearse_domain::SoundNote;

/// Where a take is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Whole since this uptime, not a turn yet.
    Kept(Duration),
    /// On its way to the disk.
    Saving,
    /// Refused by the disk.
    Refused,
    Committed,
    Dropped,
}

#[derive(Default)]
pub(crate) struct Shelf(BTreeMap<RequestId, (Take, Place)>);

fn useless_because(take: &Take) -> Option<Notice> {
    if take.duration < Duration::from_millis(300) {
        return Some(Notice::TakeTooShort);
    }
    (take.note == Some(SoundNote::Silent)).then_some(Notice::TakeSilent)
}

impl Shelf {
    pub(crate) fn keep(&mut self, request: RequestId, take: Take, now: Duration) {
        self.0.insert(request, (take, Place::Kept(now)));
    }

    pub(crate) fn place(&mut self, request: RequestId, place: Place) {
        let (take, before) = self.0[&request];
        if place == Place::Saving {
            assert_eq!(useless_because(&take), None, "a useless take was sent");
            assert!(
                matches!(before, Place::Kept(_) | Place::Refused),
                "sent while {before:?}"
            );
        }
        self.0.insert(request, (take, place));
    }

    /// A good take goes only after the time for second thoughts, or with the end of the session; a useless one at
    /// once, and with a word unless the trainee had thrown it away or a voice began it. Of a voice that was no more than a
    /// cough both go.
    pub(crate) fn drops(
        &mut self,
        request: RequestId,
        now: Duration,
        at_will: bool,
        quietly: bool,
        all: &[Effect],
    ) {
        let (take, place) = self.0[&request];
        let Place::Kept(since) = place else {
            panic!("dropped while {place:?}")
        };
        match useless_because(&take) {
            Some(notice) => {
                assert_eq!(since, now, "a useless take was kept");
                let said = all.contains(&Effect::Announce(notice));
                assert!(said || quietly, "a take was dropped without a word");
            }
            None => assert!(
                at_will || now >= since + Duration::from_secs(10),
                "a good take was dropped"
            ),
        }
        self.0.insert(request, (take, Place::Dropped));
    }

    /// The session ends without a turn that could not be committed, and so without what was to follow it.
    pub(crate) fn left_to_recovery(&mut self) {
        for (_, place) in self.0.values_mut() {
            if matches!(place, Place::Kept(_)) {
                *place = Place::Refused;
            }
        }
    }

    /// At the end every take has found its place.
    pub(crate) fn nothing_is_lost(&self) {
        for (request, (take, place)) in &self.0 {
            let settled = matches!(place, Place::Committed | Place::Dropped | Place::Refused);
            assert!(settled, "take {request} ({take:?}) is {place:?}");
        }
    }
}
