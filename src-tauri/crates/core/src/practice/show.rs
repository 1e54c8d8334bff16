//! The practice as the window draws it: the machine's snapshot joined with the lines on disk.

use std::time::Duration;

use rehearse_dialog::{self as dialog, Phase, Snapshot};
use rehearse_domain::{Speaker, TranscriptStatus};

use super::reply::Reply;
use super::task::Task;
use crate::catalogue::persona;
use crate::error::{ErrorView, of_media_fault, of_partner_fault, of_save_fault};
use crate::lines::{end_card, line, millis};
use crate::view::{
    Allowed, EndCard, HandsFreeView, LineView, PauseCause, PracticePhase, PracticeView, TakeView,
};

impl Task {
    /// The practice at this moment.
    pub(super) fn show(&self) -> PracticeView {
        let now = self.dialog.snapshot(self.around.clock.now());
        let session = &self.plan.session;
        let scenario = &session.snapshot.scenario;
        PracticeView {
            session: session.id,
            slug: scenario.slug.clone(),
            title: scenario.title.clone(),
            language: session.language,
            options: self.plan.options.clone(),
            partner: persona(&scenario.partner),
            objective: scenario.objective.clone(),
            phase: phase(now.phase),
            paused: self.paused(now.phase),
            allowed: self.allowed(&now),
            earlier: self.plan.history.iter().map(line).collect(),
            lines: self.turns.iter().map(line).chain(self.coming_line()).collect(),
            take: self.take(&now),
            elapsed_ms: millis(now.elapsed),
            duration_limit_ms: session.limits.duration.map(millis),
            silence_left_ms: now.idle_left.filter(|_| now.idle_half_gone).map(millis),
            undo_left_ms: now.undo_left.map(millis),
            working_ms: now.working_for.filter(|_| now.working_late).map(millis),
            working_over_budget: now.working_over_budget,
            clocks_run: clocks_run(now.phase),
            catching_up: self.is_catching_up(),
            partner_voice: self.voice.is_some(),
            microphone: self.around.desk.microphone(),
            voice_goes_to: self.cast.hosts.clone(),
            feedback_by: self.plan.feedback_by.clone(),
            partner_model: self.partner.model().map(str::to_owned),
            written_down: self.cast.transcriber.is_some(),
            unchecked: self.unjudged >= 2,
            hands_free: now.hands_free.map(hands_free),
            notice: self.notice.clone(),
            reopen_left_ms: now.reopen_left.map(millis),
            end: self.end(now.phase),
        }
    }

    /// The partner's answer, as far as its words are there, until it is on disk.
    fn coming_line(&self) -> Option<LineView> {
        let with_words = |reply: &&Reply| !reply.words.is_empty();
        let reply = self.replies.values().find(with_words)?;
        Some(LineView {
            sequence: reply.sequence,
            speaker: Speaker::Partner,
            text: Some(reply.words.clone()),
            transcript_status: TranscriptStatus::Completed,
            coming: true,
            clip: None,
            duration_ms: None,
            peaks: Vec::new(),
            note: None,
        })
    }

    /// The embedded partner can take over where it has lines and does not speak already.
    fn allowed(&self, now: &Snapshot) -> Allowed {
        let can_take_over =
            self.partner.model().is_some() && self.plan.session.snapshot.scenario.script.is_some();
        let allowed = allowed(now.phase, &now.can);
        Allowed {
            switch_partner: allowed.switch_partner && can_take_over,
            ..allowed
        }
    }

    fn take(&self, now: &Snapshot) -> Option<TakeView> {
        // Ids sort by the time they were made: the newest clip is the one under review.
        let newest = || self.takes.values().max_by_key(|clip| clip.id);
        let waiting = (now.phase == Phase::Reviewing).then(newest).flatten();
        Some(TakeView {
            length_ms: millis(now.take_length?),
            left_ms: now
                .take_left
                .filter(|left| *left <= Duration::from_secs(30))
                .map(millis),
            locked: matches!(now.phase, Phase::Recording { locked: true }),
            clip: waiting.map(|clip| clip.id.to_string()),
            note: waiting.and_then(|clip| clip.loudness.note()),
        })
    }

    /// The cause with its sentence: the latest failure in full, when it was that, else what its kind says.
    fn paused(&self, phase: Phase) -> Option<PauseCause> {
        let Phase::Paused { cause } = phase else {
            return None;
        };
        let full = |kind: ErrorView| match &self.failure {
            Some((met, failure)) if *met == cause => failure.clone(),
            _ => kind,
        };
        Some(match cause {
            dialog::PauseCause::User => PauseCause::User,
            dialog::PauseCause::Slept => PauseCause::Slept,
            dialog::PauseCause::Partner(fault) => PauseCause::Partner {
                error: full(of_partner_fault(fault)),
            },
            dialog::PauseCause::Media(fault) => PauseCause::Media {
                error: full(of_media_fault(fault)),
            },
            dialog::PauseCause::Storage(fault) => PauseCause::Storage {
                error: full(of_save_fault(fault)),
                end: self.end_waits,
            },
        })
    }

    fn end(&self, phase: Phase) -> Option<EndCard> {
        let Phase::Ended { reason } = phase else {
            return None;
        };
        Some(end_card(reason, &self.plan.session, &self.turns))
    }
}

fn phase(phase: Phase) -> PracticePhase {
    match phase {
        Phase::Opening => PracticePhase::Opening,
        Phase::PartnerSpeaking => PracticePhase::PartnerSpeaking,
        Phase::YourTurn => PracticePhase::YourTurn,
        Phase::Arming => PracticePhase::Arming,
        Phase::Recording { .. } => PracticePhase::Recording,
        Phase::Finishing => PracticePhase::Finishing,
        Phase::Reviewing => PracticePhase::Reviewing,
        Phase::Saving => PracticePhase::Saving,
        Phase::Working => PracticePhase::Working,
        Phase::Paused { .. } => PracticePhase::Paused,
        Phase::Ending => PracticePhase::Ending,
        Phase::Ended { .. } => PracticePhase::Ended,
    }
}

fn hands_free(now: dialog::HandsFreeNow) -> HandsFreeView {
    HandsFreeView {
        pause_ms: millis(now.pause.length()),
        cut_in: now.cut_in,
        listening: now.listening,
        by_voice: now.by_voice,
        ends_in_ms: now.ends_in.map(millis),
        partner_waits: now.partner_waits,
    }
}

fn clocks_run(phase: Phase) -> bool {
    !matches!(
        phase,
        Phase::Opening | Phase::Paused { .. } | Phase::Ending | Phase::Ended { .. }
    )
}

fn allowed(phase: Phase, can: &dialog::Allowed) -> Allowed {
    Allowed {
        talk: can.press,
        stop: can.release || can.toggle_talk && matches!(phase, Phase::Arming | Phase::Recording { .. }),
        cancel: can.cancel,
        undo_cancel: can.undo_cancel,
        send: can.send,
        retake: can.retake,
        type_instead: can.type_,
        think: can.think,
        interrupt: can.interrupt,
        again: can.again,
        pause: can.pause,
        resume: can.resume,
        retry: can.retry,
        switch_partner: can.switch_partner,
        carry_on: can.carry_on,
        end: can.end,
        reopen: can.reopen,
    }
}
