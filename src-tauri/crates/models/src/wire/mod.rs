//! What goes over the wire, in structures of our own: a field that nobody knows is passed over, and a value that
//! nobody knows is no error.

mod answer;
mod keyless;
mod multipart;
mod pcm;
mod refusal;
mod request;
mod sse;

pub(crate) use answer::{ChatAnswer, Finish, unpacked};
pub(crate) use multipart::Multipart;
pub(crate) use pcm::{Pcm, base64_of, sound_of};
pub(crate) use refusal::{Dialect, Head, Refusals};
pub(crate) use request::{
    AudioOut, ChatRequest, Content, Function, InputAudio, JsonSchema, Message, NamedFunction, Part,
    ResponseFormat, StreamOptions, Tool, ToolChoice, UntaggedText,
};
pub(crate) use sse::Sse;
