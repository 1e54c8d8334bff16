//! Files on Parse Server: one request with the content as it is, and no rows.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, StatusCode};
use serde_json::{Map, Value};
use tokio::time::timeout;

use super::content::Outcome;
use super::{FileId, Files, Progress, StoredFile, Upload};
use crate::answer::Answer;
use crate::call::Call;
use crate::transport::empty;
use crate::{Errand, Error, Invalid, StorageError, Transport};

/// The longest name that Parse Server takes.
const LONGEST_NAME: usize = 128;

impl<T: Transport> Files<T> {
    pub(super) async fn upload_to_parse(
        &self,
        upload: &Upload,
        progress: Option<Progress>,
    ) -> Result<StoredFile, Error> {
        let _place = self.client.file_places().acquire().await;
        let (session, _) = self.client.asking();
        let (answer, outcome) = match self.send_to_parse(upload, progress.clone()).await {
            Err(error) if self.client.has_run_out(session.as_ref(), &error) => {
                if !self.client.renew(session.as_ref()).await? {
                    return Err(error);
                }
                self.send_to_parse(upload, progress).await?
            }
            result => result?,
        };
        let text = |field: &str| answer.get(field).and_then(Value::as_str).map(str::to_owned);
        let needed = |field: &str| text(field).ok_or(Error::malformed("an uploaded file is not whole"));
        let file = StoredFile {
            id: FileId::new(needed("name")?),
            name: upload.name.clone(),
            url: needed("url")?,
            key: None,
            mime_type: Some(upload.mime_type.clone()),
            meta: Map::new(),
            unconfirmed: None,
        };
        let Err(source) = outcome.check(upload.sha256.as_deref()) else {
            return Ok(file);
        };
        match self.delete(&file.id).await {
            Ok(()) => Err(source),
            Err(_) => Err(Error::LeftBehind {
                file: file.id,
                source: Box::new(source),
            }),
        }
    }

    async fn send_to_parse(
        &self,
        upload: &Upload,
        progress: Option<Progress>,
    ) -> Result<(Value, Outcome), Error> {
        let size = upload.content.size().await?;
        let (body, outcome) = upload
            .content
            .body(size, Bytes::new(), Bytes::new(), progress)
            .await?;
        let mut call = Call::get(["files", &taken_name(&upload.name)]);
        call.method = Method::POST;
        let (session, signing_at) = self.client.asking();
        let mut request = self
            .client
            .bare_request(&call, session.as_ref(), signing_at, body)?;
        let mime_type =
            HeaderValue::from_str(&upload.mime_type).map_err(|_| Invalid::Header("the type of a file"))?;
        request.headers_mut().insert(CONTENT_TYPE, mime_type);
        request
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from(size));
        let limit = self.upload_time(size);
        let answer = timeout(limit, async {
            Answer::read(self.client.transport().send(request, Errand::Upload).await?).await
        })
        .await
        .unwrap_or(Err(Error::TimedOut(limit)));
        let answer = answer.map_err(|error| outcome.blame(error))?.judged()?.json()?;
        Ok((answer, outcome))
    }

    /// Whether a file can be read on Parse Server.
    pub(super) async fn is_there(&self, id: &FileId) -> Result<bool, Error> {
        let app = self.client.credentials().app_id();
        let segments = ["files", app, id.as_str()].map(str::to_owned);
        let address = self.client.server().address(&segments, None);
        let mut request = Request::new(empty());
        *request.uri_mut() = address
            .as_str()
            .parse()
            .map_err(|_| Invalid::Address(address.to_string()))?;
        let silence = self.client.settings().file_silence;
        let answer = timeout(silence, self.client.transport().send(request, Errand::Download))
            .await
            .unwrap_or(Err(crate::TransportError::Silent))?;
        match answer.status() {
            StatusCode::NOT_FOUND => Ok(false),
            status if status.is_success() => Ok(true),
            status => Err(Error::Storage(StorageError {
                status,
                message: String::new(),
            })),
        }
    }
}

/// A name that Parse Server takes: what does not fit becomes `_`.
fn taken_name(name: &str) -> String {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "_. -".contains(letter);
    let mut taken: String = name
        .chars()
        .take(LONGEST_NAME)
        .map(|letter| if fits(letter) { letter } else { '_' })
        .collect();
    if !taken.starts_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '_') {
        taken.insert(0, '_');
        taken.truncate(LONGEST_NAME);
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_those_that_parse_server_takes() {
        assert_eq!(taken_name("turn-1.mp3"), "turn-1.mp3");
        assert_eq!(taken_name("谈话!.mp3"), "___.mp3");
        assert_eq!(taken_name(".hidden"), "_.hidden");
        assert_eq!(taken_name(""), "_");
        assert_eq!(taken_name(&"a".repeat(300)).len(), 128);
        assert_eq!(taken_name(&format!("-{}", "a".repeat(300))).len(), 128);
    }
}
