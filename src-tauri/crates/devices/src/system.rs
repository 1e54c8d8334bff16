//! The sound system of this computer.

use std::sync::Arc;

use crate::{CpalInput, CpalOutput, InputBackend, OutputBackend};

/// The microphones of this computer.
pub fn system_input() -> Arc<dyn InputBackend> {
    #[cfg(target_os = "linux")]
    return Arc::new(linux::ServerThenAlsa::default());
    #[cfg(not(target_os = "linux"))]
    return Arc::new(CpalInput::new());
}

/// The loudspeakers of this computer.
pub fn system_output() -> Arc<dyn OutputBackend> {
    #[cfg(target_os = "linux")]
    return Arc::new(linux::WithKinds::default());
    #[cfg(not(target_os = "linux"))]
    return Arc::new(CpalOutput::new());
}

#[cfg(target_os = "linux")]
mod linux {
    use super::{CpalInput, CpalOutput, InputBackend, OutputBackend};
    use crate::pulse::Sinks;
    use crate::{
        DeviceChoice, DeviceError, InputDevice, InputStream, OutputDevice, OutputStream, PulseInput,
        SamplePull, SampleSink,
    };

    /// The sound server where one runs, which is asked anew each time, because it may be started later.
    #[derive(Default)]
    pub(super) struct ServerThenAlsa {
        server: PulseInput,
        alsa: CpalInput,
    }

    impl ServerThenAlsa {
        fn backend(&self) -> &dyn InputBackend {
            if self.server.is_running() {
                &self.server
            } else {
                &self.alsa
            }
        }
    }

    impl InputBackend for ServerThenAlsa {
        fn devices(&self) -> Result<Vec<InputDevice>, DeviceError> {
            self.backend().devices()
        }

        fn open(&self, choice: &DeviceChoice, sink: SampleSink) -> Result<Box<dyn InputStream>, DeviceError> {
            self.backend().open(choice, sink)
        }
    }

    /// Loudspeakers through cpal, and from the server whether they are worn.
    #[derive(Default)]
    pub(super) struct WithKinds {
        cpal: CpalOutput,
        sinks: Sinks,
    }

    impl OutputBackend for WithKinds {
        fn devices(&self) -> Result<Vec<OutputDevice>, DeviceError> {
            let mut devices = self.cpal.devices()?;
            let kinds = self.sinks.kinds();
            for device in &mut devices {
                device.kind = kinds.get(&device.id).copied().unwrap_or(device.kind);
            }
            Ok(devices)
        }

        fn open(
            &self,
            choice: &DeviceChoice,
            pull: SamplePull,
        ) -> Result<Box<dyn OutputStream>, DeviceError> {
            self.cpal.open(choice, pull)
        }
    }
}
