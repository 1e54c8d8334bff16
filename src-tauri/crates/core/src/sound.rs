//! The sound desk: owns the capture thread and the playback thread, knows which microphone is open and how it is,
//! and passes what they report to whoever has joined it: the open practice, or the echo test.

mod seat;
mod state;

use std::sync::Arc;

use parking_lot::Mutex;
use rehearse_devices::{
    CaptureEvent, DeviceChoice, DeviceError, DeviceId, InputBackend, OutputBackend, OutputDevice, OutputKind,
    PlayEvent, Player, PlayerOptions, Recorder, RecorderOptions,
};

use crate::bus::Bus;
use crate::error::of_microphone;
use crate::parts::Parts;
use crate::settings::Settings;
use crate::view::{EchoView, MicrophoneState, SoundView, Topic};
pub(crate) use seat::Seat;
use state::{State, input_view, output_view};

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
        {
            let mut state = self.state.lock();
            state.choice = microphone.clone();
            state.speaker = choice(&settings.speaker);
        }
        if let Ok(recorder) = &self.recorder {
            recorder.choose(microphone);
        }
    }

    /// Takes the desk over: from now on `tell` hears what happens to the takes and lines that are started from the
    /// seat. `warm` keeps the microphone open between takes.
    pub(crate) fn join(self: &Arc<Self>, warm: bool, tell: Tell) -> Seat {
        let mut state = self.state.lock();
        state.generation = state.generation.wrapping_add(1);
        state.tell = Some(tell);
        let generation = state.generation;
        drop(state);
        self.warm_speaker();
        if warm {
            self.warm();
        } else {
            self.cool();
        }
        Seat {
            desk: Arc::clone(self),
            generation,
        }
    }

    /// Whether somebody has joined.
    pub(crate) fn is_taken(&self) -> bool {
        self.state.lock().tell.is_some()
    }

    /// Opens the microphone for the meter, unless somebody has the desk; it then stays open when they leave.
    pub(crate) fn open_meter(&self) {
        self.state.lock().metering = true;
        if !self.is_taken() {
            self.warm();
        }
    }

    /// Closes the meter's microphone; one that somebody uses stays open until they leave.
    pub(crate) fn close_meter(&self) {
        self.state.lock().metering = false;
        if !self.is_taken() {
            self.cool();
        }
    }

    /// A practice takes the microphone over from the meter: when it ends the microphone is let go, whatever became of
    /// whoever looked at the meter.
    pub(crate) fn end_metering(&self) {
        self.state.lock().metering = false;
    }

    fn warm(&self) {
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

    /// Whether the microphone delivers sound as fast as it is spoken.
    pub(crate) fn keeps_time(&self) -> bool {
        self.input.keeps_time()
    }

    /// Name of the microphone that is open.
    pub(crate) fn microphone(&self) -> Option<String> {
        self.state.lock().open.as_ref().map(|device| device.name.clone())
    }

    /// What the chosen loudspeaker is, or the system's when it is gone. Asking the system may block.
    pub(crate) fn output_kind(&self) -> OutputKind {
        let speakers = self.output.devices().unwrap_or_default();
        kind_of_chosen(&speakers, &self.state.lock().speaker)
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
            headphones: speakers
                .as_ref()
                .is_ok_and(|speakers| kind_of_chosen(speakers, &state.speaker) == OutputKind::Headphones),
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
}

/// Whether the one that would play is worn; nothing is known to be when none is there.
fn kind_of_chosen(speakers: &[OutputDevice], choice: &DeviceChoice) -> OutputKind {
    let chosen = speakers.iter().find(|speaker| match choice {
        DeviceChoice::Id(id) => speaker.id == *id,
        DeviceChoice::SystemDefault => false,
    });
    let default = || speakers.iter().find(|speaker| speaker.is_default);
    chosen
        .or_else(default)
        .map_or(OutputKind::default(), |speaker| speaker.kind)
}
