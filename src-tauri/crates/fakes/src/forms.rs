//! Forms with files in them (`multipart/form-data`), as hosts of files and transcribers take them.

use bytes::Bytes;
use memchr::memmem;

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) file_name: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: Bytes,
}

impl Field {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// The fields of a form whose `Content-Type` is this; `None` where it is no form or not a whole one.
pub(crate) fn fields(content_type: &str, body: &Bytes) -> Option<Vec<Field>> {
    if !content_type.starts_with("multipart/form-data") {
        return None;
    }
    let boundary = parameter(content_type, "boundary")?;
    let mark = format!("--{boundary}");
    let inner_mark = format!("\r\n{mark}");
    let mut fields = Vec::new();
    let mut at = memmem::find(body, mark.as_bytes())? + mark.len();
    loop {
        let rest = body.get(at..)?;
        if rest.starts_with(b"--") {
            return Some(fields);
        }
        let head_end = memmem::find(rest, b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(rest.get(..head_end)?).into_owned();
        let start = at + head_end + 4;
        let length = memmem::find(body.get(start..)?, inner_mark.as_bytes())?;
        fields.push(field(&head, body.slice(start..start + length))?);
        at = start + length + inner_mark.len();
    }
}

fn field(head: &str, bytes: Bytes) -> Option<Field> {
    let header = |wanted: &str| {
        head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim()
                .eq_ignore_ascii_case(wanted)
                .then(|| value.trim().to_owned())
        })
    };
    let disposition = header("content-disposition")?;
    Some(Field {
        name: parameter(&disposition, "name")?,
        file_name: parameter(&disposition, "filename"),
        content_type: header("content-type"),
        bytes,
    })
}

/// A parameter of a header, with or without quotation marks.
fn parameter(header: &str, name: &str) -> Option<String> {
    header.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        let value = value.trim();
        let bare = value
            .strip_prefix('"')
            .and_then(|value| value.strip_suffix('"'))
            .unwrap_or(value);
        key.trim().eq_ignore_ascii_case(name).then(|| bare.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_gives_its_fields_byte_for_byte() {
        let body = Bytes::from_static(
            b"--xyz\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nabc\r\n--xyz\r\n\
              Content-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\nContent-Type: audio/mpeg\r\n\r\n\
              \r\n--xy\0\r\n\r\n--xyz--\r\n",
        );
        let fields = fields("multipart/form-data; boundary=xyz", &body).unwrap();
        assert_eq!(fields[0].text(), "abc");
        assert_eq!(fields[1].file_name.as_deref(), Some("a.mp3"));
        assert_eq!(fields[1].content_type.as_deref(), Some("audio/mpeg"));
        assert_eq!(fields[1].bytes, Bytes::from_static(b"\r\n--xy\0\r\n"));
    }

    #[test]
    fn a_form_cut_short_is_none() {
        let body = Bytes::from_static(b"--xyz\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nab");
        assert_eq!(fields("multipart/form-data; boundary=xyz", &body), None);
        assert_eq!(fields("application/json", &body), None);
    }
}
