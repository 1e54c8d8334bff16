//! What is known about the sound: which microphone is open and how it is, and who is told what the threads report.

use std::sync::Arc;

use rehearse_audio::SILENCE_DBFS;
use rehearse_audio::level::Level;
use rehearse_devices::{
    CaptureEvent, DeviceChoice, InputDevice, ListenId, OutputDevice, PlayEvent, PlayId, TakeId,
};

use super::{Report, Tell};
use crate::bus::Bus;
use crate::error::{ErrorView, of_microphone};
use crate::view::{DeviceView, EchoView, Heard, MicrophoneState, Topic};

/// The desk's knowledge. Locked for moments only, also by the threads that report.
pub(super) struct State {
    pub(super) tell: Option<Tell>,
    // Whoever joins numbers its takes and lines as it likes; the generation tells a late report to an earlier
    // one from a report to this one.
    pub(super) generation: u32,
    /// The meter wants the microphone open.
    pub(super) metering: bool,
    pub(super) choice: DeviceChoice,
    pub(super) speaker: DeviceChoice,
    pub(super) dropped: u64,
    pub(super) microphone: MicrophoneState,
    pub(super) open: Option<DeviceView>,
    pub(super) error: Option<ErrorView>,
    pub(super) echo: EchoView,
    pub(super) bus: Arc<Bus>,
}

impl State {
    pub(super) fn new(bus: Arc<Bus>) -> Self {
        Self {
            tell: None,
            generation: 0,
            metering: false,
            choice: DeviceChoice::SystemDefault,
            speaker: DeviceChoice::SystemDefault,
            dropped: 0,
            microphone: MicrophoneState::Closed,
            open: None,
            error: None,
            echo: EchoView::default(),
            bus,
        }
    }

    /// Takes note of what the capture thread reports and passes it on.
    pub(super) fn captured(&mut self, event: CaptureEvent) {
        let event = match event {
            CaptureEvent::Level(level) => return self.heard(level),
            CaptureEvent::Opened { device, rate } => {
                let is_back = self.microphone == MicrophoneState::Failed;
                self.opened(device.clone());
                if !is_back {
                    return;
                }
                CaptureEvent::Opened { device, rate }
            }
            CaptureEvent::AllZeros { .. } => {
                self.microphone = MicrophoneState::Muted;
                return self.bus.changed(Topic::Sound);
            }
            CaptureEvent::Switched { from, to } => {
                self.opened(to.clone());
                CaptureEvent::Switched { from, to }
            }
            CaptureEvent::Failed { take, error, kept } => {
                self.failed(of_microphone(&error));
                match take.map(|take| self.inner(take.0)) {
                    Some(None) => return,
                    inner => CaptureEvent::Failed {
                        take: inner.flatten().map(TakeId),
                        error,
                        kept,
                    },
                }
            }
            CaptureEvent::Started {
                take,
                preroll,
                latency,
                age,
            } => match self.inner(take.0) {
                Some(take) => CaptureEvent::Started {
                    take: TakeId(take),
                    preroll,
                    latency,
                    age,
                },
                None => return,
            },
            CaptureEvent::Finished {
                take,
                clip,
                dropped,
                end,
                closing,
            } => {
                self.dropped = self.dropped.saturating_add(dropped);
                let Some(take) = self.inner(take.0) else { return };
                CaptureEvent::Finished {
                    take: TakeId(take),
                    clip,
                    dropped,
                    end,
                    closing,
                }
            }
            CaptureEvent::Measured { take, figures } => match self.inner(take.0) {
                Some(take) => CaptureEvent::Measured {
                    take: TakeId(take),
                    figures,
                },
                None => return,
            },
            CaptureEvent::VoiceBegan { listening, age } => match self.inner(listening.0) {
                Some(listening) => CaptureEvent::VoiceBegan {
                    listening: ListenId(listening),
                    age,
                },
                None => return,
            },
            CaptureEvent::VoicePaused {
                listening,
                lasted,
                ago,
            } => match self.inner(listening.0) {
                Some(listening) => CaptureEvent::VoicePaused {
                    listening: ListenId(listening),
                    lasted,
                    ago,
                },
                None => return,
            },
            CaptureEvent::Cancelled { .. } | CaptureEvent::NoSamples { .. } => return,
        };
        self.report(Report::Capture(event));
    }

    /// Passes on what the playback thread reports.
    pub(super) fn played(&mut self, event: PlayEvent) {
        let inner = |id: PlayId| self.inner(id.0).map(PlayId);
        let event = match event {
            PlayEvent::Started { id } => inner(id).map(|id| PlayEvent::Started { id }),
            PlayEvent::Drained { id, heard } => inner(id).map(|id| PlayEvent::Drained { id, heard }),
            PlayEvent::Stopped { id, heard } => inner(id).map(|id| PlayEvent::Stopped { id, heard }),
            PlayEvent::Failed { id, heard, error } => {
                inner(id).map(|id| PlayEvent::Failed { id, heard, error })
            }
        };
        if let Some(event) = event {
            self.report(Report::Play(event));
        }
    }

    /// Passes a level on. Sound from a microphone that was mute means that it is no more.
    fn heard(&mut self, level: Level) {
        if self.microphone == MicrophoneState::Muted && level.peak_dbfs > SILENCE_DBFS {
            self.microphone = MicrophoneState::Open;
            self.bus.changed(Topic::Sound);
        }
        self.bus.heard(heard(level));
    }

    fn opened(&mut self, device: InputDevice) {
        self.microphone = MicrophoneState::Open;
        self.open = Some(input_view(device));
        self.error = None;
        self.bus.changed(Topic::Sound);
    }

    pub(super) fn failed(&mut self, error: ErrorView) {
        self.microphone = MicrophoneState::Failed;
        self.open = None;
        self.error = Some(error);
        self.bus.changed(Topic::Sound);
    }

    fn report(&self, report: Report) {
        if let Some(tell) = &self.tell {
            tell(report);
        }
    }

    /// The number that whoever is at the desk now gave; `None` when it was given by an earlier one.
    fn inner(&self, number: u64) -> Option<u64> {
        (number >> 32 == u64::from(self.generation)).then_some(number & u64::from(u32::MAX))
    }
}

fn heard(level: Level) -> Heard {
    Heard {
        rms_dbfs: level.rms_dbfs,
        peak_dbfs: level.peak_dbfs,
        clipping: level.clipping,
    }
}

pub(super) fn input_view(device: InputDevice) -> DeviceView {
    DeviceView {
        id: device.id.0,
        name: device.name,
        is_default: device.is_default,
    }
}

pub(super) fn output_view(device: OutputDevice) -> DeviceView {
    DeviceView {
        id: device.id.0,
        name: device.name,
        is_default: device.is_default,
    }
}
