//! A loudspeaker that remembers what it played, and fails when a test wants.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rehearse_devices::{
    DeviceChoice, DeviceError, DeviceId, OutputBackend, OutputDevice, OutputKind, OutputStream, SamplePull,
};

/// The loudspeaker. Clones are the same one.
#[derive(Clone)]
pub struct FakeOutput {
    state: Arc<Mutex<State>>,
    rate: u32,
    live: bool,
}

#[derive(Default)]
struct State {
    pull: Option<SamplePull>,
    heard: Vec<f32>,
    refusal: Option<DeviceError>,
    stalled: bool,
    worn: bool,
    opened: usize,
}

impl FakeOutput {
    /// One that asks for sound only when a test [`draw`](Self::draw)s, at `rate` hertz.
    pub fn by_hand(rate: u32) -> Self {
        Self {
            state: Arc::default(),
            rate,
            live: false,
        }
    }

    /// One that asks for 10 ms of sound every 10 ms, at `rate` hertz.
    pub fn live(rate: u32) -> Self {
        Self {
            state: Arc::default(),
            rate,
            live: true,
        }
    }

    /// Lets the device ask for so many frames; returns them. Empty when it is not open.
    pub fn draw(&self, frames: usize) -> Vec<f32> {
        self.state.lock().draw(frames)
    }

    /// All that was played since the beginning, silence between lines included.
    pub fn heard(&self) -> Vec<f32> {
        self.state.lock().heard.clone()
    }

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.state.lock().pull.is_some()
    }

    /// How often it was opened.
    pub fn times_opened(&self) -> usize {
        self.state.lock().opened
    }

    /// Opening it fails like this from now on; `None` heals it.
    pub fn refuse(&self, error: Option<DeviceError>) {
        self.state.lock().refusal = error;
    }

    /// It stays open and asks for nothing (`true`), or asks again. For a live one.
    pub fn stall(&self, stalled: bool) {
        self.state.lock().stalled = stalled;
    }

    /// It is a pair of headphones (`true`) from now on, or a loudspeaker.
    pub fn wear(&self, worn: bool) {
        self.state.lock().worn = worn;
    }

    /// Pulls the plug of an open one.
    pub fn unplug(&self) {
        self.state.lock().pull = None;
    }
}

impl State {
    fn draw(&mut self, frames: usize) -> Vec<f32> {
        let Some(pull) = &mut self.pull else {
            return Vec::new();
        };
        let mut block = vec![0.0; frames];
        pull.fill_interleaved(&mut block, 1, 0);
        self.heard.extend_from_slice(&block);
        block
    }
}

impl OutputBackend for FakeOutput {
    fn devices(&self) -> Result<Vec<OutputDevice>, DeviceError> {
        Ok(vec![device(self.state.lock().worn)])
    }

    fn open(&self, _choice: &DeviceChoice, pull: SamplePull) -> Result<Box<dyn OutputStream>, DeviceError> {
        let mut state = self.state.lock();
        state.opened += 1;
        if let Some(error) = &state.refusal {
            return Err(error.clone());
        }
        state.pull = Some(pull);
        let (stream, worn) = (state.opened, state.worn);
        drop(state);
        if self.live {
            let (shared, frames) = (Arc::clone(&self.state), (self.rate / 100) as usize);
            std::thread::spawn(move || {
                loop {
                    let mut state = shared.lock();
                    if state.opened != stream || state.pull.is_none() {
                        return;
                    }
                    if !state.stalled {
                        state.draw(frames);
                    }
                    drop(state);
                    std::thread::sleep(Duration::from_millis(10));
                }
            });
        }
        Ok(Box::new(OpenFake {
            state: Arc::clone(&self.state),
            device: device(worn),
            rate: self.rate,
            stream,
        }))
    }
}

fn device(worn: bool) -> OutputDevice {
    OutputDevice {
        id: DeviceId("fake:speaker".to_owned()),
        name: "speaker".to_owned(),
        is_default: true,
        kind: if worn {
            OutputKind::Headphones
        } else {
            OutputKind::Loudspeaker
        },
    }
}

struct OpenFake {
    state: Arc<Mutex<State>>,
    device: OutputDevice,
    rate: u32,
    stream: usize,
}

impl OutputStream for OpenFake {
    fn device(&self) -> &OutputDevice {
        &self.device
    }

    fn rate(&self) -> u32 {
        self.rate
    }
}

impl Drop for OpenFake {
    fn drop(&mut self) {
        let mut state = self.state.lock();
        if state.opened == self.stream {
            state.pull = None;
        }
    }
}
