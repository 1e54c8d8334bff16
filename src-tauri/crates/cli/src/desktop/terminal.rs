//! Talking in a terminal: Enter starts and ends a turn, words and Enter are a typed turn, the end of input ends
//! the session.

use rehearse_core::Core;
use rehearse_core::error::ErrorView;
use rehearse_core::view::Action;
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
    /// A turn that was spoken, and is on its way.
    Sound,
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

    /// One turn.
    pub(crate) async fn turn(&mut self, core: &Core) -> Result<Said, ErrorView> {
        self.printer
            .aside(&self.printer.sentences.say("cli.press_enter", &[]));
        let Some(line) = self.line().await? else {
            return Ok(Said::Nothing);
        };
        if !line.trim().is_empty() {
            return Ok(Said::Words(line));
        }
        core.act(Action::ToggleTalk).await?;
        self.printer
            .aside(&self.printer.sentences.say("cli.recording", &[]));
        // A closed input ends the take like another Enter.
        self.line().await?;
        core.act(Action::ToggleTalk).await?;
        Ok(Said::Sound)
    }

    async fn line(&mut self) -> Result<Option<String>, ErrorView> {
        self.lines.next_line().await.map_err(ErrorView::internal)
    }
}
