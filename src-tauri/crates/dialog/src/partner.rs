//! The partner's turn: asking, following the answer while it comes, and keeping what was heard of it.

use std::collections::BTreeSet;
use std::mem;
use std::time::Duration;

use rehearse_domain::{Moment, Speaker, is_han};

use crate::pausing::Pause;
use crate::stage::{Sound, Speech, Stage, Whole};
use crate::{
    Dialog, Effect, Heard, Notice, Pace, PartnerFault, PauseCause, RequestId, Setup, TurnDraft, TurnSource,
};

/// An answer that takes longer is explained.
const LATE: Duration = Duration::from_secs(3);
/// An answer that takes longer need not be waited for.
const BUDGET: Duration = Duration::from_secs(20);

/// What is remembered of the partner.
#[derive(Clone, Debug, Default)]
pub(crate) struct Partner {
    /// Number of the last turn.
    pub(crate) last_turn: Option<u32>,
    /// Its words, where they are known.
    pub(crate) caption: Option<String>,
    /// It can be heard.
    pub(crate) voiced: bool,
    /// It was a closing line.
    pub(crate) closing: bool,
    /// Uptime of the newest question.
    asked: Duration,
    /// Uptime at which the trainee's turn was let go.
    pub(crate) trainee_let_go: Option<Duration>,
    /// Numbers of the turns that were cut off: what their checker read was not all heard.
    pub(crate) cut_turns: BTreeSet<u32>,
    /// Uptime until which a line that was only shown is being read.
    pub(crate) read_until: Option<Duration>,
    /// The trainee's last turn has no answer.
    pub(crate) unanswered: bool,
    /// An answer that broke off after some of it was heard.
    pub(crate) broken: Option<Speech>,
}

impl Partner {
    /// In a take two the last turn of the history can be heard again.
    pub(crate) fn with_history(setup: &Setup) -> Self {
        let heard = setup.history_ends_with == Some(Speaker::Partner);
        let last_turn = setup.first_sequence.checked_sub(1).filter(|_| heard);
        Self {
            last_turn,
            voiced: last_turn.is_some(),
            ..Self::default()
        }
    }
}

impl Dialog {
    pub(crate) fn ask_partner(&mut self, at: Moment) {
        let request = self.requests.next();
        self.partner.broken = None;
        self.partner.asked = at.uptime;
        self.stage = Stage::Asking(request);
        self.effects.push(Effect::AskPartner {
            request,
            sequence: self.sequence,
        });
    }

    /// Gives up on an answer, or on the rest of one, that is on its way.
    pub(crate) fn cancel_partner(&mut self) {
        match &self.stage {
            Stage::Asking(request) => {
                let request = *request;
                self.stage = Stage::PartnerDue;
                self.effects.push(Effect::CancelPartner { request });
            }
            Stage::Speaking(speech) if speech.whole.is_none() => {
                let request = speech.ask;
                self.effects.push(Effect::CancelPartner { request });
            }
            _ => {}
        }
    }

    pub(crate) fn switch_partner(&mut self, at: Moment) {
        self.cancel_partner();
        self.effects.push(Effect::SwitchPartner);
        self.lift_pause(at);
    }

    /// The beginning of an answer is there, or all of it.
    fn begin_speech(&mut self, ask: RequestId, whole: Option<Whole>, at: Moment) {
        self.opened = true;
        let read_only = whole.is_some_and(|whole| whole.voice.is_none());
        self.partner.voiced = !read_only;
        self.stage = Stage::Speaking(Speech {
            ask,
            began: at,
            latency: self
                .partner
                .trainee_let_go
                .map(|let_go| at.uptime.saturating_sub(let_go)),
            sound: if read_only {
                Sound::Over
            } else {
                Sound::Due(Pace::Normal)
            },
            whole,
            heard: false,
        });
        self.proceed(at);
    }

    pub(crate) fn partner_began(&mut self, request: RequestId, at: Moment) {
        if self.is_asking(request) {
            self.partner.caption = None;
            self.partner.closing = false;
            self.begin_speech(request, None, at);
        }
    }

    pub(crate) fn partner_replied(
        &mut self,
        request: RequestId,
        words: Option<String>,
        voice: Option<Duration>,
        closing: bool,
        at: Moment,
    ) {
        let asking = self.is_asking(request);
        if !asking && !self.is_coming(request) {
            return;
        }
        self.partner.caption = words;
        self.partner.closing = closing;
        let whole = Some(Whole { voice });
        if asking {
            return self.begin_speech(request, whole, at);
        }
        if let Stage::Speaking(speech) = &mut self.stage {
            speech.whole = whole;
        }
        self.proceed(at);
    }

    /// The trainee's turn stands; the clocks do not run until the trainee decides. A pause that is there already
    /// stays what it is, and the partner is asked again after it. What was heard of an answer that broke off is
    /// remembered until then.
    pub(crate) fn partner_failed(&mut self, request: RequestId, fault: PartnerFault, at: Moment) {
        if !self.is_asking(request) && !self.is_coming(request) {
            return;
        }
        self.break_off(Pause::because(PauseCause::Partner(fault)), at);
        let stage = mem::replace(&mut self.stage, Stage::PartnerDue);
        if let Stage::Speaking(speech) = stage {
            self.partner.broken = Some(speech).filter(|speech| speech.heard);
        }
    }

    fn is_asking(&self, request: RequestId) -> bool {
        matches!(self.stage, Stage::Asking(asked) if asked == request)
    }

    /// Whether the rest of this answer is on its way.
    fn is_coming(&self, request: RequestId) -> bool {
        matches!(&self.stage, Stage::Speaking(speech) if speech.ask == request && speech.whole.is_none())
    }

    /// Takes the next step of the answer: has it played, or goes on after it once it is there and was heard.
    pub(crate) fn go_on_speaking(&mut self, at: Moment) {
        let Stage::Speaking(speech) = &self.stage else {
            return;
        };
        match (speech.sound, &speech.whole) {
            (Sound::Due(pace), _) => {
                let request = self.start_playing(self.sequence, pace);
                if let Stage::Speaking(speech) = &mut self.stage {
                    speech.sound = Sound::Playing(request, pace);
                }
            }
            (Sound::Over, Some(_)) => {
                self.keep_speech(&speech.clone(), at);
                self.begin_turn();
            }
            _ => {}
        }
    }

    /// Commits what was heard of an answer.
    fn keep_speech(&mut self, speech: &Speech, at: Moment) {
        let (heard, ended_at) = match (speech.sound, &speech.whole) {
            (Sound::Over, Some(whole)) => {
                let length = whole.voice.unwrap_or_default();
                (Heard::All, speech.began.utc.after(length))
            }
            _ => (Heard::Part, at.utc.max(speech.began.utc)),
        };
        self.partner.last_turn = Some(self.sequence);
        self.partner.unanswered = false;
        if heard == Heard::Part {
            self.partner.cut_turns.insert(self.sequence);
            self.finding.take_if(|finding| finding.after == self.sequence);
        }
        let is_read = heard == Heard::All && !speech.heard;
        self.partner.read_until = is_read.then(|| {
            let words = self.partner.caption.as_deref().unwrap_or_default();
            at.uptime + reading_time(words)
        });
        self.save_beside(TurnDraft {
            sequence: self.sequence,
            speaker: Speaker::Partner,
            source: TurnSource::PartnerReply {
                request: speech.ask,
                heard,
            },
            started_at: speech.began.utc,
            ended_at,
            latency: speech.latency,
        });
    }

    /// Leaves off an answer for good and commits what was heard of it; on the way to the end only when that was
    /// anything.
    pub(crate) fn cut_speech(&mut self, at: Moment) {
        self.stop_playback();
        self.cancel_partner();
        let stage = mem::replace(&mut self.stage, Stage::PartnerDue);
        let speech = match stage {
            Stage::Speaking(speech) => speech,
            stage => {
                self.stage = stage;
                let Some(broken) = self.partner.broken.take() else {
                    return;
                };
                broken
            }
        };
        let read = speech.sound == Sound::Over;
        if speech.heard || read || self.end.is_none() {
            self.keep_speech(&speech, at);
        }
    }

    pub(crate) fn announce_closing_line(&mut self) {
        if self.partner.closing {
            self.announce(Notice::PartnerHasSaidEverything);
        }
    }

    /// How long the answer has been worked on, while it is.
    pub(crate) fn working_for(&self, uptime: Duration) -> Option<Duration> {
        let working = match &self.stage {
            Stage::Asking(_) => true,
            Stage::Speaking(speech) => speech.sound == Sound::Over,
            _ => false,
        };
        let shown = working && self.pause.is_none() && self.end.is_none();
        shown.then(|| uptime.saturating_sub(self.partner.asked))
    }

    /// The answer is late, and it is over its budget.
    pub(crate) fn lateness(&self, uptime: Duration) -> (bool, bool) {
        let working_for = self.working_for(uptime).unwrap_or_default();
        (working_for >= LATE, working_for >= BUDGET)
    }

    /// The uptimes at which [`lateness`](Self::lateness) changes, the earlier first.
    pub(crate) fn working_marks(&self) -> [Option<Duration>; 2] {
        let working = self.working_for(self.last.uptime).is_some();
        [LATE, BUDGET].map(|mark| working.then(|| self.partner.asked + mark))
    }
}

/// How long somebody reads a line at leisure. After M. Brysbaert, "How many words do we read per minute?", Journal of
/// Memory and Language 109 (2019), rounded up: 238 English words a minute are 45 ms a letter, 260 Chinese words (of 1.5
/// characters) 150 ms a character.
fn reading_time(words: &str) -> Duration {
    const LETTER: Duration = Duration::from_millis(45);
    const IDEOGRAPH: Duration = Duration::from_millis(150);
    const NOTICING: Duration = Duration::from_secs(1);
    let letters = words
        .chars()
        .map(|letter| if is_han(letter) { IDEOGRAPH } else { LETTER });
    NOTICING + letters.sum::<Duration>()
}
