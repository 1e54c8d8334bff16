//! What the capture thread does to hear when somebody speaks. While it listens the microphone is wanted, as for a take.

use super::Capture;
use crate::recorder::take::samples;
use crate::recorder::voice_ear::{ListenId, Spoken, VoiceEar};
use crate::recorder::{CaptureEvent, RecorderOptions};

impl Capture {
    /// Listens from now on; what was heard before counts for nothing.
    pub(super) fn listen(&mut self, id: ListenId) {
        self.absorb();
        self.voice_ear = VoiceEar::new(id);
        self.recent.keep(remembered(&self.options, true));
        // One that is looked for is told when it is found.
        if self.microphone.is_some() || self.retry_at.is_some() {
            return;
        }
        let choice = self.choice.clone();
        match self.open(&choice) {
            Ok(device) => self.tell_opened(None, device),
            Err(error) => self.fail(error),
        }
    }

    pub(super) fn leave_off_listening(&mut self, id: ListenId) {
        if self.voice_ear.take_if(|ear| ear.id() == id).is_some() {
            self.recent.keep(remembered(&self.options, false));
            if !self.warm {
                self.retry_at = None;
            }
            self.close_if_idle();
        }
    }

    pub(super) fn hear_voices(&mut self, block: &[f32]) {
        let Some(ear) = &mut self.voice_ear else { return };
        let (listening, listener) = (ear.id(), &mut self.listener);
        ear.hear(block, |spoken| listener(event(listening, spoken)));
    }

    pub(super) fn hear_voices_of_another(&mut self) {
        if let Some(ear) = &mut self.voice_ear
            && let Some(spoken) = ear.turn_to_another()
        {
            let event = event(ear.id(), spoken);
            self.tell(event);
        }
    }

    /// The microphone is to be open, or found again, beyond the take that runs.
    pub(super) const fn is_wanted_open(&self) -> bool {
        self.warm || self.voice_ear.is_some()
    }
}

/// Samples to remember of what was heard.
pub(super) fn remembered(options: &RecorderOptions, listening: bool) -> u64 {
    let most = if listening {
        options.recall.max(options.preroll)
    } else {
        options.preroll
    };
    samples(most + super::SLACK)
}

const fn event(listening: ListenId, spoken: Spoken) -> CaptureEvent {
    match spoken {
        Spoken::Began { age } => CaptureEvent::VoiceBegan { listening, age },
        Spoken::Paused { lasted, ago } => CaptureEvent::VoicePaused {
            listening,
            lasted,
            ago,
        },
    }
}
