//! The probe against hosts in memory: what each can do is known here, and has to come out.

use std::collections::VecDeque;
use std::sync::Arc;

use futures_util::{StreamExt, stream};
use parking_lot::Mutex;
use rehearse_domain::PartnerKind;

use super::*;
use crate::client::Completion;
use crate::completions::Completions;
use crate::wire::ChatRequest;
use crate::{
    ChatEvaluator, Partner, PartnerRequest, PcmStream, Refusal, RefusalKind, ReplyEnd, ReplyPart,
    ReplyStream, Rung, SoundIn, Speaker, Speech, SpokenLine, ThinkingSwitch, Transcriber, Transcript, Usage,
};

fn refused(kind: RefusalKind, status: u16) -> ModelError {
    ModelError::Refused(Refusal {
        kind,
        status: Some(status),
        code: "code".into(),
        message: "the host's words".into(),
        request_id: None,
        retry_after: None,
    })
}

/// A list of models that is there, or is refused, or never comes.
enum List {
    Of(&'static [&'static str]),
    Refused(RefusalKind, u16),
    Silent,
    Offline,
}

#[async_trait]
impl Catalogue for List {
    async fn models(&self, _attempts: Attempts) -> Result<Vec<String>, ModelError> {
        match self {
            Self::Of(names) => Ok(names.iter().map(ToString::to_string).collect()),
            Self::Refused(kind, status) => Err(refused(*kind, *status)),
            Self::Silent => std::future::pending().await,
            Self::Offline => Err(ModelError::Offline),
        }
    }
}

/// A partner as its host lets it be.
#[derive(Clone, Default)]
struct Talker {
    takes: SoundIn,
    counts_sound: bool,
    /// What the sound makes the request longer by, as some hosts count it.
    sound_as_words: u64,
    speaks: bool,
    /// It refuses to be asked for sound.
    writes_only: bool,
    silent: bool,
    refuses: Option<RefusalKind>,
    asked: Arc<Mutex<Vec<Option<SoundIn>>>>,
}

struct AskedAs(Talker, Abilities);

#[async_trait]
impl Partner for AskedAs {
    fn kind(&self) -> PartnerKind {
        PartnerKind::Scripted
    }

    fn model(&self) -> Option<&str> {
        Some("m")
    }

    fn hosts(&self) -> Vec<String> {
        Vec::new()
    }

    fn hears(&self) -> bool {
        self.1.sound_in != SoundIn::None
    }

    fn speaks(&self) -> bool {
        self.1.speaks
    }

    async fn reply(&self, request: PartnerRequest) -> Result<ReplyStream, ModelError> {
        let Self(talker, abilities) = self;
        let sound = request.sound.as_ref().map(|_| abilities.sound_in);
        talker.asked.lock().push(sound);
        if talker.silent {
            std::future::pending::<()>().await;
        }
        if let Some(kind) = talker.refuses {
            return Err(refused(kind, 400));
        }
        if talker.writes_only && abilities.speaks {
            return Err(refused(RefusalKind::Unsupported, 400));
        }
        if sound.is_some_and(|form| form != talker.takes) {
            return Err(refused(RefusalKind::Unsupported, 400));
        }
        let mut parts = vec![Ok(ReplyPart::Text("Hello.".into()))];
        if talker.speaks && abilities.speaks {
            parts.push(Ok(ReplyPart::Pcm(vec![0.0; 240])));
        }
        parts.push(Ok(ReplyPart::Used(Usage {
            audio_in: if talker.counts_sound && sound.is_some() {
                25
            } else {
                0
            },
            text_in: 30 + sound.map_or(3, |_| talker.sound_as_words),
            ..Usage::default()
        })));
        parts.push(Ok(ReplyPart::Done(ReplyEnd::Continues)));
        let parts = stream::iter(parts).then(|part| async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            part
        });
        Ok(parts.boxed())
    }

    fn foresee(&self, _request: &PartnerRequest) -> Option<String> {
        None
    }
}

async fn probe_talker(list: List, talker: &Talker, guess: Abilities) -> Report {
    let probe = Probe::begin(&list, "m", guess).await;
    let make = |abilities: Abilities| Arc::new(AskedAs(talker.clone(), abilities)) as Arc<dyn Partner>;
    probe.partner(&make).await
}

fn outcomes(report: &Report) -> Vec<(Step, Outcome)> {
    let both = |finding: &Finding| (finding.step, finding.outcome);
    report.findings().map(both).collect()
}

fn omni(sound_in: SoundIn) -> Abilities {
    Abilities {
        sound_in,
        speaks: true,
        ..Abilities::default()
    }
}

use Outcome::{No, Unknown, Yes};
use Step::{Answers, Form, Hears, Key, Model, Reachable, Speaks, ThinkingOff, Transcribes};

#[tokio::test(start_paused = true)]
async fn a_partner_that_is_what_it_was_thought_to_be_is_left_as_it_is() {
    let talker = Talker {
        takes: SoundIn::DataUrl,
        speaks: true,
        ..Talker::default()
    };
    let guess = omni(SoundIn::DataUrl);
    let report = probe_talker(List::Of(&["m"]), &talker, guess.clone()).await;
    assert_eq!(
        outcomes(&report),
        [Reachable, Key, Model, Answers, Speaks, Hears].map(|step| (step, Yes))
    );
    assert_eq!(report.finding(Speaks).unwrap().took_ms, Some(200));
    assert_eq!(report.abilities, guess);
    assert_eq!(*talker.asked.lock(), [None, Some(SoundIn::DataUrl)]);
}

#[tokio::test(start_paused = true)]
async fn a_partner_that_wants_sound_in_the_other_form_and_says_nothing_aloud_is_corrected() {
    let talker = Talker {
        takes: SoundIn::Base64,
        ..Talker::default()
    };
    let report = probe_talker(List::Of(&["x"]), &talker, omni(SoundIn::DataUrl)).await;
    assert_eq!(
        outcomes(&report),
        [
            (Reachable, Yes),
            (Key, Yes),
            (Model, No),
            (Answers, Yes),
            (Speaks, No),
            (Hears, Yes)
        ]
    );
    assert_eq!(report.abilities.sound_in, SoundIn::Base64);
    assert!(!report.abilities.speaks);
}

#[tokio::test(start_paused = true)]
async fn hearing_that_nobody_expected_takes_a_count_of_the_sound() {
    for (takes, counts_sound, outcome, learned) in [
        (SoundIn::Base64, true, Yes, SoundIn::Base64),
        (SoundIn::DataUrl, true, Yes, SoundIn::DataUrl),
        (SoundIn::Base64, false, Unknown, SoundIn::None),
        (SoundIn::None, false, No, SoundIn::None),
    ] {
        let talker = Talker {
            takes,
            counts_sound,
            ..Talker::default()
        };
        let report = probe_talker(List::Of(&["m"]), &talker, Abilities::default()).await;
        assert_eq!(report.finding(Hears).unwrap().outcome, outcome, "{takes:?}");
        assert_eq!(report.abilities.sound_in, learned, "{takes:?}");
        assert_eq!(report.finding(Speaks).unwrap().outcome, Unknown);
    }
}

#[tokio::test(start_paused = true)]
async fn sound_that_is_counted_among_the_words_was_heard_unless_it_was_read() {
    for (sound_as_words, outcome, learned) in [
        (0, Unknown, SoundIn::None),
        (6, Unknown, SoundIn::None),
        (188, Yes, SoundIn::Base64),
        (750, Yes, SoundIn::Base64),
        // A host that took the base64 for words.
        (4_000, Unknown, SoundIn::None),
    ] {
        let talker = Talker {
            takes: SoundIn::Base64,
            sound_as_words,
            ..Talker::default()
        };
        let report = probe_talker(List::Of(&["m"]), &talker, Abilities::default()).await;
        assert_eq!(
            report.finding(Hears).unwrap().outcome,
            outcome,
            "{sound_as_words}"
        );
        assert_eq!(report.abilities.sound_in, learned, "{sound_as_words}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_looked_at_stays_as_it_was_known() {
    let before = Abilities {
        rung: Some(Rung::PlainText),
        ..omni(SoundIn::DataUrl)
    };
    let talker = Talker {
        takes: SoundIn::Base64,
        ..Talker::default()
    };
    let found = probe_talker(List::Of(&["m"]), &talker, omni(SoundIn::Base64)).await;
    let expected = Abilities {
        speaks: false,
        sound_in: SoundIn::Base64,
        ..before.clone()
    };
    assert_eq!(found.abilities_after(&before), expected);
    for kind in [RefusalKind::Down, RefusalKind::Billing] {
        let talker = Talker {
            refuses: Some(kind),
            ..Talker::default()
        };
        let found = probe_talker(List::Silent, &talker, Abilities::default()).await;
        assert_eq!(found.abilities_after(&before), before, "{kind:?}");
    }
    let judge = Judge {
        knows_the_switch: true,
        ..Judge::default()
    };
    let guess = Abilities {
        thinking: ThinkingSwitch::EnableThinking,
        ..Abilities::default()
    };
    let found = probe_judge(judge, guess).await.abilities_after(&before);
    let expected = Abilities {
        thinking: ThinkingSwitch::EnableThinking,
        ..before.clone()
    };
    assert_eq!(found, expected, "thinking can be switched off again");
}

#[tokio::test(start_paused = true)]
async fn where_nobody_is_or_nobody_is_let_in_nothing_more_is_asked() {
    for (list, found) in [
        (List::Offline, [(Reachable, No), (Key, Unknown)]),
        (
            List::Refused(RefusalKind::Key, 401),
            [(Reachable, Yes), (Key, No)],
        ),
    ] {
        let talker = Talker::default();
        let report = probe_talker(list, &talker, omni(SoundIn::Base64)).await;
        assert_eq!(outcomes(&report)[..2], found);
        for step in [Model, Answers, Speaks, Hears] {
            assert_eq!(report.finding(step).unwrap().outcome, Unknown);
        }
        assert!(talker.asked.lock().is_empty());
        assert_eq!(report.abilities, omni(SoundIn::Base64));
    }
}

#[tokio::test(start_paused = true)]
async fn a_host_without_a_list_is_asked_all_the_same_and_its_answer_tells_about_the_key() {
    let list = List::Refused(RefusalKind::Other, 404);
    let report = probe_talker(list, &Talker::default(), Abilities::default()).await;
    assert_eq!(
        outcomes(&report)[..4],
        [(Reachable, Yes), (Key, Yes), (Model, Unknown), (Answers, Yes)]
    );
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_told_with_its_kind_and_in_the_hosts_words() {
    for (kind, told, outcome) in [
        (RefusalKind::NoSuchModel, TroubleKind::NoSuchModel, No),
        (RefusalKind::Billing, TroubleKind::Billing, No),
        (RefusalKind::Busy, TroubleKind::Busy, Unknown),
        (RefusalKind::Down, TroubleKind::Down, Unknown),
    ] {
        let talker = Talker {
            refuses: Some(kind),
            ..Talker::default()
        };
        let report = probe_talker(List::Silent, &talker, omni(SoundIn::Base64)).await;
        let answers = report.finding(Answers).unwrap();
        let trouble = answers.trouble.as_ref().unwrap();
        assert_eq!((answers.outcome, trouble.kind), (outcome, told));
        assert_eq!(trouble.message, "the host's words");
        let no_model = kind == RefusalKind::NoSuchModel;
        assert_eq!(report.is_no(Model), no_model);
        assert_eq!(
            report.abilities,
            omni(SoundIn::Base64),
            "nothing is learned from trouble"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_host_that_never_answers_takes_forty_seconds_at_most_and_teaches_nothing() {
    let talker = Talker {
        silent: true,
        ..Talker::default()
    };
    let began = Instant::now();
    let report = probe_talker(List::Silent, &talker, omni(SoundIn::DataUrl)).await;
    assert!(began.elapsed() <= WHOLE, "{:?}", began.elapsed());
    assert!(report.findings().all(|finding| finding.outcome == Unknown));
    let trouble = report.finding(Answers).unwrap().trouble.as_ref().unwrap();
    assert_eq!(trouble.kind, TroubleKind::TimedOut);
    assert_eq!(report.abilities, omni(SoundIn::DataUrl));
}

/// Writes down, or not; speaks, or not.
struct Voice(Option<RefusalKind>);

#[async_trait]
impl Transcriber for Voice {
    fn model(&self) -> &str {
        "m"
    }

    fn host(&self) -> Option<&str> {
        None
    }

    async fn transcribe(&self, speech: Speech) -> Result<Transcript, ModelError> {
        // The beginning of an MP3 frame.
        assert_eq!(speech.mp3[..2], [0xff, 0xf3]);
        match self.0 {
            Some(kind) => Err(refused(kind, 400)),
            None => Ok(Transcript {
                text: String::new(),
                usage: Usage::default(),
            }),
        }
    }
}

#[async_trait]
impl Speaker for Voice {
    fn model(&self) -> &str {
        "m"
    }

    fn host(&self) -> Option<&str> {
        None
    }

    async fn speak(&self, _line: SpokenLine) -> Result<PcmStream, ModelError> {
        match self.0 {
            Some(_) => Ok(stream::empty().boxed()),
            None => Ok(stream::iter([Ok(vec![]), Ok(vec![0.1; 9])]).boxed()),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_transcriber_may_hear_nothing_in_a_tone_and_a_speaker_must_make_a_sound() {
    let begin = || Probe::begin(&List::Of(&["m"]), "m", Abilities::default());
    let found = |report: Report, step| report.finding(step).unwrap().outcome;
    let heard = begin().await.transcriber(&Voice(None)).await;
    assert_eq!(found(heard, Transcribes), Yes);
    let unfit = begin()
        .await
        .transcriber(&Voice(Some(RefusalKind::Unsupported)))
        .await;
    assert_eq!(found(unfit, Transcribes), No);
    let busy = begin().await.transcriber(&Voice(Some(RefusalKind::Busy))).await;
    assert_eq!(found(busy, Transcribes), Unknown);
    let spoke = begin().await.speaker(&Voice(None)).await;
    assert_eq!(found(spoke, Speaks), Yes);
    let mute = begin().await.speaker(&Voice(Some(RefusalKind::Other))).await;
    assert_eq!(found(mute, Speaks), Unknown);
}

/// A host of a judge that refuses what it does not know.
#[derive(Default)]
struct Judge {
    knows_schema: bool,
    knows_the_switch: bool,
    streams_only: bool,
    switches_in_streams_only: bool,
    says: Mutex<VecDeque<&'static str>>,
}

#[async_trait]
impl Completions for Judge {
    async fn complete(&self, request: &ChatRequest, _attempts: Attempts) -> Result<Completion, ModelError> {
        let is_refused = (request.enable_thinking.is_some() && !self.knows_the_switch)
            || (self.streams_only && !request.stream)
            || (self.switches_in_streams_only && request.enable_thinking.is_some() && !request.stream)
            || (!self.knows_schema && (request.response_format.is_some() || !request.tools.is_empty()));
        if is_refused {
            return Err(refused(RefusalKind::Unsupported, 400));
        }
        Ok(Completion {
            content: self
                .says
                .lock()
                .pop_front()
                .unwrap_or(r#"{"status": "continue", "turn": null, "quote": null, "reason": ""}"#)
                .to_owned(),
            requests: 1,
            ..Completion::default()
        })
    }
}

async fn probe_judge(judge: Judge, guess: Abilities) -> Report {
    let judge = Arc::new(judge) as Arc<dyn Completions>;
    let make = |abilities| ChatEvaluator::over(Arc::clone(&judge), "m", None, abilities);
    Probe::begin(&List::Of(&["m:latest"]), "m", guess)
        .await
        .evaluator(&make)
        .await
}

#[tokio::test(start_paused = true)]
async fn an_evaluators_rung_switch_and_manner_are_found_out() {
    let guess = Abilities {
        thinking: ThinkingSwitch::EnableThinking,
        rung: Some(Rung::JsonObject),
        ..Abilities::default()
    };
    for (judge, rung, thinking, streams) in [
        (
            Judge {
                knows_schema: true,
                knows_the_switch: true,
                ..Judge::default()
            },
            Rung::JsonSchema,
            Yes,
            false,
        ),
        (
            Judge {
                knows_the_switch: true,
                ..Judge::default()
            },
            Rung::PlainText,
            Yes,
            false,
        ),
        (
            Judge {
                knows_schema: true,
                ..Judge::default()
            },
            Rung::JsonSchema,
            No,
            false,
        ),
        (
            Judge {
                knows_schema: true,
                knows_the_switch: true,
                streams_only: true,
                ..Judge::default()
            },
            Rung::JsonSchema,
            Yes,
            true,
        ),
        (
            Judge {
                knows_schema: true,
                knows_the_switch: true,
                switches_in_streams_only: true,
                ..Judge::default()
            },
            Rung::JsonSchema,
            Yes,
            true,
        ),
    ] {
        let report = probe_judge(judge, guess.clone()).await;
        let form = report.finding(Form).unwrap();
        assert_eq!((form.outcome, form.rung), (Yes, Some(rung)));
        assert_eq!(report.finding(ThinkingOff).unwrap().outcome, thinking);
        assert_eq!(report.finding(Model).unwrap().outcome, Yes);
        let switch = match thinking {
            Yes => ThinkingSwitch::EnableThinking,
            _ => ThinkingSwitch::None,
        };
        assert_eq!(
            report.abilities,
            Abilities {
                rung: Some(rung),
                thinking: switch,
                must_stream: streams,
                ..Abilities::default()
            }
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_evaluator_that_never_finds_a_form_is_none() {
    let babble = Judge {
        says: Mutex::new(["two", "is", "more", "than", "one"].into()),
        knows_schema: true,
        ..Judge::default()
    };
    let report = probe_judge(babble, Abilities::default()).await;
    assert_eq!(
        outcomes(&report),
        [
            (Reachable, Yes),
            (Key, Yes),
            (Model, Yes),
            (Form, No),
            (ThinkingOff, Unknown)
        ]
    );
    assert_eq!(report.abilities, Abilities::default());
}

#[tokio::test(start_paused = true)]
async fn who_is_given_a_voice_is_asked_to_speak_and_may_refuse_that_alone() {
    let writer = Talker {
        writes_only: true,
        ..Talker::default()
    };
    let mute = Talker::default();
    let speaker = Talker {
        speaks: true,
        ..Talker::default()
    };
    for (talker, outcome) in [(writer, No), (mute, No), (speaker, Yes)] {
        let probe = Probe::begin(&List::Of(&["m"]), "m", Abilities::default()).await;
        let make = |abilities: Abilities| Arc::new(AskedAs(talker.clone(), abilities)) as Arc<dyn Partner>;
        let report = probe.trying_to_speak().partner(&make).await;
        assert!(outcomes(&report).contains(&(Answers, Yes)), "{report:?}");
        assert!(outcomes(&report).contains(&(Speaks, outcome)), "{report:?}");
        assert_eq!(report.abilities.speaks, outcome == Yes);
    }
    // Of a host that is known to speak a refusal stays what it is: it says which voices there are.
    let strict = Talker {
        writes_only: true,
        ..Talker::default()
    };
    let report = probe_talker(List::Of(&["m"]), &strict, omni(SoundIn::None)).await;
    assert!(report.finding(Answers).unwrap().trouble.is_some());
}
