//! A reply of a chat, written as a stream or as one piece, in the shape of either dialect. Keys stand in the order in
//! which the real servers write them, so that a test may compare bytes.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::plan::{EVENTS, Frame, Plan, chunks};
use super::role::Dialect;
use super::script::Script;
use super::sound::{seconds, wav_header};
use super::words::pieces;

/// Chunks of sound in a reply.
const CHUNKS: usize = 20;
/// Chunks of thirty seconds of sound that come within one.
const FAST_CHUNKS: usize = 60;

/// What a model says.
#[derive(Clone, Debug, Default)]
pub(super) struct Reply {
    pub(super) words: String,
    /// The voice as bytes of PCM; empty for a reply without one.
    pub(super) pcm: Vec<u8>,
    pub(super) reasoning: Option<String>,
    /// The name and the arguments of a tool that it calls instead of saying something.
    pub(super) call: Option<(String, String)>,
    pub(super) annotations: Option<Value>,
    pub(super) is_cut: bool,
    pub(super) prompt_tokens: usize,
    pub(super) prompt_audio_tokens: usize,
}

/// What stands around a reply.
#[derive(Clone, Debug)]
pub(super) struct Envelope {
    pub(super) dialect: Dialect,
    /// What it answers, as in `chatcmpl-<request>`.
    pub(super) request: String,
    pub(super) created: i64,
    pub(super) model: String,
    pub(super) script: Script,
    pub(super) wants_usage: bool,
    /// The error that an [`Script::ErrStream200`] or an [`Script::ErrStreamQuoted`] ends in.
    pub(super) error: String,
    /// Whether the sound is to begin with a header.
    pub(super) wants_riff: bool,
}

impl Envelope {
    pub(super) fn streamed(&self, reply: &Reply) -> Plan {
        let mut frames = vec![self.first()];
        frames.extend(self.deltas(reply));
        if matches!(self.script, Script::ErrStream200 | Script::ErrStreamQuoted) {
            frames.truncate(4);
            frames.push(Self::event(&self.error));
            return Plan::ok(EVENTS, frames);
        }
        frames.push(self.last(reply));
        if self.wants_usage && self.script != Script::NoUsage {
            let usage = usage(reply);
            frames.push(Frame {
                usage: Some(usage.clone()),
                ..Self::event(&self.chunk("", &usage))
            });
        }
        if self.script != Script::NoDone {
            frames.push(Self::event("[DONE]"));
        }
        Plan::ok(EVENTS, frames)
    }

    /// Words and sound in turn: as many words before each chunk of sound as make both end together.
    fn deltas(&self, reply: &Reply) -> Vec<Frame> {
        let mut frames = Vec::new();
        if let Some(reasoning) = &reply.reasoning {
            frames.push(self.delta(&format!(r#"{{"reasoning_content":{}}}"#, quoted(reasoning))));
        }
        if let Some((name, arguments)) = &reply.call {
            frames.extend(self.call(name, arguments));
        }
        let pieces = pieces(&reply.words);
        let sound = self.sound(reply);
        let a_time = pieces.len().div_ceil(sound.len().max(1)).max(1);
        let mut words = pieces.chunks(if sound.is_empty() { 1 } else { a_time });
        let mut sound = sound.into_iter();
        loop {
            let (said, heard) = (words.next(), sound.next());
            if said.is_none() && heard.is_none() {
                return frames;
            }
            frames.extend(said.map(|said| self.words(&said.concat(), !reply.pcm.is_empty())));
            frames.extend(heard);
        }
    }

    fn words(&self, words: &str, speaks: bool) -> Frame {
        let in_audio = self.script == Script::TranscriptInAudio || (speaks && self.dialect == Dialect::Local);
        let words = quoted(words);
        self.delta(&if in_audio {
            format!(
                r#"{{"audio":{{"id":"audio_{}","transcript":{words}}}}}"#,
                self.request
            )
        } else {
            format!(r#"{{"content":{words}}}"#)
        })
    }

    fn sound(&self, reply: &Reply) -> Vec<Frame> {
        if reply.pcm.is_empty() {
            return Vec::new();
        }
        let count = match self.script {
            Script::HugeLine => 1,
            Script::FastAudio => FAST_CHUNKS,
            _ => CHUNKS,
        };
        let has_header = self.wants_riff || self.script == Script::RiffFirst;
        let chunks = chunks(&reply.pcm, count, self.script == Script::OddBytes);
        let frames = chunks.into_iter().enumerate().map(|(at, pcm)| {
            let header = if has_header && at == 0 {
                wav_header(None)
            } else {
                Vec::new()
            };
            let data = BASE64_STANDARD.encode([header, pcm.clone()].concat());
            let delta = format!(
                r#"{{"audio":{{"data":"{data}","expires_at":{},"id":"audio_{}"}}}}"#,
                self.created, self.request
            );
            Frame {
                pcm,
                ..self.delta(&delta)
            }
        });
        frames.collect()
    }

    /// A tool's name, then its arguments in two pieces.
    fn call(&self, name: &str, arguments: &str) -> Vec<Frame> {
        let half = arguments.floor_char_boundary(arguments.len() / 2);
        let (start, rest) = arguments.split_at(half);
        let head = format!(
            r#"{{"content":null,"tool_calls":[{{"index":0,"id":"call_{}","type":"function","function":{{"name":{},"arguments":{}}}}}]}}"#,
            self.request,
            quoted(name),
            quoted(start)
        );
        let tail = format!(
            r#"{{"content":null,"tool_calls":[{{"index":0,"id":"","type":"function","function":{{"arguments":{}}}}}]}}"#,
            quoted(rest)
        );
        vec![self.delta(&head), self.delta(&tail)]
    }

    fn first(&self) -> Frame {
        self.choice(match self.dialect {
            Dialect::Local => r#"{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}"#,
            _ => r#"{"delta":{"content":"","role":"assistant"},"index":0,"logprobs":null,"finish_reason":null}"#,
        })
    }

    fn delta(&self, delta: &str) -> Frame {
        self.choice(&match self.dialect {
            Dialect::Local => format!(r#"{{"index":0,"delta":{delta},"finish_reason":null}}"#),
            _ => format!(r#"{{"delta":{delta},"finish_reason":null,"index":0,"logprobs":null}}"#),
        })
    }

    fn last(&self, reply: &Reply) -> Frame {
        let finish = finish(reply);
        self.choice(&match self.dialect {
            Dialect::Local => format!(r#"{{"index":0,"delta":{{}},"finish_reason":"{finish}"}}"#),
            _ => format!(
                r#"{{"finish_reason":"{finish}","delta":{{"content":""}},"index":0,"logprobs":null}}"#
            ),
        })
    }

    fn choice(&self, choice: &str) -> Frame {
        Self::event(&self.chunk(choice, "null"))
    }

    fn chunk(&self, choices: &str, usage: &str) -> String {
        let (created, model, id) = (self.created, quoted(&self.model), &self.request);
        match self.dialect {
            Dialect::Local if usage == "null" => format!(
                r#"{{"id":"chatcmpl-{id}","object":"chat.completion.chunk","created":{created},"model":{model},"system_fingerprint":"fp_fake","choices":[{choices}]}}"#
            ),
            Dialect::Local => format!(
                r#"{{"id":"chatcmpl-{id}","object":"chat.completion.chunk","created":{created},"model":{model},"system_fingerprint":"fp_fake","choices":[{choices}],"usage":{usage}}}"#
            ),
            _ => format!(
                r#"{{"choices":[{choices}],"object":"chat.completion.chunk","usage":{usage},"created":{created},"system_fingerprint":null,"model":{model},"id":"chatcmpl-{id}"}}"#
            ),
        }
    }

    fn event(data: &str) -> Frame {
        Frame::text(format!("data: {data}\n\n"))
    }

    /// The reply in one piece. A voice comes as a whole WAV.
    pub(super) fn whole(&self, reply: &Reply) -> Plan {
        let mut message = format!(r#"{{"role":"assistant","content":{}"#, quoted(&reply.words));
        if !reply.pcm.is_empty() {
            let wav = [wav_header(Some(reply.pcm.len())), reply.pcm.clone()].concat();
            message = format!(
                r#"{{"role":"assistant","content":null,"audio":{{"id":"audio_{}","data":"{}","transcript":{},"expires_at":{}}}"#,
                self.request,
                BASE64_STANDARD.encode(wav),
                quoted(&reply.words),
                self.created
            );
        }
        if let Some((name, arguments)) = &reply.call {
            message += &format!(
                r#","tool_calls":[{{"index":0,"id":"call_{}","type":"function","function":{{"name":{},"arguments":{}}}}}]"#,
                self.request,
                quoted(name),
                quoted(arguments)
            );
        }
        if let Some(reasoning) = &reply.reasoning {
            message += &format!(r#","reasoning_content":{}"#, quoted(reasoning));
        }
        if let Some(annotations) = &reply.annotations {
            message += &format!(r#","annotations":{annotations}"#);
        }
        let told = (self.script != Script::NoUsage).then(|| usage(reply));
        let usage = told
            .as_ref()
            .map_or_else(String::new, |told| format!(r#","usage":{told}"#));
        let body = format!(
            r#"{{"choices":[{{"finish_reason":"{}","index":0,"message":{message}}},"logprobs":null}}],"created":{},"id":"chatcmpl-{}","model":{},"object":"chat.completion"{usage}}}"#,
            finish(reply),
            self.created,
            self.request,
            quoted(&self.model),
        );
        let mut plan = Plan::json(body);
        if let Some(frame) = plan.frames.first_mut() {
            frame.pcm.clone_from(&reply.pcm);
            frame.usage = told;
        }
        plan
    }
}

const fn finish(reply: &Reply) -> &'static str {
    match (&reply.call, reply.is_cut) {
        (_, true) => "length",
        (Some(_), false) => "tool_calls",
        (None, false) => "stop",
    }
}

pub(super) fn quoted(text: &str) -> Value {
    Value::from(text)
}

/// Tokens, counted by rule of thumb: a piece of text each, and of a voice 12.5 a second.
fn usage(reply: &Reply) -> String {
    let call = reply
        .call
        .iter()
        .map(|(_, arguments)| arguments.len() / 4 + 1)
        .sum::<usize>();
    let text = pieces(&reply.words).len() + call;
    let (prompt, heard) = (reply.prompt_tokens, reply.prompt_audio_tokens);
    let spoken = match reply.pcm.len() {
        0 => None,
        bytes => Some((seconds(bytes) * 25).div_ceil(2)),
    };
    let audio = spoken.map_or_else(String::new, |tokens| format!(r#""audio_tokens":{tokens},"#));
    let heard_details = match heard {
        0 => String::new(),
        heard => format!(r#""audio_tokens":{heard},"#),
    };
    let completion = text + spoken.unwrap_or_default();
    let prompted = prompt + heard;
    let length = match reply.annotations {
        Some(_) => format!(r#","seconds":{}"#, (heard / 25).max(1)),
        None => String::new(),
    };
    format!(
        r#"{{"prompt_tokens":{prompted},"completion_tokens":{completion},"total_tokens":{},"completion_tokens_details":{{{audio}"text_tokens":{text}}},"prompt_tokens_details":{{{heard_details}"text_tokens":{prompt}}}{length}}}"#,
        prompted + completion
    )
}
