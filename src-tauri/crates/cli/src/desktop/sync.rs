//! `sync`: tells the user's own server what was recorded, once or for as long as it runs, and shows how far it is.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use rehearse_core::error::ErrorView;
use rehearse_core::view::{
    ChangeKind, StuckChange, SyncLook, SyncOptions, SyncPause, SyncPhase, SyncTroubles, SyncView, Topic,
};
use rehearse_core::{Core, SystemFolders};
use serde::Serialize;
use tokio::time::timeout;

use crate::desktop::arguments::Sync;
use crate::desktop::jobs::{end_of_program, owning};
use crate::desktop::print::Printer;

/// Looks again after so long even when nothing was said to have changed.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// The sender needs a moment to hear that it is to try everything.
const SETTLING: Duration = Duration::from_millis(1500);
/// What was put off and came to be told on another way meanwhile is looked at again within moments; no longer than this.
const PUT_OFF: Duration = Duration::from_secs(30);

/// How far everything is, and what needs the user.
#[derive(Serialize)]
struct Standing {
    #[serde(flatten)]
    sync: SyncView,
    troubles: SyncTroubles,
}

/// Shows how far everything is.
pub(crate) async fn status(core: &Core, printer: &Printer) -> Result<(), ErrorView> {
    let standing = Standing {
        sync: core.sync().await?,
        troubles: core.sync_troubles().await?,
    };
    printer.answer(&standing, |standing| told(standing, printer))
}

/// Sends, and asks what is new. With `--once` it ends when there is nothing left that goes out now and the server was
/// asked once: exit code 0 when everything is told and heard, 1 when something waits or needs the user.
pub(crate) async fn run(
    how: Sync,
    folders: &SystemFolders,
    printer: &Printer,
) -> Result<ExitCode, ErrorView> {
    let core = owning(folders).await?;
    let done = tokio::select! {
        done = send(&core, &how, printer) => done,
        code = end_of_program() => Ok(code),
    };
    core.shut_down().await;
    done
}

async fn send(core: &Core, how: &Sync, printer: &Printer) -> Result<ExitCode, ErrorView> {
    if how.online {
        let mut settings = core.app().await?.settings;
        settings.offline = false;
        core.change_settings(settings).await?;
    }
    if how.all_audio
        && let Some(account) = core.sync().await?.account
    {
        let options = SyncOptions {
            audio: account.audio,
            all_audio: true,
            stub_user: account.stub_user,
        };
        core.change_sync_options(options).await?;
    }
    let mut changes = core.changes();
    let mut view = core.sync_now().await?;
    if let Some(problem) = view.problem {
        return Err(problem);
    }
    let mut said = String::new();
    let begun = Instant::now();
    loop {
        let line = line(&view, printer);
        if line != said && !how.once {
            printer.progress(&line)?;
        }
        said = line;
        let heard = view.look != SyncLook::UnderWay;
        if how.once && heard && begun.elapsed() > SETTLING && !goes_on(&view, begun.elapsed()) {
            break;
        }
        // What lags or is lost is made up for by the next look.
        while let Ok(Some(changed)) = timeout(LOOK_EVERY, changes.next()).await {
            if changed.topic == Topic::Sync {
                break;
            }
        }
        view = core.sync().await?;
    }
    let everything = view.phase == SyncPhase::Idle
        && view.look == SyncLook::Done
        && (view.stuck, view.waiting, view.conflicts) == (0, 0, 0);
    let standing = Standing {
        sync: view,
        troubles: core.sync_troubles().await?,
    };
    printer.answer(&standing, |standing| told(standing, printer))?;
    Ok(if everything {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Whether something goes out by itself within moments.
fn goes_on(view: &SyncView, since: Duration) -> bool {
    match view.phase {
        SyncPhase::Sending => true,
        // It has just begun, or a row came in between; or all that waits does so behind what needs the user.
        SyncPhase::Idle => view.waiting > 0 && view.stuck == 0,
        SyncPhase::Waiting => {
            let is_nothing_left = (view.waiting, view.stuck) == (0, 0);
            view.until.is_none() || is_nothing_left && since < PUT_OFF
        }
        _ => false,
    }
}

fn told(standing: &Standing, printer: &Printer) -> Vec<String> {
    let say = |key: &str, params: &[(&str, &str)]| printer.sentences.say(key, params);
    let mut lines = vec![line(&standing.sync, printer)];
    let account = standing.sync.account.as_ref();
    let host = account.map_or("", |account| &account.host);
    match standing.sync.look {
        SyncLook::Done => lines.push(say("cli.sync.heard", &[("host", host)])),
        SyncLook::Failed => lines.push(say("cli.sync.not_heard", &[("host", host)])),
        SyncLook::Off | SyncLook::UnderWay => {}
    }
    if let Some(problem) = &standing.sync.problem {
        lines.push(printer.sentences.error(problem));
    }
    for change in &standing.troubles.stuck {
        lines.push(stuck(change, printer));
        if let Some(host) = &change.host {
            lines.push(say("cli.sync.agree_http", &[("host", host)]));
        }
    }
    if !standing.troubles.stuck.is_empty() {
        lines.push(say("cli.sync.stuck_ways", &[]));
    }
    if standing.sync.conflicts > 0 {
        let count = standing.sync.conflicts.to_string();
        lines.push(say("cli.sync.conflicts", &[("count", &count)]));
    }
    let plain: Vec<&str> = account
        .iter()
        .flat_map(|account| account.plain_hosts.iter().map(|host| host.host.as_str()))
        .collect();
    if !plain.is_empty() {
        lines.push(say("cli.sync.plain_hosts", &[("hosts", &plain.join(", "))]));
    }
    if !standing.troubles.still_there.is_empty() {
        let count = standing.troubles.still_there.len().to_string();
        lines.push(say("cli.sync.still_there", &[("count", &count)]));
    }
    if let Some(days) = standing.sync.closes_in_days {
        let (key, days) = match days {
            1.. => ("cli.sync.closes", days.to_string()),
            _ => ("cli.sync.closed", String::new()),
        };
        lines.push(say(key, &[("days", &days)]));
    }
    lines
}

/// A change that needs the user, with its id.
fn stuck(change: &StuckChange, printer: &Printer) -> String {
    let sentences = &printer.sentences;
    let kind = match change.change {
        ChangeKind::Recording => "sync.change.recording",
        ChangeKind::Turn => "sync.change.turn",
        ChangeKind::Session => "sync.change.session",
        ChangeKind::Deletion => "sync.change.deletion",
        ChangeKind::Scenario => "sync.change.scenario",
        ChangeKind::Skill => "sync.change.skill",
    };
    // A turn is one of a practice; a scenario is called by its own title.
    let sentence = match change.change {
        ChangeKind::Scenario | ChangeKind::Skill => "cli.sync.stuck_record",
        _ => "cli.sync.stuck_change",
    };
    let session = change.session.map(|session| session.to_string());
    sentences.say(
        sentence,
        &[
            ("id", &change.id.to_string()),
            ("what", &sentences.say(kind, &[])),
            (
                "title",
                change.title.as_deref().or(session.as_deref()).unwrap_or_default(),
            ),
            (
                "reason",
                &sentences.reason(&change.reason, change.host.as_deref()),
            ),
        ],
    )
}

/// How far everything is, in one line.
fn line(view: &SyncView, printer: &Printer) -> String {
    let host = view.account.as_ref().map(|account| account.host.as_str());
    let count = view.waiting.to_string();
    let key = match view.phase {
        SyncPhase::Off => "cli.sync.off",
        SyncPhase::Elsewhere => "cli.sync.elsewhere",
        SyncPhase::Locked => "cli.sync.locked",
        SyncPhase::Idle if view.stuck + view.conflicts > 0 => "cli.sync.only_stuck",
        SyncPhase::Idle => "cli.sync.idle",
        SyncPhase::Sending => "cli.sync.sending",
        SyncPhase::Waiting => "cli.sync.waiting",
        SyncPhase::Paused { pause } => paused(pause),
        SyncPhase::Trouble => "cli.sync.trouble",
    };
    printer
        .sentences
        .say(key, &[("host", host.unwrap_or_default()), ("count", &count)])
}

fn paused(pause: SyncPause) -> &'static str {
    match pause {
        SyncPause::Offline => "cli.sync.paused_offline",
        SyncPause::Unreachable => "cli.sync.paused_unreachable",
        SyncPause::Busy => "cli.sync.paused_busy",
        SyncPause::Quota => "cli.sync.paused_quota",
        SyncPause::Archived => "cli.sync.paused_archived",
        SyncPause::Disabled => "cli.sync.paused_disabled",
        SyncPause::SignIn => "cli.sync.paused_sign_in",
        SyncPause::Closed => "cli.sync.closed",
    }
}
