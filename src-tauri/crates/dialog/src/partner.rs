//! The partner's turn: asking, taking the answer, and having it heard.

use std::time::Duration;

use rehearse_domain::{Moment, Speaker};

use crate::pausing::Pause;
use crate::stage::{Line, Reply, Stage, Unsaved};
use crate::{
    Dialog, Effect, Notice, Pace, PartnerFault, PauseCause, RequestId, Setup, TurnDraft, TurnSource,
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
        self.partner.asked = at.uptime;
        self.stage = Stage::Asking(request);
        self.effects.push(Effect::AskPartner {
            request,
            sequence: self.sequence,
        });
    }

    /// Gives up on an answer that is on its way.
    pub(crate) fn cancel_partner(&mut self) {
        if let Stage::Asking(request) = self.stage {
            self.effects.push(Effect::CancelPartner { request });
            self.stage = Stage::PartnerDue;
        }
    }

    pub(crate) fn switch_partner(&mut self, at: Moment) {
        self.cancel_partner();
        self.effects.push(Effect::SwitchPartner);
        self.lift_pause(at);
    }

    pub(crate) fn partner_replied(
        &mut self,
        request: RequestId,
        words: Option<String>,
        voice: Option<Duration>,
        closing: bool,
        at: Moment,
    ) {
        if !self.is_asking(request) {
            return;
        }
        let draft = TurnDraft {
            sequence: self.sequence,
            speaker: Speaker::Partner,
            source: TurnSource::PartnerReply { request },
            started_at: at.utc,
            ended_at: at.utc.after(voice.unwrap_or_default()),
            latency: self
                .partner
                .trainee_let_go
                .map(|let_go| at.uptime.saturating_sub(let_go)),
        };
        self.save(Unsaved {
            draft,
            reply: Some(Reply {
                words,
                voiced: voice.is_some(),
                closing,
            }),
        });
    }

    /// The trainee's turn stands; the clocks do not run until the trainee decides. A pause that is there already
    /// stays what it is, and the partner is asked again after it.
    pub(crate) fn partner_failed(&mut self, request: RequestId, fault: PartnerFault) {
        if self.is_asking(request) {
            self.stage = Stage::PartnerDue;
            self.pause
                .get_or_insert(Pause::because(PauseCause::Partner(fault)));
        }
    }

    fn is_asking(&self, request: RequestId) -> bool {
        matches!(self.stage, Stage::Asking(asked) if asked == request)
    }

    /// A turn of the partner is committed: it is heard, or read where there is no voice.
    pub(crate) fn partner_turn_saved(&mut self, sequence: u32, reply: Reply) {
        self.opened = true;
        self.partner.last_turn = Some(sequence);
        self.partner.caption = reply.words;
        self.partner.voiced = reply.voiced;
        self.partner.closing = reply.closing;
        if reply.voiced {
            self.stage = Stage::PlaybackDue(Line {
                sequence,
                pace: Pace::Normal,
                replay: false,
            });
        } else {
            self.begin_turn();
        }
    }

    pub(crate) fn play(&mut self, line: Line) {
        let request = self.requests.next();
        self.stage = Stage::Playing(request, line);
        self.effects.push(Effect::Play {
            request,
            sequence: line.sequence,
            pace: line.pace,
        });
    }

    /// Falls silent; what was heard is due again.
    pub(crate) fn stop_playback(&mut self) {
        if let Stage::Playing(request, line) = self.stage {
            self.effects.push(Effect::StopPlayback { request });
            self.stage = Stage::PlaybackDue(line);
        }
    }

    /// Makes it the trainee's turn if the partner is being heard.
    pub(crate) fn cut_in(&mut self) {
        self.stop_playback();
        if let Stage::PlaybackDue(line) = self.stage {
            self.line_is_over(line);
        }
    }

    pub(crate) fn hear_again(&mut self, pace: Pace) {
        self.stop_playback();
        let line = match self.stage {
            Stage::PlaybackDue(line) => Some(Line { pace, ..line }),
            _ => self.partner.last_turn.map(|sequence| Line {
                sequence,
                pace,
                replay: true,
            }),
        };
        if let Some(line) = line {
            self.play(line);
        }
    }

    pub(crate) fn playback_ended(&mut self, request: RequestId) {
        if let Stage::Playing(playing, line) = self.stage
            && playing == request
        {
            self.line_is_over(line);
        }
    }

    pub(crate) fn playback_failed(&mut self, request: RequestId) {
        if let Stage::Playing(playing, line) = self.stage
            && playing == request
        {
            self.announce(Notice::PlaybackFailed);
            self.line_is_over(line);
        }
    }

    /// After a replay the silence goes on from where it stood.
    fn line_is_over(&mut self, line: Line) {
        if line.replay {
            self.stage = Stage::YourTurn;
        } else {
            self.begin_turn();
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
            Stage::Saving(_, unsaved) => unsaved.reply.is_some(),
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
