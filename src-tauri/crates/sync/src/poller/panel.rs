//! Who is asked, and whether anybody may be: what the host of a poller has to say.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rehearse_domain::{ClipId, Session, SessionId, Timestamp};
use rehearse_models::{Evaluator, Transcriber};
use rehearse_store::Exchange;

/// What depends on the day, on a plug or on a host is looked at again so soon.
const AGAIN: Duration = Duration::from_secs(5 * 60);

/// Why nothing goes on at the moment, though nothing failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Why, in a word of the program's.
    pub code: String,
    /// Who it is about, where that has to be said.
    pub host: Option<String>,
    /// Whether it is so for every session or for this one.
    pub breadth: Breadth,
    /// When it may be over; `None` when somebody has to do something first, who then nudges.
    pub until: Option<Timestamp>,
}

/// What a [`Hold`] or a failure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breadth {
    /// Another session would fare no better.
    Everything,
    /// Another session may fare better.
    ThisSession,
}

impl Hold {
    /// One that is about every session, until somebody nudges.
    pub fn everything(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            host: None,
            breadth: Breadth::Everything,
            until: None,
        }
    }

    /// One that is about this session, until somebody nudges.
    pub fn this_session(code: &str) -> Self {
        Self {
            breadth: Breadth::ThisSession,
            ..Self::everything(code)
        }
    }

    /// The same for five minutes: nobody may nudge when it is over.
    #[must_use]
    pub fn for_now(self, now: Timestamp) -> Self {
        Self {
            until: Some(now.after(AGAIN)),
            ..self
        }
    }
}

/// What a [`Panel`] has of a clip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recording {
    /// Its file, whole.
    Here(PathBuf),
    /// It was made elsewhere, and the server does not have it, or not any more: it may come from where it was made.
    NotCome,
    /// There is none any more that could be heard.
    Gone,
}

/// What has been exchanged since it was last asked for.
pub type Exchanged = Box<dyn FnMut() -> Vec<Exchange> + Send>;

/// Those who may be asked about one session.
pub struct Seated {
    /// Who writes down; `None` where nobody was chosen.
    pub transcriber: Option<Arc<dyn Transcriber>>,
    /// Who judges; `None` where nobody was chosen.
    pub evaluator: Option<Arc<dyn Evaluator>>,
    /// What went to them and came from them.
    pub exchanged: Exchanged,
}

impl fmt::Debug for Seated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seated")
            .field("transcriber", &self.transcriber.as_ref().map(|one| one.model()))
            .field("evaluator", &self.evaluator.as_ref().map(|one| one.model()))
            .finish_non_exhaustive()
    }
}

/// The host of a poller.
#[async_trait]
pub trait Panel: Send + Sync + 'static {
    /// Whether anything may be begun by itself now. What somebody has asked for by hand may be in any case.
    async fn may_begin(&self) -> Result<(), Hold>;

    /// Who may be asked about a session; `asked_at` is when somebody asked for it by hand. It is called once for each
    /// attempt, so that keys and choices are those of now.
    async fn seat(&self, session: &Session, asked_at: Option<Timestamp>) -> Result<Seated, Hold>;

    /// The file of a clip.
    ///
    /// # Errors
    /// A [`Hold`] when whoever has it cannot be asked now.
    async fn clip(&self, clip: ClipId) -> Result<Recording, Hold>;

    /// This session looks otherwise.
    fn changed(&self, session: SessionId, what: News);
}

/// What of a session looks otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// How far it is, or why it waits.
    Progress,
    /// What is kept of it: words, what was exchanged, a result that came from elsewhere.
    Record,
    /// A job of this poller has come to its end with a result.
    Result,
}
