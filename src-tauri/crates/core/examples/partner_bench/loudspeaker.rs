//! A loudspeaker that asks for 10 ms of sound every 10 ms, keeps none of it, and knows when it was given some.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rehearse_devices::{
    DeviceChoice, DeviceError, DeviceId, OutputBackend, OutputDevice, OutputKind, OutputStream, SamplePull,
};

/// Samples per second.
const RATE: u32 = 48_000;
/// The device's buffer.
pub(crate) const BLOCK: Duration = Duration::from_millis(10);

/// The loudspeaker. Clones are the same one.
#[derive(Clone, Default)]
pub(crate) struct Loudspeaker(Arc<Mutex<Heard>>);

#[derive(Default)]
struct Heard {
    pull: Option<SamplePull>,
    first: Option<Instant>,
    last: Option<Instant>,
}

impl Loudspeaker {
    /// From now on the next sound is the first.
    pub(crate) fn forget(&self) {
        self.0.lock().first = None;
    }

    /// When the first sound since then was asked for and given.
    pub(crate) fn first(&self) -> Option<Instant> {
        self.0.lock().first
    }

    /// When it was given a sound last.
    pub(crate) fn last(&self) -> Option<Instant> {
        self.0.lock().last
    }

    /// Asks for a block. Says whether there is anything left to play from.
    fn ask(&self) -> bool {
        let mut heard = self.0.lock();
        let mut block = [0.0_f32; RATE as usize / 100];
        let Some(pull) = &mut heard.pull else { return false };
        let now = Instant::now();
        pull.fill_interleaved(&mut block, 1, 0);
        if block.iter().any(|&sample| sample != 0.0) {
            heard.first.get_or_insert(now);
            heard.last = Some(now);
        }
        true
    }
}

impl OutputBackend for Loudspeaker {
    fn devices(&self) -> Result<Vec<OutputDevice>, DeviceError> {
        Ok(vec![device()])
    }

    fn open(&self, _choice: &DeviceChoice, pull: SamplePull) -> Result<Box<dyn OutputStream>, DeviceError> {
        self.0.lock().pull = Some(pull);
        let speaker = self.clone();
        std::thread::spawn(move || {
            let mut next = Instant::now();
            while speaker.ask() {
                next += BLOCK;
                std::thread::sleep(next.saturating_duration_since(Instant::now()));
            }
        });
        Ok(Box::new(Open(self.clone(), device())))
    }
}

fn device() -> OutputDevice {
    OutputDevice {
        id: DeviceId("bench:speaker".to_owned()),
        name: "speaker".to_owned(),
        is_default: true,
        kind: OutputKind::Loudspeaker,
    }
}

struct Open(Loudspeaker, OutputDevice);

impl OutputStream for Open {
    fn device(&self) -> &OutputDevice {
        &self.1
    }

    fn rate(&self) -> u32 {
        RATE
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.0.lock().pull = None;
    }
}
