//! Clips on their way to where the server keeps files.
//!
//! On LeanCloud the row of a file is there before its content, and nobody but the owner of the app may delete it. So the
//! row's id is on disk before the first byte goes, and an upload that was broken off is looked at before it is made
//! again: if its content arrived after all it is taken for ours.

use std::collections::HashMap;

use rehearse_domain::{Clip, ClipId, SessionId, Timestamp};
use rehearse_leancloud::{
    Acl, Condition, Content, Dialect, Error, Expected, FileId, Object, Query, StoredFile, Transport, Upload,
};
use rehearse_store::{OutboxKind, OutboxRow, RemoteFile, Settled, StoreError, TwinWatch};

use serde_json::{Map, Value};
use uuid::Uuid;

use super::batches::TWIN_WATCH;
use super::settling::{Verdict, stray, stuck};
use super::under_way::SettingOut;
use super::{Sender, Tally};
use crate::Audio;
use crate::outcome::stuck_because;
use crate::plan::LATE;
use crate::wire::{META_CLIP, META_SESSION};

/// Rows of files.
const FILES: &str = "_File";
const MIME_TYPE: &str = "audio/mpeg";
/// The key of a file is somebody else's.
const TAKEN: &str = "taken";

/// Why an upload failed: whose fault it is decides what else has to wait.
enum UploadFailed {
    /// The server said so, or did not answer.
    Server(Error),
    /// The host of files did. What there was of the file is taken back, or listed.
    Host(Error),
    /// The host of files did, and what there is of the file stays for the next attempt.
    HostOfEarlier(Error),
}

impl<T: Transport> Sender<T> {
    pub(super) async fn upload(&self, row: &OutboxRow, tally: &Tally) -> Result<(), StoreError> {
        if self.terms.audio == Audio::StaysHere {
            tally.settled();
            return self.settle(self.left_here(row)).await;
        }
        let id = ClipId::from(row.subject);
        self.begin_attempts(vec![row.id]).await?;
        // A row that was asked for before may come into being at any time.
        self.settle(self.watch_upload(row)).await?;
        let clip = match self.on(move |store| store.clip(id)).await {
            Ok(Some(clip)) => clip,
            // Deleted meanwhile, and its row with it.
            Ok(None) => return Ok(()),
            Err(error) if error.is_unreadable_record() => {
                tally.failed();
                return self.settle(vec![stuck(row.id, "unreadable")]).await;
            }
            Err(error) => return Err(error),
        };
        let setting_out = self.under_way.begin(row.id, clip.bytes);
        match self.uploaded(row, &clip, &setting_out).await? {
            Ok(file) => {
                tally.done();
                let file = RemoteFile {
                    id: file.id.as_str().to_owned(),
                    url: file.url,
                };
                let arrived = Settled::Uploaded {
                    session: row.session(),
                    clip: clip.id,
                    file,
                };
                self.settle(vec![arrived, Settled::Sent { row: row.id }]).await
            }
            Err(error) => self.upload_failed(row, &error, tally).await,
        }
    }

    /// The user decided that clips stay here: what there is of this one goes again.
    fn left_here(&self, row: &OutboxRow) -> Vec<Settled> {
        let begun = row.begun.iter().map(|file| stray(row.session(), file));
        begun
            .chain(self.watch_upload(row))
            .chain([Settled::Sent { row: row.id }])
            .collect()
    }

    /// That the row of a file may come into being at any time, if one was asked for.
    fn watch_upload(&self, row: &OutboxRow) -> Vec<Settled> {
        if row.unsure_since.is_none() {
            return Vec::new();
        }
        let watch = TwinWatch {
            subject: row.subject,
            kind: OutboxKind::Upload,
            session: row.session(),
        };
        let due = self.now().after(TWIN_WATCH);
        vec![Settled::Watch { watch, due }]
    }

    async fn uploaded(
        &self,
        row: &OutboxRow,
        clip: &Clip,
        setting_out: &SettingOut,
    ) -> Result<Result<StoredFile, UploadFailed>, StoreError> {
        match self.earlier_upload(row, clip).await? {
            Ok(None) => {}
            Ok(Some(file)) => return Ok(Ok(file)),
            Err(error) => return Ok(Err(error)),
        }
        let upload = self.upload_of(row, clip);
        let progress = Some(setting_out.progress());
        if self.client.dialect() == Dialect::Parse {
            let stored = self.client.files().upload(&upload, progress).await;
            if let Err(Error::LeftBehind { file, .. }) = &stored {
                self.give_up(row, file).await?;
            }
            return Ok(stored.map_err(UploadFailed::Server));
        }
        let ticket = match self.client.files().begin(&upload).await {
            Ok(ticket) => ticket,
            Err(error) => return Ok(Err(UploadFailed::Server(error))),
        };
        let begun = ticket.file.id.as_str().to_owned();
        self.settle(vec![begun_is(row, Some(begun))]).await?;
        let files = self.client.files();
        let carried = files.carry_content(&upload, &ticket, progress).await;
        match &carried {
            Ok(file) => {
                if let Some(token) = &file.unconfirmed
                    && let Err(error) = files.confirm(token, true).await
                {
                    tracing::warn!(%error, "the server could not be told that a clip arrived");
                }
            }
            Err(_) => {
                // On disk before the server is asked: it may act on that long after, when this program was killed and its
                // content, which arrived after all, would be taken for ours.
                let file = &ticket.file.id;
                self.give_up(row, file).await?;
                if files.take_back(&ticket).await.is_ok() {
                    let file = file.as_str().to_owned();
                    self.settle(vec![Settled::StrayGone { file }]).await?;
                }
            }
        }
        Ok(carried.map_err(UploadFailed::Host))
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
            .insert(META_SESSION.to_owned(), row.session().to_string().into());
        upload
    }

    /// What an attempt that was broken off left there: the whole file, or rows that have to go.
    async fn earlier_upload(
        &self,
        row: &OutboxRow,
        clip: &Clip,
    ) -> Result<Result<Option<StoredFile>, UploadFailed>, StoreError> {
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
        let rows = match self.files_of_clips(&[clip.id.into()]).await {
            Ok(files) => files.into_values().flatten(),
            Err(error) => return Ok(Err(UploadFailed::Server(error))),
        };
        // Nobody knows how to give them a content.
        let strays = rows.map(|file| stray(row.session(), file.as_str())).collect();
        self.settle(strays).await?;
        Ok(Ok(None))
    }

    /// A file that was begun, if all of it is there; `None` when it is not, and never will be.
    async fn whole_file(&self, id: &FileId, clip: &Clip) -> Result<Option<StoredFile>, UploadFailed> {
        let file = self.client.files().get(id).await.map_err(UploadFailed::Server)?;
        let Some(file) = file else {
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
                Verdict::Later(_) => Err(UploadFailed::HostOfEarlier(error)),
                _ => Ok(None),
            },
        }
    }

    /// Files of a session; none on Parse Server, which keeps no rows of files.
    pub(super) async fn files_of_session(&self, session: SessionId) -> Result<Vec<FileId>, Error> {
        let rows = self.files_about(META_SESSION, &[session.to_string()]).await?;
        Ok(rows.iter().map(|row| FileId::new(row.id.as_str())).collect())
    }

    /// The files of clips, by these.
    pub(super) async fn files_of_clips(&self, clips: &[Uuid]) -> Result<HashMap<Uuid, Vec<FileId>>, Error> {
        let ids: Vec<String> = clips.iter().map(Uuid::to_string).collect();
        let mut files: HashMap<Uuid, Vec<FileId>> = HashMap::new();
        for row in self.files_about(META_CLIP, &ids).await? {
            let meta: Option<Map<String, Value>> = row.get("metaData")?;
            let clip = meta.as_ref().and_then(|meta| meta.get(META_CLIP)?.as_str());
            if let Some(clip) = clip.and_then(|clip| Uuid::parse_str(clip).ok()) {
                files.entry(clip).or_default().push(FileId::new(row.id.as_str()));
            }
        }
        Ok(files)
    }

    /// The rows of files of which one of these was said when they were uploaded.
    async fn files_about(&self, what: &str, values: &[String]) -> Result<Vec<Object>, Error> {
        if self.client.dialect() == Dialect::Parse {
            return Ok(Vec::new());
        }
        let condition = Condition::all().one_of(&format!("metaData.{what}"), values)?;
        let query = Query::new()
            .matching(condition)
            .keys(["metaData"])
            .ascending("createdAt")
            .limit(rehearse_leancloud::MOST_ROWS)?;
        Ok(self.client.class(FILES)?.find(&query).await?.objects)
    }

    /// A file that was begun has to go.
    async fn give_up(&self, row: &OutboxRow, file: &FileId) -> Result<(), StoreError> {
        self.settle(vec![stray(row.session(), file.as_str()), begun_is(row, None)])
            .await
    }

    async fn upload_failed(
        &self,
        row: &OutboxRow,
        failed: &UploadFailed,
        tally: &Tally,
    ) -> Result<(), StoreError> {
        tally.failed();
        let (verdict, error) = match failed {
            UploadFailed::Server(error) => (self.verdict(error, row.attempts), error),
            UploadFailed::Host(error) | UploadFailed::HostOfEarlier(error) => {
                (self.verdict_on_host(error, row.attempts), error)
            }
        };
        let settled = match (verdict, failed) {
            (Verdict::Later(later), UploadFailed::Server(_)) => {
                self.postponed([row.id], row.session(), &later, tally)
            }
            (Verdict::Later(later), _) => {
                tally.pause(later.pause);
                let unsure = matches!(failed, UploadFailed::HostOfEarlier(_));
                later_alone(row, later.error, unsure, later.until)
            }
            (Verdict::Stuck { reason }, _) => vec![stuck(row.id, &stuck_because(reason, error))],
            (Verdict::Missing, _) => vec![stuck(row.id, "missing")],
            (Verdict::OtherForm, _) => vec![stuck(row.id, "type_locked")],
            // The key of a file is new each time: somebody else wrote it, and the next one will be another.
            (Verdict::AlreadyThere, _) if row.last_error.as_deref() == Some(TAKEN) => {
                vec![stuck(row.id, TAKEN)]
            }
            (Verdict::AlreadyThere, _) => later_alone(row, TAKEN, false, self.now().after(LATE)),
        };
        self.settle(settled).await
    }
}

/// One upload may work later; what does not need it need not wait.
fn later_alone(row: &OutboxRow, error: &str, unsure: bool, until: Timestamp) -> Vec<Settled> {
    vec![
        Settled::Failed {
            row: row.id,
            error: error.to_owned(),
            unsure,
        },
        Settled::RowPutOff { row: row.id, until },
    ]
}

fn begun_is(row: &OutboxRow, file: Option<String>) -> Settled {
    Settled::Begun {
        row: row.id,
        session: row.session(),
        file,
    }
}
