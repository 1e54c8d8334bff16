//! An answer before it is sent: its writes, what is sound in them, how long passes between them, and how it ends.

use std::time::Duration;

use super::options::FakeModelsOptions;
use super::refusal::Written;
use super::script::Script;

/// Chunks of sound that are sent before a script breaks off or falls silent.
const CHUNKS_BEFORE: usize = 5;
const SLOW_FIRST: Duration = Duration::from_secs(25);
const SLOW_TWICE: Duration = Duration::from_secs(12);
const STALL: Duration = Duration::from_secs(20);
/// The type of a stream of events.
pub(super) const EVENTS: &str = "text/event-stream";
const FAST: Duration = Duration::from_secs(1);

/// One write of an answer's body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) bytes: Vec<u8>,
    /// The sound in it as bytes of PCM, whatever it is wrapped in.
    pub(super) pcm: Vec<u8>,
    /// The tokens that it tells of, as they stand in it.
    pub(super) usage: Option<String>,
    /// What passes before it is written.
    pub(super) wait: Duration,
}

impl Frame {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self {
            bytes: text.into().into_bytes(),
            ..Self::default()
        }
    }
}

/// How an answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Whole,
    Reset,
}

/// An answer, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) status: u16,
    pub(super) content_type: String,
    pub(super) retry_after: Option<String>,
    /// What passes before the status is sent.
    pub(super) before: Duration,
    pub(super) frames: Vec<Frame>,
    pub(super) end: End,
}

impl From<Written> for Plan {
    fn from(written: Written) -> Self {
        Self {
            status: written.status,
            content_type: written.content_type.to_owned(),
            retry_after: written.retry_after,
            before: Duration::ZERO,
            frames: vec![Frame::text(written.body)],
            end: End::Whole,
        }
    }
}

impl Plan {
    /// 200 with these writes.
    pub(super) fn ok(content_type: &str, frames: Vec<Frame>) -> Self {
        Self {
            status: 200,
            content_type: content_type.to_owned(),
            retry_after: None,
            before: Duration::ZERO,
            frames,
            end: End::Whole,
        }
    }

    pub(super) fn json(body: String) -> Self {
        Self::ok("application/json", vec![Frame::text(body)])
    }

    /// The same at the server's own pace.
    pub(super) fn paced(mut self, options: &FakeModelsOptions) -> Self {
        self.before += options.before_first_byte;
        for frame in self.frames.iter_mut().skip(1) {
            frame.wait += options.between_chunks;
        }
        self
    }

    /// The same as a script wants it written.
    pub(super) fn played(mut self, script: Script, options: &FakeModelsOptions) -> Self {
        match script {
            Script::SlowFirst => self.before = options.paced(SLOW_FIRST),
            Script::SlowTwice => {
                self.before = options.paced(SLOW_TWICE);
                if let Some(first) = self.frames.first_mut() {
                    first.wait = options.paced(SLOW_TWICE);
                }
            }
            Script::Crlf if self.content_type == EVENTS => {
                for frame in &mut self.frames {
                    // Between events; inside the JSON of one there is no line's end.
                    let lines = frame.bytes.split(|byte| *byte == b'\n');
                    frame.bytes = lines.collect::<Vec<_>>().join(&b"\r\n"[..]);
                }
            }
            Script::OneByteWrites => self.split(|bytes| (1..bytes.len()).collect()),
            Script::SplitUtf8 => self.split(inside_characters),
            Script::StallMid => {
                let at = self.middle();
                if let Some(frame) = self.frames.get_mut(at) {
                    frame.wait = options.paced(STALL);
                }
            }
            Script::DropMid => {
                let at = self.middle();
                self.frames.truncate(at);
                self.end = End::Reset;
            }
            Script::FastAudio => {
                let sound = self.frames.iter_mut().filter(|frame| !frame.pcm.is_empty());
                let sound: Vec<&mut Frame> = sound.collect();
                let each = options.paced(FAST) / u32::try_from(sound.len()).unwrap_or(1).max(1);
                for frame in sound {
                    frame.wait = each;
                }
            }
            _ => {}
        }
        self
    }

    /// The place behind the fifth chunk of sound; without so much sound behind the fifth write, and of a single write
    /// behind its first half.
    fn middle(&mut self) -> usize {
        if self.frames.len() <= 1 {
            self.split(|bytes| vec![bytes.len() / 2]);
            return 1;
        }
        let sound = self
            .frames
            .iter()
            .enumerate()
            .filter(|(_, frame)| !frame.pcm.is_empty());
        let fifth = sound.map(|(at, _)| at + 1).nth(CHUNKS_BEFORE - 1);
        fifth.unwrap_or(CHUNKS_BEFORE).min(self.frames.len() - 1)
    }

    /// Cuts each write at these places; its sound and its tokens count with the last piece.
    fn split(&mut self, places: impl Fn(&[u8]) -> Vec<usize>) {
        let frames = std::mem::take(&mut self.frames);
        for frame in frames {
            let mut wait = frame.wait;
            let mut from = 0;
            let mut pieces = Vec::new();
            for to in places(&frame.bytes).into_iter().chain([frame.bytes.len()]) {
                pieces.push(Frame {
                    bytes: frame.bytes.get(from..to).unwrap_or_default().to_vec(),
                    wait: std::mem::take(&mut wait),
                    ..Frame::default()
                });
                from = to;
            }
            if let Some(last) = pieces.last_mut() {
                last.pcm = frame.pcm;
                last.usage = frame.usage;
            }
            self.frames.extend(pieces);
        }
    }
}

/// Every place between the first and the second byte of a character that has more than one.
fn inside_characters(bytes: &[u8]) -> Vec<usize> {
    let leads = bytes.iter().enumerate().filter(|(_, byte)| **byte >= 0xC0);
    leads.map(|(at, _)| at + 1).collect()
}

/// Sound in so many chunks; with an odd number of bytes each, where that is asked for, the last aside.
pub(super) fn chunks(pcm: &[u8], count: usize, odd: bool) -> Vec<Vec<u8>> {
    let even = (pcm.len() / 2).div_ceil(count.max(1)).max(1) * 2;
    let size = even + usize::from(odd);
    pcm.chunks(size).map(<[u8]>::to_vec).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_make_the_whole_again_and_end_inside_characters() {
        let whole = "data: 你好’\n\n";
        let plan =
            Plan::ok("", vec![Frame::text(whole)]).played(Script::SplitUtf8, &FakeModelsOptions::default());
        assert_eq!(plan.frames.len(), 4);
        let all: Vec<u8> = plan.frames.iter().flat_map(|frame| frame.bytes.clone()).collect();
        assert_eq!(all, whole.as_bytes());
        for frame in plan.frames.iter().take(3) {
            assert!(std::str::from_utf8(&frame.bytes).is_err());
        }
    }

    #[test]
    fn chunks_are_even_unless_they_are_to_be_odd() {
        let pcm = vec![0; 1_000];
        assert!(
            chunks(&pcm, 7, false)
                .iter()
                .all(|chunk| chunk.len().is_multiple_of(2))
        );
        let odd = chunks(&pcm, 7, true);
        let (_, all_but_last) = odd.split_last().unwrap();
        assert!(all_but_last.iter().all(|chunk| chunk.len() % 2 == 1) && all_but_last.len() > 4);
        assert_eq!(odd.concat(), pcm);
    }
}
