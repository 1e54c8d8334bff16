//! Why a folder could not be filled. What concerns one class or one file is no error: it stands in the report.

use std::io;
use std::path::{Path, PathBuf};

/// Everything could not be fetched. What was fetched stays, and the next run goes on from there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EverythingError {
    /// The folder holds something else. Nothing in it was touched.
    #[error("the folder is not empty and was not made for this")]
    NotOurs {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder holds what another app has, or what somebody else may see of it. Nothing in it was touched.
    #[error("the folder belongs to another app or another user")]
    OfAnother {
        /// Whose it is.
        theirs: Box<super::Source>,
        /// Whose was to be fetched.
        ours: Box<super::Source>,
    },
    /// A later version of this program made the folder. Nothing in it was touched.
    #[error("the folder was made by a later version")]
    Newer {
        /// The version of its layout.
        version: u32,
    },
    /// Another run fills the folder at this moment.
    #[error("the folder is being filled by another run")]
    Busy,
    /// A file here could not be read or written.
    #[error("a file could not be used")]
    Local {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The server: see [`rehearse_leancloud::Error::next`] for what to do.
    #[error(transparent)]
    Server(#[from] rehearse_leancloud::Error),
}

impl EverythingError {
    pub(crate) fn local(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Local { path, source }
    }
}

impl From<rehearse_leancloud::Invalid> for EverythingError {
    fn from(invalid: rehearse_leancloud::Invalid) -> Self {
        Self::Server(invalid.into())
    }
}
