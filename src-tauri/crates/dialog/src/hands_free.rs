//! Talking without keys: when the microphone is listened to, what a voice begins, what a pause ends, and what is only
//! a cough. While the partner is heard a voice first holds the line; only one that goes on cuts in.

use std::time::Duration;

use rehearse_domain::Moment;

use crate::stage::{Fate, Sound, Stage};
use crate::talk::THINKING;
use crate::talk_mode::{HandsFree, TalkMode};
use crate::{Dialog, Effect, RequestId};

/// A take with less voice in it is a cough, a door, a cup.
const SHORTEST_VOICE: Duration = Duration::from_millis(300);
/// Voice over the partner that lasts so long in all is no cough and no "mhm".
const CUT_IN: Duration = Duration::from_millis(700);
/// A pause is told so late at most: a voice of which no pause is known may be shorter by that.
const PAUSE_TOLD_AFTER: Duration = Duration::from_millis(250);
/// Silence after which a line that was held goes on.
const RESUME: Duration = Duration::from_millis(600);

/// What is listened to, and what was heard.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ear {
    /// Of the `Listen` that is out.
    listening: Option<RequestId>,
    voice: Option<Voice>,
    /// The line that is held.
    held: Option<RequestId>,
    /// The microphone failed and the trainee carries on without it.
    pub(crate) deaf: bool,
}

/// The trainee's voice since it began.
#[derive(Clone, Copy, Debug)]
struct Voice {
    /// Uptime of its first sample.
    since: Duration,
    /// How long it lasted before the present stretch.
    before: Duration,
    stretch: Stretch,
}

#[derive(Clone, Copy, Debug)]
enum Stretch {
    /// Going on since this uptime.
    Going(Duration),
    /// Silent since this uptime.
    Paused(Duration),
}

impl Voice {
    fn lasted(&self, uptime: Duration) -> Duration {
        match self.stretch {
            Stretch::Going(since) => self.before + uptime.saturating_sub(since),
            Stretch::Paused(_) => self.before,
        }
    }

    fn paused(&self) -> Option<Duration> {
        match self.stretch {
            Stretch::Going(_) => None,
            Stretch::Paused(since) => Some(since),
        }
    }
}

impl Dialog {
    pub(crate) fn hands_free(&self) -> Option<HandsFree> {
        match self.setup.talk.mode {
            TalkMode::PushToTalk => None,
            TalkMode::HandsFree(hands_free) => Some(hands_free),
        }
    }

    pub(crate) fn voice_began(&mut self, listening: RequestId, age: Duration, at: Moment) {
        if self.ear.listening != Some(listening) {
            return;
        }
        let since = at.uptime.saturating_sub(age);
        let stretch = Stretch::Going(since);
        match &mut self.ear.voice {
            Some(voice) => voice.stretch = stretch,
            None => {
                self.ear.voice = Some(Voice {
                    since,
                    before: Duration::ZERO,
                    stretch,
                });
            }
        }
        match &mut self.stage {
            Stage::YourTurn => self.start_talking_by_voice(at),
            Stage::Capturing(capture) => capture.thinking = false,
            _ => self.hold_line(),
        }
        self.catch_up_on_voice(at);
    }

    pub(crate) fn voice_paused(&mut self, listening: RequestId, lasted: Duration, ago: Duration, at: Moment) {
        let Some(voice) = &mut self.ear.voice else { return };
        if self.ear.listening != Some(listening) || voice.paused().is_some() {
            return;
        }
        voice.before += lasted;
        voice.stretch = Stretch::Paused(at.uptime.saturating_sub(ago));
        if self.ear.held.is_some() && voice.before >= CUT_IN {
            self.cut_in_by_voice(at);
        }
        self.catch_up_on_voice(at);
    }

    /// What was told late may be due by now.
    fn catch_up_on_voice(&mut self, at: Moment) {
        if self.voice_due().is_some_and(|due| due <= at.uptime) {
            self.act_on_voice(at);
        }
    }

    fn start_talking_by_voice(&mut self, at: Moment) {
        self.start_capture(true, at);
        if let Stage::Capturing(capture) = &mut self.stage {
            capture.by_voice = true;
        }
    }

    /// How long the trainee has been speaking without anything being recorded.
    pub(crate) fn spoken_for(&self, at: Moment) -> Duration {
        self.ear
            .voice
            .map_or(Duration::ZERO, |voice| at.uptime.saturating_sub(voice.since))
    }

    fn line_that_plays(&self) -> Option<RequestId> {
        match &self.stage {
            Stage::Playing(request, _) => Some(*request),
            Stage::Speaking(speech) => match speech.sound {
                Sound::Playing(request, _) => Some(request),
                Sound::Due(_) | Sound::Over => None,
            },
            _ => None,
        }
    }

    fn hold_line(&mut self) {
        if let (Some(request), None) = (self.line_that_plays(), self.ear.held) {
            self.ear.held = Some(request);
            self.effects.push(Effect::HoldPlayback { request });
        }
    }

    fn cut_in_by_voice(&mut self, at: Moment) {
        self.cut_in(at);
        self.start_talking_by_voice(at);
    }

    /// It was a cough: the partner goes on, and nothing has happened.
    fn resume_line(&mut self) {
        if let Some(request) = self.ear.held.take() {
            self.ear.voice = None;
            self.effects.push(Effect::ResumePlayback { request });
        }
    }

    /// The next thing that a voice or a silence brings about, and when.
    pub(crate) fn voice_due(&self) -> Option<Duration> {
        let (hands_free, voice) = (self.hands_free()?, self.ear.voice?);
        if self.pause.is_some() || self.end.is_some() {
            return None;
        }
        match &self.stage {
            Stage::Capturing(capture) if capture.is_listening() => {
                let pause = if capture.thinking {
                    THINKING
                } else {
                    hands_free.pause.length()
                };
                Some(voice.paused()? + pause)
            }
            Stage::Speaking(_) | Stage::Playing(..) if self.ear.held.is_some() => Some(match voice.stretch {
                Stretch::Going(since) => since + CUT_IN.saturating_sub(voice.before) + PAUSE_TOLD_AFTER,
                Stretch::Paused(since) => since + RESUME,
            }),
            _ => None,
        }
    }

    /// What [`voice_due`](Self::voice_due) announced.
    pub(crate) fn act_on_voice(&mut self, at: Moment) {
        let paused = self.ear.voice.is_some_and(|voice| voice.paused().is_some());
        match &self.stage {
            Stage::Capturing(_) => {
                self.forget_cough(at);
                self.let_go(at);
            }
            _ if paused => self.resume_line(),
            _ => self.cut_in_by_voice(at),
        }
    }

    /// A take that a voice began and that holds hardly any of it becomes nothing.
    pub(crate) fn forget_cough(&mut self, at: Moment) {
        let lasted = self.ear.voice.map(|voice| voice.lasted(at.uptime));
        if let (Stage::Capturing(capture), Some(lasted)) = (&mut self.stage, lasted)
            && capture.by_voice
            && capture.fate == Fate::Send
            && lasted < SHORTEST_VOICE
        {
            capture.fate = Fate::Forget;
        }
    }

    /// Listens exactly when a voice may begin, end or interrupt something.
    pub(crate) fn keep_ear(&mut self, at: Moment) {
        let playing = self.line_that_plays();
        if self.ear.held.is_some() && self.ear.held != playing {
            self.ear.held = None;
            let speaks = self.ear.voice.is_some_and(|voice| voice.paused().is_none());
            if speaks && matches!(self.stage, Stage::YourTurn) && self.is_listening_wanted() {
                // The line is over and the trainee still speaks.
                self.start_talking_by_voice(at);
            } else if !matches!(self.stage, Stage::Capturing(_)) {
                self.ear.voice = None;
            }
        }
        match (self.is_listening_wanted(), self.ear.listening) {
            (true, None) => {
                let request = self.requests.next();
                self.ear.listening = Some(request);
                self.effects.push(Effect::Listen { request });
            }
            (false, Some(request)) => {
                self.ear.listening = None;
                self.ear.voice = None;
                self.effects.push(Effect::StopListening { request });
            }
            _ => {}
        }
    }

    fn is_listening_wanted(&self) -> bool {
        let Some(hands_free) = self.hands_free() else {
            return false;
        };
        if self.ear.deaf || self.pause.is_some() || self.end.is_some() {
            return false;
        }
        match &self.stage {
            Stage::YourTurn => true,
            Stage::Capturing(capture) => capture.is_listening(),
            _ => hands_free.cut_in && self.line_that_plays().is_some(),
        }
    }

    /// The microphone is listened to at this moment.
    pub(crate) fn is_listening(&self) -> bool {
        self.ear.listening.is_some()
    }

    /// The partner's line is held until it is known whether the trainee cuts in.
    pub(crate) fn is_line_held(&self) -> bool {
        self.ear.held.is_some()
    }

    /// Time until the silence ends the turn; `None` while the trainee speaks.
    pub(crate) fn turn_ends_in(&self, uptime: Duration) -> Option<Duration> {
        let due = self.voice_due()?;
        matches!(self.stage, Stage::Capturing(_)).then(|| due.saturating_sub(uptime))
    }
}
