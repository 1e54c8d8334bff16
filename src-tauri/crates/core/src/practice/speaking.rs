//! The partner's lines: rendered ahead where the words are certain, played, heard again.

use std::time::Duration;

use rehearse_audio::SAMPLE_RATE;
use rehearse_devices::PlayId;
use rehearse_dialog::{Event, Pace, RequestId};
use rehearse_domain::Speaker;
use rehearse_models::HistoryTurn;

use super::Input;
use super::task::Task;
use super::voice_lines::Pcm;

impl Task {
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

    /// Plays a line of the partner. A slower one may have to be rendered first; what is rendered comes back through the
    /// inbox and is played only if it is still wanted then.
    pub(super) fn play(&mut self, request: RequestId, sequence: u32, pace: Pace) {
        self.wanted_line = Some(request);
        let normal = self.spoken.get(&sequence).cloned();
        if let (Pace::Normal, Some(pcm)) = (pace, &normal) {
            return self.seat.play(PlayId(request.0), pcm);
        }
        let (voice, words) = (self.voice.clone(), self.words(sequence));
        let inbox = self.inbox.clone();
        tokio::spawn(async move {
            let rendered = match (voice, words) {
                (Some(voice), Some(words)) => voice.pcm(&words, pace).await,
                _ => None,
            };
            let _ = inbox.send(Input::Rendered(request, rendered.or(normal)));
        });
    }

    /// Plays what was rendered; a line without sound is over at once.
    pub(super) fn rendered(&mut self, request: RequestId, pcm: Option<Pcm>) {
        if self.wanted_line != Some(request) {
            return;
        }
        match pcm {
            Some(pcm) => self.seat.play(PlayId(request.0), &pcm),
            None => self.happened(Event::PlaybackEnded { request }),
        }
    }

    /// Stops a line, also one that is still being rendered.
    pub(super) fn stop_line(&mut self, request: RequestId) {
        self.line_fell_silent(request);
        if self.wanted_line == Some(request) {
            self.wanted_line = None;
        }
        self.seat.stop_line(PlayId(request.0));
    }

    fn words(&self, sequence: u32) -> Option<String> {
        let turn = self.turns.iter().find(|turn| turn.sequence == sequence)?;
        turn.transcript.clone()
    }
}

/// Length of mono samples at 24 kHz.
pub(super) fn length(pcm: &[f32]) -> Duration {
    Duration::from_secs_f64(pcm.len() as f64 / f64::from(SAMPLE_RATE))
}
