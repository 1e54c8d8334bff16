//! The recorder: one thread that owns the microphone and writes takes as clips while they are spoken.
//!
//! This file is the handle and its options; the thread is in [`capture`]. It decides nothing about a session: it is
//! told to start and stop, and tells what happened.

mod capture;
mod ear;
mod event;
mod measuring;
mod microphone;
mod recent;
mod take;
mod voice_ear;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use rehearse_audio::SAMPLE_RATE;
use rehearse_delivery::{Meter, TurnFigures};

pub use event::{CaptureEvent, CaptureListener, TakeEnd, TakeId};
pub use voice_ear::ListenId;

use crate::worker::Worker;
use crate::{Counters, DeviceChoice, DeviceError, InputBackend};
use capture::Capture;
use measuring::{DEADLINE, Measures, NewMeter, Tap};

/// How the recorder behaves. The defaults are those of the app; tests shorten some.
#[derive(Clone, Debug)]
pub struct RecorderOptions {
    /// Sound from before the press that a take begins with, if the microphone was warm.
    pub preroll: Duration,
    /// Sound from before the first voiced sample that a take begins with which a voice began: its soft beginning.
    pub lead: Duration,
    /// While it listens so much sound is remembered, which is how far back a voice can begin a take.
    pub recall: Duration,
    /// Sound from after the release that a take ends with; covers what is still under way inside the device.
    pub tail: Duration,
    /// A take that gets this long finishes by itself.
    pub max_take: Duration,
    /// A running microphone that delivers nothing for so long is taken for lost.
    pub no_samples: Duration,
    /// The same while the sound system itself does not answer, which is a stall and keeps what was said.
    pub no_answer: Duration,
    /// The same for one that was opened just now.
    pub first_samples: Duration,
    /// So much digital silence is worth a note: a system that denies the microphone delivers it.
    pub all_zeros: Duration,
    /// How often a lost microphone is looked for while it is wanted warm.
    pub retry: Duration,
}

impl Default for RecorderOptions {
    fn default() -> Self {
        Self {
            preroll: Duration::from_millis(200),
            lead: Duration::from_millis(300),
            recall: Duration::from_secs(4),
            tail: Duration::from_millis(120),
            max_take: rehearse_domain::MAX_TURN,
            no_samples: Duration::from_millis(500),
            no_answer: Duration::from_secs(5),
            first_samples: Duration::from_secs(3),
            all_zeros: Duration::from_secs(2),
            retry: Duration::from_secs(1),
        }
    }
}

/// A point in what the microphone delivers: which stream, and how many of its frames had arrived.
#[derive(Clone, Copy, Debug)]
struct Mark {
    stream: u64,
    frames: u64,
}

/// The counters of the stream that is open now, so that a press is marked at the moment of the press.
type Position = Arc<Mutex<Option<(u64, Arc<Counters>)>>>;

enum Command {
    Choose(DeviceChoice),
    Warm(DeviceChoice),
    Cool,
    Start {
        take: TakeId,
        path: PathBuf,
        mark: Option<Mark>,
        pressed: Instant,
        spoken: Duration,
    },
    Stop {
        take: TakeId,
        mark: Option<Mark>,
    },
    Cancel(TakeId),
    Listen(ListenId),
    LeaveOffListening(ListenId),
    /// From the meter thread.
    Measured(TakeId, Option<Box<TurnFigures>>),
    Shutdown,
}

/// The handle to the capture thread. No call waits for the device; answers come as [`CaptureEvent`]s. Dropping it
/// finishes a running take and waits up to a second.
#[derive(Debug)]
pub struct Recorder {
    commands: mpsc::Sender<Command>,
    position: Position,
    worker: Worker,
}

impl Recorder {
    /// Starts the thread; opens nothing. `listener` is called on that thread and must not block, or the ring
    /// overflows after some seconds.
    ///
    /// # Errors
    /// [`DeviceError::Backend`] when the system gives no thread.
    pub fn spawn(
        backend: Arc<dyn InputBackend>,
        options: RecorderOptions,
        listener: CaptureListener,
    ) -> Result<Self, DeviceError> {
        Self::spawn_with_meters(backend, options, listener, Box::new(new_meter), DEADLINE)
    }

    fn spawn_with_meters(
        backend: Arc<dyn InputBackend>,
        options: RecorderOptions,
        listener: CaptureListener,
        new_meter: NewMeter,
        meter_deadline: Duration,
    ) -> Result<Self, DeviceError> {
        let (commands, inbox) = mpsc::channel();
        let position = Position::default();
        let place = Arc::clone(&position);
        let answers = commands.clone();
        let worker = Worker::spawn("capture", move || {
            // By way of the inbox, so that the listener is called on one thread and in order.
            let answer = move |take, figures| {
                // The capture thread ends before its meter does.
                let _ = answers.send(Command::Measured(take, figures));
            };
            let tap = Tap::open(new_meter, meter_deadline, Box::new(answer));
            Capture::new(backend, options, listener, place, tap).run(&inbox);
        })?;
        Ok(Self {
            commands,
            position,
            worker,
        })
    }

    /// Uses this microphone from now on. One that is open is changed at once; nothing is opened otherwise.
    pub fn choose(&self, choice: DeviceChoice) {
        self.send(Command::Choose(choice));
    }

    /// Opens the microphone, or another one, and keeps it open between takes. What it delivers stays in memory,
    /// and only the last moment of it. A choice made here holds for later cold starts too.
    pub fn warm(&self, choice: DeviceChoice) {
        self.send(Command::Warm(choice));
    }

    /// Closes the microphone as soon as no take runs.
    pub fn cool(&self) {
        self.send(Command::Cool);
    }

    /// Starts a take that becomes the clip at `path`. A take that is still running is finished first.
    pub fn start(&self, take: TakeId, path: PathBuf) {
        self.start_from(take, path, Duration::ZERO);
    }

    /// The same for somebody who has been speaking for so long already (zero: begins to speak now): the clip begins
    /// with that, as far as it is remembered, and a little before it.
    pub fn start_from(&self, take: TakeId, path: PathBuf, spoken: Duration) {
        let (mark, pressed) = (self.mark(), Instant::now());
        self.send(Command::Start {
            take,
            path,
            mark,
            pressed,
            spoken,
        });
    }

    /// Ends a take with what was said up to now and a short tail. Nothing happens if it is not running.
    pub fn stop(&self, take: TakeId) {
        let mark = self.mark();
        self.send(Command::Stop { take, mark });
    }

    /// Throws a running take away. Nothing happens if it is not running.
    pub fn cancel(&self, take: TakeId) {
        self.send(Command::Cancel(take));
    }

    /// Tells from now on when somebody speaks and pauses, also while a take runs. Opens the microphone if it is not
    /// open, and keeps it open until [`leave_off_listening`](Self::leave_off_listening). Replaces an earlier listening.
    pub fn listen(&self, listening: ListenId) {
        self.send(Command::Listen(listening));
    }

    /// Tells of no more voices. Nothing happens if it listens for something else by now.
    pub fn leave_off_listening(&self, listening: ListenId) {
        self.send(Command::LeaveOffListening(listening));
    }

    /// Finishes a running take, closes the microphone and ends the thread. Returns whether that was done within
    /// `deadline`; if not, the thread is left to itself and the `.part` file to recovery.
    pub fn shutdown(&self, deadline: Duration) -> bool {
        // A thread that has ended already does not mind.
        let _ = self.commands.send(Command::Shutdown);
        self.worker.join(deadline)
    }

    fn send(&self, command: Command) {
        if self.commands.send(command).is_err() {
            tracing::error!("the capture thread has ended");
        }
    }

    fn mark(&self) -> Option<Mark> {
        let position = self.position.lock().unwrap_or_else(PoisonError::into_inner);
        position.as_ref().map(|(stream, counters)| Mark {
            stream: *stream,
            frames: counters.written(),
        })
    }
}

fn new_meter() -> Option<Box<dyn Measures>> {
    let meter = Meter::new(SAMPLE_RATE)
        .inspect_err(|error| tracing::error!(%error, "takes are not measured"))
        .ok()?;
    Some(Box::new(meter))
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.shutdown(Duration::from_secs(1));
    }
}
