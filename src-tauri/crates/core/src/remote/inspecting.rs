//! What is asked of the server beside sending: whether it is fit for that, and everything it has, into a folder.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use rehearse_domain::ClipId;
use rehearse_sync::FetchError;
use rehearse_sync::check::{CheckLine, Verdict, check};
use rehearse_sync::everything::{Everything, EverythingError, Outcome, Report, Step};
use serde_json::Value;

use super::Remotely;
use super::account::{Account, host};
use super::faults::of_remote;
use crate::error::ErrorView;
use crate::house::Core;
use crate::view::{CheckVerdict, CheckView, PullProgress, PulledClass, PulledFile, PulledView};

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

    /// Brings the file of a clip that was recorded elsewhere, if nobody has yet.
    pub(crate) async fn bring_clip(&self, clip: ClipId) -> Result<(), ErrorView> {
        let Some(puller) = self.0.remote.fetching() else {
            return Ok(());
        };
        match puller.fetch_clip(clip).await {
            Ok(_) => {
                self.0.measurer.clips_came();
                Ok(())
            }
            // Whoever looks next says that it is missing.
            Err(FetchError::NoClip(_) | FetchError::Missing) => Ok(()),
            Err(FetchError::Altered) => Err(ErrorView::new("clip_altered")),
            Err(FetchError::Server(error)) => {
                let account = self.signed_in()?;
                let host = host(account.server, &account.address).unwrap_or_default();
                Err(of_remote(&host, &error))
            }
            Err(error) => Err(ErrorView::internal(error)),
        }
    }

    /// The client of the one who is signed in: the sender's, or where none runs one of its own.
    async fn remote_client(&self) -> Result<(Account, Remotely), ErrorView> {
        let account = self.signed_in()?;
        if let Some(client) = self.0.remote.client() {
            return Ok((account, client));
        }
        let keys = self.0.read_keys(&account).await?;
        let net = &self.0.remote.net;
        if let Some(host) = &account.plain_http {
            net.allow_plain_http(host);
        }
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
            Outcome::Whole { rows } => ("whole", rows),
            Outcome::Differs { here, .. } => ("differs", here),
            Outcome::Vanished { here } => ("vanished", here),
            Outcome::Forbidden => ("forbidden", 0),
            Outcome::Refused { .. } => ("refused", 0),
            Outcome::LeftOut => ("left_out", 0),
        };
        PulledClass {
            class: class.class.clone(),
            outcome: outcome.to_owned(),
            rows: rows as f64,
        }
    });
    let failed = report.files.failed.iter().map(|file| PulledFile {
        id: file.id.clone(),
        why: word(&file.reason),
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

/// The word by which a report calls a reason.
fn word(reason: &impl serde::Serialize) -> String {
    let told = serde_json::to_value(reason).unwrap_or_default();
    told.get("why")
        .and_then(Value::as_str)
        .unwrap_or("unavailable")
        .to_owned()
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

/// A finding as a key of the message catalogue and what fills its sentence.
fn check_view(line: &CheckLine) -> CheckView {
    let mut params = BTreeMap::new();
    let mut code = String::new();
    if let Ok(Value::Object(fields)) = serde_json::to_value(&line.finding) {
        for (name, value) in fields {
            match (name.as_str(), value) {
                ("code", Value::String(told)) => code = told,
                ("trouble", Value::Object(trouble)) => {
                    let why = trouble.get("why").and_then(Value::as_str).unwrap_or_default();
                    params.insert("why".to_owned(), why.to_owned());
                }
                (_, value) => {
                    params.insert(name, plain(&value));
                }
            }
        }
    }
    CheckView {
        verdict: match line.verdict {
            Verdict::Good => CheckVerdict::Good,
            Verdict::Warning => CheckVerdict::Warning,
            Verdict::Bad => CheckVerdict::Bad,
        },
        code,
        params,
    }
}

/// A value as it stands in a sentence.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use rehearse_sync::check::Finding;

    use super::*;

    #[test]
    fn a_finding_is_a_code_and_what_fills_its_sentence() {
        let line = CheckLine {
            verdict: Verdict::Warning,
            finding: Finding::Twins {
                class: "Turn",
                count: 2,
            },
        };
        let view = check_view(&line);
        assert_eq!(
            (view.code.as_str(), view.verdict),
            ("twins", CheckVerdict::Warning)
        );
        let params: Vec<_> = view
            .params
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .collect();
        assert_eq!(params, [("class", "Turn"), ("count", "2")]);
    }
}
