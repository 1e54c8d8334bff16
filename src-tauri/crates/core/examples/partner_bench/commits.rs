//! When a turn was on disk, seen from outside: the end of the span in which the core saves it.

use std::sync::Arc;
use std::time::Instant;

use parking_lot::Mutex;
use tracing::span::{Attributes, Id};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The span's name.
const SAVING: &str = "save_turn";

/// The moment of the latest commit.
#[derive(Clone, Default)]
pub(crate) struct Commits(Arc<Mutex<Option<Instant>>>);

struct Saving;

impl Commits {
    /// Watches the core of this process.
    pub(crate) fn watch() -> Self {
        let commits = Self::default();
        tracing_subscriber::registry().with(commits.clone()).init();
        commits
    }

    /// When a turn was committed last.
    pub(crate) fn latest(&self) -> Option<Instant> {
        *self.0.lock()
    }
}

impl<S> Layer<S> for Commits
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, span: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if span.metadata().name() == SAVING
            && let Some(span) = context.span(id)
        {
            span.extensions_mut().insert(Saving);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let saved =
            |span: tracing_subscriber::registry::SpanRef<'_, S>| span.extensions().get::<Saving>().is_some();
        if context.span(&id).is_some_and(saved) {
            *self.0.lock() = Some(Instant::now());
        }
    }
}
