//! The models: a partner who answers, a transcriber who writes down, an evaluator who judges, a speaker who reads
//! aloud, and how each is asked. The embedded partner is one of them.
//!
//! A role is a trait; behind it stands the embedded partner, Qwen, or any server that speaks OpenAI's dialect, here or
//! elsewhere. Every request goes through [`rehearse_net`]. A partner is given a brief, the dialogue so far and a number,
//! and streams words and sound back: it never sees the objective, the end criteria, the store or a clock, and it
//! decides nothing about the session.

mod abilities;
mod address;
mod assembly;
pub mod calibration;
mod chain;
mod chat_partner;
mod chat_stream;
mod chat_transcriber;
mod client;
mod completions;
mod dialogue;
mod error;
mod evaluator;
mod events;
mod form;
mod framing;
mod head;
mod incoming;
mod key;
mod ladder;
pub mod objective;
mod one_line;
mod partner;
mod patience;
mod persona;
pub mod presets;
pub mod probe;
pub mod quote;
mod qwen_speaker;
pub mod rubric;
mod schema_order;
mod scripted;
mod sentences;
mod speaker;
mod speech_speaker;
mod thought;
#[cfg(not(feature = "training"))]
mod to_the_judge;
#[cfg(feature = "training")]
#[doc(hidden)]
pub mod to_the_judge;
mod transcriber;
mod upload_transcriber;
mod usage;
mod voiced_partner;
mod wire;

pub use abilities::{Abilities, Rung, SoundIn, ThinkingSwitch};
pub use address::{Access, Address, AddressError};
pub use chain::Chain;
pub use chat_partner::{ChatPartner, ChatPartnerOptions, PARTNER};
pub use chat_transcriber::{ChatTranscriber, TRANSCRIBER};
pub use error::{Cause, ModelError, Refusal, RefusalKind, Retry};
pub use evaluator::{Answer, AnswerForm, Evaluator, Question};
pub use key::Key;
pub use ladder::{ChatEvaluator, EVALUATOR};
pub use partner::{
    HistoryTurn, PCM_SAMPLE_RATE, Partner, PartnerBrief, PartnerRequest, ReplyEnd, ReplyPart, ReplyStream,
    TurnSound,
};
pub use patience::TimeLimits;
pub use qwen_speaker::QwenSpeaker;
pub use scripted::ScriptedPartner;
pub use speaker::{PcmStream, Speaker, SpokenLine};
pub use speech_speaker::{SPEAKER, SpeechSpeaker};
pub use transcriber::{Speech, Transcriber, Transcript};
pub use upload_transcriber::{Upload, UploadTranscriber};
pub use usage::Usage;
pub use voiced_partner::VoicedPartner;
