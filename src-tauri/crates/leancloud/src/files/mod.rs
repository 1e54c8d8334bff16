//! Files. On LeanCloud an upload takes three steps: the server makes a row and hands out a permission, the bytes go to
//! the host of files that it names, and the server is told how that went. On Parse Server it takes one.

mod content;
mod download;
mod multipart;
mod parse;
mod providers;
mod stored;
mod upload;

use std::sync::Arc;

pub use content::Content;
pub use download::{Expected, Received};
pub use stored::{FileId, StoredFile};
pub use upload::{Ticket, Upload};

use serde_json::json;

use crate::call::Call;
use crate::object::id_of;
use crate::{Client, Dialect, Error, Object, ObjectId, Transport};

/// Told how many bytes of a file went or came so far.
pub type Progress = Arc<dyn Fn(u64) + Send + Sync>;

/// The files of an app.
///
/// Whoever knows the address of a file can read it, on either server: rights protect only its row.
#[derive(Debug)]
pub struct Files<T> {
    client: Client<T>,
}

impl<T: Transport> Files<T> {
    pub(crate) const fn new(client: Client<T>) -> Self {
        Self { client }
    }

    /// The row of a file; `None` when it is not there or hidden from this user.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] on Parse Server, which keeps no rows of files; those of any call.
    pub async fn get(&self, id: &FileId) -> Result<Option<StoredFile>, Error> {
        if self.client.dialect() == Dialect::Parse {
            return Err(Error::Unsupported {
                what: "rows of files",
            });
        }
        let id = ObjectId::new(id.as_str())?;
        match self.client.call_json(&Call::get(["files", id.as_str()])).await {
            Ok(row) if id_of(&row)?.is_none() => Ok(None),
            Ok(row) => StoredFile::of_row(&Object::read(row)?).map(Some),
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Deletes a file: the row at once, the content when the host of files gets round to it. One that is not there is
    /// deleted already. Uses the master key if the credentials have one.
    ///
    /// # Errors
    ///
    /// [`Error::NeedsMasterKey`] where only the owner of the app may delete files, which is usual; those of any call.
    pub async fn delete(&self, id: &FileId) -> Result<(), Error> {
        let call = Call::delete(["files", id.as_str()]).with_authority(self.client.most_authority());
        let Err(error) = self.client.call(&call).await else {
            return Ok(());
        };
        let (status, code) = match error.server() {
            Some(_) if error.is_missing() => return Ok(()),
            Some(refusal) => (refusal.status.as_u16(), refusal.code),
            None => return Err(error),
        };
        if status == 403 || matches!(code, Some(119 | 403)) {
            let what = "the deletion of a file";
            return Err(Error::NeedsMasterKey { what });
        }
        // Parse Server says this of a file that is not there and of one that it could not delete.
        if code == Some(153) && !self.is_there(id).await? {
            return Ok(());
        }
        Err(error)
    }

    /// Says how an upload ended, for a file whose upload could not say it: see [`StoredFile::unconfirmed`].
    ///
    /// # Errors
    ///
    /// Those of any call.
    pub async fn confirm(&self, token: &crate::Secret, arrived: bool) -> Result<(), Error> {
        let call = Call::post(
            ["fileCallback"],
            json!({"result": arrived, "token": token.expose()}),
        );
        self.client.call(&call).await.map(drop)
    }
}
