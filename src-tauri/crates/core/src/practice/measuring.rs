//! How the takes sounded: a take's figures wait for its turn, or its turn for them, and are kept once both are there.
//! Nothing here holds a turn or an answer up.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use rehearse_delivery::TurnFigures;
use rehearse_dialog::RequestId;
use rehearse_domain::{ClipId, Turn, TurnId};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout, timeout_at};

use super::Input;
use super::task::Task;
use crate::delivery::{Record, keep};
use crate::view::Topic;

/// Longest wait, after the end, for the figures of the last take, and then for what is being written.
const PATIENCE: Duration = Duration::from_millis(500);

/// What the takes are waiting for.
#[derive(Default)]
pub(super) struct Measuring {
    /// The line that sounds.
    sounding: Option<RequestId>,
    /// When the partner fell silent; `None` when something other than the trainee's answer came after it.
    fell_silent: Option<Duration>,
    takes: HashMap<ClipId, Heard>,
    keeping: JoinSet<()>,
    /// A turn had to be kept without figures.
    incomplete: bool,
}

/// One take.
#[derive(Default)]
struct Heard {
    lead_ms: Option<i32>,
    /// Outer: whether the capture thread has measured it; inner: whether it could.
    figures: Option<Option<Box<TurnFigures>>>,
    /// The turn it has become.
    turn: Option<TurnId>,
}

impl Measuring {
    /// Something came between the partner's line and the answer: a pause, another line, a take that was thrown away.
    pub(super) fn disturbed(&mut self) {
        self.fell_silent = None;
    }

    /// A line begins to be heard.
    pub(super) fn line_began(&mut self, request: RequestId) {
        self.fell_silent = None;
        self.sounding = Some(request);
    }

    /// A line cannot be heard, or not to its end: what comes after it answers nothing that was timed.
    pub(super) fn line_failed(&mut self) {
        self.fell_silent = None;
        self.sounding = None;
    }

    /// The take does not become a turn.
    pub(super) fn forget(&mut self, clip: ClipId) {
        self.takes.remove(&clip);
    }

    fn is_waiting(&self) -> bool {
        self.takes.values().any(|heard| heard.turn.is_some())
    }
}

impl Task {
    /// The line is not heard any more. One that never sounded ends nothing.
    pub(super) fn line_fell_silent(&mut self, request: RequestId) {
        if self.measuring.sounding.take_if(|line| *line == request).is_some() {
            self.measuring.fell_silent = Some(self.around.clock.now().uptime);
        }
    }

    /// A take is being recorded, and its first sample is so old.
    pub(super) fn time_take(&mut self, request: RequestId, age: Duration) {
        // It answers this line, and no later take does.
        let silent = self.measuring.fell_silent.take();
        // Sound that comes faster than it is spoken answers after no time that means anything.
        let silent = silent.filter(|_| self.around.desk.keeps_time());
        let (Some(clip), Some(silent)) = (self.captures.get(&request), silent) else {
            return;
        };
        let whole = |moment: Duration| i64::try_from(moment.as_millis()).unwrap_or(i64::MAX);
        let lead = whole(self.around.clock.now().uptime) - whole(age) - whole(silent);
        self.measuring.takes.entry(*clip).or_default().lead_ms = i32::try_from(lead).ok();
    }

    /// The capture thread has measured a take, or could not.
    pub(super) fn measured(&mut self, request: RequestId, figures: Option<Box<TurnFigures>>) {
        // A take that was dropped is not here any more.
        if let Some(clip) = self.takes.get(&request).map(|clip| clip.id) {
            self.measuring.takes.entry(clip).or_default().figures = Some(figures);
            self.keep_figures(clip);
        }
    }

    /// A take has become a turn and is on disk.
    pub(super) fn measured_turn(&mut self, turn: &Turn) {
        if let Some(clip) = &turn.clip {
            self.measuring.takes.entry(clip.id).or_default().turn = Some(turn.id);
            self.keep_figures(clip.id);
        }
    }

    /// Keeps the figures of a take if its turn is on disk and it is measured.
    fn keep_figures(&mut self, clip: ClipId) {
        let whole = |heard: &&Heard| heard.turn.is_some() && heard.figures.is_some();
        if self.measuring.takes.get(&clip).filter(whole).is_some() {
            self.keep_what_is_there(clip);
        }
    }

    /// Keeps what is known of a turn's sound; without figures, the time before it.
    fn keep_what_is_there(&mut self, clip: ClipId) {
        let Some(heard) = self.measuring.takes.remove(&clip) else {
            return;
        };
        let Some(turn) = heard.turn else { return };
        let record = Record {
            lead_ms: heard.lead_ms,
            figures: heard.figures.flatten().map(|figures| *figures),
            unreadable: None,
        };
        self.measuring.incomplete |= record.figures.is_none();
        let store = Arc::clone(&self.around.store);
        let bus = Arc::clone(&self.around.bus);
        let now = self.around.clock.now().utc;
        self.measuring.keeping.spawn_blocking(move || {
            keep(&store, turn, &record, now);
            bus.changed(Topic::Sessions);
        });
    }

    /// After the end: waits a moment for what is still to come, so that it is there when it is looked at, and has the
    /// rest computed from the clips. Says whether the app is being closed.
    pub(super) async fn wait_for_figures(&mut self, inputs: &mut mpsc::UnboundedReceiver<Input>) -> bool {
        let measurer = Arc::clone(&self.around.measurer);
        // Whoever asks for the delivery now waits for these figures too, and does not compute them once more.
        let _first = measurer.wait_for_me();
        let mut leaving = false;
        let deadline = Instant::now() + PATIENCE;
        while self.measuring.is_waiting()
            && let Ok(Some(input)) = timeout_at(deadline, inputs.recv()).await
        {
            match input {
                Input::AppClosing => leaving = true,
                input => self.take_in(input),
            }
        }
        let waiting: Vec<ClipId> = self.measuring.takes.keys().copied().collect();
        for clip in waiting {
            self.keep_what_is_there(clip);
        }
        let kept = async { while self.measuring.keeping.join_next().await.is_some() {} };
        if timeout(PATIENCE, kept).await.is_err() {
            tracing::warn!("figures are still being written");
            measurer.finish(std::mem::take(&mut self.measuring.keeping));
        }
        if self.measuring.incomplete && !leaving {
            self.measure_from_clips();
        }
        leaving
    }

    /// Has the figures that are missing computed while nobody asks for them yet.
    fn measure_from_clips(&mut self) {
        let around = self.around.clone();
        let session = self.plan.session.id;
        let measurer = Arc::clone(&around.measurer);
        measurer.beside(async move {
            let now = around.clock.now().utc;
            match around
                .measurer
                .measured_session(&around.store, session, now)
                .await
            {
                Ok(_) => around.bus.changed(Topic::Sessions),
                Err(error) => tracing::warn!(code = error.code, "a session could not be measured"),
            }
        });
    }
}
