//! A fake server, ways to it, and what comes back.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use rehearse_domain::{Language, Persona, Speaker};
use rehearse_fakes::models::{FakeModels, FakeModelsOptions, Served};
use rehearse_models::{
    Abilities, Access, ChatPartner, ChatPartnerOptions, HistoryTurn, Key, ModelError, Partner, PartnerBrief,
    PartnerRequest, PcmStream, ReplyEnd, ReplyPart, SoundIn, TimeLimits, TurnSound, Usage,
};
use rehearse_net::{Net, NetOptions};

/// The waits of the scripts (25 s, 20 s) become more than a second.
const PACE: f64 = 0.06;
/// Shorter than those, longer than anything else takes.
pub(crate) const LIMITS: TimeLimits = TimeLimits {
    first_byte: Duration::from_millis(900),
    silence: Duration::from_millis(800),
};

pub(crate) struct House {
    pub(crate) fake: FakeModels,
    pub(crate) net: Net,
    served: Served,
}

pub(crate) async fn house() -> House {
    let fake = FakeModels::new(FakeModelsOptions {
        pace: PACE,
        ..FakeModelsOptions::default()
    });
    House {
        served: fake.serve().await.unwrap(),
        net: Net::new(NetOptions::default()),
        fake,
    }
}

impl House {
    pub(crate) fn access(&self, path: &str) -> Access {
        Access {
            address: format!("{}{path}", self.served.url).parse().unwrap(),
            key: Some(Key::new(&self.fake.options().key)),
        }
    }

    pub(crate) fn cloud(&self) -> Access {
        self.access("/compatible-mode/v1")
    }

    pub(crate) fn local(&self) -> Access {
        self.access("/v1")
    }

    /// Qwen-Omni: hears and speaks.
    pub(crate) fn qwen(&self) -> ChatPartner {
        self.qwen_within(TimeLimits::default())
    }

    /// The same with hardly any patience.
    pub(crate) fn hasty(&self) -> ChatPartner {
        self.qwen_within(LIMITS)
    }

    fn qwen_within(&self, limits: TimeLimits) -> ChatPartner {
        let mut options = ChatPartnerOptions::new("qwen3.5-omni-flash", hears_and_speaks(SoundIn::DataUrl));
        options.voice = Some("Tina".into());
        options.limits = limits;
        ChatPartner::new(self.net.clone(), self.cloud(), options)
    }

    /// A model on this computer that reads and writes.
    pub(crate) fn writer(&self) -> ChatPartner {
        let options = ChatPartnerOptions::new("fake-chat", Abilities::default());
        ChatPartner::new(self.net.clone(), self.local(), options)
    }

    pub(crate) fn calls(&self) -> usize {
        self.fake.requests().len()
    }

    /// The sound of the last answer.
    pub(crate) fn sent(&self) -> Vec<i16> {
        self.fake.requests().last().unwrap().pcm()
    }
}

pub(crate) fn hears_and_speaks(sound_in: SoundIn) -> Abilities {
    Abilities {
        sound_in,
        speaks: true,
        must_stream: true,
        stream_usage: true,
        ..Abilities::default()
    }
}

pub(crate) fn brief(language: Language) -> PartnerBrief {
    PartnerBrief {
        persona: Persona {
            name: "Dana".into(),
            role: match language {
                Language::English => "your manager".into(),
                Language::Chinese => "你的上司".into(),
            },
            background: String::new(),
            voice: None,
        },
        brief: String::new(),
        language,
        script: None,
    }
}

/// A trainee's first turn, with its sound and without words.
pub(crate) fn heard(language: Language) -> PartnerRequest {
    PartnerRequest {
        scenario: Arc::new(brief(language)),
        history: vec![HistoryTurn {
            speaker: Speaker::Trainee,
            text: None,
        }],
        sound: Some(TurnSound {
            mp3: mp3(),
            duration: Duration::from_secs(2),
        }),
        sequence: 1,
        variation: 0,
    }
}

/// The same, written down.
pub(crate) fn written(language: Language) -> PartnerRequest {
    let mut request = heard(language);
    request.history[0].text = Some("May I ask for something?".into());
    request.sound = None;
    request
}

/// What begins like an MP3 file; nobody here decodes it.
pub(crate) fn mp3() -> Bytes {
    Bytes::from([b"\xFF\xFB\x90\x00".as_slice(), &[0x55; 4000]].concat())
}

/// All that came of a reply.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    pub(crate) words: String,
    pub(crate) pcm: Vec<i16>,
    pub(crate) used: Usage,
    pub(crate) from: Option<Option<String>>,
    pub(crate) end: Option<ReplyEnd>,
    pub(crate) error: Option<ModelError>,
    /// `t` for words, `s` for sound, in the order in which they came.
    pub(crate) order: String,
}

pub(crate) async fn reply(partner: &dyn Partner, request: PartnerRequest) -> Result<Reply, ModelError> {
    let mut stream = partner.reply(request).await?;
    let mut reply = Reply::default();
    while let Some(part) = stream.next().await {
        assert!(
            reply.end.is_none() && reply.error.is_none(),
            "nothing follows the end"
        );
        match part {
            Ok(ReplyPart::Text(words)) => {
                reply.words.push_str(&words);
                reply.order.push('t');
            }
            Ok(ReplyPart::Pcm(samples)) => {
                reply.pcm.extend(bits(&samples));
                reply.order.push('s');
            }
            Ok(ReplyPart::Used(usage)) => reply.used += usage,
            Ok(ReplyPart::From { model, .. }) => {
                assert!(reply.order.is_empty(), "it comes first");
                reply.from = Some(model);
            }
            Ok(ReplyPart::Done(end)) => reply.end = Some(end),
            Err(error) => reply.error = Some(error),
        }
    }
    Ok(reply)
}

pub(crate) async fn sound(mut stream: PcmStream) -> Result<Vec<i16>, ModelError> {
    let mut all = Vec::new();
    while let Some(samples) = stream.next().await {
        all.extend(bits(&samples?));
    }
    Ok(all)
}

/// Samples as they were on the wire.
fn bits(samples: &[f32]) -> Vec<i16> {
    let bits = samples.iter().map(|sample| (sample * 32768.0) as i16);
    bits.collect()
}
