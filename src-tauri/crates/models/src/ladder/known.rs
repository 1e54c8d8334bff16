//! The rung on which a host stands, as far as it is known.

use parking_lot::Mutex;

use crate::Rung;

const LADDER: [Rung; 4] = [
    Rung::JsonSchema,
    Rung::ForcedTool,
    Rung::JsonObject,
    Rung::PlainText,
];

/// Where questions begin. Goes down only.
pub(super) struct KnownRung(Mutex<Known>);

#[derive(Clone, Copy)]
struct Known {
    rung: Option<Rung>,
    /// It was seen to work here; until then it is what somebody said.
    proven: bool,
}

impl KnownRung {
    pub(super) fn beginning_at(rung: Option<Rung>) -> Self {
        Self(Mutex::new(Known { rung, proven: false }))
    }

    pub(super) fn rung(&self) -> Option<Rung> {
        self.0.lock().rung
    }

    /// The rungs to try, from the one that is known downwards.
    pub(super) fn rungs(&self) -> impl Iterator<Item = Rung> + use<> {
        let first = self.rung().unwrap_or(Rung::JsonSchema);
        LADDER.into_iter().filter(move |rung| *rung >= first)
    }

    /// An answer came from this rung; those in `refused` the host would not have. One answer that did not fit takes
    /// nothing away from a rung that has proved itself.
    pub(super) fn worked(&self, rung: Rung, refused: &[Rung]) {
        let mut known = self.0.lock();
        let stands = known.proven && known.rung.is_some_and(|proven| !refused.contains(&proven));
        if !stands {
            *known = Known {
                rung: Some(rung),
                proven: true,
            };
        }
    }
}
