//! The files: those that are here are checked, the others fetched, a few at a time. One that cannot be had stops none.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use futures_util::stream::{self, StreamExt as _};
use md5::{Digest, Md5};
use parking_lot::Mutex;
use rehearse_leancloud::{Client, Dialect, Error, Expected, FileId, Received, Transport};
use tokio::io::AsyncWrite;
use url::{Host, Url};

use super::folder::Folder;
use super::patience::Patience;
use super::record::{Checked, Record, Records};
use super::references::Wanted;
use super::{EverythingError, FailedFile, FileReason, FilesReport, Step, disk};

/// After so many files that could not be had the others are asked for once.
const MOST_PATIENT: u64 = 10;

/// Everything that is needed to fetch files.
pub(crate) struct Fetching<'a, T, P> {
    pub(crate) client: &'a Client<T>,
    pub(crate) folder: &'a Folder,
    pub(crate) progress: &'a P,
    /// So many at a time.
    pub(crate) at_once: usize,
}

impl<T: Transport, P: Fn(Step) + Send + Sync> Fetching<'_, T, P> {
    /// Brings all files here.
    ///
    /// # Errors
    ///
    /// [`EverythingError::Local`]; what concerns one file stands in the report.
    pub(crate) async fn bring(&self, wanted: Vec<Wanted>) -> Result<FilesReport, EverythingError> {
        let count = wanted.len() as u64;
        let (records, missing) = self.folder.on_disk(move |folder| sort(folder, wanted)).await?;
        (self.progress)(Step::Files {
            count,
            here: count - missing.len() as u64,
        });
        let (records, unavailable, fetched) = (Mutex::new(records), AtomicU64::new(0), AtomicU64::new(0));
        let results: Vec<Result<Option<FailedFile>, EverythingError>> = stream::iter(missing)
            .map(|wanted| self.one(wanted, &records, &unavailable, &fetched))
            .buffer_unordered(self.at_once.max(1))
            .collect()
            .await;
        let mut failed = Vec::new();
        for result in results {
            failed.extend(result?);
        }
        failed.sort_by(|one, other| one.id.cmp(&other.id));
        let records = records.into_inner();
        let list = self.folder.files();
        records.write(&list).map_err(EverythingError::local(&list))?;
        let fetched = fetched.into_inner();
        Ok(report(&records, fetched, failed))
    }

    async fn one(
        &self,
        wanted: Wanted,
        records: &Mutex<Records>,
        unavailable: &AtomicU64,
        fetched: &AtomicU64,
    ) -> Result<Option<FailedFile>, EverythingError> {
        let (id, url) = (wanted.id.clone(), wanted.url.clone());
        let patient = unavailable.load(Ordering::Relaxed) < MOST_PATIENT;
        let reason = match self.fetch(wanted, records, patient).await? {
            Ok(bytes) => {
                fetched.fetch_add(1, Ordering::Relaxed);
                (self.progress)(Step::FileDone { bytes });
                return Ok(None);
            }
            Err(reason) => reason,
        };
        if reason == FileReason::Unavailable {
            unavailable.fetch_add(1, Ordering::Relaxed);
        }
        let failed = FailedFile { id, url, reason };
        (self.progress)(Step::FileFailed(failed.clone()));
        Ok(Some(failed))
    }

    /// Fetches a file and puts it in its place; its size, or why it could not be had.
    async fn fetch(
        &self,
        mut wanted: Wanted,
        records: &Mutex<Records>,
        patient: bool,
    ) -> Result<Result<u64, FileReason>, EverythingError> {
        let url = match self.address(&mut wanted).await {
            Ok(url) => url,
            Err(reason) => return Ok(Err(reason)),
        };
        let path = records.lock().place(&wanted);
        let is_ours = records.lock().0.contains_key(&wanted.id);
        let target = self.folder.below(&path);
        let draft = disk::draft_of(&target);
        let mut patience = Patience::default();
        let received = loop {
            let sink = Sink::create(&draft).map_err(EverythingError::local(&draft))?;
            match self.download(&url, sink, &wanted).await {
                Ok(received) => break received,
                Err(Error::Local(cause)) => {
                    let source = io::Error::other(cause);
                    return Err(EverythingError::Local { path: draft, source });
                }
                Err(error) => {
                    let given_up = match patient {
                        true => patience.bear(error).await.err(),
                        false => Some(error),
                    };
                    if let Some(error) = given_up {
                        disk::remove(&draft).map_err(EverythingError::local(&draft))?;
                        return Ok(Err(FileReason::of(&error)));
                    }
                }
            }
        };
        let record = Record {
            id: wanted.id.clone(),
            path,
            url,
            size: received.size,
            sha256: received.sha256,
            checked: Checked::of(&wanted),
            referred: true,
        };
        let sha256 = record.sha256.clone();
        let landed = self
            .folder
            .on_disk(move |_| land(&draft, &target, is_ours, &sha256));
        if !landed.await? {
            return Ok(Err(FileReason::Occupied { path: record.path }));
        }
        let list = self.folder.files();
        let size = record.size;
        records
            .lock()
            .add(&list, record)
            .map_err(EverythingError::local(&list))?;
        Ok(Ok(size))
    }

    async fn download(&self, url: &str, mut sink: Sink, wanted: &Wanted) -> Result<Received, Error> {
        let expected = Expected {
            size: wanted.size,
            sha256: wanted.sha256.clone(),
        };
        // Whether an unencrypted road may be taken is the transport's to say; without a hash the file comes unchecked,
        // because it would be lost otherwise.
        let received = self
            .client
            .files()
            .rescue(url, &mut sink, &expected, None)
            .await?;
        let md5 = disk::hex(&sink.md5.finalize());
        match &wanted.md5 {
            Some(expected) if *expected != md5 => Err(Error::Altered { what: "its hash" }),
            _ => Ok(received),
        }
    }

    /// Where a file is. A row may name it without saying where.
    async fn address(&self, wanted: &mut Wanted) -> Result<String, FileReason> {
        if wanted.url.is_none() && self.client.dialect() == Dialect::LeanCloud {
            let id = FileId::new(&*wanted.id);
            match self.client.files().get(&id).await {
                Ok(Some(file)) => wanted.url = Some(file.url).filter(|url| !url.is_empty()),
                Ok(None) => return Err(FileReason::Missing),
                Err(error) => return Err(FileReason::of(&error)),
            }
        }
        let url = wanted.url.clone().ok_or(FileReason::NoAddress)?;
        match Url::parse(&url) {
            Ok(address) if self.may_be_at(&address) => Ok(url),
            _ => Err(FileReason::NoAddress),
        }
    }

    /// Whether files may be there. A row that names this computer must not make it ask itself, unless the server is here.
    fn may_be_at(&self, address: &Url) -> bool {
        let fits = matches!(address.scheme(), "http" | "https");
        fits && (!is_this_computer(address) || is_this_computer(self.client.server().base()))
    }
}

/// Whether an address leads to this computer, under a name that it has or under one that means any computer's own.
pub(crate) fn is_this_computer(address: &Url) -> bool {
    let leads_here = match address.host() {
        Some(Host::Ipv4(ip)) => ip.is_unspecified(),
        Some(Host::Ipv6(ip)) => ip.is_unspecified(),
        Some(Host::Domain(_)) => false,
        None => true,
    };
    leads_here || rehearse_net::is_this_computer(address)
}

/// Tells the files that are here, and right, from those that are not.
fn sort(folder: &Folder, wanted: Vec<Wanted>) -> Result<(Records, Vec<Wanted>), EverythingError> {
    let list = folder.files();
    let mut records = Records::load(&list).map_err(EverythingError::local(&list))?;
    for record in records.0.values_mut() {
        record.referred = false;
    }
    let mut missing = Vec::new();
    for one in wanted {
        let known = records.0.get_mut(&one.id);
        if let Some(record) = known {
            record.referred = true;
            if is_right(folder, record, &one)? {
                continue;
            }
        }
        missing.push(one);
    }
    Ok((records, missing))
}

fn is_right(folder: &Folder, record: &Record, wanted: &Wanted) -> Result<bool, EverythingError> {
    let path = folder.below(&record.path);
    let found = disk::fingerprint(&path).map_err(EverythingError::local(&path))?;
    let as_recorded = found == Some((record.size, record.sha256.clone()));
    let as_wanted = wanted
        .sha256
        .as_ref()
        .is_none_or(|sha256| *sha256 == record.sha256);
    Ok(as_recorded && as_wanted)
}

/// Puts a file in its place. A file there that is not recorded as ours is left alone: `false`, unless it is the same.
fn land(draft: &PathBuf, target: &Path, is_ours: bool, sha256: &str) -> Result<bool, EverythingError> {
    let there = disk::fingerprint(target).map_err(EverythingError::local(target))?;
    if let Some((_, known)) = there.filter(|_| !is_ours) {
        // What a run fetched that was killed before it could say so.
        disk::remove(draft).map_err(EverythingError::local(draft))?;
        return Ok(known == sha256);
    }
    let file = File::options().write(true).open(draft);
    let landed = file.and_then(|file| disk::land(&file, draft, target));
    landed.map(|()| true).map_err(EverythingError::local(target))
}

fn report(records: &Records, fetched: u64, failed: Vec<FailedFile>) -> FilesReport {
    let lost = |id: &str| failed.iter().any(|failed| failed.id == id);
    let here: Vec<&Record> = records.0.values().filter(|record| !lost(&record.id)).collect();
    let count = |which: fn(&Record) -> bool| here.iter().filter(|record| which(record)).count() as u64;
    FilesReport {
        here: here.len() as u64,
        bytes: here.iter().map(|record| record.size).sum(),
        fetched,
        unchecked: count(|record| matches!(record.checked, Checked::Size | Checked::Nothing)),
        unreferred: count(|record| !record.referred),
        failed,
    }
}

/// A file on its way. It is written at once: a write that went on by itself after its run was dropped could meet that of
/// the next run.
struct Sink {
    file: File,
    md5: Md5,
}

impl Sink {
    fn create(path: &Path) -> io::Result<Self> {
        let file = disk::empty_file(path)?;
        let md5 = Md5::new();
        Ok(Self { file, md5 })
    }
}

impl AsyncWrite for Sink {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = self.file.write(bytes)?;
        self.md5.update(bytes.get(..written).unwrap_or_default());
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
