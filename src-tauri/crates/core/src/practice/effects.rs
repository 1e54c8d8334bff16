//! Performs what the machine wants. Whatever may block runs beside the task and answers through its inbox, so
//! the machine can always be told of something more urgent.

use std::sync::Arc;
use std::time::Duration;

use rehearse_audio::SAMPLE_RATE;
use rehearse_audio::clip::ClipWriter;
use rehearse_devices::{CaptureEvent, DeviceError, PlayEvent, PlayId, RecorderOptions, TakeId};
use rehearse_dialog::{Effect, Pace, RequestId, SaveFault, TurnDraft, TurnSource};
use rehearse_domain::{Clip, ClipId, SessionId, Speaker, TranscriptStatus, Turn, TurnId};
use rehearse_models::{HistoryTurn, PartnerRequest, ScriptedPartner};
use rehearse_store::{SessionEnd, Store};

use super::Input;
use super::reply;
use super::task::Task;
use crate::error::{ErrorView, of_clip, of_store, save_fault};
use crate::recovery::claimed;
use crate::view::{Notice, NumberedNotice};

impl Task {
    /// Performs effects in the order given.
    pub(super) fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::StartCapture { request } => self.start_capture(request),
                Effect::StopCapture { request } => {
                    self.marks.released = Some(self.around.clock.now().uptime);
                    self.around.desk.stop_take(TakeId(request.0));
                }
                Effect::DropTake { take_request } => self.drop_take(take_request),
                Effect::SaveTurn { request, turn } => self.save_turn(request, turn),
                Effect::AskPartner { request, sequence } => self.ask(request, sequence),
                Effect::CancelPartner { .. } => self.cancel_asking(),
                Effect::SwitchPartner => self.partner = Arc::new(ScriptedPartner),
                Effect::Play {
                    request,
                    sequence,
                    pace,
                } => self.play(request, sequence, pace),
                Effect::StopPlayback { request } => self.around.desk.stop_line(PlayId(request.0)),
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
                Effect::Announce(notice) => self.announce(notice),
            }
        }
    }

    fn start_capture(&mut self, request: RequestId) {
        let clip = ClipId::new(&*self.around.ids);
        match self.around.store.place_for_clip(self.plan.session.id, clip) {
            Ok(path) => {
                self.captures.insert(request, clip);
                self.around.desk.start_take(TakeId(request.0), path);
            }
            Err(error) => {
                self.failure = Some(of_store(&error));
                let failed = CaptureEvent::Failed {
                    take: Some(TakeId(request.0)),
                    error: DeviceError::Backend {
                        message: error.to_string(),
                    },
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
        let (store, session) = (Arc::clone(&self.around.store), self.plan.session.id);
        tokio::task::spawn_blocking(move || {
            if let Err(error) = store.drop_take(session, clip.id) {
                tracing::warn!(%error, "a dropped take could not be removed");
            }
        });
    }

    fn save_turn(&mut self, save: RequestId, draft: TurnDraft) {
        let mut turn = Turn {
            id: TurnId::new(&*self.around.ids),
            session: self.plan.session.id,
            sequence: draft.sequence,
            speaker: draft.speaker,
            clip: None,
            transcript: None,
            transcript_status: TranscriptStatus::Pending,
            started_at: draft.started_at,
            ended_at: draft.ended_at,
            latency: draft.latency,
        };
        let mut sound = None;
        match draft.source {
            TurnSource::Take { capture } => turn.clip = self.takes.get(&capture).cloned(),
            TurnSource::Typed(words) => turn = with_words(turn, words),
            TurnSource::PartnerReply { request } => {
                let Some(reply) = self.replies.get(&request).cloned() else {
                    // Cannot happen; an answer keeps the machine from waiting for ever if it does.
                    let _ = self.inbox.send(Input::Saved(save, Err(SaveFault::Other)));
                    return;
                };
                turn = with_words(turn, reply.words);
                if let Some(pcm) = reply.pcm {
                    self.spoken.insert(turn.sequence, Arc::clone(&pcm));
                    sound = Some((pcm, ClipId::new(&*self.around.ids)));
                }
            }
        }
        let around = self.around.clone();
        let inbox = self.inbox.clone();
        let released = self.marks.released;
        let span = tracing::info_span!("save_turn", turn = %turn.id, sequence = turn.sequence);
        tokio::task::spawn_blocking(move || {
            let _entered = span.entered();
            let archived = match sound {
                Some((pcm, clip)) => archive(&around.store, turn.session, clip, &pcm).map(Some),
                None => Ok(turn.clip.take()),
            };
            let saved = archived.and_then(|clip| {
                turn.clip = clip;
                record(&around.store, turn)
            });
            if let (Ok(turn), Some(released)) = (&saved, released)
                && turn.speaker == Speaker::Trainee
            {
                let end_mark = released + RecorderOptions::default().tail;
                let waited = around.clock.now().uptime.saturating_sub(end_mark);
                around.latencies.end_mark_to_commit.add(waited);
            }
            let saved = saved.map_err(|error| {
                tracing::error!(code = error.code, "a turn could not be saved");
                save_fault(&error)
            });
            let _ = inbox.send(Input::Saved(save, saved));
        });
    }

    fn ask(&mut self, request: RequestId, sequence: u32) {
        self.cancel_asking();
        let question = self.question(sequence);
        let answer = reply::obtain(Arc::clone(&self.partner), question, self.voice.clone());
        let inbox = self.inbox.clone();
        let asking = tokio::spawn(async move {
            let _ = inbox.send(Input::Replied(request, answer.await));
        });
        self.asking = Some(asking.abort_handle());
    }

    fn cancel_asking(&mut self) {
        if let Some(asking) = self.asking.take() {
            asking.abort();
        }
    }

    fn question(&self, sequence: u32) -> PartnerRequest {
        let spoken = |turn: &Turn| HistoryTurn {
            speaker: turn.speaker,
            text: turn.transcript.clone(),
        };
        PartnerRequest {
            scenario: Arc::clone(&self.brief),
            history: self.plan.history.iter().chain(&self.turns).map(spoken).collect(),
            sequence,
            variation: self.plan.earlier_runs,
        }
    }

    /// Renders the partner's next line while the trainee is still thinking, where its words are certain.
    pub(super) fn foresee(&self) {
        let (Some(voice), Some(last)) = (&self.voice, self.turns.last()) else {
            return;
        };
        if last.speaker != Speaker::Partner {
            return;
        }
        let mut question = self.question(last.sequence.saturating_add(2));
        question.history.push(HistoryTurn {
            speaker: Speaker::Trainee,
            text: None,
        });
        if let Some(words) = self.partner.foresee(&question) {
            voice.ahead(words);
        }
    }

    fn play(&mut self, request: RequestId, sequence: u32, pace: Pace) {
        let id = PlayId(request.0);
        let desk = Arc::clone(&self.around.desk);
        let normal = self.spoken.get(&sequence).cloned();
        if let (Pace::Normal, Some(pcm)) = (pace, &normal) {
            return desk.play(id, pcm);
        }
        let words = self.words(sequence);
        let (Some(voice), Some(words)) = (self.voice.clone(), words) else {
            return drop(self.inbox.send(Input::Play(PlayEvent::Drained {
                id,
                heard: Duration::ZERO,
            })));
        };
        let inbox = self.inbox.clone();
        tokio::spawn(async move {
            match voice.pcm(&words, pace).await.or(normal) {
                Some(pcm) => desk.play(id, &pcm),
                None => {
                    let nothing = PlayEvent::Drained {
                        id,
                        heard: Duration::ZERO,
                    };
                    let _ = inbox.send(Input::Play(nothing));
                }
            }
        });
    }

    fn words(&self, sequence: u32) -> Option<String> {
        let turn = self.turns.iter().find(|turn| turn.sequence == sequence)?;
        turn.transcript.clone()
    }

    fn close_session(&mut self, request: RequestId, end: SessionEnd) {
        self.marks
            .end_decided
            .get_or_insert(self.around.clock.now().uptime);
        self.plan.session.end_reason = Some(end.reason);
        self.plan.session.objective = end.objective.clone();
        self.plan.session.active = end.active;
        let around = self.around.clone();
        let inbox = self.inbox.clone();
        tokio::task::spawn_blocking(move || {
            let closed = around.store.end_session(&end).map_err(|error| {
                tracing::error!(%error, "the end of a session could not be saved");
                save_fault(&of_store(&error))
            });
            let _ = inbox.send(Input::Closed(request, closed));
        });
    }

    /// A take that is not sent is not answered either.
    fn not_sent(&mut self, notice: Notice) -> Notice {
        self.marks.released = None;
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
        let number = self.notice.as_ref().map_or(1, |last| last.number.wrapping_add(1));
        self.notice = Some(NumberedNotice { number, notice });
    }
}

/// The turn with its words, which are known from the start.
fn with_words(turn: Turn, words: String) -> Turn {
    Turn {
        transcript: Some(words),
        transcript_status: TranscriptStatus::Completed,
        ..turn
    }
}

/// Commits the turn. The partner's sound is written anew when it is tried again, so a clip that did not become a
/// turn goes; a trainee's take stays.
fn record(store: &Store, turn: Turn) -> Result<Turn, ErrorView> {
    let Err(error) = store.record_turn(&turn) else {
        return Ok(turn);
    };
    if let (Speaker::Partner, Some(clip)) = (turn.speaker, &turn.clip)
        && let Err(error) = store.drop_take(turn.session, clip.id)
    {
        tracing::warn!(%error, "a clip that became no turn could not be removed");
    }
    Err(of_store(&error))
}

/// Writes the partner's sound as a clip, the way a take is written. Blocking.
fn archive(store: &Store, session: SessionId, clip: ClipId, pcm: &[f32]) -> Result<Clip, ErrorView> {
    let path = store
        .place_for_clip(session, clip)
        .map_err(|error| of_store(&error))?;
    let write = || {
        let mut writer = ClipWriter::create(&path)?;
        writer.write(pcm)?;
        writer.finish()
    };
    Ok(claimed(store, clip, write().map_err(|error| of_clip(&error))?))
}

/// Length of mono samples at 24 kHz.
pub(super) fn length(pcm: &[f32]) -> Duration {
    Duration::from_secs_f64(pcm.len() as f64 / f64::from(SAMPLE_RATE))
}
