//! Answers: JSON as data, or lines for people.

use std::io::{self, Write as _};

use rehearse_core::error::ErrorView;
use serde::Serialize;

use crate::sentences::Sentences;

/// Where answers go.
pub(crate) struct Printer {
    json: bool,
    pub(crate) sentences: Sentences,
}

impl Printer {
    pub(crate) fn new(json: bool, sentences: Sentences) -> Self {
        Self { json, sentences }
    }

    /// The answer as data with `--json`, else the lines that `text` makes of it.
    pub(crate) fn answer<T: Serialize>(
        &self,
        answer: &T,
        text: impl FnOnce(&T) -> Vec<String>,
    ) -> Result<(), ErrorView> {
        if self.json {
            let json = serde_json::to_string_pretty(answer).map_err(ErrorView::internal)?;
            return print(&json);
        }
        text(answer).iter().try_for_each(|line| print(line))
    }

    /// A line for people while something goes on; nothing with `--json`.
    pub(crate) fn progress(&self, line: &str) -> Result<(), ErrorView> {
        if self.json { Ok(()) } else { print(line) }
    }

    /// A line that answers nothing.
    pub(crate) fn aside(&self, line: &str) {
        let _ = writeln!(io::stderr(), "{line}");
    }

    pub(crate) fn error(&self, error: &ErrorView) {
        let text = self.sentences.error(error);
        if self.json
            && let Ok(json) = serde_json::to_string(&serde_json::json!({ "error": error, "text": text }))
        {
            return self.aside(&json);
        }
        self.aside(&text);
    }
}

/// A closed pipe (`| head`) ends the program quietly, as people expect.
fn print(line: &str) -> Result<(), ErrorView> {
    match writeln!(io::stdout(), "{line}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        other => other.map_err(ErrorView::internal),
    }
}
