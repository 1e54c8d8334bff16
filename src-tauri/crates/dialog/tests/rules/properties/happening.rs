//! Random happenings, with enough luck among them that sessions get somewhere.

use std::time::Duration;

use proptest::prelude::*;
use rehearse_dialog::{
    Action, HandsFree, MediaFault, PartnerFault, SaveFault, Setup, Take, TalkMode, TalkOptions, TurnPause,
    Verdict,
};
use rehearse_domain::{Limits, Opener, SoundNote, Speaker};

use crate::practice::{millis, seconds, usual};

/// One thing that may happen.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    User(Action),
    /// Time passes with ticks.
    Wait(Duration),
    /// Both clocks jump.
    Jump {
        uptime: Duration,
        calendar: Duration,
    },
    /// The samples of the open capture arrive.
    SamplesArrive,
    /// The open capture finishes.
    TakeIsWhole(Take),
    CaptureFails(MediaFault, Option<Take>),
    MicrophoneLost(MediaFault),
    MicrophoneSwitched,
    MicrophoneBack,
    /// Whoever listens hears a voice.
    VoiceBegins {
        age: Duration,
    },
    VoicePauses {
        lasted: Duration,
        ago: Duration,
    },
    /// Whatever is being committed is committed.
    DiskAnswers,
    DiskFails(SaveFault),
    PartnerBegins,
    PlaybackStarts,
    PartnerReplies {
        voice: Option<Duration>,
        closing: bool,
    },
    PartnerFails(PartnerFault),
    PlaybackEnds,
    PlaybackFails,
    Judged {
        after: u32,
        verdict: Verdict,
    },
    AppCloses,
    /// An answer arrives that nobody waits for: of this kind, to a request this far from the newest one.
    Stale {
        kind: u8,
        back: u64,
    },
}

pub(crate) fn any_setup() -> impl Strategy<Value = Setup> {
    let limit = || prop_oneof![Just(None), (1_u64..120).prop_map(|count| Some(seconds(count)))];
    let history = prop_oneof![
        Just(None),
        Just(Some(Speaker::Partner)),
        Just(Some(Speaker::Trainee))
    ];
    (
        limit(),
        limit(),
        any::<bool>(),
        any_mode(),
        any::<bool>(),
        history,
        0_u32..4,
    )
        .prop_map(
            |(idle, duration, review, mode, trainee_opens, history_ends_with, first_sequence)| Setup {
                opener: if trainee_opens {
                    Opener::Trainee
                } else {
                    Opener::Partner
                },
                limits: Limits { idle, duration },
                talk: TalkOptions {
                    review_before_sending: review,
                    mode,
                },
                first_sequence,
                history_ends_with,
                ..usual()
            },
        )
}

fn any_mode() -> impl Strategy<Value = TalkMode> {
    let hands_free = |(pause, cut_in)| {
        let pause = TurnPause::nearest(millis(pause));
        TalkMode::HandsFree(HandsFree { pause, cut_in })
    };
    prop_oneof![
        1 => Just(TalkMode::PushToTalk),
        2 => (0_u64..5_000, any::<bool>()).prop_map(hands_free),
    ]
}

fn any_take() -> impl Strategy<Value = Take> {
    let note = prop_oneof![
        6 => Just(None),
        1 => Just(Some(SoundNote::Silent)),
        1 => Just(Some(SoundNote::TooQuiet)),
        1 => Just(Some(SoundNote::Clipping)),
    ];
    let length = prop_oneof![1 => 0_u64..300, 6 => 300_u64..60_000];
    (length, note, any::<bool>()).prop_map(|(length, note, reached_limit)| Take {
        duration: millis(length),
        note,
        reached_limit,
    })
}

fn any_action() -> impl Strategy<Value = Action> {
    prop_oneof![
        6 => Just(Action::Press),
        6 => Just(Action::Release),
        3 => Just(Action::ToggleTalk),
        2 => Just(Action::Lock),
        3 => Just(Action::Cancel),
        3 => Just(Action::UndoCancel),
        4 => Just(Action::Send),
        2 => Just(Action::Retake),
        2 => Just(Action::Type { text: "I would like a raise.".to_owned() }),
        2 => Just(Action::Thinking),
        2 => Just(Action::Interrupt),
        2 => Just(Action::Again),
        1 => Just(Action::Slower),
        2 => Just(Action::Pause),
        6 => Just(Action::Resume),
        4 => Just(Action::Retry),
        2 => Just(Action::SwitchPartner),
        4 => Just(Action::CarryOn),
        1 => Just(Action::End),
        20 => Just(Action::Reopen),
    ]
}

pub(crate) fn any_happening() -> impl Strategy<Value = Happening> {
    let wait = prop_oneof![4 => 0_u64..1_500, 2 => 0_u64..12_000, 1 => 0_u64..90_000];
    let media = prop_oneof![Just(MediaFault::DeviceLost), Just(MediaFault::PermissionDenied)];
    let disk = prop_oneof![Just(SaveFault::DiskFull), Just(SaveFault::Damaged)];
    let partner = prop_oneof![Just(PartnerFault::Unreachable), Just(PartnerFault::TimedOut)];
    let voice = prop_oneof![1 => Just(None), 4 => (1_u64..9).prop_map(|count| Some(seconds(count)))];
    let verdict =
        prop_oneof![8 => Just(Verdict::Continue), 1 => Just(Verdict::Succeeded), 1 => Just(Verdict::Failed)];
    prop_oneof![
        40 => any_action().prop_map(Happening::User),
        20 => wait.prop_map(|time| Happening::Wait(millis(time))),
        2 => (0_u64..9_000, 0_u64..9_000).prop_map(|(uptime, calendar)| Happening::Jump {
            uptime: millis(uptime),
            calendar: millis(calendar),
        }),
        16 => Just(Happening::SamplesArrive),
        16 => any_take().prop_map(Happening::TakeIsWhole),
        2 => (media.clone(), proptest::option::of(any_take())).prop_map(|(fault, kept)| {
            Happening::CaptureFails(fault, kept)
        }),
        1 => media.prop_map(Happening::MicrophoneLost),
        1 => Just(Happening::MicrophoneSwitched),
        1 => Just(Happening::MicrophoneBack),
        14 => (240_u64..1_500).prop_map(|age| Happening::VoiceBegins { age: millis(age) }),
        14 => (1_u64..2_000, 200_u64..1_500).prop_map(|(lasted, ago)| Happening::VoicePauses {
            lasted: millis(lasted),
            ago: millis(ago),
        }),
        30 => Just(Happening::DiskAnswers),
        3 => disk.prop_map(Happening::DiskFails),
        16 => (voice, proptest::bool::weighted(0.1)).prop_map(|(voice, closing)| {
            Happening::PartnerReplies { voice, closing }
        }),
        8 => Just(Happening::PartnerBegins),
        12 => Just(Happening::PlaybackStarts),
        3 => partner.prop_map(Happening::PartnerFails),
        14 => Just(Happening::PlaybackEnds),
        2 => Just(Happening::PlaybackFails),
        4 => (0_u32..12, verdict).prop_map(|(after, verdict)| Happening::Judged { after, verdict }),
        1 => proptest::bool::weighted(0.1).prop_map(|closes| {
            if closes { Happening::AppCloses } else { Happening::Wait(Duration::ZERO) }
        }),
        10 => (0_u8..14, 0_u64..12).prop_map(|(kind, back)| Happening::Stale { kind, back }),
    ]
}
