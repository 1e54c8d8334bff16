//! An upload in its three steps on LeanCloud, and what becomes of its row when it fails.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::content::Content;
use super::{FileId, Files, Progress, StoredFile};
use crate::call::Call;
use crate::{Acl, Dialect, Error, Invalid, Next, ObjectId, Secret, Transport};

/// How often the server is told that an upload arrived.
const CONFIRMATIONS: u32 = 3;

/// A file to be uploaded.
#[derive(Clone, Debug, PartialEq)]
pub struct Upload {
    /// What it is called. Parse Server wants a letter or digit first, then letters, digits, ` _-.`, 128 at most; what
    /// does not fit is replaced there.
    pub name: String,
    /// Its type: `audio/mpeg`.
    pub mime_type: String,
    /// Its content.
    pub content: Content,
    /// The hash of its content in lower-case hexadecimal, if it is known. The upload fails when it turns out to be
    /// another.
    pub sha256: Option<String>,
    /// Who may see and delete its row. Its content is everybody's who knows the address.
    pub acl: Option<Acl>,
    /// Whose it is.
    pub owner: Option<ObjectId>,
    /// What else is to stand in its row, for ever: an id of one's own by which the row is found if the answer is lost.
    pub meta: Map<String, Value>,
}

impl Upload {
    /// An upload without anything that can be left out.
    pub fn new(name: impl Into<String>, mime_type: impl Into<String>, content: Content) -> Self {
        Self {
            name: name.into(),
            mime_type: mime_type.into(),
            content,
            sha256: None,
            acl: None,
            owner: None,
            meta: Map::new(),
        }
    }

    fn token_body(&self, size: u64) -> Result<Value, Error> {
        let mut meta = self.meta.clone();
        let owner = self.owner.as_ref().map_or("unknown", ObjectId::as_str);
        meta.insert("owner".to_owned(), Value::from(owner));
        meta.insert("size".to_owned(), Value::from(size));
        if let Some(sha256) = &self.sha256 {
            meta.insert("sha256".to_owned(), Value::from(sha256.as_str()));
        }
        let mut body = json!({"name": self.name, "mime_type": self.mime_type, "metaData": meta});
        if let (Some(acl), Some(body)) = (&self.acl, body.as_object_mut()) {
            let acl = serde_json::to_value(acl).map_err(|error| Invalid::Json(error.to_string()))?;
            body.insert("ACL".to_owned(), acl);
        }
        Ok(body)
    }
}

/// The permission to upload one content. Its row is on the server already.
#[derive(Clone, Debug, PartialEq)]
pub struct Ticket {
    /// The file that comes into being.
    pub file: StoredFile,
    pub(super) size: u64,
    pub(super) provider: String,
    pub(super) token: Secret,
    // May hold a permission too.
    pub(super) upload_url: Secret,
}

impl<T: Transport> Files<T> {
    /// Uploads a file. On LeanCloud these are [`Files::begin`] and [`Files::carry`].
    ///
    /// # Errors
    ///
    /// [`Error::Local`] when the file cannot be read, [`Error::Altered`] when its content is not what was announced,
    /// [`Error::Storage`] when the host of files refuses, [`Error::LeftBehind`] when any of this happened and the row
    /// could not be taken back; those of any call.
    pub async fn upload(&self, upload: &Upload, progress: Option<Progress>) -> Result<StoredFile, Error> {
        match self.client.dialect() {
            Dialect::Parse => self.upload_to_parse(upload, progress).await,
            Dialect::LeanCloud => {
                let ticket = self.begin(upload).await?;
                self.carry(upload, ticket, progress).await
            }
        }
    }

    /// The first step on LeanCloud: makes the row of the file and gets the permission to upload its content, which holds
    /// for an hour. If the answer is lost the row stays, without content.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] on Parse Server; those of [`Files::upload`].
    pub async fn begin(&self, upload: &Upload) -> Result<Ticket, Error> {
        if self.client.dialect() == Dialect::Parse {
            return Err(Error::Unsupported {
                what: "upload in steps",
            });
        }
        let size = upload.content.size().await?;
        let answer = self
            .client
            .call_json(&Call::post(["fileTokens"], upload.token_body(size)?))
            .await?;
        let text = |field: &str| answer.get(field).and_then(Value::as_str).map(str::to_owned);
        let needed = |field: &str| text(field).ok_or(Error::malformed("a permission to upload is not whole"));
        let meta = answer.get("metaData").and_then(Value::as_object);
        Ok(Ticket {
            file: StoredFile {
                id: FileId::new(needed("objectId")?),
                name: text("name").unwrap_or_else(|| upload.name.clone()),
                url: needed("url")?,
                key: text("key"),
                // The server may know better.
                mime_type: text("mime_type").or_else(|| Some(upload.mime_type.clone())),
                meta: meta.cloned().unwrap_or_default(),
                unconfirmed: None,
            },
            size,
            provider: needed("provider")?,
            token: Secret::new(needed("token")?),
            upload_url: Secret::new(needed("upload_url")?),
        })
    }

    /// The second and third step on LeanCloud: carries the content to the host of files and says how that went. When it
    /// went wrong the row is taken back. These are [`Files::carry_content`] and [`Files::take_back`].
    ///
    /// # Errors
    ///
    /// Those of [`Files::upload`]. A future that is dropped half-way leaves the row behind.
    pub async fn carry(
        &self,
        upload: &Upload,
        ticket: Ticket,
        progress: Option<Progress>,
    ) -> Result<StoredFile, Error> {
        let carried = self.carry_content(upload, &ticket, progress).await;
        let Err(error) = carried else { return carried };
        match self.take_back(&ticket).await {
            Ok(()) => Err(error),
            Err(_) => Err(Error::LeftBehind {
                file: ticket.file.id,
                source: Box::new(error),
            }),
        }
    }

    /// Carries the content to the host of files, and says so when it arrived. When it went wrong the row stays, and the
    /// content may be there all the same.
    ///
    /// # Errors
    ///
    /// [`Error::Local`], [`Error::Altered`], [`Error::Storage`] as of [`Files::upload`]; those of any call.
    pub async fn carry_content(
        &self,
        upload: &Upload,
        ticket: &Ticket,
        progress: Option<Progress>,
    ) -> Result<StoredFile, Error> {
        self.send_content(upload, ticket, progress).await?;
        let confirmed = self.tell_arrived(&ticket.token).await;
        Ok(StoredFile {
            unconfirmed: (!confirmed).then(|| ticket.token.clone()),
            ..ticket.file.clone()
        })
    }

    /// Takes back the row of an upload that went wrong. The server may act on it after it was asked, so whoever asks must
    /// not take the file for whole any more, also not after a restart.
    ///
    /// # Errors
    ///
    /// Those of any call: then the row may be left behind.
    pub async fn take_back(&self, ticket: &Ticket) -> Result<(), Error> {
        // One attempt: if the network is gone, waiting for it here helps nobody.
        self.confirm(&ticket.token, false).await
    }

    /// Tells the server that an upload arrived; whether it heard it.
    async fn tell_arrived(&self, token: &Secret) -> bool {
        for attempt in 1..=CONFIRMATIONS {
            match self.confirm(token, true).await.map_err(|error| error.next()) {
                Ok(()) => return true,
                Err(Next::Later { .. }) if attempt < CONFIRMATIONS => {
                    tokio::time::sleep(Duration::from_millis(500) * attempt).await;
                }
                Err(_) => return false,
            }
        }
        false
    }
}

#[cfg(test)]
#[path = "upload_tests.rs"]
mod tests;
