//! What is asked of the server beside sending: whether it is fit for that, and everything it has, into a folder.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use rehearse_sync::check::check;
use rehearse_sync::everything::{Everything, EverythingError, FileReason, Outcome, Report, Step};

use super::Remotely;
use super::account::{Account, host};
use super::faults::of_remote;
use super::findings::check_view;
use crate::error::ErrorView;
use crate::house::Core;
use crate::view::{CheckView, PullProgress, PulledClass, PulledFault, PulledFile, PulledOutcome, PulledView};

impl Core {
    /// Tries out everything that sending relies on, with rows and a file that are made for this and removed again. In
    /// the order in which one would mend things.
    pub async fn check_remote(&self) -> Result<Vec<CheckView>, ErrorView> {
        let (account, client) = self.remote_client().await?;
        let terms = account.terms().map_err(ErrorView::internal)?;
        let lines = check(&client, &terms, &self.0.tools()).await;
        Ok(lines.iter().map(check_view).collect())
    }

    /// Fetches everything that the one who is signed in may see, rows and files, into a folder. A run that was broken off
    /// is gone on with. Nothing on the server and nothing of this computer's own data is touched.
    ///
    /// # Errors
    /// `not_signed_in`; why the keys cannot be read; `pull_folder_…`; what the server says (`remote_…`).
    pub async fn pull_everything(
        &self,
        folder: PathBuf,
        progress: impl Fn(PullProgress) + Send + Sync,
    ) -> Result<PulledView, ErrorView> {
        let (account, client) = self.remote_client().await?;
        let so_far = SoFar::default();
        let report = Everything::new(client, &folder)
            .run(|step| progress(so_far.after(&step)))
            .await;
        let host = host(account.server, &account.address).unwrap_or_default();
        let report = report.map_err(|error| of_everything(&host, &error))?;
        Ok(pulled(&report, &folder))
    }

    /// The client of the one who is signed in: the sender's, or where none runs one of its own.
    async fn remote_client(&self) -> Result<(Account, Remotely), ErrorView> {
        let account = self.signed_in()?;
        if let Some(client) = self.0.remote.client() {
            return Ok((account, client));
        }
        let keys = self.0.read_keys(&account).await?;
        let net = &self.0.remote.net;
        net.set_plain_http_hosts(account.plain_hosts.clone());
        let client = account.client(net, &keys).map_err(ErrorView::internal)?;
        Ok((account, client))
    }
}

/// Counts what came.
#[derive(Default)]
struct SoFar {
    rows: AtomicU64,
    files: AtomicU64,
    all_files: AtomicU64,
    bytes: AtomicU64,
}

impl SoFar {
    fn after(&self, step: &Step) -> PullProgress {
        match step {
            Step::ClassDone(class) => {
                if let Outcome::Whole { rows } = class.outcome {
                    self.rows.fetch_add(rows, Ordering::Relaxed);
                }
            }
            Step::Files { count, here } => {
                self.all_files.store(*count, Ordering::Relaxed);
                self.files.store(*here, Ordering::Relaxed);
            }
            Step::FileDone { bytes } => {
                self.files.fetch_add(1, Ordering::Relaxed);
                self.bytes.fetch_add(*bytes, Ordering::Relaxed);
            }
            _ => {}
        }
        let told = |number: &AtomicU64| number.load(Ordering::Relaxed) as f64;
        PullProgress {
            rows: told(&self.rows),
            files: told(&self.files),
            all_files: told(&self.all_files),
            bytes: told(&self.bytes),
        }
    }
}

fn pulled(report: &Report, folder: &std::path::Path) -> PulledView {
    let classes = report.classes.iter().map(|class| {
        let (outcome, rows) = match class.outcome {
            Outcome::Whole { rows } => (PulledOutcome::Whole, rows),
            Outcome::Differs { here, .. } => (PulledOutcome::Differs, here),
            Outcome::Vanished { here } => (PulledOutcome::Vanished, here),
            Outcome::Forbidden => (PulledOutcome::Forbidden, 0),
            Outcome::Refused { .. } => (PulledOutcome::Refused, 0),
            Outcome::LeftOut => (PulledOutcome::LeftOut, 0),
        };
        PulledClass {
            class: class.class.clone(),
            outcome,
            rows: rows as f64,
        }
    });
    let failed = report.files.failed.iter().map(|file| PulledFile {
        id: file.id.clone(),
        why: fault(&file.reason),
    });
    PulledView {
        folder: folder.display().to_string(),
        whole: report.is_whole(),
        rows: report.rows() as f64,
        classes: classes.collect(),
        files: report.files.here as f64,
        bytes: report.files.bytes as f64,
        fetched: report.files.fetched as f64,
        failed: failed.collect(),
    }
}

fn fault(reason: &FileReason) -> PulledFault {
    match reason {
        FileReason::Missing => PulledFault::Missing,
        FileReason::Refused { .. } => PulledFault::Refused,
        FileReason::Altered => PulledFault::Altered,
        FileReason::PlainHttp { host } => PulledFault::PlainHttp { host: host.clone() },
        FileReason::NoAddress => PulledFault::NoAddress,
        FileReason::Occupied { path } => PulledFault::Occupied { path: path.clone() },
        _ => PulledFault::Unavailable,
    }
}

fn of_everything(host: &str, error: &EverythingError) -> ErrorView {
    match error {
        EverythingError::NotOurs { folder } => {
            ErrorView::new("pull_folder_in_use").with("folder", folder.display())
        }
        EverythingError::OfAnother { theirs, .. } => {
            ErrorView::new("pull_folder_of_another").with("server", &theirs.server)
        }
        EverythingError::Newer { .. } => ErrorView::new("pull_folder_newer"),
        EverythingError::Busy => ErrorView::new("pull_folder_busy"),
        EverythingError::Local { path, source } => ErrorView::new("pull_folder_failed")
            .with("file", path.display())
            .with("detail", source),
        EverythingError::Server(error) => of_remote(host, error),
        other => ErrorView::internal(other),
    }
}
