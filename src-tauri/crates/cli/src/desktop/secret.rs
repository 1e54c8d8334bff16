//! What is secret is asked for and never stands in the arguments, where other programs could read it.

use std::io::{self, IsTerminal as _};

use rehearse_core::error::ErrorView;

use crate::desktop::print::Printer;

/// One secret: typed unseen at a terminal, else the next line of standard input.
pub(crate) fn secret(what: &str, printer: &Printer) -> Result<String, ErrorView> {
    let prompt = printer.sentences.say(what, &[]);
    let typed = if io::stdin().is_terminal() {
        rpassword::prompt_password(format!("{prompt} "))
    } else {
        next_line()
    };
    typed.map_err(ErrorView::internal)
}

fn next_line() -> io::Result<String> {
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
