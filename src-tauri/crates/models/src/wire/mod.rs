//! What goes over the wire, in structures of our own: a field that nobody knows is passed over, and a value that
//! nobody knows is no error.

mod request;

pub(crate) use request::{
    AudioOut, ChatRequest, Content, Function, InputAudio, JsonSchema, Message, Part, ResponseFormat,
    StreamOptions, Tool, ToolChoice,
};
