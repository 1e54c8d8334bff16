//! What the capture thread reports, for the machine: takes that begin, are whole, or fail.

use rehearse_audio::clip::FinishedClip;
use rehearse_devices::{CaptureEvent, TakeEnd};
use rehearse_dialog::{Event, PauseCause, RequestId, Take};

use super::task::Task;
use crate::error;
use crate::recovery::claimed;

impl Task {
    pub(super) fn captured(&mut self, event: CaptureEvent) {
        match event {
            CaptureEvent::Started {
                take, latency, age, ..
            } => {
                let request = RequestId(take.0);
                self.around.latencies.press_to_capturing.add(latency);
                self.time_take(request, age);
                self.happened(Event::CaptureStarted { request });
            }
            CaptureEvent::Finished {
                take,
                clip,
                end,
                closing,
                ..
            } => {
                let request = RequestId(take.0);
                self.marks.complete(self.around.clock.now().uptime, closing);
                if let Some(take) = self.keep_take(request, clip, end == TakeEnd::LimitReached) {
                    self.happened(Event::CaptureFinished { request, take });
                }
            }
            CaptureEvent::Failed { take, error, kept } => {
                let request = take.map(|take| RequestId(take.0));
                let fault = error::media_fault(&error);
                self.failure = Some((PauseCause::Media(fault), error::of_microphone(&error)));
                let kept = request
                    .zip(kept)
                    .and_then(|(request, clip)| self.keep_take(request, clip, false));
                self.happened(Event::CaptureFailed { request, fault, kept });
            }
            CaptureEvent::Measured { take, figures } => self.measured(RequestId(take.0), figures),
            CaptureEvent::VoiceBegan { listening, age } => {
                let request = RequestId(listening.0);
                self.happened(Event::VoiceBegan { request, age });
            }
            CaptureEvent::VoicePaused {
                listening,
                lasted,
                ago,
            } => {
                let request = RequestId(listening.0);
                self.happened(Event::VoicePaused { request, lasted, ago });
            }
            CaptureEvent::Switched { .. } => self.happened(Event::MicrophoneSwitched),
            CaptureEvent::Opened { .. } => self.happened(Event::MicrophoneBack),
            _ => {}
        }
    }

    /// Remembers a finished clip under its request and says what the machine has to know about it.
    fn keep_take(&mut self, request: RequestId, finished: FinishedClip, reached_limit: bool) -> Option<Take> {
        let clip = claimed(&self.around.store, self.captures.remove(&request)?, finished);
        let take = Take {
            duration: clip.duration,
            note: clip.loudness.note(),
            reached_limit,
        };
        self.takes.insert(request, clip);
        Some(take)
    }
}
