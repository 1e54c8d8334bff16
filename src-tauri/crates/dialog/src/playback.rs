//! What comes out of the loudspeaker: the partner's answer while it comes, and its last turn once more.

use rehearse_domain::Moment;

use crate::stage::{Replay, Sound, Stage};
use crate::{Dialog, Effect, Notice, Pace, RequestId};

impl Dialog {
    pub(crate) fn start_playing(&mut self, sequence: u32, pace: Pace) -> RequestId {
        let request = self.requests.next();
        self.effects.push(Effect::Play {
            request,
            sequence,
            pace,
        });
        request
    }

    /// Plays the partner's last turn once more.
    pub(crate) fn replay(&mut self, replay: Replay) {
        let request = self.start_playing(replay.sequence, replay.pace);
        self.stage = Stage::Playing(request, replay);
    }

    /// Falls silent; what was heard is due again.
    pub(crate) fn stop_playback(&mut self) {
        match &mut self.stage {
            Stage::Playing(request, replay) => {
                let (request, replay) = (*request, *replay);
                self.effects.push(Effect::StopPlayback { request });
                self.stage = Stage::PlaybackDue(replay);
            }
            Stage::Speaking(speech) => {
                if let Sound::Playing(request, pace) = speech.sound {
                    speech.sound = Sound::Due(pace);
                    self.effects.push(Effect::StopPlayback { request });
                }
            }
            _ => {}
        }
    }

    /// Makes it the trainee's turn if the partner is being heard.
    pub(crate) fn cut_in(&mut self, at: Moment) {
        if matches!(self.stage, Stage::Speaking(_)) {
            self.cut_speech(at);
            return self.begin_turn();
        }
        self.stop_playback();
        if matches!(self.stage, Stage::PlaybackDue(_)) {
            self.stage = Stage::YourTurn;
        }
    }

    pub(crate) fn hear_again(&mut self, pace: Pace, at: Moment) {
        self.stop_playback();
        match (&mut self.stage, self.partner.last_turn) {
            (Stage::Speaking(speech), _) => speech.sound = Sound::Due(pace),
            (_, Some(sequence)) => self.stage = Stage::PlaybackDue(Replay { sequence, pace }),
            (_, None) => {}
        }
        self.proceed(at);
    }

    pub(crate) fn playback_started(&mut self, request: RequestId) {
        if let Stage::Speaking(speech) = &mut self.stage
            && matches!(speech.sound, Sound::Playing(playing, _) if playing == request)
        {
            speech.heard = true;
        }
    }

    pub(crate) fn playback_ended(&mut self, request: RequestId, at: Moment) {
        if self.is_playing(request) {
            self.playback_over(at);
        }
    }

    pub(crate) fn playback_failed(&mut self, request: RequestId, at: Moment) {
        if self.is_playing(request) {
            self.announce(Notice::PlaybackFailed);
            self.playback_over(at);
        }
    }

    fn is_playing(&self, request: RequestId) -> bool {
        match &self.stage {
            Stage::Playing(playing, _) => *playing == request,
            Stage::Speaking(speech) => {
                matches!(speech.sound, Sound::Playing(playing, _) if playing == request)
            }
            _ => false,
        }
    }

    /// After a replay the silence goes on from where it stood.
    fn playback_over(&mut self, at: Moment) {
        match &mut self.stage {
            Stage::Speaking(speech) => speech.sound = Sound::Over,
            _ => self.stage = Stage::YourTurn,
        }
        self.proceed(at);
    }
}
