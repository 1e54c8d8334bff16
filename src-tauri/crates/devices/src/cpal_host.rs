//! What both directions share about cpal: which host, stable ids, buffer sizes, errors in our words.

use std::sync::{Mutex, PoisonError};

use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{BufferSize, Device, ErrorKind, Host, HostId, SupportedBufferSize, SupportedStreamConfig};

use crate::{Counters, DeviceChoice, DeviceError, DeviceId, Fault};

/// How long a sound system may take to open a stream.
pub(crate) const OPEN_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(3);

/// Which hosts to try, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HostOrder {
    /// The sound server, then ALSA.
    ServerFirst,
    /// ALSA alone, for capture: the server has a backend of its own.
    AlsaOnly,
}

/// A host that is kept between uses, because it connects to its server when it is made.
pub(crate) struct KeptHost {
    order: HostOrder,
    host: Mutex<Option<Host>>,
}

impl KeptHost {
    /// Connects to nothing until it is used.
    pub(crate) fn new(order: HostOrder) -> Self {
        Self {
            order,
            host: Mutex::new(None),
        }
    }

    /// Does a job with the host, and once more with a new one when a kept host fails: its server may have gone and
    /// come back, which the host itself never notices. One that only stands in for a better host is not kept, because
    /// it goes on answering when the server is back.
    pub(crate) fn with<T>(&self, job: impl Fn(&Host) -> Result<T, DeviceError>) -> Result<T, DeviceError> {
        hush_library();
        let mut kept = self.host.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = kept.take()
            && let Ok(done) = job(&host)
        {
            *kept = Some(host);
            return Ok(done);
        }
        let host = open_host(self.order)?;
        let done = job(&host)?;
        if candidates(self.order).first() == Some(&host.id()) {
            *kept = Some(host);
        }
        Ok(done)
    }
}

/// The first host of the order that answers.
fn open_host(order: HostOrder) -> Result<Host, DeviceError> {
    let mut last = DeviceError::NoDevice;
    for id in candidates(order) {
        match cpal::host_from_id(id) {
            Ok(host) => return Ok(host),
            Err(error) => last = device_error(&error),
        }
    }
    Err(last)
}

/// Keeps what ALSA's library has to say from standard error, where it prints a dozen lines for every device that is not
/// there; that there is none comes back as an error. The library asks for it thread by thread, and for what is
/// opened next on this one. What was said before is dropped with its buffer.
fn hush_library() {
    #[cfg(target_os = "linux")]
    if let Err(error) = alsa::Output::local_error_handler() {
        tracing::debug!(%error, "ALSA's library goes on printing");
    }
}

#[cfg(target_os = "linux")]
fn candidates(order: HostOrder) -> Vec<HostId> {
    match order {
        HostOrder::ServerFirst => vec![HostId::PulseAudio, HostId::Alsa],
        HostOrder::AlsaOnly => vec![HostId::Alsa],
    }
}

#[cfg(not(target_os = "linux"))]
fn candidates(_order: HostOrder) -> Vec<HostId> {
    cpal::available_hosts()
}

/// ALSA lists dozens of plugins that mean nothing to anybody; only its `default` is offered.
pub(crate) fn offers_only_default(host: &Host) -> bool {
    #[cfg(target_os = "linux")]
    return host.id() == HostId::Alsa;
    #[cfg(not(target_os = "linux"))]
    return {
        let _ = host;
        false
    };
}

pub(crate) fn id_of(device: &Device) -> Result<DeviceId, DeviceError> {
    device
        .id()
        .map(|id| DeviceId(id.to_string()))
        .map_err(|error| device_error(&error))
}

pub(crate) fn name_of(device: &Device) -> String {
    device
        .description()
        .map_or_else(|_| String::new(), |description| description.name().to_owned())
}

/// The device of the choice; `default` is asked only for the system's default.
pub(crate) fn choose(
    host: &Host,
    choice: &DeviceChoice,
    default: impl FnOnce(&Host) -> Option<Device>,
) -> Result<Device, DeviceError> {
    match choice {
        DeviceChoice::SystemDefault => default(host),
        DeviceChoice::Id(id) => id.0.parse().ok().and_then(|id| host.device_by_id(&id)),
    }
    .ok_or(DeviceError::NoDevice)
}

/// Blocks of `milliseconds` where the sound server leaves that to us. Its own default is two seconds, which cuts the
/// end of a take and delays a voice; elsewhere the system's period is short already.
pub(crate) fn buffer_size(config: &SupportedStreamConfig, milliseconds: u32) -> BufferSize {
    if !cfg!(target_os = "linux") {
        return BufferSize::Default;
    }
    let wanted = config.sample_rate() * milliseconds / 1000;
    match config.buffer_size() {
        SupportedBufferSize::Range { min, max } => BufferSize::Fixed(wanted.max(*min).min(*max)),
        SupportedBufferSize::Unknown => BufferSize::Fixed(wanted),
    }
}

/// What a stream's error callback does. It may only raise a flag; ALSA calls it in a busy loop once the device is
/// gone, so later calls sleep until the owner has dropped the stream.
pub(crate) fn raise(counters: &Counters, error: &cpal::Error) {
    let fault = match error.kind() {
        // The first two cost nothing but a glitch, the third has already been dealt with.
        ErrorKind::Xrun | ErrorKind::RealtimeDenied | ErrorKind::DeviceChanged => return,
        ErrorKind::StreamInvalidated => Fault::Changed,
        ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable => Fault::Lost,
        ErrorKind::PermissionDenied => Fault::PermissionDenied,
        ErrorKind::DeviceBusy => Fault::Busy,
        _ => Fault::Failed,
    };
    if counters.raise(fault) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

pub(crate) fn device_error(error: &cpal::Error) -> DeviceError {
    match error.kind() {
        ErrorKind::PermissionDenied => DeviceError::PermissionDenied,
        ErrorKind::DeviceNotAvailable => DeviceError::NoDevice,
        ErrorKind::DeviceBusy => DeviceError::Busy,
        ErrorKind::UnsupportedConfig => DeviceError::WrongFormat {
            offered: error.to_string(),
        },
        _ => DeviceError::backend(error),
    }
}

/// Calls `$build::<T>` for the sample type that a format stands for. Eight-bit unsigned has a signal-to-noise ratio
/// of 29 dB and is refused like everything unknown.
macro_rules! with_sample_type {
    ($format:expr, $build:ident, $($argument:expr),*) => {
        match $format {
            cpal::SampleFormat::F32 => $build::<f32>($($argument),*),
            cpal::SampleFormat::F64 => $build::<f64>($($argument),*),
            cpal::SampleFormat::I32 => $build::<i32>($($argument),*),
            cpal::SampleFormat::I24 => $build::<cpal::I24>($($argument),*),
            cpal::SampleFormat::I16 => $build::<i16>($($argument),*),
            cpal::SampleFormat::I8 => $build::<i8>($($argument),*),
            cpal::SampleFormat::U16 => $build::<u16>($($argument),*),
            other => Err(DeviceError::WrongFormat { offered: other.to_string() }),
        }
    };
}
pub(crate) use with_sample_type;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_ring;

    #[test]
    fn a_glitch_is_no_fault_and_a_vanished_device_is() {
        let (sink, feed) = sample_ring();
        raise(&sink.counters(), &cpal::Error::new(ErrorKind::Xrun));
        assert_eq!(feed.counters().fault(), None);
        raise(&sink.counters(), &cpal::Error::new(ErrorKind::DeviceNotAvailable));
        assert_eq!(feed.counters().fault(), Some(Fault::Lost));
    }

    #[test]
    fn an_error_callback_in_a_busy_loop_is_slowed_down() {
        let (sink, _feed) = sample_ring();
        let begin = std::time::Instant::now();
        for _ in 0..11 {
            raise(&sink.counters(), &cpal::Error::new(ErrorKind::BackendError));
        }
        assert!(begin.elapsed() >= std::time::Duration::from_millis(50));
    }
}
