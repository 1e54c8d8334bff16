//! Clips on their way to where the server keeps files.
//!
//! On LeanCloud the row of a file is there before its content, and nobody but the owner of the app may delete it. So the
//! row's id is on disk before the first byte goes, and an upload that was broken off is looked at before it is made
//! again: if its content arrived after all it is taken for ours.

use rehearse_domain::{Clip, ClipId};
use rehearse_leancloud::{
    Acl, Condition, Content, Dialect, Error, Expected, FileId, Query, StoredFile, Transport, Upload,
};
use rehearse_store::{OutboxKind, OutboxRow, RemoteFile, Settled, StoreError, TwinWatch};

use super::batches::TWIN_WATCH;
use super::settling::{Verdict, stray, stuck};
use super::{Sender, Tally};
use crate::Audio;
use crate::wire::{META_CLIP, META_SESSION};

/// Rows of files.
const FILES: &str = "_File";
const MIME_TYPE: &str = "audio/mpeg";

impl<T: Transport> Sender<T> {
    pub(super) async fn upload(&self, row: &OutboxRow, tally: &Tally) -> Result<(), StoreError> {
        if self.terms.audio == Audio::StaysHere {
            return self.settle(vec![Settled::Sent { row: row.id }]).await;
        }
        let id = ClipId::from(row.subject);
        self.begin_attempts(vec![row.id]).await?;
        if row.unsure_since.is_some() {
            // A row that was asked for before may come into being at any time.
            let watch = TwinWatch {
                subject: row.subject,
                kind: OutboxKind::Upload,
                session: row.lane,
            };
            let due = self.now().after(TWIN_WATCH);
            self.settle(vec![Settled::Watch { watch, due }]).await?;
        }
        let Some(clip) = self.on(move |store| store.clip(id)).await? else {
            // Deleted meanwhile, and its row with it.
            return Ok(());
        };
        match self.uploaded(row, &clip).await? {
            Ok(file) => {
                tally.add(1, 0);
                let file = RemoteFile {
                    id: file.id.as_str().to_owned(),
                    url: file.url,
                };
                let arrived = Settled::Uploaded {
                    session: row.lane,
                    clip: clip.id,
                    file,
                };
                self.settle(vec![arrived, Settled::Sent { row: row.id }]).await
            }
            Err(error) => self.upload_failed(row, &error, tally).await,
        }
    }

    async fn uploaded(&self, row: &OutboxRow, clip: &Clip) -> Result<Result<StoredFile, Error>, StoreError> {
        match self.earlier_upload(row, clip).await? {
            Ok(None) => {}
            Ok(Some(file)) => return Ok(Ok(file)),
            Err(error) => return Ok(Err(error)),
        }
        let upload = self.upload_of(row, clip);
        if self.client.dialect() == Dialect::Parse {
            return Ok(self.client.files().upload(&upload, None).await);
        }
        let ticket = match self.client.files().begin(&upload).await {
            Ok(ticket) => ticket,
            Err(error) => return Ok(Err(error)),
        };
        let begun = ticket.file.id.as_str().to_owned();
        self.settle(vec![begun_is(row, Some(begun))]).await?;
        let carried = self.client.files().carry(&upload, ticket, None).await;
        match &carried {
            Ok(file) => {
                if let Some(token) = &file.unconfirmed
                    && let Err(error) = self.client.files().confirm(token, true).await
                {
                    tracing::warn!(%error, "the server could not be told that a clip arrived");
                }
            }
            // It stayed, and has to go.
            Err(Error::LeftBehind { file, .. }) => self.give_up(row, file).await?,
            // The client took its row back.
            Err(_) => self.settle(vec![begun_is(row, None)]).await?,
        }
        Ok(carried)
    }

    fn upload_of(&self, row: &OutboxRow, clip: &Clip) -> Upload {
        let path = self.store.audio_folder().join(&clip.file);
        let mut upload = Upload::new(format!("{}.mp3", clip.id), MIME_TYPE, Content::File(path));
        upload.sha256 = Some(clip.sha256.clone());
        upload.acl = Some(Acl::owner(&self.terms.owner));
        upload.owner = Some(self.terms.owner.clone());
        upload
            .meta
            .insert(META_CLIP.to_owned(), clip.id.to_string().into());
        upload
            .meta
            .insert(META_SESSION.to_owned(), row.lane.to_string().into());
        upload
    }

    /// What an attempt that was broken off left there: the whole file, or rows that have to go.
    async fn earlier_upload(
        &self,
        row: &OutboxRow,
        clip: &Clip,
    ) -> Result<Result<Option<StoredFile>, Error>, StoreError> {
        if self.client.dialect() == Dialect::Parse {
            // It keeps no rows of files, and gives each upload another name.
            return Ok(Ok(None));
        }
        if let Some(begun) = &row.begun {
            let begun = FileId::new(begun.as_str());
            return match self.whole_file(&begun, clip).await {
                Ok(Some(file)) => Ok(Ok(Some(file))),
                Ok(None) => {
                    self.give_up(row, &begun).await?;
                    Ok(Ok(None))
                }
                Err(error) => Ok(Err(error)),
            };
        }
        if row.unsure_since.is_none() {
            return Ok(Ok(None));
        }
        let rows = match self.files_about(META_CLIP, &clip.id.to_string()).await {
            Ok(rows) => rows,
            Err(error) => return Ok(Err(error)),
        };
        // Nobody knows how to give them a content.
        let strays = rows
            .into_iter()
            .map(|file| stray(row.lane, file.as_str()))
            .collect();
        self.settle(strays).await?;
        Ok(Ok(None))
    }

    /// A file that was begun, if all of it is there; `None` when it is not, and never will be.
    async fn whole_file(&self, id: &FileId, clip: &Clip) -> Result<Option<StoredFile>, Error> {
        let Some(file) = self.client.files().get(id).await? else {
            return Ok(None);
        };
        let expected = Expected {
            size: Some(clip.bytes),
            sha256: Some(clip.sha256.clone()),
        };
        let files = self.client.files();
        let mut nowhere = tokio::io::sink();
        match files.download(&file.url, &mut nowhere, &expected, None).await {
            Ok(_) => Ok(Some(file)),
            Err(error) => match self.verdict(&error, 0) {
                Verdict::Later(_) => Err(error),
                _ => Ok(None),
            },
        }
    }

    /// Files of which this was said when they were uploaded; none on Parse Server, which keeps no rows of files.
    pub(super) async fn files_about(&self, what: &str, value: &str) -> Result<Vec<FileId>, Error> {
        if self.client.dialect() == Dialect::Parse {
            return Ok(Vec::new());
        }
        let condition = Condition::all().equals(&format!("metaData.{what}"), value)?;
        let query = Query::new()
            .matching(condition)
            .ascending("createdAt")
            .limit(rehearse_leancloud::MOST_ROWS)?;
        let found = self.client.class(FILES)?.find(&query).await?;
        let ids = found.objects.iter().map(|row| FileId::new(row.id.as_str()));
        Ok(ids.collect())
    }

    /// A file that was begun has to go.
    async fn give_up(&self, row: &OutboxRow, file: &FileId) -> Result<(), StoreError> {
        self.settle(vec![stray(row.lane, file.as_str()), begun_is(row, None)])
            .await
    }

    async fn upload_failed(&self, row: &OutboxRow, error: &Error, tally: &Tally) -> Result<(), StoreError> {
        tally.add(0, 1);
        let settled = match self.verdict(error, row.attempts) {
            Verdict::Later(later) => self.postponed([row.id], row.lane, &later, tally),
            Verdict::Stuck { reason } => vec![stuck(row.id, reason)],
            Verdict::Missing => vec![stuck(row.id, "missing")],
            Verdict::OtherForm => vec![stuck(row.id, "type_locked")],
            // The key of a file is new each time: somebody else wrote it, and the next one will be another.
            Verdict::AlreadyThere => vec![self.when_certain(row.lane)],
        };
        self.settle(settled).await
    }
}

fn begun_is(row: &OutboxRow, file: Option<String>) -> Settled {
    Settled::Begun {
        row: row.id,
        session: row.lane,
        file,
    }
}
