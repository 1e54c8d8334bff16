//! Microphones through cpal: CoreAudio, WASAPI, and ALSA where no sound server runs.

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{Device, FromSample, SizedSample, StreamConfig};

use crate::cpal_host::{self, HostOrder, KeptHost, OPEN_TIMEOUT, device_error, with_sample_type};
use crate::{DeviceChoice, DeviceError, InputBackend, InputDevice, InputStream, SampleSink};

/// ALSA's sound server plugin polls without rest when its blocks are longer than the server's.
const BLOCK_MILLISECONDS: u32 = 20;

/// Microphones through cpal.
pub struct CpalInput(KeptHost);

impl CpalInput {
    /// Connects to nothing until it is used.
    pub fn new() -> Self {
        Self(KeptHost::new(HostOrder::AlsaOnly))
    }
}

impl Default for CpalInput {
    fn default() -> Self {
        Self::new()
    }
}

impl InputBackend for CpalInput {
    fn devices(&self) -> Result<Vec<InputDevice>, DeviceError> {
        self.0.with(|host| {
            let default = host
                .default_input_device()
                .and_then(|device| describe(&device, true).ok());
            if cpal_host::offers_only_default(host) {
                return Ok(default.into_iter().collect());
            }
            let devices = host.input_devices().map_err(|error| device_error(&error))?;
            Ok(devices
                .filter_map(|device| describe(&device, false).ok())
                .map(|device| InputDevice {
                    is_default: default.as_ref().is_some_and(|default| default.id == device.id),
                    ..device
                })
                .collect())
        })
    }

    fn open(&self, choice: &DeviceChoice, sink: SampleSink) -> Result<Box<dyn InputStream>, DeviceError> {
        // What asks the server belongs into the job: only then is a server that went away noticed.
        let (device, supported) = self.0.with(|host| {
            let device = cpal_host::choose(host, choice, HostTrait::default_input_device)?;
            let supported = device
                .default_input_config()
                .map_err(|error| device_error(&error))?;
            Ok((device, supported))
        })?;
        let config = StreamConfig {
            buffer_size: cpal_host::buffer_size(&supported, BLOCK_MILLISECONDS),
            ..supported.config()
        };
        let stream = with_sample_type!(supported.sample_format(), build, &device, config, sink)?;
        stream.play().map_err(|error| device_error(&error))?;
        let is_default = *choice == DeviceChoice::SystemDefault;
        Ok(Box::new(OpenMicrophone {
            device: describe(&device, is_default)?,
            rate: config.sample_rate,
            _stream: stream,
        }))
    }
}

fn describe(device: &Device, is_default: bool) -> Result<InputDevice, DeviceError> {
    Ok(InputDevice {
        id: cpal_host::id_of(device)?,
        name: cpal_host::name_of(device),
        is_default,
    })
}

fn build<T>(device: &Device, config: StreamConfig, mut sink: SampleSink) -> Result<cpal::Stream, DeviceError>
where
    T: SizedSample,
    f32: FromSample<T>,
{
    let counters = sink.counters();
    device
        .build_input_stream::<T, _, _>(
            config,
            move |block, _| sink.push_interleaved(block, config.channels),
            move |error| cpal_host::raise(&counters, &error),
            Some(OPEN_TIMEOUT),
        )
        .map_err(|error| device_error(&error))
}

struct OpenMicrophone {
    device: InputDevice,
    rate: u32,
    _stream: cpal::Stream,
}

impl InputStream for OpenMicrophone {
    fn device(&self) -> &InputDevice {
        &self.device
    }

    fn rate(&self) -> u32 {
        self.rate
    }
}
