//! Talking in a terminal: Enter starts and ends a turn, words and Enter are a typed turn, the end of input ends
//! the session.

use rehearse_core::error::ErrorView;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines, Stdin};

use crate::desktop::print::Printer;

/// The keyboard.
pub(crate) struct Terminal<'printer> {
    lines: Lines<BufReader<Stdin>>,
    printer: &'printer Printer,
}

/// What came from the keyboard.
pub(crate) enum Said {
    /// A turn in words; it is not sent yet.
    Words(String),
    /// Nothing but Enter: the turn is to be spoken. Nothing is recorded yet.
    Enter,
    /// The person has closed the input.
    Nothing,
}

impl<'printer> Terminal<'printer> {
    pub(crate) fn open(printer: &'printer Printer) -> Self {
        Self {
            lines: BufReader::new(tokio::io::stdin()).lines(),
            printer,
        }
    }

    /// How the next turn is to be made. Where the microphone has failed, nobody is invited to talk first.
    pub(crate) async fn turn(&mut self, microphone_failed: bool) -> Result<Said, ErrorView> {
        self.say(if microphone_failed {
            "cli.type_or_try_again"
        } else {
            "cli.press_enter"
        });
        Ok(match self.line().await? {
            Some(line) if line.trim().is_empty() => Said::Enter,
            Some(line) => Said::Words(line),
            None => Said::Nothing,
        })
    }

    /// Says that samples come.
    pub(crate) fn records(&self) {
        self.say("cli.recording");
    }

    /// Waits for Enter while it records. A closed input ends a take like another Enter.
    pub(crate) async fn enter(&mut self) -> Result<(), ErrorView> {
        let line = self.line().await?;
        if line.is_some_and(|line| !line.trim().is_empty()) {
            self.say("cli.typed_while_recording");
        }
        Ok(())
    }

    fn say(&self, key: &str) {
        self.printer.aside(&self.printer.sentences.say(key, &[]));
    }

    async fn line(&mut self) -> Result<Option<String>, ErrorView> {
        self.lines.next_line().await.map_err(ErrorView::internal)
    }
}
