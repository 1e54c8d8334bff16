//! Why a task could not do its work at all, as opposed to what it found.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

#[derive(Debug, thiserror::Error)]
pub(crate) enum TaskError {
    #[error("no workspace was found above {0}: run this inside the repository")]
    NoRepository(PathBuf),
    #[error("{path} could not be read")]
    Read { path: PathBuf, source: io::Error },
    #[error("{command} could not be started")]
    Start { command: String, source: io::Error },
    #[error("{command} failed ({status})")]
    Failed { command: String, status: ExitStatus },
    #[error("the output of cargo metadata could not be read")]
    Metadata(#[source] serde_json::Error),
}
