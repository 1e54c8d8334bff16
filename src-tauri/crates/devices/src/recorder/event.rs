//! What the capture thread tells its listener.

use std::time::Duration;

use rehearse_audio::clip::FinishedClip;
use rehearse_audio::level::Level;
use rehearse_delivery::TurnFigures;
use serde::{Deserialize, Serialize};

use super::ListenId;
use crate::{DeviceError, InputDevice};

/// Names a take; given by whoever starts it, so that a late answer is told from the current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TakeId(pub u64);

/// Who is told. Called on the capture thread, in order; must not block.
pub type CaptureListener = Box<dyn FnMut(CaptureEvent) + Send>;

/// Why a take is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakeEnd {
    /// It was stopped.
    Stopped,
    /// It reached the longest length.
    LimitReached,
    /// The source came to its end.
    InputEnded,
    /// Another take began, or the recorder was shut down.
    Interrupted,
}

/// What happened. All but [`Level`](Self::Level) must reach whoever decides; levels may be dropped.
#[derive(Clone, Debug)]
pub enum CaptureEvent {
    /// The microphone is open, for the first time or again.
    Opened {
        /// Which one.
        device: InputDevice,
        /// Its samples per second.
        rate: u32,
    },
    /// The take is being recorded: samples from after the press have arrived.
    Started {
        /// Which take.
        take: TakeId,
        /// Sound from before the press at the start of the clip.
        preroll: Duration,
        /// From the press to now.
        latency: Duration,
        /// How old the first sample of the clip is now. A microphone that had to be opened first hears nothing of the
        /// time before.
        age: Duration,
    },
    /// Somebody speaks: for at least 240 ms, and without a pause up to now.
    VoiceBegan {
        /// Of the [`listen`](crate::Recorder::listen).
        listening: ListenId,
        /// How old the first sample of the voice is.
        age: Duration,
    },
    /// The voice that was told of is silent for 208 ms or a little more.
    VoicePaused {
        /// Of the [`listen`](crate::Recorder::listen).
        listening: ListenId,
        /// From its first sample to its last.
        lasted: Duration,
        /// How old its last sample is.
        ago: Duration,
    },
    /// How loud it is, up to twenty times a second while the microphone is open.
    Level(Level),
    /// The clip is whole and on the disk.
    Finished {
        /// Which take.
        take: TakeId,
        /// Its clip.
        clip: FinishedClip,
        /// Samples (at the device's rate) lost because the ring was full.
        dropped: u64,
        /// Why it is complete.
        end: TakeEnd,
        /// From the last sample that belongs to it, as it arrived, to now.
        closing: Duration,
    },
    /// How the take sounded. Comes once for each clip, some time after the [`Finished`](Self::Finished) that brought
    /// it, or the [`Failed`](Self::Failed) that kept it, and perhaps after the next take has begun.
    Measured {
        /// Which take.
        take: TakeId,
        /// Its figures; `None` when not all of its sound could be measured in time, so that they have to be computed
        /// from the clip.
        figures: Option<Box<TurnFigures>>,
    },
    /// The take was thrown away as told.
    Cancelled {
        /// Which take.
        take: TakeId,
    },
    /// Recording is not possible (any more).
    Failed {
        /// The take that this ended, if one was running or asked for.
        take: Option<TakeId>,
        /// Why.
        error: DeviceError,
        /// What was recorded until then, as a whole clip.
        kept: Option<FinishedClip>,
    },
    /// The microphone is another one now; a running take goes on with it.
    Switched {
        /// The one that went away.
        from: InputDevice,
        /// The one that took over.
        to: InputDevice,
    },
    /// Nothing arrives from the open microphone; it is about to be opened again.
    NoSamples {
        /// Which one.
        device: InputDevice,
    },
    /// For some seconds nothing but digital silence has arrived: the microphone is muted in hardware, or the
    /// operating system withholds it.
    AllZeros {
        /// Which one.
        device: InputDevice,
    },
}
