//! `recover`: closes what a crash left open, and keeps or discards the takes that it interrupted.

use rehearse_core::error::ErrorView;
use rehearse_core::view::{InterruptedTake, RecoveryView, SetAside};
use rehearse_core::{Access, Core, Parts, SystemFolders};
use rehearse_domain::{ClipId, Speaker};
use serde::Serialize;

use crate::desktop::arguments::Recover;
use crate::desktop::print::Printer;
use crate::desktop::table::{columns, length, local};

/// What was done.
#[derive(Serialize)]
struct Recovered {
    sessions_closed: u32,
    kept: Vec<ClipId>,
    discarded: Vec<ClipId>,
    unplayable: Vec<ClipId>,
    /// Takes whose session is lost, as files of their own.
    files: Vec<String>,
    /// The damaged database that was moved out of the way.
    set_aside: Option<SetAside>,
}

/// Does it.
pub(crate) async fn run(how: Recover, folders: &SystemFolders, printer: &Printer) -> Result<(), ErrorView> {
    let core = Core::open(Parts::of_this_system(), folders, Access::Owner).await;
    let mut app = core.app().await?;
    if how.set_aside
        && app
            .problem
            .as_ref()
            .is_some_and(|problem| problem.code == "store_damaged")
    {
        app = core.set_aside_damaged().await?;
    }
    if let Some(problem) = app.problem {
        return Err(problem);
    }
    let done = if how.list {
        // The list has no place for it, and no later run will know.
        if let Some(aside) = &app.set_aside {
            printer.notice(aside, &set_aside(aside, printer).join("\n"));
        }
        let waiting = core.recovery().await?;
        printer.answer(&waiting, |waiting| list(waiting, printer))
    } else {
        let (closed, aside) = (app.closed_at_start, app.set_aside);
        decide(&core, how.discard, closed, aside, printer).await
    };
    core.shut_down().await;
    done
}

async fn decide(
    core: &Core,
    discard: Vec<ClipId>,
    sessions_closed: u32,
    set_aside: Option<SetAside>,
    printer: &Printer,
) -> Result<(), ErrorView> {
    if !discard.is_empty() {
        // A wrong word must not make a take a turn that was meant to go.
        let waiting = core.recovery().await?.takes;
        if let Some(unknown) = discard
            .iter()
            .find(|clip| !waiting.iter().any(|take| take.clip == **clip))
        {
            return Err(ErrorView::new("recovery_gone").with("clip", unknown));
        }
    }
    for clip in &discard {
        core.discard_take(*clip).await?;
    }
    let done = core.keep_all_takes().await?;
    let failed = done.failed;
    let done = Recovered {
        sessions_closed,
        kept: done.kept,
        discarded: discard,
        unplayable: done.unplayable,
        files: done.files,
        set_aside,
    };
    printer.answer(&done, |done| told(done, printer))?;
    failed.map_or(Ok(()), Err)
}

/// Where the damaged database lies, and whether the settings went with it.
fn set_aside(aside: &SetAside, printer: &Printer) -> Vec<String> {
    let mut lines = vec![printer.sentences.say("cli.set_aside", &[("file", &aside.file)])];
    if aside.settings_lost {
        lines.push(printer.sentences.say("cli.settings_lost", &[]));
    }
    lines
}

fn told(done: &Recovered, printer: &Printer) -> Vec<String> {
    let say = |key: &str, places: &[(&str, &str)]| printer.sentences.say(key, places);
    let aside = done.set_aside.iter();
    let mut lines: Vec<_> = aside.flat_map(|aside| set_aside(aside, printer)).collect();
    let counts = [
        ("closed", done.sessions_closed.to_string()),
        ("kept", done.kept.len().to_string()),
        ("unplayable", done.unplayable.len().to_string()),
    ];
    let counts = counts.each_ref().map(|(name, count)| (*name, count.as_str()));
    lines.push(say("cli.recovered", &counts));
    lines.extend(
        done.files
            .iter()
            .map(|file| say("cli.kept_as", &[("file", file)])),
    );
    let unplayable = done.unplayable.iter().map(ToString::to_string);
    lines.extend(unplayable.map(|clip| say("cli.unplayable", &[("clip", &clip)])));
    lines
}

/// What waits, newest first.
fn list(waiting: &RecoveryView, printer: &Printer) -> Vec<String> {
    if waiting.takes.is_empty() {
        return vec![printer.sentences.say("cli.nothing_waits", &[])];
    }
    let row = |take: &InterruptedTake| {
        let unknown = match take.speaker {
            Speaker::Trainee => "recovery.unknown",
            Speaker::Partner => "recovery.partner",
        };
        let title = take.title.clone();
        [
            take.clip.to_string(),
            local(take.at),
            length(take.duration_ms),
            title.unwrap_or_else(|| printer.sentences.say(unknown, &[])),
        ]
    };
    columns(&waiting.takes.iter().map(row).collect::<Vec<_>>())
}
