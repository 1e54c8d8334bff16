//! What a practice is started with.

use std::sync::Arc;

use rehearse_devices::Voice;
use rehearse_dialog::TalkOptions;
use rehearse_domain::{Clock, IdSource, Opener, Session, Turn};
use rehearse_store::Store;

use crate::bus::Bus;
use crate::delivery::Measurer;
use crate::latency::Latencies;
use crate::models::{Cast, Exchanged};
use crate::sound::Desk;
use crate::view::RunOptions;

/// What the task works with; lives longer than any practice.
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) bus: Arc<Bus>,
    pub(crate) desk: Arc<Desk>,
    pub(crate) latencies: Arc<Latencies>,
    pub(crate) measurer: Arc<Measurer>,
    pub(crate) voice: Arc<dyn Voice>,
}

/// One run.
pub(crate) struct Plan {
    /// Everybody who takes part.
    pub(crate) cast: Cast,
    /// Hosts beyond this computer that get what was said once it is over.
    pub(crate) feedback_by: Vec<String>,
    /// Counts what goes to models; there is none with the embedded partner.
    pub(crate) exchanged: Option<Exchanged>,
    /// The session, already in the store.
    pub(crate) session: Session,
    /// What was asked for.
    pub(crate) options: RunOptions,
    /// Who speaks first in fact: the trainee in a take two, which starts with the turn that is said again.
    pub(crate) opener: Opener,
    /// Id of the microphone that was chosen; `None` is the system's default.
    pub(crate) microphone: Option<String>,
    /// How the trainee talks.
    pub(crate) talk: TalkOptions,
    /// The microphone stays open between takes.
    pub(crate) warm_microphone: bool,
    /// The turns of the older session that a take two builds on; empty otherwise.
    pub(crate) history: Vec<Turn>,
    /// Earlier runs of this scenario, so that a repeated practice does not sound the same.
    pub(crate) earlier_runs: u32,
}
