//! Answers as bytes, cut anywhere and ended in every way.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use proptest::prelude::*;

use super::*;
use crate::RefusalKind;
use crate::patience::{Attempts, TimeLimits};
use crate::wire::Head;

const WORDS: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"你好 \"}}]}\n\n";
/// One sample, half of the next one, and the other half with a third one.
const SOUND: &str = "data:{\"choices\":[{\"delta\":{\"audio\":{\"data\":\"AEAA\",\"transcript\":\"no\"}}}]}\r\n\r\n\
    : keep-alive\r\n\r\n\
    data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"I see\",\"audio\":{\"data\":\"wAAA\"}}}]}\n\n";
const END: &str = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n\
    data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5}}\n\n";
const DONE: &str = "data: [DONE]\n\n";

/// How a body ends.
#[derive(Clone, Copy)]
enum Close {
    Clean,
    Broken,
    Never,
}

/// A body that comes in these pieces.
struct Pieces(VecDeque<Vec<u8>>, Close);

impl Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match (self.0.pop_front(), self.1) {
            (Some(piece), _) => Poll::Ready(Some(Ok(Frame::data(piece.into())))),
            (None, Close::Clean) => Poll::Ready(None),
            (None, Close::Broken) => Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into()))),
            (None, Close::Never) => Poll::Pending,
        }
    }
}

fn open(pieces: Vec<Vec<u8>>, close: Close) -> ChatStream {
    let attempts = Attempts {
        most: 1,
        within: Duration::from_secs(60),
    };
    let incoming = Incoming::new(
        Pieces(pieces.into(), close).boxed(),
        Head::default(),
        String::new(),
        TimeLimits::default(),
        attempts.begin().deadline(),
    );
    ChatStream::new(incoming, Refusals::default())
}

/// All that came: words, samples, tokens, the end, and the error.
#[derive(Debug, Default, PartialEq)]
struct All {
    words: String,
    samples: Vec<f32>,
    tokens: u64,
    finish: Option<Finish>,
}

async fn read(mut stream: ChatStream) -> (All, Option<ModelError>) {
    let mut all = All::default();
    loop {
        match stream.next().await {
            Ok(Some(ChatPart::Text(words))) => all.words += &words,
            Ok(Some(ChatPart::Pcm(samples))) => all.samples.extend(samples),
            Ok(Some(ChatPart::Used(usage))) => all.tokens += usage.text_in,
            Ok(Some(ChatPart::Finished(finish))) => all.finish = Some(finish),
            Ok(Some(ChatPart::Arguments(_))) => {}
            Ok(None) => return (all, None),
            Err(error) => {
                assert!(
                    matches!(stream.next().await, Ok(None)),
                    "nothing follows an error"
                );
                return (all, Some(error));
            }
        }
    }
}

async fn read_text(text: &str, close: Close) -> (All, Option<ModelError>) {
    read(open(vec![text.as_bytes().to_vec()], close)).await
}

fn whole() -> All {
    All {
        words: "你好 I see".into(),
        samples: vec![0.5, -0.5, 0.0],
        tokens: 5,
        finish: Some(Finish::Stop),
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_over_when_the_host_says_so_or_the_body_ends() {
    let text = [WORDS, SOUND, END].concat();
    for (text, close) in [
        (text.clone() + DONE, Close::Never),
        (text.clone() + DONE, Close::Broken),
        (text.clone() + DONE, Close::Clean),
        (text, Close::Clean),
    ] {
        let (all, error) = read_text(&text, close).await;
        assert_eq!(all, whole());
        assert!(error.is_none(), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_end_without_a_reason_is_believed_when_the_body_ended_as_it_should() {
    let (all, error) = read_text(WORDS, Close::Clean).await;
    assert_eq!((all.words.as_str(), all.finish), ("你好 ", Some(Finish::Unsaid)));
    assert!(error.is_none());
    let (all, error) = read_text(WORDS, Close::Broken).await;
    assert_eq!((all.words.as_str(), all.finish), ("你好 ", None));
    assert!(error.is_some());
    let (all, error) = read_text(WORDS, Close::Never).await;
    assert_eq!((all.words.as_str(), all.finish), ("你好 ", None));
    assert!(matches!(error, Some(ModelError::TimedOut(after)) if after.as_secs() == 15));
}

#[tokio::test(start_paused = true)]
async fn a_body_with_nothing_in_it_is_no_answer() {
    for text in [
        "",
        "\n\n",
        ": hello\n\n",
        "<html></html>",
        "data: {}\n\n",
        "data: nonsense\n\n",
    ] {
        let (all, error) = read_text(text, Close::Clean).await;
        assert_eq!(all, All::default());
        assert!(
            matches!(error, Some(ModelError::Malformed(_))),
            "{text}: {error:?}"
        );
    }
    let (_, error) = read_text("", Close::Never).await;
    assert!(matches!(error, Some(ModelError::TimedOut(after)) if after.as_secs() == 20));
}

#[tokio::test(start_paused = true)]
async fn a_host_that_does_not_stream_answers_in_one_piece() {
    let text = r#" {"choices":[{"message":{"content":"I see"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5}}"#;
    let (all, error) = read_text(text, Close::Clean).await;
    assert_eq!(
        (all.words.as_str(), all.tokens, all.finish),
        ("I see", 5, Some(Finish::Stop))
    );
    assert!(error.is_none());
    let (_, error) = read_text(r#"{"error":{"code":"Arrearage","message":"m"}}"#, Close::Clean).await;
    assert!(matches!(error, Some(ModelError::Refused(refusal)) if refusal.kind == RefusalKind::Billing));
}

#[tokio::test(start_paused = true)]
async fn what_came_before_a_refusal_is_kept() {
    let text = [
        WORDS,
        "data: {\"error\":{\"code\":\"data_inspection_failed\"}}\n\n",
        END,
    ]
    .concat();
    let (all, error) = read_text(&text, Close::Clean).await;
    assert_eq!((all.words.as_str(), all.finish), ("你好 ", None));
    assert!(matches!(error, Some(ModelError::Refused(refusal)) if refusal.kind == RefusalKind::Filtered));
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(future)
}

proptest! {
    #[test]
    fn it_does_not_matter_how_the_bytes_are_cut(cuts in prop::collection::vec(0_usize..700, 0..30)) {
        let text = [WORDS, SOUND, END, DONE].concat();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|pair| text.as_bytes()[pair[0]..pair[1]].to_vec()).collect();
        let (all, error) = block_on(async { read(open(pieces, Close::Clean)).await });
        prop_assert!(error.is_none(), "{:?}", error);
        prop_assert_eq!(all, whole());
    }

    #[test]
    fn any_bytes_end_somehow(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..6)) {
        let (all, error) = block_on(async { read(open(pieces, Close::Clean)).await });
        prop_assert!(all.finish.is_some() != error.is_some());
    }
}
