//! The sound desk: owns the capture thread and the playback thread, knows which microphone is open and how it is,
//! and passes what they report to whoever has joined it: the open practice, or the echo test.

mod state;

use std::path::PathBuf;
use std::sync::Arc;

use parking_lot::Mutex;
use rehearse_audio::SAMPLE_RATE;
use rehearse_devices::{
    CaptureEvent, DeviceChoice, DeviceError, DeviceId, InputBackend, OutputBackend, PlayEvent, PlayId,
    Player, PlayerOptions, Recorder, RecorderOptions, TakeId,
};

use crate::bus::Bus;
use crate::error::of_microphone;
use crate::parts::Parts;
use crate::settings::Settings;
use crate::view::{EchoView, MicrophoneState, SoundView, Topic};
use state::{State, input_view, output_view};

/// How much of a line is handed to the player at once: half a second.
const BLOCK: usize = SAMPLE_RATE as usize / 2;

/// What one of the threads reports to whoever has joined the desk.
pub(crate) enum Report {
    /// From the capture thread.
    Capture(CaptureEvent),
    /// From the playback thread.
    Play(PlayEvent),
}

/// A place at the desk, good until somebody else joins.
#[derive(Clone, Copy)]
pub(crate) struct Seat(u32);

/// Who is told; called on the reporting thread, must not block.
pub(crate) type Tell = Box<dyn Fn(Report) + Send>;

/// Both threads, and what is known about them.
pub(crate) struct Desk {
    recorder: Result<Recorder, DeviceError>,
    player: Result<Player, DeviceError>,
    input: Arc<dyn InputBackend>,
    output: Arc<dyn OutputBackend>,
    state: Arc<Mutex<State>>,
}

impl Desk {
    /// Starts both threads; opens no device.
    pub(crate) fn open(parts: &Parts, bus: Arc<Bus>) -> Self {
        let state = Arc::new(Mutex::new(State::new(bus)));
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
            recorder,
            player,
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
        if let (Ok(recorder), true) = (&self.recorder, is_open) {
            recorder.warm(microphone);
        }
    }

    /// Takes the desk over: from now on `tell` hears what happens to the takes and lines it starts. `warm` keeps
    /// the microphone open between takes.
    pub(crate) fn join(&self, warm: bool, tell: Tell) -> Seat {
        let mut state = self.state.lock();
        state.generation = state.generation.wrapping_add(1);
        state.tell = Some(tell);
        let seat = Seat(state.generation);
        drop(state);
        self.warm_speaker();
        if warm {
            self.warm();
        } else {
            self.cool();
        }
        seat
    }

    /// Lets the desk and the microphone go, unless somebody else has joined since.
    pub(crate) fn leave(&self, seat: Seat) {
        if self.step_back(seat) {
            self.cool();
        }
    }

    /// Lets the desk go and leaves the microphone to the meter, unless somebody else has joined since. Says whether
    /// nobody had.
    pub(crate) fn step_back(&self, seat: Seat) -> bool {
        let mut state = self.state.lock();
        let mine = state.generation == seat.0;
        if mine {
            state.tell = None;
        }
        mine
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
        match &self.recorder {
            Ok(recorder) => recorder.warm(choice),
            Err(error) => self.state.lock().failed(of_microphone(error)),
        }
    }

    /// Closes the microphone as soon as no take runs.
    pub(crate) fn cool(&self) {
        if let Ok(recorder) = &self.recorder {
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
        match &self.recorder {
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
        if let Ok(recorder) = &self.recorder {
            recorder.stop(take);
        }
        self.warm_speaker();
    }

    /// Plays a line: mono samples at 24 kHz.
    pub(crate) fn play(&self, line: PlayId, pcm: &[f32]) {
        let line = PlayId(self.outer(line.0));
        match &self.player {
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
        if let Ok(player) = &self.player {
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
        if let Ok(player) = &self.player {
            player.warm(choice);
        }
    }

    fn outer(&self, number: u64) -> u64 {
        (u64::from(self.state.lock().generation) << 32) | (number & u64::from(u32::MAX))
    }
}
