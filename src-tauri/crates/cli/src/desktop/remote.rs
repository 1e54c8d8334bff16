//! `remote check` and `pull --everything`: whether a server is fit for what is sent to it, and the way out of it.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use rehearse_core::Core;
use rehearse_core::error::ErrorView;
use rehearse_core::view::{CheckVerdict, CheckView, PullProgress, PulledFault, PulledOutcome, PulledView};

use crate::desktop::print::Printer;

/// Progress is told no faster.
const TOLD_EVERY: Duration = Duration::from_secs(2);

/// Tries the server out. Exit code 1 when something does not work.
pub(crate) async fn check(core: &Core, printer: &Printer) -> Result<ExitCode, ErrorView> {
    let findings = core.check_remote().await?;
    printer.answer(&findings, |findings| {
        findings.iter().map(|finding| told(finding, printer)).collect()
    })?;
    let bad = findings
        .iter()
        .any(|finding| finding.verdict == CheckVerdict::Bad);
    Ok(if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn told(finding: &CheckView, printer: &Printer) -> String {
    let mark = match finding.verdict {
        CheckVerdict::Good => "cli.check.good",
        CheckVerdict::Warning => "cli.check.warning",
        CheckVerdict::Bad => "cli.check.bad",
    };
    let mut params: Vec<(&str, &str)> = finding
        .params
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    let why = finding
        .why
        .as_ref()
        .map(|why| printer.sentences.say(&format!("check.why.{why}"), &[]));
    params.extend(why.as_deref().map(|why| ("why", why)));
    let sentence = printer.sentences.say(&format!("check.{}", finding.code), &params);
    printer.sentences.say(mark, &[("finding", &sentence)])
}

/// Fetches everything. Exit code 1 when something that is there is not here.
pub(crate) async fn pull(core: &Core, folder: PathBuf, printer: &Printer) -> Result<ExitCode, ErrorView> {
    let last = Mutex::new(Instant::now());
    let pulled = core
        .pull_everything(folder, |progress| tell(&last, progress, printer))
        .await?;
    printer.answer(&pulled, |pulled| came_to(pulled, printer))?;
    Ok(if pulled.whole {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn tell(last: &Mutex<Instant>, progress: PullProgress, printer: &Printer) {
    let Ok(mut last) = last.lock() else { return };
    if last.elapsed() < TOLD_EVERY {
        return;
    }
    *last = Instant::now();
    printer.aside_for_people(&printer.sentences.say(
        "cli.pull.progress",
        &[
            ("rows", &progress.rows.to_string()),
            ("files", &progress.files.to_string()),
            ("all", &progress.all_files.to_string()),
        ],
    ));
}

fn came_to(pulled: &PulledView, printer: &Printer) -> Vec<String> {
    let say = |key: &str, params: &[(&str, &str)]| printer.sentences.say(key, params);
    let mut lines = vec![say(
        "cli.pull.done",
        &[
            ("rows", &pulled.rows.to_string()),
            ("files", &pulled.files.to_string()),
            ("folder", &pulled.folder),
        ],
    )];
    for class in &pulled.classes {
        let key = match class.outcome {
            PulledOutcome::Whole => continue,
            PulledOutcome::Forbidden => "cli.pull.forbidden",
            PulledOutcome::LeftOut => "cli.pull.left_out",
            PulledOutcome::Refused => "cli.pull.refused",
            PulledOutcome::Differs | PulledOutcome::Vanished => "cli.pull.not_whole",
        };
        lines.push(say(key, &[("class", &class.class)]));
    }
    for file in &pulled.failed {
        let (key, params) = why(&file.why);
        lines.push(say(
            "cli.pull.failed",
            &[("file", &file.id), ("why", &say(key, &params))],
        ));
    }
    if !pulled.whole {
        lines.push(say("cli.pull.again", &[]));
    }
    lines
}

/// Why a file is not here, as a key of the catalogue with what fills its sentence.
fn why(fault: &PulledFault) -> (&'static str, Vec<(&str, &str)>) {
    match fault {
        PulledFault::Missing => ("cli.pull.why.missing", Vec::new()),
        PulledFault::Refused => ("cli.pull.why.refused", Vec::new()),
        PulledFault::Altered => ("cli.pull.why.altered", Vec::new()),
        PulledFault::PlainHttp { host } => ("cli.pull.why.plain_http", vec![("host", host)]),
        PulledFault::NoAddress => ("cli.pull.why.no_address", Vec::new()),
        PulledFault::Unavailable => ("cli.pull.why.unavailable", Vec::new()),
        PulledFault::Occupied { path } => ("cli.pull.why.occupied", vec![("path", path)]),
    }
}
