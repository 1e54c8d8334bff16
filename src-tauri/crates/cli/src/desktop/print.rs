//! Answers: JSON as data, or lines for people.

use std::io::{self, IsTerminal as _, Write as _};

use rehearse_core::error::ErrorView;
use serde::Serialize;

use crate::desktop::sentences::Sentences;

/// Where answers go.
pub(crate) struct Printer {
    json: bool,
    /// Answers go to a terminal, and not into a file or another program.
    pub(crate) somebody_reads: bool,
    pub(crate) sentences: Sentences,
}

impl Printer {
    pub(crate) fn new(json: bool, sentences: Sentences) -> Self {
        Self {
            json,
            somebody_reads: io::stdout().is_terminal(),
            sentences,
        }
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

    /// A line about how far something is, beside the answer; nothing with `--json`.
    pub(crate) fn aside_for_people(&self, line: &str) {
        if !self.json {
            self.aside(line);
        }
    }

    /// A line that answers nothing.
    pub(crate) fn aside(&self, line: &str) {
        let _ = writeln!(io::stderr(), "{line}");
    }

    /// What somebody at the terminal wants to know next; nothing with `--json`.
    pub(crate) fn hint(&self, key: &str) {
        self.aside_for_people(&self.sentences.say(key, &[]));
    }

    /// Something worth knowing that is no error. With `--json` it is data too.
    pub(crate) fn notice<T: Serialize>(&self, notice: &T, text: &str) {
        self.remark("notice", notice, text);
    }

    pub(crate) fn error(&self, error: &ErrorView) {
        self.remark("error", error, &self.sentences.error(error));
    }

    fn remark<T: Serialize>(&self, kind: &str, data: &T, text: &str) {
        if self.json
            && let Ok(json) = serde_json::to_string(&serde_json::json!({ kind: data, "text": text }))
        {
            return self.aside(&json);
        }
        self.aside(text);
    }
}

/// A closed pipe (`| head`) ends the program quietly, as people expect.
fn print(line: &str) -> Result<(), ErrorView> {
    match writeln!(io::stdout(), "{line}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        other => other.map_err(ErrorView::internal),
    }
}
