//! `sync retry`, `sync give-up` and `sync agree-http`: what the user decides about changes that do not go out by
//! themselves. Each shows how things stand afterwards; whether it helps, `sync --once` finds out.

use rehearse_core::error::ErrorView;
use rehearse_core::{Access, Core, Parts, SystemFolders};

use crate::desktop::arguments::{Changes, SyncJob};
use crate::desktop::jobs::owning;
use crate::desktop::print::Printer;
use crate::desktop::sync;

/// Does it, as the owner of the data folder.
pub(crate) async fn run(job: SyncJob, folders: &SystemFolders, printer: &Printer) -> Result<(), ErrorView> {
    let core = owning(folders).await?;
    let done = decide(&core, job).await;
    // What it leads to is the next sender's business.
    core.shut_down().await;
    done?;
    let core = Core::open(Parts::of_this_system(), folders, Access::Reader).await;
    sync::status(&core, printer).await
}

async fn decide(core: &Core, job: SyncJob) -> Result<(), ErrorView> {
    match job {
        SyncJob::Status => {}
        SyncJob::Retry(which) => {
            for id in stuck(core, which).await? {
                core.retry_change(id).await?;
            }
        }
        SyncJob::GiveUp(which) => {
            for id in stuck(core, which).await? {
                core.discard_change(id).await?;
            }
        }
        SyncJob::AgreeHttp {
            host,
            take_back: false,
        } => {
            core.allow_plain_http(host).await?;
        }
        SyncJob::AgreeHttp {
            host,
            take_back: true,
        } => {
            core.forbid_plain_http(host).await?;
        }
    }
    Ok(())
}

/// The changes that are meant; one that is not stuck is an error before anything is done about the others.
async fn stuck(core: &Core, which: Changes) -> Result<Vec<u32>, ErrorView> {
    let stuck = core.sync_troubles().await?.stuck;
    let known: Vec<u32> = stuck.iter().map(|change| change.id).collect();
    if which.all {
        return Ok(known);
    }
    match which.ids.iter().find(|id| !known.contains(id)) {
        Some(id) => Err(ErrorView::new("no_such_change").with("id", id)),
        None => Ok(which.ids),
    }
}
