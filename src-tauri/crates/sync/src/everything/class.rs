//! One class: read once from its first row to its last, then caught up with and compared, in this run and in each later
//! one.
//!
//! After every page the rows are on the disk before it is written down how far they go, so that a run that is killed at
//! any moment goes on behind a page that is whole.

use rehearse_leancloud::{
    Class, Client, Condition, Cursor, Dated, Dialect, Error, MOST_ROWS, Next, Object, Query, Reason,
    Timestamp, Transport,
};

use super::comparing::Comparing;
use super::folder::Folder;
use super::keys;
use super::patience::patiently;
use super::rows::{self, Rows};
use super::state::{At, ClassState, Reading, State};
use super::{EverythingError, Outcome, Step, disk};

/// Everything that is needed to read a class.
pub(crate) struct Reader<'a, T, P> {
    pub(crate) client: &'a Client<T>,
    pub(crate) folder: &'a Folder,
    /// Whether the client asks as the owner of the app.
    pub(crate) owner: bool,
    pub(crate) progress: &'a P,
}

/// A class on its way.
pub(crate) struct Work<T> {
    pub(crate) class: Class<T>,
    pub(crate) rows: Rows,
}

impl<T: Transport, P: Fn(Step) + Send + Sync> Reader<'_, T, P> {
    /// Brings a class here and says what became of it.
    ///
    /// # Errors
    ///
    /// What concerns more than this class: the disk, the network, the keys.
    pub(crate) async fn bring(&self, state: &mut State, name: &str) -> Result<Outcome, EverythingError> {
        match self.steps(state, name).await {
            Err(EverythingError::Server(error)) => of_class_alone(&error).ok_or(error.into()),
            result => result,
        }
    }

    async fn steps(&self, state: &mut State, name: &str) -> Result<Outcome, EverythingError> {
        let mut work = Work {
            class: self.client.class(name)?,
            rows: self.begin(state, name).await?,
        };
        self.read(state, &mut work).await?;
        Comparing { reader: self }.finish(state, work).await
    }

    /// What is here of the class, with everything cut off that does not count.
    async fn begin(&self, state: &mut State, name: &str) -> Result<Rows, EverythingError> {
        let class = state.class(name).clone();
        let (rows, class) = self.folder.on_disk(move |folder| open(folder, class)).await?;
        let is_new = class.settled.is_none() && class.reading.is_none();
        *state.class(name) = class;
        if is_new {
            let begun = self.server_time().await?;
            let scans =
                self.owner && self.client.dialect() == Dialect::LeanCloud && name != super::FILES_CLASS;
            let at = match scans {
                true => At::Scan(None),
                // A scan would bring files without their addresses.
                false => pages(),
            };
            state.class(name).reading = Some(Reading {
                begun,
                journal: 0,
                at,
            });
            self.folder.keep(state)?;
        }
        Ok(rows)
    }

    /// The first reading, from where it was left.
    async fn read(&self, state: &mut State, work: &mut Work<T>) -> Result<(), EverythingError> {
        let name = work.class.name().to_string();
        let mut cursors_lost = 0;
        while let Some(reading) = state.class(&name).reading.clone() {
            match reading.at {
                At::End => break,
                At::Pages(cursor) => self.turn_pages(state, work, cursor).await?,
                At::Scan(cursor) => {
                    let is_first = cursor.is_none();
                    match self.scan(state, work, cursor).await {
                        Err(EverythingError::Server(error)) if begins_again(&error, is_first) => {
                            cursors_lost += 1;
                            let again = is_first || cursors_lost > 1;
                            self.again(state, work, if again { pages() } else { At::Scan(None) })
                                .await?;
                        }
                        result => result?,
                    }
                }
            }
        }
        Ok(())
    }

    async fn scan(
        &self,
        state: &mut State,
        work: &mut Work<T>,
        cursor: Option<String>,
    ) -> Result<(), EverythingError> {
        let mut scan = work.class.scan(Condition::all())?.with_acl();
        if let Some(cursor) = cursor {
            scan = scan.going_on(cursor);
        }
        while let Some(page) = patiently!(scan.next())? {
            let at = match scan.cursor() {
                Some(cursor) => At::Scan(Some(cursor.to_owned())),
                None => At::End,
            };
            self.keep(state, work, page, at).await?;
        }
        self.keep(state, work, Vec::new(), At::End).await
    }

    async fn turn_pages(
        &self,
        state: &mut State,
        work: &mut Work<T>,
        cursor: Cursor,
    ) -> Result<(), EverythingError> {
        let mut pages = work.class.pages(whole()?, cursor);
        while let Some(page) = patiently!(pages.next())? {
            let at = At::Pages(pages.cursor().clone());
            self.keep(state, work, page, at).await?;
        }
        self.keep(state, work, Vec::new(), At::End).await
    }

    /// Begins again with a class whose place on the server is lost.
    async fn again(&self, state: &mut State, work: &mut Work<T>, at: At) -> Result<(), EverythingError> {
        let class = state.class(work.class.name().as_str());
        let journal = self.folder.journal(class);
        if let Some(reading) = &mut class.reading {
            (reading.journal, reading.at) = (0, at);
        }
        self.folder.keep(state)?;
        disk::remove(&journal).map_err(EverythingError::local(&journal))?;
        work.rows = Rows::default();
        Ok(())
    }

    /// Writes a page down, and then how far it goes.
    async fn keep(
        &self,
        state: &mut State,
        work: &mut Work<T>,
        page: Vec<Object>,
        at: At,
    ) -> Result<(), EverythingError> {
        let name = work.class.name().to_string();
        let length = self.append(state, work, page).await?;
        if let Some(reading) = &mut state.class(&name).reading {
            reading.journal = length.unwrap_or(reading.journal);
            reading.at = at;
        }
        self.folder.keep(state)?;
        (self.progress)(Step::Rows {
            class: name,
            here: work.rows.count(),
        });
        Ok(())
    }

    /// Writes rows down; the length of the journal then, `None` when there were none.
    pub(crate) async fn append(
        &self,
        state: &mut State,
        work: &mut Work<T>,
        page: Vec<Object>,
    ) -> Result<Option<u64>, EverythingError> {
        if page.is_empty() {
            return Ok(None);
        }
        let name = work.class.name().to_string();
        let journal = self.folder.journal(state.class(&name));
        let mut rows = std::mem::take(&mut work.rows);
        let (rows, length) = self
            .folder
            .on_disk(move |_| {
                let lines: Vec<Vec<u8>> = page.iter().map(|row| line(&name, row)).collect();
                let length = rows.append(&journal, &lines);
                length
                    .map(|length| (rows, length))
                    .map_err(EverythingError::local(&journal))
            })
            .await?;
        work.rows = rows;
        Ok(Some(length))
    }

    /// What the server's clock says.
    pub(crate) async fn server_time(&self) -> Result<Timestamp, EverythingError> {
        Ok(patiently!(self.client.server_time())?)
    }
}

/// All of each row, as many rows at once as there may be.
pub(crate) fn whole() -> Result<Query, EverythingError> {
    Ok(Query::new().with_acl().limit(MOST_ROWS)?)
}

fn pages() -> At {
    At::Pages(Cursor::start(Dated::CreatedAt))
}

/// A row as a line.
fn line(class: &str, row: &Object) -> Vec<u8> {
    let mut line = keys::without(class, row.to_json()).to_string().into_bytes();
    line.push(b'\n');
    line
}

/// Checks what is here of a class. What was changed by somebody else does not count, and is brought anew.
fn open(folder: &Folder, mut class: ClassState) -> Result<(Rows, ClassState), EverythingError> {
    let (settled, journal) = (folder.rows(&class), folder.journal(&class));
    if let Some(known) = &class.settled {
        let found = disk::fingerprint(&settled).map_err(EverythingError::local(&settled))?;
        if found != Some((known.bytes, known.sha256.clone())) {
            (class.settled, class.reading, class.since) = (None, None, None);
        }
    }
    let length = class.reading.as_ref().map_or(0, |reading| reading.journal);
    if rows::cut(&journal, length).is_err() {
        class.reading = None;
        disk::remove(&journal).map_err(EverythingError::local(&journal))?;
    }
    let of_settled = class.settled.as_ref().map(|_| settled.as_path());
    let rows = Rows::load(of_settled, &journal).map_err(EverythingError::local(&journal))?;
    Ok((rows, class))
}

/// Whether a scan has to begin again: its cursor is too old, or this server has no scans.
fn begins_again(error: &Error, is_first: bool) -> bool {
    let stuck = matches!(error.next(), Next::Stuck { .. });
    // LeanCloud documents no code for a cursor that it has forgotten.
    stuck || (!is_first && matches!(error, Error::Server(_)) && of_class_alone(error).is_some())
}

/// What an error says about a class when it says nothing about the others.
fn of_class_alone(error: &Error) -> Option<Outcome> {
    if let Error::Server(refusal) = error {
        // Parse Server says that keys are wrong with this status and no code.
        let forbids = refusal.status.as_u16() == 403 && refusal.code.is_some_and(|code| code != 209);
        if forbids || matches!(refusal.code, Some(119 | 403)) {
            return Some(Outcome::Forbidden);
        }
    }
    match error.next() {
        Next::Stuck { reason } => match reason {
            Reason::Refused(code) => Some(Outcome::Refused { code }),
            Reason::Missing => Some(Outcome::Refused { code: 101 }),
            Reason::Invalid | Reason::Unsupported => Some(Outcome::Refused { code: 0 }),
            Reason::NeedsMasterKey => Some(Outcome::Forbidden),
            _ => None,
        },
        _ => None,
    }
}
