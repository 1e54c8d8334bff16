//! Whether a server is fit for the sender: every promise that it relies on, tried out with rows and a file that are made
//! for this and removed again.
//!
//! Rows are made in a class of their own, [`PROBES`], which nobody reads. Whatever a check could not remove, because it
//! was killed or the server refused, the next one removes.

mod files;
mod finding;
mod reach;
mod rows;
mod twins;

use std::sync::Arc;

use rehearse_domain::Timestamp;
use rehearse_leancloud::{Client, ObjectId, Transport};

pub use finding::{CheckLine, FileStep, Finding, Part, RowStep, Trouble, Verdict};

use crate::{Audio, Terms, Tools};

/// The class of the rows that a check makes.
pub const PROBES: &str = "RehearseCheck";

/// Looks at a server through a client that should be signed in as the owner in `terms`. The order of the lines is that in
/// which one would mend things; a line that makes those behind it meaningless is the last.
pub async fn check<T: Transport>(client: &Client<T>, terms: &Terms, tools: &Tools) -> Vec<CheckLine> {
    let mut check = Check {
        client: client.clone(),
        stranger: client.stranger(),
        owner: terms.owner.clone(),
        now: Arc::clone(&tools.now),
        lines: Vec::new(),
    };
    if check.reach().await && check.sign_in().await {
        check.sweep().await;
        if check.rows().await {
            check.twins().await;
        }
        // Where sound stays here nothing is asked of files.
        let files = match terms.audio {
            Audio::Sent => check.files().await,
            Audio::StaysHere => Vec::new(),
        };
        let rows = check.sweep().await;
        if rows > 0 || !files.is_empty() {
            check.say(Finding::LeftBehind { rows, files }, Verdict::Warning);
        }
    }
    check.lines
}

/// A check on its way.
struct Check<T> {
    client: Client<T>,
    /// The same app, and nobody signed in.
    stranger: Client<T>,
    owner: ObjectId,
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    lines: Vec<CheckLine>,
}

impl<T: Transport> Check<T> {
    fn say(&mut self, finding: Finding, verdict: Verdict) {
        self.lines.push(finding.is(verdict));
    }
}
