//! The player: one thread that owns the loudspeaker and plays lines of speech as they arrive.
//!
//! This file is the handle; the thread is in [`playback`], the rules of the jitter buffer in [`crate::SamplePull`].

mod line;
mod playback;
mod speaker;

use std::sync::{Arc, mpsc};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::worker::Worker;
use crate::{DeviceChoice, DeviceError, OutputBackend};
use playback::Playback;

/// Names a line that is played; given by whoever starts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlayId(pub u64);

/// What happened to a line. Every line that was begun ends with exactly one of the last three.
#[derive(Clone, Debug)]
pub enum PlayEvent {
    /// Its first sample went to the device.
    Started {
        /// Which line.
        id: PlayId,
    },
    /// It was heard to its end.
    Drained {
        /// Which line.
        id: PlayId,
        /// How much sound that was.
        heard: Duration,
    },
    /// It was stopped, or another line was begun.
    Stopped {
        /// Which line.
        id: PlayId,
        /// How much was heard before.
        heard: Duration,
    },
    /// It cannot be heard (any more). The conversation can go on with captions.
    Failed {
        /// Which line.
        id: PlayId,
        /// How much was heard before.
        heard: Duration,
        /// Why.
        error: DeviceError,
    },
}

/// Who is told. Called on the playback thread, in order; must not block.
pub type PlayListener = Box<dyn FnMut(PlayEvent) + Send>;

/// How the player behaves. The defaults are those of the app.
#[derive(Clone, Debug)]
pub struct PlayerOptions {
    /// Sound that must be there before a line that still arrives is begun.
    pub buffer: Duration,
    /// The buffer grows by half each time a line runs dry, up to this.
    pub most_buffer: Duration,
    /// Length of fades.
    pub fade: Duration,
    /// How long the device stays open after a line, so that the next is heard at once.
    pub warm: Duration,
    /// A device that asks for nothing so long while a line plays is taken for lost.
    pub stalled: Duration,
}

impl Default for PlayerOptions {
    fn default() -> Self {
        Self {
            buffer: Duration::from_millis(150),
            most_buffer: Duration::from_secs(1),
            fade: Duration::from_millis(5),
            warm: Duration::from_secs(10),
            stalled: Duration::from_secs(2),
        }
    }
}

enum Command {
    Warm(DeviceChoice),
    Play(PlayId),
    Push(PlayId, Arc<[f32]>),
    End(PlayId),
    Stop(PlayId),
    Hold(PlayId, bool),
    Shutdown,
}

/// The handle to the playback thread. No call waits; answers come as [`PlayEvent`]s.
#[derive(Debug)]
pub struct Player {
    commands: mpsc::Sender<Command>,
    worker: Worker,
}

impl Player {
    /// Starts the thread; opens nothing.
    ///
    /// # Errors
    /// [`DeviceError::Backend`] when the system gives no thread.
    pub fn spawn(
        backend: Arc<dyn OutputBackend>,
        options: PlayerOptions,
        listener: PlayListener,
    ) -> Result<Self, DeviceError> {
        let (commands, inbox) = mpsc::channel();
        let worker = Worker::spawn("playback", move || {
            Playback::new(backend, options, listener).run(&inbox);
        })?;
        Ok(Self { commands, worker })
    }

    /// Opens the device ahead of the next line, or another device. A choice made here holds from now on. A failure
    /// is told with the line that needs the device, not here.
    pub fn warm(&self, choice: DeviceChoice) {
        self.send(Command::Warm(choice));
    }

    /// Begins a line. One that still plays is stopped.
    pub fn play(&self, id: PlayId) {
        self.send(Command::Play(id));
    }

    /// Adds sound to a line: mono at [`rehearse_audio::SAMPLE_RATE`], any length. Ignored once the line is over.
    pub fn push(&self, id: PlayId, samples: impl Into<Arc<[f32]>>) {
        self.send(Command::Push(id, samples.into()));
    }

    /// Nothing more will come for this line.
    pub fn end(&self, id: PlayId) {
        self.send(Command::End(id));
    }

    /// Fades a line out and forgets the rest of it.
    pub fn stop(&self, id: PlayId) {
        self.send(Command::Stop(id));
    }

    /// Lets a line fall silent where it is, keeping its place; what is pushed meanwhile is kept too.
    pub fn hold(&self, id: PlayId) {
        self.send(Command::Hold(id, true));
    }

    /// Lets a held line go on with the sample after the last one that was heard.
    pub fn resume(&self, id: PlayId) {
        self.send(Command::Hold(id, false));
    }

    /// Closes the device and ends the thread. Returns whether that was done within `deadline`.
    pub fn shutdown(&self, deadline: Duration) -> bool {
        // A thread that has ended already does not mind.
        let _ = self.commands.send(Command::Shutdown);
        self.worker.join(deadline)
    }

    fn send(&self, command: Command) {
        if self.commands.send(command).is_err() {
            tracing::error!("the playback thread has ended");
        }
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.shutdown(Duration::from_secs(1));
    }
}
