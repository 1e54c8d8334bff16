//! The sound desk: owns the capture thread and the playback thread, knows which microphone is open and how it is,
//! and passes what they report to whoever has joined it: the open practice, or the echo test.

use std::path::PathBuf;
use std::sync::Arc;

use parking_lot::Mutex;
use rehearse_audio::SAMPLE_RATE;
use rehearse_audio::level::Level;
use rehearse_devices::{
    CaptureEvent, DeviceChoice, DeviceError, DeviceId, InputBackend, InputDevice, OutputBackend,
    OutputDevice, PlayEvent, PlayId, Player, PlayerOptions, Recorder, RecorderOptions, TakeId,
};

use crate::bus::Bus;
use crate::error::{ErrorView, of_microphone};
use crate::parts::Parts;
use crate::settings::Settings;
use crate::view::{DeviceView, EchoView, Heard, MicrophoneState, SoundView, Topic};

/// How much of a line is handed to the player at once: half a second.
const BLOCK: usize = SAMPLE_RATE as usize / 2;

/// What one of the threads reports to whoever has joined the desk.
pub(crate) enum Report {
    /// From the capture thread.
    Capture(CaptureEvent),
    /// From the playback thread.
    Play(PlayEvent),
}

/// Who is told; called on the reporting thread, must not block.
pub(crate) type Tell = Box<dyn Fn(Report) + Send>;

/// Both threads, and what is known about them.
pub(crate) struct Desk {
    // The handles are not shared between threads by themselves; a lock is held only while a command is sent.
    recorder: Mutex<Result<Recorder, DeviceError>>,
    player: Mutex<Result<Player, DeviceError>>,
    input: Arc<dyn InputBackend>,
    output: Arc<dyn OutputBackend>,
    state: Arc<Mutex<State>>,
}

struct State {
    tell: Option<Tell>,
    // Whoever joins numbers its takes and lines as it likes; the generation tells a late report to an earlier
    // one from a report to this one.
    generation: u32,
    choice: DeviceChoice,
    speaker: DeviceChoice,
    dropped: u64,
    microphone: MicrophoneState,
    open: Option<DeviceView>,
    error: Option<ErrorView>,
    echo: EchoView,
    bus: Arc<Bus>,
}

impl Desk {
    /// Starts both threads; opens no device.
    pub(crate) fn open(parts: &Parts, bus: Arc<Bus>) -> Self {
        let state = Arc::new(Mutex::new(State {
            tell: None,
            generation: 0,
            choice: DeviceChoice::SystemDefault,
            speaker: DeviceChoice::SystemDefault,
            dropped: 0,
            microphone: MicrophoneState::Closed,
            open: None,
            error: None,
            echo: EchoView::default(),
            bus,
        }));
        let (captured, played) = (Arc::clone(&state), Arc::clone(&state));
        let recorder = Recorder::spawn(
            Arc::clone(&parts.input),
            RecorderOptions::default(),
            Box::new(move |event| captured.lock().captured(event)),
        );
        let player = Player::spawn(
            Arc::clone(&parts.output),
            PlayerOptions::default(),
            Box::new(move |event| played.lock().played(event)),
        );
        let (input, output) = (Arc::clone(&parts.input), Arc::clone(&parts.output));
        Self {
            recorder: Mutex::new(recorder),
            player: Mutex::new(player),
            input,
            output,
            state,
        }
    }

    /// Takes the user's choice of devices over; an open microphone is changed at once.
    pub(crate) fn choose(&self, settings: &Settings) {
        let choice = |id: &Option<String>| match id {
            Some(id) => DeviceChoice::Id(DeviceId(id.clone())),
            None => DeviceChoice::SystemDefault,
        };
        let microphone = choice(&settings.microphone);
        let is_open = {
            let mut state = self.state.lock();
            state.choice = microphone.clone();
            state.speaker = choice(&settings.speaker);
            state.microphone != MicrophoneState::Closed
        };
        if let (Ok(recorder), true) = (&*self.recorder.lock(), is_open) {
            recorder.warm(microphone);
        }
    }

    /// Takes the desk over: from now on `tell` hears what happens to the takes and lines it starts. `warm` keeps
    /// the microphone open between takes.
    pub(crate) fn join(&self, warm: bool, tell: Tell) {
        let mut state = self.state.lock();
        state.generation = state.generation.wrapping_add(1);
        state.tell = Some(tell);
        drop(state);
        self.warm_speaker();
        if warm {
            self.warm();
        } else {
            self.cool();
        }
    }

    /// Lets the desk and the microphone go.
    pub(crate) fn leave(&self) {
        self.state.lock().tell = None;
        self.cool();
    }

    /// Lets the desk go and leaves the microphone to the meter.
    pub(crate) fn step_back(&self) {
        self.state.lock().tell = None;
    }

    /// Whether somebody has joined.
    pub(crate) fn is_taken(&self) -> bool {
        self.state.lock().tell.is_some()
    }

    /// Opens the microphone, for the meter or for a practice that keeps it warm.
    pub(crate) fn warm(&self) {
        let choice = {
            let mut state = self.state.lock();
            state.microphone = MicrophoneState::Opening;
            state.error = None;
            state.choice.clone()
        };
        match &*self.recorder.lock() {
            Ok(recorder) => recorder.warm(choice),
            Err(error) => self.state.lock().failed(of_microphone(error)),
        }
    }

    /// Closes the microphone as soon as no take runs.
    pub(crate) fn cool(&self) {
        if let Ok(recorder) = &*self.recorder.lock() {
            recorder.cool();
        }
        let mut state = self.state.lock();
        state.microphone = MicrophoneState::Closed;
        state.open = None;
        state.bus.changed(Topic::Sound);
    }

    /// Starts a take. Failures come to the listener like any other.
    pub(crate) fn start_take(&self, take: TakeId, path: PathBuf) {
        let take = TakeId(self.outer(take.0));
        match &*self.recorder.lock() {
            Ok(recorder) => recorder.start(take, path),
            Err(error) => {
                let failed = CaptureEvent::Failed {
                    take: Some(take),
                    error: error.clone(),
                    kept: None,
                };
                self.state.lock().captured(failed);
            }
        }
    }

    /// Ends a take, and opens the loudspeaker for the answer that follows.
    pub(crate) fn stop_take(&self, take: TakeId) {
        let take = TakeId(self.outer(take.0));
        if let Ok(recorder) = &*self.recorder.lock() {
            recorder.stop(take);
        }
        self.warm_speaker();
    }

    /// Plays a line: mono samples at 24 kHz.
    pub(crate) fn play(&self, line: PlayId, pcm: &[f32]) {
        let line = PlayId(self.outer(line.0));
        match &*self.player.lock() {
            Ok(player) => {
                player.play(line);
                for block in pcm.chunks(BLOCK) {
                    player.push(line, block.to_vec());
                }
                player.end(line);
            }
            Err(error) => self.state.lock().played(PlayEvent::Failed {
                id: line,
                error: error.clone(),
            }),
        }
    }

    /// Stops a line.
    pub(crate) fn stop_line(&self, line: PlayId) {
        let line = PlayId(self.outer(line.0));
        if let Ok(player) = &*self.player.lock() {
            player.stop(line);
        }
    }

    /// Name of the microphone that is open.
    pub(crate) fn microphone(&self) -> Option<String> {
        self.state.lock().open.as_ref().map(|device| device.name.clone())
    }

    /// The devices and how the microphone is. Asking the system for its devices may block.
    pub(crate) fn view(&self, checked_recently: bool) -> SoundView {
        let microphones = self.input.devices();
        let speakers = self.output.devices();
        let state = self.state.lock();
        SoundView {
            error: state
                .error
                .clone()
                .or_else(|| microphones.as_ref().err().map(of_microphone)),
            microphones: microphones
                .unwrap_or_default()
                .into_iter()
                .map(input_view)
                .collect(),
            speakers: speakers
                .unwrap_or_default()
                .into_iter()
                .map(output_view)
                .collect(),
            state: state.microphone,
            open: state.open.clone(),
            echo: state.echo,
            checked_recently,
        }
    }

    /// Where the echo test is.
    pub(crate) fn show_echo(&self, echo: EchoView) {
        let mut state = self.state.lock();
        state.echo = echo;
        state.bus.changed(Topic::Sound);
    }

    /// Samples lost between the microphone and the file since the start.
    pub(crate) fn dropped_samples(&self) -> u32 {
        u32::try_from(self.state.lock().dropped).unwrap_or(u32::MAX)
    }

    /// Opens the loudspeaker, so that the next line is heard at once.
    fn warm_speaker(&self) {
        let choice = self.state.lock().speaker.clone();
        if let Ok(player) = &*self.player.lock() {
            player.warm(choice);
        }
    }

    fn outer(&self, number: u64) -> u64 {
        (u64::from(self.state.lock().generation) << 32) | (number & u64::from(u32::MAX))
    }
}

impl State {
    /// Takes note of what the capture thread reports and passes it on.
    fn captured(&mut self, event: CaptureEvent) {
        let event = match event {
            CaptureEvent::Level(level) => return self.bus.heard(heard(level)),
            CaptureEvent::Opened { device, .. } => return self.opened(device),
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
            } => match self.inner(take.0) {
                Some(take) => CaptureEvent::Started {
                    take: TakeId(take),
                    preroll,
                    latency,
                },
                None => return,
            },
            CaptureEvent::Finished {
                take,
                clip,
                dropped,
                end,
            } => {
                self.dropped = self.dropped.saturating_add(dropped);
                let Some(take) = self.inner(take.0) else { return };
                CaptureEvent::Finished {
                    take: TakeId(take),
                    clip,
                    dropped,
                    end,
                }
            }
            CaptureEvent::Cancelled { .. } | CaptureEvent::NoSamples { .. } => return,
        };
        self.report(Report::Capture(event));
    }

    /// Passes on what the playback thread reports.
    fn played(&mut self, event: PlayEvent) {
        let inner = |id: PlayId| self.inner(id.0).map(PlayId);
        let event = match event {
            PlayEvent::Started { id } => inner(id).map(|id| PlayEvent::Started { id }),
            PlayEvent::Drained { id, heard } => inner(id).map(|id| PlayEvent::Drained { id, heard }),
            PlayEvent::Stopped { id, heard } => inner(id).map(|id| PlayEvent::Stopped { id, heard }),
            PlayEvent::Failed { id, error } => inner(id).map(|id| PlayEvent::Failed { id, error }),
        };
        if let Some(event) = event {
            self.report(Report::Play(event));
        }
    }

    fn opened(&mut self, device: InputDevice) {
        self.microphone = MicrophoneState::Open;
        self.open = Some(input_view(device));
        self.error = None;
        self.bus.changed(Topic::Sound);
    }

    fn failed(&mut self, error: ErrorView) {
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

fn input_view(device: InputDevice) -> DeviceView {
    DeviceView {
        id: device.id.0,
        name: device.name,
        is_default: device.is_default,
    }
}

fn output_view(device: OutputDevice) -> DeviceView {
    DeviceView {
        id: device.id.0,
        name: device.name,
        is_default: device.is_default,
    }
}
