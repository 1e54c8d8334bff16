//! The partner's lines: an answer played while it comes, lines rendered ahead where the words are certain, lines heard
//! again.

use std::sync::Arc;
use std::time::Duration;

use rehearse_audio::pieces::Pieces;
use rehearse_audio::stretch;
use rehearse_devices::{PlayEvent, PlayId};
use rehearse_dialog::{Event, Pace, PauseCause, RequestId};
use rehearse_domain::{Speaker, Turn};
use rehearse_models::{HistoryTurn, ModelError, ReplyEnd};

use super::Input;
use super::errands::errand;
use super::reply::{self, News, Reply};
use super::task::Task;
use super::voice_lines::SLOW;
use crate::models::{of_partner, partner_fault};
use crate::view::Topic;

impl Task {
    /// Something of an answer is there. What nobody waits for any more changes nothing.
    pub(super) fn reply_came(&mut self, request: RequestId, news: News) {
        let Some(reply) = self.replies.get_mut(&request).filter(|reply| !reply.closed) else {
            return;
        };
        match news {
            News::Words(words) => {
                reply.words.push_str(&words);
                self.around.bus.changed(Topic::Practice);
            }
            News::Sound(samples) => {
                reply.pcm.push(Arc::clone(&samples));
                match reply.lines.last() {
                    Some((line, _)) => self.seat.push(PlayId(line.0), samples),
                    None if reply.pcm.len() == samples.len() => {
                        self.happened(Event::PartnerBegan { request });
                    }
                    None => {}
                }
            }
            News::Stopped => reply.keep_spoken(),
            News::Whole(end) => self.reply_is_whole(request, end),
            News::Failed(failure) => self.reply_failed(request, &failure),
        }
    }

    fn reply_is_whole(&mut self, request: RequestId, end: ReplyEnd) {
        let Some(reply) = self.replies.get_mut(&request) else {
            return;
        };
        (reply.whole, reply.closed) = (true, true);
        if let Some((line, _)) = reply.lines.last() {
            self.seat.end_line(PlayId(line.0));
        }
        let event = Event::PartnerReplied {
            request,
            words: Some(reply.words.clone()),
            voice: (!reply.pcm.is_empty()).then(|| reply::length(reply.pcm.len())),
            closing: end == ReplyEnd::SaidEverything,
        };
        let sequence = reply.sequence;
        self.happened(event);
        self.check_objective(sequence);
    }

    fn reply_failed(&mut self, request: RequestId, failure: &ModelError) {
        if self.ask_again_in_writing(request) {
            return;
        }
        tracing::warn!(error = %failure, "the partner could not answer");
        let fault = partner_fault(failure);
        self.close_reply(request);
        let said = self.unheard.take().unwrap_or_else(|| of_partner(failure));
        self.failure = Some((PauseCause::Partner(fault), said));
        self.happened(Event::PartnerFailed { request, fault });
    }

    /// Whether the partner is asked once more for the same answer: the one that heard has failed, and its substitute reads
    /// what was said, which is written down or is going to be.
    fn ask_again_in_writing(&mut self, request: RequestId) -> bool {
        // Of an answer that has begun nothing is taken back.
        let unheard = |reply: &Reply| reply.by_ear && reply.words.is_empty() && reply.pcm.is_empty();
        let by_ear = self.replies.get(&request).is_some_and(unheard);
        let said = |turn: &Turn| turn.speaker == Speaker::Trainee && turn.transcript.is_some();
        if !by_ear || self.partner.hears() {
            return false;
        }
        match self.partner_waits_for() {
            Some(turn) => self.asking_after = Some((request, turn)),
            None if self.turns.last().is_some_and(said) => self.begin_asking(request),
            None => return false,
        }
        true
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

    /// Plays a line of the partner. A slower one has to be made first: of a voice of its own by stretching, else by
    /// having the words spoken slowly, which sounds better. What is made comes back through the inbox and is played only
    /// if it is still wanted then.
    pub(super) fn play(&mut self, request: RequestId, sequence: u32, pace: Pace) {
        self.wanted_line = Some(request);
        if pace == Pace::Normal
            && let Some(reply) = self.answer(sequence)
        {
            reply.lines.push((request, 1.0));
            // One that was cut off gets no longer either.
            let (pcm, whole) = (reply.pcm.clone(), reply.whole || reply.closed);
            let line = PlayId(request.0);
            self.seat.begin_line(line);
            self.seat.push_all(line, &pcm);
            if whole {
                self.seat.end_line(line);
            }
            return;
        }
        let normal = self.sound(sequence);
        if let (Pace::Normal, Some(pcm)) = (pace, &normal) {
            return self.seat.play(PlayId(request.0), pcm);
        }
        if let Some(reply) = self.answer(sequence) {
            reply.lines.push((request, SLOW));
        }
        let (voice, words, speaks) = (self.voice.clone(), self.words(sequence), self.partner.speaks());
        let unchanged = normal.clone();
        let slowly = async move {
            if let (true, Some(pcm)) = (speaks, normal.clone()) {
                let stretched =
                    tokio::task::spawn_blocking(move || stretch::slower(&pcm.to_vec(), SLOW)).await;
                return Input::Rendered(request, stretched.ok().map(Pieces::of).or(normal));
            }
            let rendered = match (voice, words) {
                (Some(voice), Some(words)) => voice.pcm(&words, pace).await,
                _ => None,
            };
            Input::Rendered(request, rendered.map(Pieces::of).or(normal))
        };
        errand(&self.inbox, slowly, move |_| Input::Rendered(request, unchanged));
    }

    /// Plays what was rendered; a line without sound is over at once.
    pub(super) fn rendered(&mut self, request: RequestId, pcm: Option<Pieces>) {
        if self.wanted_line != Some(request) {
            return;
        }
        match pcm {
            Some(pcm) => {
                self.seat.play(PlayId(request.0), &pcm);
                if self.held_line == Some(request) {
                    self.seat.hold_line(PlayId(request.0));
                }
            }
            None => self.happened(Event::PlaybackEnded { request }),
        }
    }

    /// Lets a line fall silent where it is; one that is still being rendered does not begin.
    pub(super) fn hold_line(&mut self, request: RequestId) {
        self.held_line = Some(request);
        self.seat.hold_line(PlayId(request.0));
    }

    /// Lets a held line go on.
    pub(super) fn resume_line(&mut self, request: RequestId) {
        self.held_line = None;
        self.seat.resume_line(PlayId(request.0));
    }

    /// Stops a line, also one that is still being rendered.
    pub(super) fn stop_line(&mut self, request: RequestId) {
        self.line_fell_silent(request);
        if self.wanted_line == Some(request) {
            self.wanted_line = None;
        }
        self.seat.stop_line(PlayId(request.0));
    }

    /// The playback thread reports.
    pub(super) fn played(&mut self, event: PlayEvent) {
        match event {
            PlayEvent::Started { id } => {
                let request = RequestId(id.0);
                self.measure_first_sound();
                self.measuring.line_began(request);
                self.happened(Event::PlaybackStarted { request });
            }
            PlayEvent::Drained { id, heard } | PlayEvent::Stopped { id, heard } => {
                let request = RequestId(id.0);
                self.line_fell_silent(request);
                self.line_was_heard(request, heard);
                self.happened(Event::PlaybackEnded { request });
            }
            PlayEvent::Failed { id, heard, error } => {
                tracing::warn!(%error, "the partner cannot be heard");
                let request = RequestId(id.0);
                self.measuring.line_failed();
                self.line_was_heard(request, heard);
                self.happened(Event::PlaybackFailed { request });
            }
        }
    }

    /// No more of this answer is wanted.
    pub(super) fn close_reply(&mut self, request: RequestId) {
        if let Some(reply) = self.replies.get_mut(&request) {
            reply.closed = true;
        }
    }

    /// A line has fallen silent after so much of it. A turn that waits for that is saved.
    fn line_was_heard(&mut self, line: RequestId, heard: Duration) {
        let place = |reply: &Reply| reply.lines.iter().position(|(playing, _)| *playing == line);
        let Some(reply) = self.replies.values_mut().find(|reply| place(reply).is_some()) else {
            return;
        };
        if let Some(place) = place(reply) {
            let (_, pace) = reply.lines.remove(place);
            reply.heard = reply.heard.max(heard.mul_f32(pace));
        }
        if !reply.lines.is_empty() {
            return;
        }
        if let Some((save, turn)) = reply.due.take() {
            self.save_turn(save, turn);
        }
    }

    /// The answer of this number, as long as it is no turn on disk.
    fn answer(&mut self, sequence: u32) -> Option<&mut Reply> {
        let coming = |reply: &&mut Reply| reply.sequence == sequence;
        self.replies.values_mut().find(coming)
    }

    /// The whole sound of a line: of the last one on disk, or of the answer that is there.
    fn sound(&self, sequence: u32) -> Option<Pieces> {
        let answer = || {
            let reply = self
                .replies
                .values()
                .find(|reply| reply.sequence == sequence && reply.whole)?;
            Some(reply.pcm.clone())
        };
        let on_disk = self.spoken.as_ref().filter(|(number, _)| *number == sequence);
        on_disk.map(|(_, pcm)| pcm.clone()).or_else(answer)
    }

    fn words(&self, sequence: u32) -> Option<String> {
        match self.turns.iter().find(|turn| turn.sequence == sequence) {
            Some(turn) => turn.transcript.clone(),
            None => {
                let reply = self.replies.values().find(|reply| reply.sequence == sequence)?;
                Some(reply.words.clone())
            }
        }
    }
}
