//! Files: whether one can be uploaded, comes back as it was, and can be deleted.
//!
//! Where nobody may delete files the one of the check stays. It is used again by the next check, so that there is one and
//! never two: LeanCloud lists it, on Parse Server a row of the probes remembers it.

use bytes::Bytes;
use rehearse_leancloud::{
    Acl, Condition, Content, Dialect, Error, Expected, FileId, New, Next, Object, Query, Reason, StoredFile,
    Transport, Upload,
};
use serde_json::{Map, json};
use url::Url;

use super::rows::FILE;
use super::{Check, FileStep, Finding, Trouble, Verdict};
use crate::everything::{is_this_computer, sha256};

/// What the file of a check is called.
const NAME: &str = "rehearse-check.mp3";
/// What it holds. A server that looks at names sees what the sender sends.
const CONTENT: &[u8] = b"This file belongs to a check of the connection and may be deleted.";
const ADDRESS: &str = "fileUrl";

impl<T: Transport> Check<T> {
    /// Tries files out; those that stayed although they may be deleted.
    pub(super) async fn files(&mut self) -> Vec<String> {
        let mut file = match self.usable().await {
            Some(file) => file,
            None => match self.upload().await {
                Ok(file) => file,
                Err(Error::LeftBehind { file, source }) => {
                    self.file_refused(FileStep::Upload, &source);
                    return vec![file.to_string()];
                }
                Err(error) => {
                    self.file_refused(FileStep::Upload, &error);
                    return Vec::new();
                }
            },
        };
        self.download(&file).await;
        let removed = self.client.files().delete(&file.id).await;
        match removed {
            Ok(()) => {
                let with_master_key = self.client.credentials().has_master_key();
                self.say(Finding::FilesDeletable { with_master_key }, Verdict::Good);
                let _ = self.forget().await;
                Vec::new()
            }
            Err(Error::NeedsMasterKey { .. }) => {
                let _ = self.remember(&file).await;
                let file = std::mem::take(&mut file.name);
                self.say(Finding::FilesStay { file }, Verdict::Warning);
                Vec::new()
            }
            Err(error) => {
                let _ = self.remember(&file).await;
                self.file_refused(FileStep::Delete, &error);
                vec![file.id.to_string()]
            }
        }
    }

    async fn upload(&self) -> Result<StoredFile, Error> {
        let mut upload = Upload::new(NAME, "audio/mpeg", Content::Bytes(Bytes::from_static(CONTENT)));
        upload.acl = Some(Acl::owner(&self.owner));
        upload.owner = Some(self.owner.clone());
        upload.sha256 = Some(sha256(CONTENT));
        self.client.files().upload(&upload, None).await
    }

    /// A file of an earlier check that can be used again, because nobody may delete it. Those that may be are deleted, and
    /// those without content, of a check that was killed, are left where they are.
    async fn usable(&self) -> Option<StoredFile> {
        let mut usable = None;
        for file in self.earlier().await.unwrap_or_default() {
            let stays = self.client.files().delete(&file.id).await.is_err();
            if stays && usable.is_none() && self.comes(&file).await.is_ok() {
                usable = Some(file);
            }
        }
        if usable.is_none() {
            let _ = self.forget().await;
        }
        usable
    }

    async fn comes(&self, file: &StoredFile) -> Result<(), Error> {
        let expected = Expected {
            size: Some(CONTENT.len() as u64),
            sha256: Some(sha256(CONTENT)),
        };
        let mut nowhere = tokio::io::sink();
        let files = self.client.files();
        // It carries neither key nor session: whoever knows the address can do the same.
        let came = files.download(&file.url, &mut nowhere, &expected, None).await;
        came.map(drop)
    }

    async fn download(&mut self, file: &StoredFile) {
        match self.comes(file).await {
            Ok(()) => {
                self.say(Finding::FilesWork, Verdict::Good);
                self.say(Finding::FilesReadable, Verdict::Warning);
                if let Some(host) = plain_host(&file.url) {
                    let agreed = true;
                    self.say(Finding::FilesPlainHttp { host, agreed }, Verdict::Warning);
                }
            }
            Err(error) => match error.next() {
                Next::Stuck {
                    reason: Reason::PlainHttp(host),
                } => {
                    let agreed = false;
                    self.say(Finding::FilesPlainHttp { host, agreed }, Verdict::Warning);
                }
                _ => self.file_refused(FileStep::Download, &error),
            },
        }
    }

    /// Files of earlier checks that are still there.
    async fn earlier(&self) -> Result<Vec<StoredFile>, Error> {
        match self.client.dialect() {
            Dialect::LeanCloud => {
                let named = Condition::all().equals("name", NAME)?;
                let files = self.client.class("_File")?;
                let found = files.find(&Query::new().matching(named)).await?.objects;
                let ours = |file: &StoredFile| {
                    let owner = file.meta.get("owner").and_then(serde_json::Value::as_str);
                    owner == Some(self.owner.as_str())
                };
                Ok(found
                    .iter()
                    .filter_map(|row| StoredFile::of_row(row).ok())
                    .filter(ours)
                    .collect())
            }
            Dialect::Parse => {
                let rows = self.probes()?.find(&self.remembered()?).await?.objects;
                rows.iter()
                    .filter_map(|row| remembered_file(row).transpose())
                    .collect()
            }
        }
    }

    fn remembered(&self) -> Result<Query, Error> {
        let ours = Condition::all().equals("ownerId", &self.owner)?;
        Ok(Query::new().matching(ours.has(FILE, true)))
    }

    async fn remember(&self, file: &StoredFile) -> Result<(), Error> {
        if self.client.dialect() == Dialect::LeanCloud || !self.earlier().await?.is_empty() {
            return Ok(());
        }
        let row = New::of(json!({"ownerId": self.owner, FILE: file.id, ADDRESS: file.url}))?;
        let row = row.acl(Acl::owner(&self.owner));
        self.probes()?.create(&row).await.map(drop)
    }

    async fn forget(&self) -> Result<(), Error> {
        if self.client.dialect() == Dialect::Parse {
            for row in self.probes()?.find(&self.remembered()?).await?.objects {
                self.probes()?.delete(&row.id).await?;
            }
        }
        Ok(())
    }

    fn file_refused(&mut self, step: FileStep, error: &Error) {
        let trouble = Trouble::of(error);
        self.say(Finding::FileRefused { step, trouble }, Verdict::Bad);
    }
}

/// The file that a row of the probes remembers.
fn remembered_file(row: &Object) -> Result<Option<StoredFile>, Error> {
    let (id, url) = (row.get::<String>(FILE)?, row.get::<String>(ADDRESS)?);
    Ok(id.zip(url).map(|(id, url)| StoredFile {
        name: id.clone(),
        id: FileId::new(id),
        url,
        key: None,
        mime_type: None,
        meta: Map::new(),
        unconfirmed: None,
    }))
}

/// The host of an unencrypted address of another computer.
fn plain_host(url: &str) -> Option<String> {
    let address = Url::parse(url).ok()?;
    let is_plain = address.scheme() == "http" && !is_this_computer(&address);
    address.host_str().filter(|_| is_plain).map(str::to_owned)
}
