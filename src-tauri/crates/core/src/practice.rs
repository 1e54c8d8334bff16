//! The open practice: one task that owns the machine and is the only writer of session state. Everything that
//! happens comes in by its inbox; everything it wants done is an effect of the machine.

mod capturing;
mod checking;
mod effects;
mod errands;
mod hearing;
mod marks;
mod measuring;
mod plan;
mod reply;
mod saving;
mod show;
mod speaking;
mod task;
mod voice_lines;
mod words;

use std::time::Duration;

use rehearse_audio::pieces::Pieces;
use rehearse_devices::{CaptureEvent, PlayEvent};
use rehearse_dialog::{Action, RequestId};
use rehearse_domain::{SessionId, Turn, TurnId};
use rehearse_models::objective::Judged;
use rehearse_models::{ModelError, Transcript};
use rehearse_store::Exchange;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tracing::Instrument as _;

use crate::error::ErrorView;
use crate::view::PracticeView;

pub(crate) use plan::{Plan, Surroundings};
use reply::News;

/// How long a practice may take to close: the machine gives a capture 1.5 s, and the rest is for a slow disk.
const CLOSING: Duration = Duration::from_secs(5);

/// How long whoever leaves an end card waits for it.
const LEAVING: Duration = Duration::from_millis(250);

/// What the task is told.
enum Input {
    /// The user did something.
    User(Action),
    /// The capture thread reports.
    Capture(CaptureEvent),
    /// The playback thread reports.
    Play(PlayEvent),
    /// Something of the partner's answer is there, or nothing more will be.
    Reply(RequestId, News),
    /// A model has said what a request took.
    Used,
    /// This could not be noted; it is tried again with what comes next.
    NotNoted(Vec<Exchange>),
    /// A line that was stopped has not said in time how much of it was heard.
    LineOverdue(RequestId),
    /// A turn is written down, or could not be.
    WrittenDown(TurnId, Result<Transcript, ModelError>),
    /// The objective was checked after the answer of this number, or could not be.
    Judged(u32, Result<Judged, ModelError>),
    /// The words of a turn are on disk, or could not be put there.
    WordsSaved(TurnId, String, Result<(), ErrorView>),
    /// Somebody wants this turn to be written down once more.
    HearAgain(u32),
    /// Somebody has put the words of this turn right.
    Correct(u32, String),
    /// A line is rendered, or has no sound.
    Rendered(RequestId, Option<Pieces>),
    /// A turn is on disk, or could not be put there.
    Saved(RequestId, Result<Turn, ErrorView>),
    /// The end is on disk, or could not be put there.
    Closed(RequestId, Result<(), ErrorView>),
    /// The end is taken back on disk, or could not be.
    Reopened(RequestId, Result<(), ErrorView>),
    /// Somebody wants to see the practice.
    Show(oneshot::Sender<PracticeView>),
    /// The app is being closed: end as `client_closed`.
    AppClosing,
    /// Nobody looks at the end card any more.
    Left,
}

/// The handle that the house keeps.
pub(crate) struct Practice {
    /// The session that is open.
    pub(crate) session: SessionId,
    inbox: mpsc::UnboundedSender<Input>,
    task: JoinHandle<()>,
}

impl Practice {
    /// Starts the task. The session's row must be in the store already.
    pub(crate) fn start(surroundings: Surroundings, plan: Plan) -> Self {
        let (inbox, inputs) = mpsc::unbounded_channel();
        let session = plan.session.id;
        let span = tracing::info_span!("practice", %session);
        let task = tokio::spawn(task::run(surroundings, plan, inbox.clone(), inputs).instrument(span));
        Self { session, inbox, task }
    }

    /// Passes the user's action on. An action that is not allowed right now changes nothing.
    pub(crate) fn act(&self, action: Action) {
        let _ = self.inbox.send(Input::User(action));
    }

    /// Has a turn written down once more.
    pub(crate) fn hear_again(&self, sequence: u32) {
        let _ = self.inbox.send(Input::HearAgain(sequence));
    }

    /// Puts the words of one of the trainee's turns right.
    pub(crate) fn correct(&self, sequence: u32, words: String) {
        let _ = self.inbox.send(Input::Correct(sequence, words));
    }

    /// The practice as it is now; `None` when its task has died.
    pub(crate) async fn view(&self) -> Option<PracticeView> {
        let (answer, wait) = oneshot::channel();
        self.inbox.send(Input::Show(answer)).ok()?;
        wait.await.ok()
    }

    /// Nobody looks at it any more. It is over as soon as what was said is written down, which is mostly at once; else it
    /// is given back, and goes on by itself.
    pub(crate) async fn leave(mut self) -> Option<Self> {
        let _ = self.inbox.send(Input::Left);
        let over = tokio::time::timeout(LEAVING, &mut self.task).await;
        over.is_err().then_some(self)
    }

    /// Its task is over.
    pub(crate) fn is_over(&self) -> bool {
        self.task.is_finished()
    }

    /// Ends the session as `client_closed` unless it has ended, and waits until that is on disk.
    pub(crate) async fn close(self) {
        let _ = self.inbox.send(Input::AppClosing);
        match tokio::time::timeout(CLOSING, self.task).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the practice's task died"),
            Err(_) => tracing::error!("the practice did not close in time; the next start will close it"),
        }
    }
}

#[cfg(test)]
#[path = "practice/panic_tests.rs"]
mod tests;
