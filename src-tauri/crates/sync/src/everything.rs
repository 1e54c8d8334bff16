//! Everything that a server has, in a folder: all rows of all classes as JSON Lines and all files, so that nobody's data
//! ends with a service.
//!
//! ```text
//! FOLDER/classes/Turn.jsonl   one row a line, oldest first
//!        files/ID-NAME        one file each
//!        files.jsonl          id, path, address, size, SHA-256 of each file
//!        manifest.json        what is here, with counts and hashes, and what is not
//!        README.txt           the same for people, in English and Chinese
//! ```
//!
//! It only reads from the server. A run may be killed between any two bytes: the next one goes on where it stopped, and a
//! run over a finished folder makes it current. Rows that were deleted on the server since then are taken out; files are
//! never deleted here, and a class that seems to have been emptied is left as it is.

mod class;
mod comparing;
mod disk;
mod error;
mod fetching;
mod folder;
mod keys;
mod manifest;
mod patience;
mod record;
mod references;
mod report;
mod rows;
mod state;

use std::path::PathBuf;

use rehearse_leancloud::{Client, Dialect, Transport};

pub use error::EverythingError;
pub use report::{ClassReport, FailedFile, FileReason, FilesReport, Outcome, Reader, Report, Source, Step};

pub(crate) use disk::sha256;
pub(crate) use fetching::is_this_computer;

use fetching::Fetching;
use folder::Folder;
use patience::patiently;
use references::{References, Wanted};
use state::State;

/// Where LeanCloud lists files.
const FILES_CLASS: &str = "_File";
/// What there may be to read where nobody lists the classes.
const KNOWN: [&str; 6] = [
    "AuditLog",
    "Evaluation",
    "PracticeSession",
    "Scenario",
    "Skill",
    "Turn",
];

/// Everything that somebody may see of an app, and the folder where it goes.
#[derive(Debug)]
pub struct Everything<T> {
    client: Client<T>,
    owner: bool,
    folder: PathBuf,
    downloads: usize,
}

impl<T: Transport> Everything<T> {
    /// With a master key in the credentials of the client, everything there is; else what the user who is signed in may
    /// read. Nothing is sent and nothing made.
    pub fn new(client: Client<T>, folder: impl Into<PathBuf>) -> Self {
        let (client, owner) = match client.as_owner() {
            Ok(owner) => (owner, true),
            Err(_) => (client, false),
        };
        Self {
            client,
            owner,
            folder: folder.into(),
            downloads: 4,
        }
    }

    /// At most so many downloads at once, where the client allows as many: see
    /// [`rehearse_leancloud::Settings::files_in_flight`]. 4.
    #[must_use]
    pub const fn downloads(mut self, at_once: usize) -> Self {
        self.downloads = at_once;
        self
    }

    /// Fills the folder, or makes it current. It may be dropped at any moment.
    ///
    /// # Errors
    ///
    /// [`EverythingError::NotOurs`], [`EverythingError::OfAnother`], [`EverythingError::Newer`] or
    /// [`EverythingError::Busy`] before anything is changed; [`EverythingError::Local`] when the disk fails;
    /// [`EverythingError::Server`] when the server cannot be reached for long, or does not know who asks. A class that may
    /// not be read and a file that cannot be fetched are no errors: they stand in the report.
    pub async fn run(&self, progress: impl Fn(Step) + Send + Sync) -> Result<Report, EverythingError> {
        let source = self.source().await?;
        let (folder, mut state) = Folder::take(&self.folder, &source).await?;
        folder.on_disk(Folder::furnish).await?;
        let classes = self.read_classes(&folder, &mut state, &progress).await?;
        let wanted = self.wanted(&folder, &state).await?;
        let files = Fetching {
            client: &self.client,
            folder: &folder,
            progress: &progress,
            at_once: self.downloads,
        };
        let report = Report {
            source,
            classes,
            files: files.bring(wanted).await?,
        };
        let finished_at = patiently!(self.client.server_time())?;
        let told = report.clone();
        folder
            .on_disk(move |folder| manifest::write(folder, &state, &told, finished_at))
            .await?;
        Ok(report)
    }

    /// Who asks whom. A session that has run out would see less, and a folder filled by somebody else must not be taken.
    async fn source(&self) -> Result<Source, EverythingError> {
        let reader = if self.owner {
            Reader::Owner
        } else if self.client.session().is_some() {
            let me = patiently!(self.client.users().me())?;
            Reader::User {
                id: me.id.to_string(),
            }
        } else {
            Reader::Anybody
        };
        let app_id = self.client.credentials().app_id();
        Ok(Source::new(self.client.server(), app_id, reader))
    }

    async fn read_classes(
        &self,
        folder: &Folder,
        state: &mut State,
        progress: &(impl Fn(Step) + Send + Sync),
    ) -> Result<Vec<ClassReport>, EverythingError> {
        let names = self.names(state).await?;
        progress(Step::Classes { count: names.len() });
        let reader = class::Reader {
            client: &self.client,
            folder,
            owner: self.owner,
            progress,
        };
        let mut classes = Vec::with_capacity(names.len());
        for class in names {
            let outcome = match keys::are_all(&class) {
                true => Outcome::LeftOut,
                false => reader.bring(state, &class).await?,
            };
            let report = ClassReport { class, outcome };
            progress(Step::ClassDone(report.clone()));
            classes.push(report);
        }
        Ok(classes)
    }

    /// The classes that there are, those that are here already with them.
    async fn names(&self, state: &State) -> Result<Vec<String>, EverythingError> {
        let mut names: Vec<String> = match self.owner {
            true => patiently!(self.client.schemas())?.into_keys().collect(),
            false => KNOWN.map(str::to_owned).to_vec(),
        };
        if self.client.dialect() == Dialect::LeanCloud {
            names.push(FILES_CLASS.to_owned());
        }
        names.extend(state.classes.keys().cloned());
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    async fn wanted(&self, folder: &Folder, state: &State) -> Result<Vec<Wanted>, EverythingError> {
        // What the list of files says counts before what a row says.
        let is_other = |class: &String| class != FILES_CLASS;
        let mut classes: Vec<_> = state.classes.clone().into_iter().collect();
        classes.sort_by_key(|(class, _)| is_other(class));
        folder
            .on_disk(move |folder| {
                let mut references = References::default();
                for (name, class) in &classes {
                    let rows = folder.rows(class);
                    references
                        .read(name, &rows)
                        .map_err(EverythingError::local(&rows))?;
                }
                Ok(references.into_wanted().collect())
            })
            .await
    }
}
