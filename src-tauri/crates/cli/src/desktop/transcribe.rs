//! `transcribe`: what was said in a session that is over, in words.

use std::process::ExitCode;

use rehearse_core::SystemFolders;
use rehearse_core::error::ErrorView;
use rehearse_core::view::TranscribedTurn;
use rehearse_domain::SessionId;

use crate::desktop::jobs::{end_of_program, owning};
use crate::desktop::print::Printer;

/// Has it written down, and tells each turn as it comes. Exit code 1 when turns are left.
pub(crate) async fn run(
    session: SessionId,
    folders: &SystemFolders,
    printer: &Printer,
) -> Result<ExitCode, ErrorView> {
    let core = owning(folders).await?;
    let done = tokio::select! {
        done = core.transcribe_session(session, |turn| tell(turn, printer)) => Ok(done),
        code = end_of_program() => Err(code),
    };
    core.shut_down().await;
    let done = match done {
        Ok(done) => done?,
        Err(code) => return Ok(code),
    };
    printer.answer(&done, |done| {
        let key = match (done.turns.len(), done.left) {
            (0, _) => "cli.transcribe.nothing",
            (_, 0) => "cli.transcribe.all",
            _ => "cli.transcribe.left",
        };
        vec![printer.sentences.say(key, &[("count", &done.left.to_string())])]
    })?;
    Ok(match done.left {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

fn tell(turn: &TranscribedTurn, printer: &Printer) {
    // As the window counts them.
    let number = turn.sequence.saturating_add(1).to_string();
    let told = match (&turn.text, &turn.trouble) {
        (Some(text), _) => {
            let params = [("number", number.as_str()), ("text", text)];
            printer.progress(&printer.sentences.say("cli.transcribe.turn", &params))
        }
        (None, Some(why)) => {
            let why = printer.sentences.error(why);
            let params = [("number", number.as_str()), ("why", &why)];
            printer.aside_for_people(&printer.sentences.say("cli.transcribe.not_written", &params));
            Ok(())
        }
        (None, None) => Ok(()),
    };
    if let Err(error) = told {
        printer.error(&error);
    }
}
