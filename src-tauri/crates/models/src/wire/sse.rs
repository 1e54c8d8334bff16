//! Server-sent events out of bytes as they come, cut anywhere. Knows the lines and nothing of what they say.
//!
//! More lenient than the standard: an event at the end needs no blank line after it. No byte is looked at twice, so a
//! long line costs no more than its length.

use std::collections::VecDeque;

use memchr::memchr2;

/// The longest line, and the longest event: sound comes in lines of some ten kilobytes.
const LONGEST: usize = 16 * 1024 * 1024;

/// A line or an event is longer than anything sensible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a line of the stream is longer than 16 MiB")]
pub(crate) struct TooLong;

/// The reader of one stream.
#[derive(Debug, Default)]
pub(crate) struct Sse {
    /// The line so far, without its end.
    line: Vec<u8>,
    /// The data of the event so far; `None` before its first line.
    data: Option<Vec<u8>>,
    /// The last byte was a carriage return: a line feed after it ends nothing.
    after_return: bool,
    begun: bool,
}

impl Sse {
    /// Takes bytes and appends the data of each event that they complete.
    pub(crate) fn push(&mut self, mut bytes: &[u8], events: &mut VecDeque<Vec<u8>>) -> Result<(), TooLong> {
        while !bytes.is_empty() {
            if std::mem::take(&mut self.after_return)
                && let [b'\n', rest @ ..] = bytes
            {
                bytes = rest;
                continue;
            }
            let Some((piece, end, rest)) = cut(bytes) else {
                return self.grow(bytes);
            };
            self.grow(piece)?;
            self.after_return = end == b'\r';
            self.end_line(events)?;
            bytes = rest;
        }
        Ok(())
    }

    /// The stream is over: appends the event that has no blank line after it, if there is one.
    pub(crate) fn finish(&mut self, events: &mut VecDeque<Vec<u8>>) -> Result<(), TooLong> {
        if !self.line.is_empty() {
            self.end_line(events)?;
        }
        events.extend(self.data.take());
        Ok(())
    }

    fn grow(&mut self, piece: &[u8]) -> Result<(), TooLong> {
        if self.line.len() + piece.len() > LONGEST {
            return Err(TooLong);
        }
        self.line.extend_from_slice(piece);
        Ok(())
    }

    fn end_line(&mut self, events: &mut VecDeque<Vec<u8>>) -> Result<(), TooLong> {
        let mut line = self.line.as_slice();
        if !std::mem::replace(&mut self.begun, true) {
            line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        }
        if line.is_empty() {
            events.extend(self.data.take());
        } else if let Some(data) = data_of(line) {
            match &mut self.data {
                None => self.data = Some(data.to_vec()),
                Some(before) if before.len() + data.len() >= LONGEST => return Err(TooLong),
                Some(before) => {
                    before.push(b'\n');
                    before.extend_from_slice(data);
                }
            }
        }
        self.line.clear();
        Ok(())
    }
}

/// The bytes before the first end of a line, that end, and the bytes after it.
fn cut(bytes: &[u8]) -> Option<(&[u8], u8, &[u8])> {
    let (piece, rest) = bytes.split_at_checked(memchr2(b'\n', b'\r', bytes)?)?;
    let (end, rest) = rest.split_first()?;
    Some((piece, *end, rest))
}

/// What a line adds to the data of its event. Comments, and fields that only concern a browser, add nothing.
fn data_of(line: &[u8]) -> Option<&[u8]> {
    match line.strip_prefix(b"data")? {
        [] => Some(&[]),
        [b':', b' ', rest @ ..] | [b':', rest @ ..] => Some(rest),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(pieces: &[&[u8]]) -> Vec<String> {
        let (mut sse, mut events) = (Sse::default(), VecDeque::new());
        for piece in pieces {
            sse.push(piece, &mut events).unwrap();
        }
        sse.finish(&mut events).unwrap();
        events
            .into_iter()
            .map(|event| String::from_utf8(event).unwrap())
            .collect()
    }

    #[test]
    fn events_are_read_with_any_end_of_line_and_with_what_dashscope_adds() {
        let expected = ["{\"a\":1}", "[DONE]"];
        for text in [
            "data: {\"a\":1}\n\ndata: [DONE]\n\n",
            "data: {\"a\":1}\r\n\r\ndata: [DONE]\r\n\r\n",
            "data: {\"a\":1}\r\rdata: [DONE]\r\r",
            "id:1\nevent:result\n:HTTP_STATUS/200\ndata:{\"a\":1}\n\nid:2\nretry: 5\ndata:[DONE]\n\n",
            "\u{FEFF}data:{\"a\":1}\n\n: keep-alive\n\ndata: [DONE]",
            "\n\ndata: {\"a\":1}\n\ndatabase: 1\ndata: [DONE]\n",
        ] {
            assert_eq!(read(&[text.as_bytes()]), expected, "{text:?}");
        }
    }

    #[test]
    fn several_lines_of_data_are_one_event() {
        assert_eq!(read(&[b"data: a\ndata\ndata:  b\n\n"]), ["a\n\n b"]);
        assert_eq!(
            read(&[b"data: a\r", b"\ndata: b\r", b"\n\r", b"\ndata: c"]),
            ["a\nb", "c"]
        );
    }

    #[test]
    fn a_stream_without_events_has_none() {
        assert!(read(&[b""]).is_empty());
        assert!(read(&[b"event: ping\n\n: hello\n\n"]).is_empty());
    }

    #[test]
    fn no_line_and_no_event_is_longer_than_memory_allows() {
        let piece = vec![b'x'; 1 << 20];
        let (mut sse, mut events) = (Sse::default(), VecDeque::new());
        let pushed = (0..17).try_for_each(|_| sse.push(&piece, &mut events));
        assert_eq!(pushed, Err(TooLong));

        let line = [b"data:".as_slice(), &piece, b"\n"].concat();
        let mut sse = Sse::default();
        let pushed = (0..17).try_for_each(|_| sse.push(&line, &mut events));
        assert_eq!((pushed, events.len()), (Err(TooLong), 0));
    }

    proptest! {
        #[test]
        fn it_does_not_matter_how_the_bytes_are_cut(
            text in "(data: ?[a你\u{1F642}{}]{0,6}|id:1|:x|)(\n|\r\n|\r|\n\n)(data:[b好]{1,4}|event: x)?(\r\n\r\n|\n\n|\n|)",
            text_after in "(\r\n|\n)?data: (z|\u{20AC})(\n\n|\r\n\r\n)?",
            cuts in prop::collection::vec(0_usize..80, 0..12),
        ) {
            let bytes = [text.as_bytes(), text_after.as_bytes()].concat();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(read(&pieces), read(&[&bytes]));
        }

        #[test]
        fn any_bytes_are_borne(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let (mut sse, mut events) = (Sse::default(), VecDeque::new());
            prop_assert!(sse.push(&bytes, &mut events).is_ok());
            prop_assert!(sse.finish(&mut events).is_ok());
        }
    }
}
