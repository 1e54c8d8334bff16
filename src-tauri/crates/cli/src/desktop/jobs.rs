//! Every command but `practise`: ask the core, print the answer. Commands that only look work beside a running
//! window; the others need the data folder for themselves.

use std::process::ExitCode;

use rehearse_core::error::ErrorView;
use rehearse_core::view::{CatalogueQuery, DeliveryView, ExchangeView, ReviewView};
use rehearse_core::{Access, Core, Parts, SystemFolders};
use rehearse_domain::{SessionId, Speaker};
use serde::Serialize;

use crate::desktop::arguments::{Arguments, Job, RemoteJob, SyncJob};
use crate::desktop::print::Printer;
use crate::desktop::table::columns;
use crate::desktop::{
    author, delivery, evaluate, feedback, login, models, poll, practise, progress, recover, remote, scenario,
    sessions, sync, sync_changes, transcribe,
};

/// What a shell expects of a program that Ctrl+C ended.
const INTERRUPTED: u8 = 130;
/// The same of one that was asked to end.
const TERMINATED: u8 = 143;

/// A session and how the trainee sounded in it.
#[derive(Serialize)]
pub(crate) struct Shown {
    #[serde(flatten)]
    pub(crate) review: ReviewView,
    delivery: DeliveryView,
}

impl Shown {
    pub(crate) async fn of(core: &Core, session: SessionId) -> Result<Self, ErrorView> {
        Ok(Self {
            review: core.review(session).await?,
            delivery: core.delivery(session).await?,
        })
    }
}

/// Does what was asked.
pub(crate) async fn run(arguments: Arguments, printer: &Printer) -> Result<ExitCode, ErrorView> {
    let folders = match arguments.data_dir {
        Some(folder) => SystemFolders::at(folder),
        None => SystemFolders::from_environment("REHEARSE_DATA_DIR"),
    };
    let done = job(arguments.job, &folders, printer).await;
    done.map_err(|error| match error.code.as_str() {
        // The store does not say where it lies.
        "store_read_only" => error.with("folder", folders.data.display()),
        _ => error,
    })
}

async fn job(job: Job, folders: &SystemFolders, printer: &Printer) -> Result<ExitCode, ErrorView> {
    let looking = || Core::open(Parts::of_this_system(), folders, Access::Reader);
    match job {
        Job::Devices => devices(&looking().await, printer).await?,
        Job::Scenarios { language } => {
            let query = CatalogueQuery {
                language,
                ..CatalogueQuery::default()
            };
            printer.answer(&looking().await.catalogue(query).await?.cards, |cards| {
                cards
                    .iter()
                    .map(|card| {
                        let (slug, language) = (card.slug.as_str(), card.language.tag());
                        format!("{slug:<36} {language:<6} {}", card.title)
                    })
                    .collect()
            })?;
        }
        Job::Scenario { slug, language } => {
            let core = looking().await;
            let brief = core
                .brief(scenario::in_language(&core, slug, language).await?)
                .await?;
            printer.answer(&brief, |brief| scenario::told(brief, printer))?;
        }
        Job::Author { what } => author::run(what, folders, printer).await?,
        Job::Practise(how) => return practise::run(how, folders, printer).await,
        Job::Models { job } => return models::run(job, folders, printer).await,
        Job::Transcribe { id } => return transcribe::run(session(&id)?, folders, printer).await,
        Job::Feedback { id, ask } => return feedback::run(session(&id)?, ask, folders, printer).await,
        Job::Evaluate(how) => return evaluate::run(how, folders, printer).await,
        Job::Sessions(how) => sessions::run(&looking().await, how, printer).await?,
        Job::Session { id } => {
            let shown = Shown::of(&looking().await, session(&id)?).await?;
            printer.answer(&shown, |shown| {
                let mut lines = told(&shown.review, printer);
                let language = shown.review.language;
                lines.extend(delivery::of_session(&shown.delivery, language, printer));
                lines
            })?;
        }
        Job::Progress { language } => progress::run(&looking().await, language, printer).await?,
        Job::Delivery { files } => return delivery::run(&files, printer).await,
        Job::Export { id, dir } => {
            let id = session(&id)?;
            let core = exporting(looking().await, id, folders).await?;
            let files = core
                .export_sessions(vec![id], dir.to_string_lossy().into_owned())
                .await;
            core.shut_down().await;
            printer.answer(&files?, Clone::clone)?;
        }
        Job::Delete { id } => delete(&owning(folders).await?, session(&id)?, printer).await?,
        Job::Recover(how) => recover::run(how, folders, printer).await?,
        Job::Login(how) => login::run(how, folders, printer).await?,
        Job::Logout => login::leave(folders, printer).await?,
        Job::Remote {
            job: RemoteJob::Check,
        } => return remote::check(&looking().await, printer).await,
        Job::Pull { everything } => return remote::pull(&looking().await, everything, printer).await,
        Job::Sync(how) => match how.job {
            Some(SyncJob::Status) => sync::status(&looking().await, printer).await?,
            Some(job) => sync_changes::run(job, folders, printer).await?,
            None => return sync::run(how, folders, printer).await,
        },
        Job::Poll(how) => return Ok(poll::run(how).await),
        Job::Verify => return verify(&looking().await, printer).await,
    }
    Ok(ExitCode::SUCCESS)
}

/// The core as the owner of the data folder; who holds it, when somebody else does.
pub(crate) async fn owning(folders: &SystemFolders) -> Result<Core, ErrorView> {
    owning_with(Parts::of_this_system(), folders).await
}

/// The same with other parts.
pub(crate) async fn owning_with(parts: Parts, folders: &SystemFolders) -> Result<Core, ErrorView> {
    let core = Core::open(parts, folders, Access::Owner).await;
    match core.app().await?.problem {
        Some(problem) => Err(problem),
        None => Ok(core),
    }
}

/// The core that an export needs: recordings of other computers are brought by the owner of the data folder. Where another
/// program owns it, it is exported what is here.
async fn exporting(looking: Core, session: SessionId, folders: &SystemFolders) -> Result<Core, ErrorView> {
    if !looking.could_bring_clips(session).await? {
        return Ok(looking);
    }
    Ok(owning(folders).await.unwrap_or(looking))
}

/// Waits until somebody or the system ends the program; the exit code for it.
pub(crate) async fn end_of_program() -> ExitCode {
    tokio::select! {
        _ = tokio::signal::ctrl_c() => ExitCode::from(INTERRUPTED),
        () = terminated() => ExitCode::from(TERMINATED),
    }
}

#[cfg(unix)]
async fn terminated() {
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}

async fn devices(core: &Core, printer: &Printer) -> Result<(), ErrorView> {
    let sound = core.sound().await?;
    printer.answer(&sound, |sound| {
        let mut lines = Vec::new();
        for (title, devices) in [
            ("cli.microphones", &sound.microphones),
            ("cli.loudspeakers", &sound.speakers),
        ] {
            lines.push(printer.sentences.say(title, &[]));
            for device in devices {
                let mark = if device.is_default { "*" } else { " " };
                lines.push(format!("{mark} {:<40} {}", device.id, device.name));
            }
        }
        lines
    })
}

/// An end reason in words; its wire name is the last part of the key.
pub(crate) fn end_line(reason: rehearse_domain::EndReason, printer: &Printer) -> String {
    let name = serde_json::to_value(reason)
        .ok()
        .and_then(|name| name.as_str().map(str::to_owned));
    printer
        .sentences
        .say(&format!("end_reason.{}", name.unwrap_or_default()), &[])
}

/// A session as lines: title, turns, why it ended.
fn told(review: &ReviewView, printer: &Printer) -> Vec<String> {
    let mut lines = vec![review.title.clone()];
    for turn in &review.turns {
        let name = match turn.line.speaker {
            Speaker::Partner => review.partner_name.clone(),
            Speaker::Trainee => printer.sentences.say("cli.you", &[]),
        };
        let seconds = turn.line.duration_ms.map_or_else(String::new, |ms| {
            format!(" ({}.{} s)", ms / 1000, ms % 1000 / 100)
        });
        let words = turn.line.text.clone();
        let words = words.unwrap_or_else(|| printer.sentences.say("cli.not_transcribed", &[]));
        lines.push(format!("{name}{seconds}: {words}"));
    }
    if let Some(end) = &review.end {
        lines.push(end_line(end.reason, printer));
    }
    lines.extend(exchanged(&review.exchanges, printer));
    lines
}

/// What went where, by task; nothing where everything stayed in the program.
fn exchanged(exchanges: &[ExchangeView], printer: &Printer) -> Vec<String> {
    if exchanges.is_empty() {
        return Vec::new();
    }
    let head = [
        "cli.exchanges.purpose",
        "cli.exchanges.host",
        "cli.exchanges.model",
        "cli.exchanges.requests",
        "cli.exchanges.sent",
        "cli.exchanges.received",
    ]
    .map(|column| printer.sentences.say(column, &[]));
    let rows = exchanges.iter().map(|one| {
        [
            printer
                .sentences
                .word(&format!("exchanges.role.{}", one.role), &one.role),
            one.host.clone(),
            one.model.clone(),
            one.requests.to_string(),
            one.sent.to_string(),
            one.received.to_string(),
        ]
    });
    let rows: Vec<[String; 6]> = std::iter::once(head).chain(rows).collect();
    let title = printer.sentences.say("exchanges.title", &[]);
    [String::new(), title].into_iter().chain(columns(&rows)).collect()
}

/// What is no id is the id of nothing, and needs no sentence of its own.
fn session(id: &str) -> Result<SessionId, ErrorView> {
    id.parse()
        .map_err(|_| ErrorView::new("no_such_session").with("id", id))
}

async fn delete(core: &Core, id: SessionId, printer: &Printer) -> Result<(), ErrorView> {
    let turns = core.review(id).await?.turns;
    let own = turns.iter().filter(|turn| turn.line.speaker == Speaker::Trainee);
    let own = own.count().to_string();
    let receipt = core.delete_sessions(vec![id]).await?;
    core.shut_down().await;
    printer.answer(&receipt, |_| {
        vec![printer.sentences.say("cli.deleted", &[("turns", &own)])]
    })
}

async fn verify(core: &Core, printer: &Printer) -> Result<ExitCode, ErrorView> {
    let findings = match core.verify().await {
        Err(error) if error.code == "store_empty" => Vec::new(),
        found => found?,
    };
    printer.answer(&findings, |findings| {
        if findings.is_empty() {
            return vec![printer.sentences.say("cli.verified", &[])];
        }
        findings
            .iter()
            .map(|one| {
                printer
                    .sentences
                    .say(&format!("finding.{}", one.code), &[("subject", &one.subject)])
            })
            .collect()
    })?;
    Ok(if findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
