//! Performs what the machine wants. Whatever may block runs beside the task and answers through its inbox, so
//! the machine can always be told of something more urgent.

use std::sync::Arc;
use std::time::Duration;

use rehearse_audio::clip::ClipError;
use rehearse_devices::{CaptureEvent, DeviceError, ListenId, TakeId};
use rehearse_dialog::{Effect, RequestId};
use rehearse_domain::{ClipId, Speaker, Turn};
use rehearse_models::{HistoryTurn, PartnerRequest, ScriptedPartner};
use rehearse_store::{SessionEnd, StoreError};
use tokio::time::Instant;

use super::Input;
use super::errands::errand;
use super::hearing::Recorded;
use super::reply::{Asking, News, Reply};
use super::task::Task;
use crate::models::{Cast, StandIn};
use crate::view::{Notice, NumberedNotice, Topic};

/// A notice is read in this time.
const READING: Duration = Duration::from_secs(5);

impl Task {
    /// Performs effects in the order given.
    pub(super) fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::StartCapture { request, spoken } => self.start_capture(request, spoken),
                Effect::StopCapture { request } => {
                    self.marks.let_go(self.around.clock.now().uptime);
                    self.seat.stop_take(TakeId(request.0));
                }
                Effect::DropTake { take_request } => self.drop_take(take_request),
                Effect::SaveTurn { request, turn } => self.save_turn(request, turn),
                Effect::AskPartner { request, sequence } => self.ask(request, sequence),
                Effect::CancelPartner { request } => {
                    self.cancel_asking();
                    self.close_reply(request);
                }
                Effect::SwitchPartner => {
                    // From here on nothing that is said leaves this computer.
                    self.partner = Arc::new(ScriptedPartner);
                    self.cast = Cast::embedded(Arc::clone(&self.partner));
                    self.leave_off_helpers();
                    self.around.bus.changed(Topic::Practice);
                }
                Effect::Play {
                    request,
                    sequence,
                    pace,
                } => self.play(request, sequence, pace),
                Effect::StopPlayback { request } => self.stop_line(request),
                Effect::HoldPlayback { request } => self.hold_line(request),
                Effect::ResumePlayback { request } => self.resume_line(request),
                Effect::Listen { request } => self.seat.listen(ListenId(request.0)),
                Effect::StopListening { request } => self.seat.leave_off_listening(ListenId(request.0)),
                Effect::CloseSession {
                    request,
                    reason,
                    objective,
                    ended_at,
                    active,
                } => {
                    let end = SessionEnd {
                        id: self.plan.session.id,
                        ended_at,
                        active,
                        reason,
                        objective,
                    };
                    self.close_session(request, end);
                }
                Effect::ReopenSession { request } => self.reopen_session(request),
                Effect::Announce(notice) => self.announce(notice),
            }
        }
    }

    fn start_capture(&mut self, request: RequestId, spoken: Duration) {
        let clip = ClipId::new(&*self.around.ids);
        let place = self
            .around
            .store
            .place_for_clip(self.plan.session.id, clip, Speaker::Trainee);
        match place {
            Ok(path) => {
                self.captures.insert(request, clip);
                self.seat.start_take_from(TakeId(request.0), path, spoken);
            }
            Err(error) => {
                let failed = CaptureEvent::Failed {
                    take: Some(TakeId(request.0)),
                    error: DeviceError::from(without_place(error)),
                    kept: None,
                };
                let _ = self.inbox.send(Input::Capture(failed));
            }
        }
    }

    fn drop_take(&mut self, request: RequestId) {
        let Some(clip) = self.takes.remove(&request) else {
            return;
        };
        self.measuring.forget(clip.id);
        let (store, session) = (Arc::clone(&self.around.store), self.plan.session.id);
        self.write_beside(move || {
            if let Err(error) = store.drop_take(session, clip.id, Speaker::Trainee) {
                tracing::warn!(%error, "a dropped take could not be removed");
            }
        });
    }

    fn ask(&mut self, request: RequestId, sequence: u32) {
        self.cancel_asking();
        // What came of an earlier attempt is not heard again.
        self.replies.clear();
        let reply = Reply {
            sequence,
            ..Reply::default()
        };
        self.replies.insert(request, reply);
        if self.last_was_not_heard() {
            self.write_down_again();
        }
        match self.partner_waits_for() {
            Some(turn) => self.asking_after = Some((request, turn)),
            None => self.begin_asking(request),
        }
    }

    /// Asks the partner for an answer, now that everything it needs is there.
    pub(super) fn begin_asking(&mut self, request: RequestId) {
        let by_ear = self.partner.hears();
        let Some(reply) = self.replies.get_mut(&request) else {
            return;
        };
        reply.by_ear = by_ear;
        let sequence = reply.sequence;
        let asking = Asking {
            partner: Arc::clone(&self.partner),
            question: self.question(sequence),
            sound: self.sound_to_answer(),
            voice: self.voice.clone(),
        };
        let inbox = self.inbox.clone();
        let asking = async move { Input::Reply(request, asking.pass_on(request, &inbox).await) };
        let died = move |error| Input::Reply(request, News::Failed(error));
        self.asking = Some(errand(&self.inbox, asking, died));
    }

    fn cancel_asking(&mut self) {
        self.asking_after = None;
        if let Some(asking) = self.asking.take() {
            asking.abort();
        }
    }

    /// Everything that is on disk, in order; in a take two it begins with the older session.
    pub(super) fn said(&self) -> impl Iterator<Item = HistoryTurn> {
        let spoken = |turn: &Turn| HistoryTurn {
            speaker: turn.speaker,
            text: turn.transcript.clone(),
        };
        self.plan.history.iter().chain(&self.turns).map(spoken)
    }

    pub(super) fn question(&self, sequence: u32) -> PartnerRequest {
        PartnerRequest {
            scenario: Arc::clone(&self.brief),
            history: self.said().collect(),
            sound: None,
            sequence,
            variation: self.plan.earlier_runs,
        }
    }

    /// What the trainee just said, for a partner that hears.
    fn sound_to_answer(&self) -> Option<Recorded> {
        let last = self
            .turns
            .last()
            .filter(|turn| turn.speaker == Speaker::Trainee)?;
        Recorded::of(&self.around.store, last).filter(|_| self.partner.hears())
    }

    /// A take that is not sent is not answered either.
    fn not_sent(&mut self, notice: Notice) -> Notice {
        self.marks.forget_take();
        notice
    }

    fn announce(&mut self, notice: rehearse_dialog::Notice) {
        use rehearse_dialog::Notice as Machine;
        let notice = match notice {
            Machine::TakeTooShort => self.not_sent(Notice::TakeTooShort),
            Machine::TakeSilent => self.not_sent(Notice::TakeSilent),
            Machine::TakeTooQuiet => Notice::TakeTooQuiet,
            Machine::TakeClipping => Notice::TakeClipping,
            Machine::MicrophoneSwitched => Notice::MicrophoneSwitched {
                device: self.around.desk.microphone().unwrap_or_default(),
            },
            Machine::MicrophoneBack => Notice::MicrophoneBack,
            Machine::PlaybackFailed => Notice::VoiceFailed,
            Machine::Slept => Notice::Slept,
            Machine::HalfOfIdleGone => Notice::SilenceHalfGone,
            Machine::ThirtySecondsLeft => Notice::ThirtySecondsLeft,
            Machine::PartnerHasSaidEverything => Notice::PartnerSaidEverything,
            Machine::LastThirtySecondsOfTurn => Notice::TakeNearlyFull,
        };
        self.tell(notice);
    }

    /// Tells the user who has taken over from whom. Of several at once each is left to be read.
    pub(super) fn tell_of_stand_in(&mut self) {
        if self.stand_in_told.is_some_and(|told| told.elapsed() < READING) {
            return;
        }
        if let Some(StandIn { model, substitute }) = self.cast.stand_ins.next() {
            self.stand_in_told = Some(Instant::now());
            self.tell(Notice::StandIn { model, substitute });
            self.around.bus.changed(Topic::Practice);
        }
    }

    /// Tells the user something, once.
    pub(super) fn tell(&mut self, notice: Notice) {
        let number = self.notice.as_ref().map_or(1, |last| last.number.wrapping_add(1));
        self.notice = Some(NumberedNotice { number, notice });
    }
}

/// A folder that cannot be made for a clip is to the user what a clip that cannot be written is.
fn without_place(error: StoreError) -> ClipError {
    match error {
        StoreError::DiskFull => ClipError::DiskFull,
        StoreError::ReadOnlyFolder => ClipError::NotWritable,
        other => ClipError::Disk(std::io::Error::other(other)),
    }
}
