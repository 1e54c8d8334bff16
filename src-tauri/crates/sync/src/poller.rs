//! The evaluation poller: gives every session that has ended its missing words and then its rubric evaluation, without
//! anyone asking, across restarts.
//!
//! What the user's own server knows is claimed there ([`Claims`]), so that no two machines do the same; what it does not
//! know, and everything where nobody is signed in, is this machine's alone.
//!
//! It holds nothing that is not in the database. An evaluation is claimed by a lease before anybody is asked about it;
//! whoever holds a lease that has run out can change nothing any more, because each change names the number of its lease.
//! Every answer of a model is on disk before the next one counts, so that a restart goes on and asks for nothing twice.
//!
//! A failure of a host holds everything up and is no session's fault; a failure that is about one session is tried a few
//! times, with pauses that grow (full jitter, see `backoff`), and then given up until somebody asks for it again.

mod beginning;
mod budget;
mod claims;
mod concluding;
mod elsewhere;
mod holder;
mod job;
mod joining;
mod panel;
mod remote_job;
mod rounds;
mod row_writes;
mod server_clock;
mod standing;
mod task;
mod transcribing;
mod trouble;

use std::time::Duration;

pub use budget::is_spent;
pub use claims::{Claim, Claims, RoundHeld};
pub use elsewhere::Remote;
pub use holder::holder;
pub(crate) use joining::{EndTold, Ended};
pub use panel::{Breadth, Exchanged, Hold, News, Panel, Recording, Seated};
pub use rounds::RoundError;
pub use standing::{Progress, Standings};
pub use task::PollerTask;

/// How a poller works.
#[derive(Clone, Debug)]
pub struct PollerOptions {
    /// Names it in its leases. No other poller of the same user bears this name.
    pub holder: String,
    /// Requests to models that are under way at once, 1 or more.
    pub in_flight: usize,
    /// How long a lease holds that is not prolonged.
    pub lease: Duration,
    /// How often one session may fail by its own fault before it is given up.
    pub attempts: u32,
}

/// How long a lease holds in the app.
pub(crate) const LEASE: Duration = Duration::from_secs(90);

impl PollerOptions {
    /// Those of the app, for one of this name.
    pub fn of(holder: impl Into<String>) -> Self {
        Self {
            holder: holder.into(),
            in_flight: 4,
            lease: LEASE,
            attempts: 5,
        }
    }
}
