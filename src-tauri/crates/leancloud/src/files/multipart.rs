//! A form with one file in it, as bytes before the file and bytes after it, so that the file itself is never copied.
//! Source: RFC 7578.

use bytes::Bytes;

/// A form around the content of a file.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) content_type: String,
    pub(crate) before: Bytes,
    pub(crate) after: Bytes,
}

/// The file of a form.
pub(crate) struct FilePart<'f> {
    pub(crate) field: &'f str,
    pub(crate) name: &'f str,
    pub(crate) mime_type: &'f str,
}

/// Builds a form. `boundary` must not occur in the content of the file: long and random is enough.
pub(crate) fn form(boundary: &str, fields: &[(&str, &str)], file: &FilePart<'_>) -> Form {
    let mut before = String::new();
    for (name, value) in fields {
        before.push_str(&format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{value}\r\n",
            quoted(name)
        ));
    }
    before.push_str(&format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
        quoted(file.field),
        quoted(file.name),
        quoted(file.mime_type)
    ));
    Form {
        content_type: format!("multipart/form-data; boundary={boundary}"),
        before: before.into(),
        after: format!("\r\n--{boundary}--\r\n").into(),
    }
}

/// As browsers write names: what would end the line or the quotes is written in percent.
fn quoted(text: &str) -> String {
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_holds_its_fields_and_its_file() {
        let file = FilePart {
            field: "file",
            name: "turn-1.mp3",
            mime_type: "audio/mpeg",
        };
        let form = form("xyz", &[("key", "k.mp3"), ("token", "t")], &file);
        assert_eq!(form.content_type, "multipart/form-data; boundary=xyz");
        assert_eq!(
            form.before,
            "--xyz\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk.mp3\r\n\
             --xyz\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nt\r\n\
             --xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"turn-1.mp3\"\r\n\
             Content-Type: audio/mpeg\r\n\r\n"
        );
        assert_eq!(form.after, "\r\n--xyz--\r\n");
    }

    #[test]
    fn a_name_cannot_add_a_field() {
        let file = FilePart {
            field: "file",
            name: "a\"\r\nX-Evil: 1\r\n\r\n",
            mime_type: "audio/mpeg",
        };
        let form = form("xyz", &[], &file);
        let text = String::from_utf8(form.before.to_vec()).unwrap();
        assert_eq!(text.matches("\r\n").count(), 4, "{text}");
    }
}
