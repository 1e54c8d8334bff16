//! A loudspeaker that nobody hears: draws lines as fast as they come, for practices that are not run in real time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use rehearse_devices::{
    DeviceChoice, DeviceError, DeviceId, OutputBackend, OutputDevice, OutputKind, OutputStream, SamplePull,
};

/// Samples per second it pretends to draw.
const RATE: u32 = 24_000;
/// Frames drawn at once: a tenth of a second.
const BLOCK: usize = 2_400;

/// The backend.
pub(crate) struct SilentOutput;

struct Silent {
    device: OutputDevice,
    closed: Arc<AtomicBool>,
}

impl Drop for Silent {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Release);
    }
}

impl OutputBackend for SilentOutput {
    fn devices(&self) -> Result<Vec<OutputDevice>, DeviceError> {
        Ok(vec![device()])
    }

    fn open(
        &self,
        _choice: &DeviceChoice,
        mut pull: SamplePull,
    ) -> Result<Box<dyn OutputStream>, DeviceError> {
        let closed = Arc::new(AtomicBool::new(false));
        let end = Arc::clone(&closed);
        thread::spawn(move || {
            let mut block = vec![0.0_f32; BLOCK];
            while !end.load(Ordering::Acquire) {
                pull.fill_interleaved(&mut block, 1, 0);
                thread::sleep(Duration::from_millis(1));
            }
        });
        Ok(Box::new(Silent {
            device: device(),
            closed,
        }))
    }
}

impl OutputStream for Silent {
    fn device(&self) -> &OutputDevice {
        &self.device
    }

    fn rate(&self) -> u32 {
        RATE
    }
}

fn device() -> OutputDevice {
    OutputDevice {
        id: DeviceId("silent:output".to_owned()),
        name: "silent".to_owned(),
        is_default: true,
        kind: OutputKind::Loudspeaker,
    }
}
