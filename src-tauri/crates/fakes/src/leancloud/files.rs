//! Files: leave to upload one, the word that it arrived or did not, and rows of `_File`.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use serde_json::{Map, Value, json};

use super::access::check_acl;
use super::answer::{Answer, Outcome, Refusal};
use super::call::Call;
use super::dates;
use super::engine::Engine;
use super::options::Provider;
use super::permission::{Permission, check};
use super::shape::address;
use super::state::UploadToken;

/// Letters and digits of a file's key, its extension not counted.
const KEY_LENGTH: usize = 40;
/// Where the fake keeps files: the name of a bucket as the real ones have it.
const BUCKET: &str = "fakebuck";

impl Engine<'_> {
    /// Step one of an upload. The row exists from here on, whether bytes follow or not.
    pub(super) fn file_token(&mut self, call: &Call) -> Outcome {
        let fields = call.fields()?;
        check(self.options, "_File", Permission::Create, &call.caller)?;
        let name =
            text(&fields, "name").ok_or_else(|| Refusal::bad(1, "The name of the file is missing."))?;
        let key = self.key(call, &fields, &name)?;
        let mime = text(&fields, "mime_type").unwrap_or_else(|| mime_of(&name).to_owned());
        let mut row = Map::new();
        row.insert("name".to_owned(), json!(name));
        row.insert("key".to_owned(), json!(key));
        row.insert("mime_type".to_owned(), json!(mime));
        row.insert("bucket".to_owned(), json!(BUCKET));
        row.insert("provider".to_owned(), json!(self.options.provider.name()));
        row.insert(
            "metaData".to_owned(),
            fields.get("metaData").cloned().unwrap_or_else(|| json!({})),
        );
        let keeps_name = fields.get("keep_file_name") == Some(&Value::Bool(true));
        if keeps_name {
            row.insert("keep_file_name".to_owned(), Value::Bool(true));
        }
        let id = self.insert_file(&fields, row)?;
        let deadline = self.now + millis(self.options.upload_token_life);
        let token = self.upload_token(&key, deadline);
        let leave = UploadToken {
            file: id.clone(),
            key: key.clone(),
            bucket: BUCKET.to_owned(),
            mime: mime.clone(),
            deadline,
        };
        self.state.tokens.insert(token.clone(), leave);
        let body = json!({
            "objectId": id,
            "createdAt": dates::iso(self.now),
            "name": name,
            "key": key,
            "bucket": BUCKET,
            "provider": self.options.provider.name(),
            "token": token,
            "upload_url": self.upload_url(&key, &token, deadline),
            "url": address(self.file_host(), &key, keeps_name.then_some(name.as_str())),
            "mime_type": mime,
            "metaData": fields.get("metaData").cloned().unwrap_or_else(|| json!({})),
        });
        Ok(Answer::created("_File", &id, body))
    }

    /// Where the bytes go: own hosts in reality, paths of one host here.
    fn upload_url(&self, key: &str, token: &str, deadline: i64) -> String {
        let origin = self.options.upload_host.as_deref().unwrap_or(self.origin);
        match self.options.provider {
            Provider::Qiniu => origin.to_owned(),
            Provider::S3 => {
                let place = address("", key, None).replacen("/lcfile/", "/s3/", 1);
                format!(
                    "{origin}{place}?X-Amz-Expires={deadline}&X-Amz-Signature={}",
                    escape(token)
                )
            }
            Provider::Cos => format!(
                "{origin}{}",
                address("", key, None).replacen("/lcfile/", "/cos/", 1)
            ),
        }
    }

    /// A token in the form of the provider. Qiniu's holds its policy for everybody to read.
    fn upload_token(&mut self, key: &str, deadline: i64) -> String {
        let signature = self.state.ids.letters(28);
        let policy =
            json!({"scope": format!("{BUCKET}:{key}"), "deadline": deadline / 1000, "insertOnly": 1});
        match self.options.provider {
            Provider::Qiniu => format!(
                "fakeAccessKey:{signature}:{}",
                URL_SAFE.encode(policy.to_string())
            ),
            Provider::S3 | Provider::Cos => signature,
        }
    }

    /// The path below the file host. Only the master may choose it.
    fn key(&mut self, call: &Call, fields: &Map<String, Value>, name: &str) -> Result<String, Refusal> {
        if let Some(key) = text(fields, "key") {
            if !call.caller.master {
                return Err(Refusal::bad(
                    1,
                    "Unsupported file key. Please use the master key.",
                ));
            }
            return Ok(key);
        }
        let extension = name
            .rsplit_once('.')
            .map(|(_, extension)| format!(".{extension}"))
            .unwrap_or_default();
        let prefix = text(fields, "prefix")
            .map(|prefix| format!("{}/", prefix.trim_matches('/')))
            .unwrap_or_default();
        Ok(format!(
            "{prefix}{}{extension}",
            self.state.ids.letters(KEY_LENGTH)
        ))
    }

    fn insert_file(
        &mut self,
        fields: &Map<String, Value>,
        mut row: Map<String, Value>,
    ) -> Result<String, Refusal> {
        let acl = match fields.get("ACL") {
            None | Some(Value::Null) => json!({"*": {"read": true, "write": true}}),
            Some(acl) => {
                check_acl(acl)?;
                acl.clone()
            }
        };
        let id = self.state.ids.object_id(self.now);
        let now = Value::String(dates::iso(self.now));
        row.insert("objectId".to_owned(), Value::String(id.clone()));
        row.insert("createdAt".to_owned(), now.clone());
        row.insert("updatedAt".to_owned(), now);
        row.insert("ACL".to_owned(), acl);
        let class = self.state.classes.entry("_File".to_owned()).or_default();
        for (name, value) in &row {
            if let Ok(column) = super::types::ColumnType::of(value)
                && !super::class::BUILT_IN.contains(&name.as_str())
            {
                class.columns.entry(name.clone()).or_insert(column);
            }
        }
        class.rows.insert(id.clone(), row);
        Ok(id)
    }

    /// Step three: the client says how the upload went. Where it failed the row goes.
    pub(super) fn file_callback(&mut self, call: &Call) -> Outcome {
        let fields = call.fields()?;
        let token = text(&fields, "token").unwrap_or_default();
        let Some(leave) = self.state.tokens.get(&token) else {
            return Err(Refusal::bad(1, "Invalid file token."));
        };
        if fields.get("result") == Some(&Value::Bool(false)) {
            let file = leave.file.clone();
            self.remove("_File", &file);
        }
        Ok(Answer::ok(json!({})))
    }

    /// A row for a file that lies elsewhere.
    pub(super) fn external_file(&mut self, call: &Call) -> Outcome {
        let fields = call.fields()?;
        check(self.options, "_File", Permission::Create, &call.caller)?;
        let (Some(name), Some(url)) = (text(&fields, "name"), text(&fields, "url")) else {
            return Err(Refusal::bad(
                1,
                "A file that lies elsewhere has a name and a url.",
            ));
        };
        let mut row = Map::new();
        for column in ["name", "url", "mime_type", "metaData"] {
            if let Some(value) = fields.get(column) {
                row.insert(column.to_owned(), value.clone());
            }
        }
        let id = self.insert_file(&fields, row)?;
        let body = json!({"objectId": id, "createdAt": dates::iso(self.now), "name": name, "url": url});
        Ok(Answer::created("_File", &id, body))
    }

    /// A file's row and key for an upload in one call.
    pub(super) fn one_call_row(
        &mut self,
        name: &str,
        mime: &str,
        bytes: usize,
    ) -> Result<(String, String), Refusal> {
        let key = self.state.ids.letters(KEY_LENGTH);
        let row = json!({
            "name": name, "key": key, "mime_type": mime, "bucket": BUCKET,
            "provider": self.options.provider.name(), "metaData": {"size": bytes},
        });
        let id = self.insert_file(&Map::new(), row.as_object().cloned().unwrap_or_default())?;
        Ok((id, key))
    }
}

fn text(fields: &Map<String, Value>, name: &str) -> Option<String> {
    fields.get(name).and_then(Value::as_str).map(ToOwned::to_owned)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn escape(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The type that a file's extension says.
pub(super) fn mime_of(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("mp3") => "audio/mpeg",
        Some("wav") => "audio/wav",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("txt") => "text/plain",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}
