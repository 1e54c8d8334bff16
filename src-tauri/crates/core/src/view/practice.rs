//! The open practice, one to one with the states of the machine.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::error::ErrorView;
use crate::view::{PersonaView, RunOptions};
use rehearse_domain::{
    EndReason, Language, Objective, SessionId, Slug, SoundNote, Speaker, TranscriptStatus,
};

/// What can be done right now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "one flag a control, as the window needs them"
)]
pub struct Allowed {
    /// Talk.
    pub talk: bool,
    /// Stop talking.
    pub stop: bool,
    /// Cancel the take.
    pub cancel: bool,
    /// Undo the cancelling.
    pub undo_cancel: bool,
    /// Send a take that waits.
    pub send: bool,
    /// Record it again.
    pub retake: bool,
    /// Type.
    pub type_instead: bool,
    /// Think.
    pub think: bool,
    /// Interrupt the partner.
    pub interrupt: bool,
    /// Hear again.
    pub again: bool,
    /// Pause.
    pub pause: bool,
    /// Resume.
    pub resume: bool,
    /// Retry.
    pub retry: bool,
    /// Switch to the embedded partner.
    pub switch_partner: bool,
    /// Carry on without what failed.
    pub carry_on: bool,
    /// End.
    pub end: bool,
    /// Take an end that the checker found back.
    pub reopen: bool,
}

/// The state of the practice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PracticePhase {
    /// The partner is about to open.
    Opening,
    /// The partner is heard.
    PartnerSpeaking,
    /// The trainee's turn; nothing is recorded.
    YourTurn,
    /// The microphone is being opened; no samples yet.
    Arming,
    /// Samples are being recorded.
    Recording,
    /// The take is being closed.
    Finishing,
    /// The take waits to be listened to, sent or retaken.
    Reviewing,
    /// The turn is being saved.
    Saving,
    /// The partner is preparing an answer.
    Working,
    /// The clocks stand still.
    Paused,
    /// The end is being saved.
    Ending,
    /// Over.
    Ended,
}

/// Why the practice is paused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum PauseCause {
    /// The user paused.
    User,
    /// The machine slept.
    Slept,
    /// The partner could not answer.
    Partner {
        /// What happened.
        error: ErrorView,
    },
    /// The microphone or the recording failed.
    Media {
        /// What happened.
        error: ErrorView,
    },
    /// The turn, or the end, could not be saved.
    Storage {
        /// What happened.
        error: ErrorView,
        /// It is the end that waits: every turn is saved, and whoever leaves now loses the reason only.
        end: bool,
    },
}

/// Something to say once, politely.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Notice {
    /// Shorter than a word; not sent.
    TakeTooShort,
    /// Silence; not sent.
    TakeSilent,
    /// Sent, but too quiet.
    TakeTooQuiet,
    /// Sent, but overdriven.
    TakeClipping,
    /// 30 s of this take are left.
    TakeNearlyFull,
    /// Another microphone took over.
    MicrophoneSwitched {
        /// The one in use now.
        device: String,
    },
    /// The microphone that was lost is there again.
    MicrophoneBack,
    /// A model does not answer, and its substitute goes on from here.
    StandIn {
        /// The one that does not answer.
        model: String,
        /// The one that goes on.
        substitute: String,
    },
    /// The machine slept.
    Slept,
    /// Half of the idle limit has gone.
    SilenceHalfGone,
    /// 30 s of the session are left.
    ThirtySecondsLeft,
    /// The script is finished.
    PartnerSaidEverything,
    /// The partner's voice could not be played; the words are there.
    VoiceFailed,
    /// Words that the trainee wrote, or that were written down, could not be put on disk.
    WordsNotSaved,
    /// The end could not be taken back on disk.
    NotReopened,
}

/// A line of the dialogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct LineView {
    /// Place in the session.
    pub sequence: u32,
    /// Who.
    pub speaker: Speaker,
    /// The words, where known.
    pub text: Option<String>,
    /// How far the words are.
    pub transcript_status: TranscriptStatus,
    /// The partner is saying it: its words may become more, or fewer when they are cut off, and it is not on disk yet.
    pub coming: bool,
    /// The clip that can be fetched as `clip://localhost/<id>`.
    pub clip: Option<String>,
    /// Its length in milliseconds.
    pub duration_ms: Option<u32>,
    /// Peaks for drawing, 0 to 255.
    pub peaks: Vec<u8>,
    /// What should be said about its sound.
    pub note: Option<SoundNote>,
}

/// The take that is being recorded or waits to be sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct TakeView {
    /// Length so far in milliseconds.
    pub length_ms: u32,
    /// Milliseconds until the longest turn is reached, in its last 30 s only.
    pub left_ms: Option<u32>,
    /// Recording goes on after the key is let go.
    pub locked: bool,
    /// The clip to listen to while it waits to be sent.
    pub clip: Option<String>,
    /// What should be said about its sound.
    pub note: Option<SoundNote>,
}

/// Talking without keys. Keys work beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is something the window says or not"
)]
pub struct HandsFreeView {
    /// The silence that ends a turn, in milliseconds.
    pub pause_ms: u32,
    /// Who speaks over the partner cuts in.
    pub cut_in: bool,
    /// A voice would be heard now.
    pub listening: bool,
    /// The take that runs was begun by the voice, and its pause ends it.
    pub by_voice: bool,
    /// Milliseconds until the silence ends the turn; `None` while there is none.
    pub ends_in_ms: Option<u32>,
    /// The partner has fallen silent until it is known whether the trainee cuts in.
    pub partner_waits: bool,
}

/// The end card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct EndCard {
    /// Why it ended.
    pub reason: EndReason,
    /// The objective.
    pub objective: ObjectiveView,
    /// How long it was, in milliseconds: time that counted, or the length of all sound where turns came faster than
    /// they sound.
    pub active_ms: u32,
    /// Turns of the trainee that are saved.
    pub trainee_turns: u32,
    /// Turns in all.
    pub turns: u32,
    /// The last trainee turn, for a take two.
    pub last_trainee_sequence: Option<u32>,
}

/// The objective for display.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ObjectiveView {
    /// Whether it was reached.
    pub status: rehearse_domain::ObjectiveStatus,
    /// The checker's words.
    pub reason: Option<String>,
}

impl From<Objective> for ObjectiveView {
    fn from(objective: Objective) -> Self {
        Self {
            status: objective.status,
            reason: objective.reason,
        }
    }
}

/// The practice as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct PracticeView {
    /// The session.
    pub session: SessionId,
    /// The scenario.
    pub slug: Slug,
    /// Its title.
    pub title: String,
    /// The practice language.
    pub language: Language,
    /// What it was started with.
    pub options: RunOptions,
    /// The other person.
    pub partner: PersonaView,
    /// The objective, for the hint.
    pub objective: String,
    /// The state.
    pub phase: PracticePhase,
    /// Why it is paused.
    pub paused: Option<PauseCause>,
    /// What can be done.
    pub allowed: Allowed,
    /// In a take two: what was said before, in the older session.
    pub earlier: Vec<LineView>,
    /// The dialogue of this session so far.
    pub lines: Vec<LineView>,
    /// The take under way.
    pub take: Option<TakeView>,
    /// Time that counted, in milliseconds.
    pub elapsed_ms: u32,
    /// The duration limit in force, in milliseconds.
    pub duration_limit_ms: Option<u32>,
    /// Silence left in milliseconds, from half of the limit only.
    pub silence_left_ms: Option<u32>,
    /// Milliseconds for which cancelling can be undone.
    pub undo_left_ms: Option<u32>,
    /// How long the partner has been at work, in milliseconds, from 3 s only.
    pub working_ms: Option<u32>,
    /// The partner is past its budget: offer retry, switch, end.
    pub working_over_budget: bool,
    /// The clocks run only while this is true; the window counts between views with it.
    pub clocks_run: bool,
    /// Words of the trainee, or a look at the objective, are still on their way: whoever waits for both waits on.
    pub catching_up: bool,
    /// Whether the partner is heard; else captions only.
    pub partner_voice: bool,
    /// The microphone in use.
    pub microphone: Option<String>,
    /// Hosts that hear the trainee; empty: everything stays on this computer.
    pub voice_goes_to: Vec<String>,
    /// Hosts beyond this computer that hear or read what was said once it is over, for the feedback that comes by itself.
    pub feedback_by: Vec<String>,
    /// The model that plays the partner; `None` for the embedded one.
    pub partner_model: Option<String>,
    /// Somebody writes down what the trainee says; else a spoken turn stays without words.
    pub written_down: bool,
    /// Whether the objective is reached could not be told after the last answers.
    pub unchecked: bool,
    /// How it is talked without keys; `None` when a key is used.
    pub hands_free: Option<HandsFreeView>,
    /// The latest notice, with a number so that it is said once.
    pub notice: Option<NumberedNotice>,
    /// Milliseconds in which an end that the checker found can be taken back.
    pub reopen_left_ms: Option<u32>,
    /// Set when it has ended.
    pub end: Option<EndCard>,
}

/// A notice with its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NumberedNotice {
    /// Counts the notices of this practice.
    pub number: u32,
    /// What to say.
    pub notice: Notice,
}
