//! Loudspeakers through cpal: CoreAudio, WASAPI, the Linux sound server, and ALSA where none runs.

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{Device, DeviceType, FromSample, SizedSample, StreamConfig};

use crate::cpal_host::{self, HostOrder, KeptHost, OPEN_TIMEOUT, device_error, with_sample_type};
use crate::{DeviceChoice, DeviceError, OutputBackend, OutputDevice, OutputKind, OutputStream, SamplePull};

/// The server holds two of these, 100 ms: what a busy machine may keep us from the processor without a gap.
const BLOCK_MILLISECONDS: u32 = 50;

/// Loudspeakers through cpal.
pub struct CpalOutput(KeptHost);

impl CpalOutput {
    /// Connects to nothing until it is used.
    pub fn new() -> Self {
        Self(KeptHost::new(HostOrder::ServerFirst))
    }
}

impl Default for CpalOutput {
    fn default() -> Self {
        Self::new()
    }
}

impl OutputBackend for CpalOutput {
    fn devices(&self) -> Result<Vec<OutputDevice>, DeviceError> {
        self.0.with(|host| {
            let default = host
                .default_output_device()
                .and_then(|device| describe(&device, true).ok());
            if cpal_host::offers_only_default(host) {
                return Ok(default.into_iter().collect());
            }
            let devices = host.output_devices().map_err(|error| device_error(&error))?;
            Ok(devices
                .filter_map(|device| describe(&device, false).ok())
                .map(|device| OutputDevice {
                    is_default: default.as_ref().is_some_and(|default| default.id == device.id),
                    ..device
                })
                .collect())
        })
    }

    fn open(&self, choice: &DeviceChoice, pull: SamplePull) -> Result<Box<dyn OutputStream>, DeviceError> {
        // What asks the server belongs into the job: only then is a server that went away noticed.
        let (device, supported) = self.0.with(|host| {
            let device = cpal_host::choose(host, choice, HostTrait::default_output_device)?;
            let supported = device
                .default_output_config()
                .map_err(|error| device_error(&error))?;
            Ok((device, supported))
        })?;
        let config = StreamConfig {
            buffer_size: cpal_host::buffer_size(&supported, BLOCK_MILLISECONDS),
            ..supported.config()
        };
        let stream = with_sample_type!(supported.sample_format(), build, &device, config, pull)?;
        stream.play().map_err(|error| device_error(&error))?;
        let is_default = *choice == DeviceChoice::SystemDefault;
        Ok(Box::new(OpenLoudspeaker {
            device: describe(&device, is_default)?,
            rate: config.sample_rate,
            _stream: stream,
        }))
    }
}

fn describe(device: &Device, is_default: bool) -> Result<OutputDevice, DeviceError> {
    Ok(OutputDevice {
        id: cpal_host::id_of(device)?,
        kind: kind_of(device),
        name: cpal_host::name_of(device),
        is_default,
    })
}

/// What the system says it is, where it says so, else what its name tells.
fn kind_of(device: &Device) -> OutputKind {
    let said = device.description().map(|description| description.device_type());
    match said {
        Ok(DeviceType::Headphones | DeviceType::Headset | DeviceType::Earpiece | DeviceType::HearingAid) => {
            OutputKind::Headphones
        }
        Ok(DeviceType::Speaker) => OutputKind::Loudspeaker,
        _ => OutputKind::by_name(&cpal_host::name_of(device)),
    }
}

fn build<T>(device: &Device, config: StreamConfig, mut pull: SamplePull) -> Result<cpal::Stream, DeviceError>
where
    T: SizedSample + FromSample<f32>,
{
    let counters = pull.counters();
    device
        .build_output_stream::<T, _, _>(
            config,
            move |block, info| {
                let times = info.timestamp();
                let latency = times.playback.duration_since(times.callback);
                let micros = u64::try_from(latency.as_micros()).unwrap_or(0);
                pull.fill_interleaved(block, config.channels, micros);
            },
            move |error| cpal_host::raise(&counters, &error),
            Some(OPEN_TIMEOUT),
        )
        .map_err(|error| device_error(&error))
}

struct OpenLoudspeaker {
    device: OutputDevice,
    rate: u32,
    _stream: cpal::Stream,
}

impl OutputStream for OpenLoudspeaker {
    fn device(&self) -> &OutputDevice {
        &self.device
    }

    fn rate(&self) -> u32 {
        self.rate
    }
}
