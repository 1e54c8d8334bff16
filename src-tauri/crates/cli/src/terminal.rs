//! Talking in a terminal: Enter starts and ends a turn, words and Enter are a typed turn, the end of input ends
//! the session.

use rehearse_core::Core;
use rehearse_core::error::ErrorView;
use rehearse_core::view::Action;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines, Stdin};

use crate::print::Printer;

/// The keyboard.
pub(crate) struct Terminal<'printer> {
    lines: Lines<BufReader<Stdin>>,
    printer: &'printer Printer,
}

impl<'printer> Terminal<'printer> {
    pub(crate) fn open(printer: &'printer Printer) -> Self {
        Self {
            lines: BufReader::new(tokio::io::stdin()).lines(),
            printer,
        }
    }

    /// One turn; `false` when the person has closed the input.
    pub(crate) async fn turn(&mut self, core: &Core) -> Result<bool, ErrorView> {
        self.printer
            .aside(&self.printer.sentences.say("cli.press_enter", &[]));
        let Some(line) = self.line().await? else {
            return Ok(false);
        };
        if !line.trim().is_empty() {
            core.act(Action::Type { text: line }).await?;
            return Ok(true);
        }
        core.act(Action::ToggleTalk).await?;
        self.printer
            .aside(&self.printer.sentences.say("cli.recording", &[]));
        let more = self.line().await?.is_some();
        core.act(Action::ToggleTalk).await?;
        Ok(more)
    }

    async fn line(&mut self) -> Result<Option<String>, ErrorView> {
        self.lines.next_line().await.map_err(ErrorView::internal)
    }
}
