//! Microphones of PulseAudio, and of PipeWire through its PulseAudio side, spoken to directly.
//!
//! Not through cpal, because cpal makes the server's queue as long as one block: a client that is late by one block
//! loses samples and nobody is told. Here the queue is as long as the server allows. Two more reasons: a stream of ours
//! is never moved behind our back (with the last microphone gone the server would record the loudspeaker), and opening
//! has a deadline.

mod connection;
mod sinks;

use std::ffi::CString;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use pulseaudio::protocol::stream::{BufferAttr, StreamFlags};
use pulseaudio::protocol::{
    DEFAULT_SOURCE, PulseError, RecordStreamParams, SampleFormat, SampleSpec, SourceInfo,
};
use pulseaudio::{Client, ClientError, RecordStream};

use connection::{connect, wait};
pub(crate) use sinks::Sinks;

use crate::{
    DeviceChoice, DeviceError, DeviceId, Health, InputBackend, InputDevice, InputStream, SampleSink,
};

/// How often an open stream asks whether its microphone is still there and still the default.
const HEALTH_EVERY: Duration = Duration::from_millis(100);

/// Blocks of 50 ms: short against the tail of a take, long enough for PipeWire under load.
const BLOCKS_PER_SECOND: u32 = 20;

const PREFIX: &str = "pulseaudio:";

/// Microphones of a PulseAudio or PipeWire server.
#[derive(Debug, Default)]
pub struct PulseInput {
    socket: Option<PathBuf>,
    // One connection for good: each costs a thread that the protocol crate never ends.
    client: Mutex<Option<Client>>,
}

impl PulseInput {
    /// The server that the environment names. Connects to nothing until it is used.
    pub fn new() -> Self {
        Self::default()
    }

    /// The server that listens at `socket`.
    pub fn at(socket: PathBuf) -> Self {
        Self {
            socket: Some(socket),
            client: Mutex::new(None),
        }
    }

    /// Whether a server answers now.
    pub fn is_running(&self) -> bool {
        self.connected().is_ok()
    }

    fn connected(&self) -> Result<Client, DeviceError> {
        let mut kept = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = kept.as_ref()
            && wait(client.server_info()).is_ok()
        {
            return Ok(client.clone());
        }
        let client = connect(self.socket.clone())?;
        *kept = Some(client.clone());
        Ok(client)
    }
}

impl InputBackend for PulseInput {
    fn devices(&self) -> Result<Vec<InputDevice>, DeviceError> {
        let client = self.connected()?;
        let default = wait(client.source_info_by_name(DEFAULT_SOURCE.to_owned()))
            .ok()
            .map(|info| info.name);
        let sources = wait(client.list_sources())?;
        Ok(sources
            .iter()
            .filter(|info| !is_monitor(info))
            .map(|info| describe(info, default.as_ref() == Some(&info.name)))
            .collect())
    }

    fn open(&self, choice: &DeviceChoice, sink: SampleSink) -> Result<Box<dyn InputStream>, DeviceError> {
        let client = self.connected()?;
        let source = find(&client, choice)?;
        let params = parameters(&source)?;
        let stream = wait(client.create_record_stream(params, receiver(sink, source.sample_spec.channels)))?;
        let follows_default = *choice == DeviceChoice::SystemDefault;
        Ok(Box::new(OpenMicrophone {
            device: describe(&source, follows_default),
            rate: source.sample_spec.sample_rate,
            source: source.name,
            follows_default,
            client,
            asked: Instant::now(),
            question: None,
            _stream: stream,
        }))
    }
}

fn find(client: &Client, choice: &DeviceChoice) -> Result<SourceInfo, DeviceError> {
    match choice {
        DeviceChoice::Id(id) => {
            let name = id.0.strip_prefix(PREFIX).ok_or(DeviceError::NoDevice)?;
            let name = CString::new(name).map_err(|_| DeviceError::NoDevice)?;
            Ok(wait(client.source_info_by_name(name))?)
        }
        DeviceChoice::SystemDefault => match wait(client.source_info_by_name(DEFAULT_SOURCE.to_owned())) {
            Ok(source) if !is_monitor(&source) => Ok(source),
            // Without any microphone the server's default is the loudspeaker itself.
            _ => wait(client.list_sources())?
                .into_iter()
                .find(|source| !is_monitor(source))
                .ok_or(DeviceError::NoDevice),
        },
    }
}

fn parameters(source: &SourceInfo) -> Result<RecordStreamParams, DeviceError> {
    let SampleSpec {
        sample_rate,
        channels,
        ..
    } = source.sample_spec;
    let frame = u32::from(channels) * size_of::<f32>() as u32;
    if sample_rate == 0 || channels == 0 {
        return Err(DeviceError::WrongFormat {
            offered: format!("{:?}", source.sample_spec),
        });
    }
    Ok(RecordStreamParams {
        sample_spec: SampleSpec {
            format: SampleFormat::Float32Le,
            sample_rate,
            channels,
        },
        channel_map: source.channel_map,
        source_index: Some(source.index),
        buffer_attr: BufferAttr {
            max_length: u32::MAX,
            fragment_size: (sample_rate / BLOCKS_PER_SECOND).max(1) * frame,
            ..BufferAttr::default()
        },
        flags: StreamFlags {
            adjust_latency: true,
            no_move: true,
            ..StreamFlags::default()
        },
        ..RecordStreamParams::default()
    })
}

/// What runs on the connection's thread for each block.
fn receiver(mut sink: SampleSink, channels: u8) -> impl FnMut(&[u8]) + Send + 'static {
    // A multiple of every channel count up to 16, so that no frame is split.
    let mut scratch = [0.0_f32; 5040];
    let whole_frames = 5040 - 5040 % usize::from(channels.max(1));
    move |block: &[u8]| {
        for part in block.chunks(whole_frames * size_of::<f32>()) {
            let mut filled = 0;
            for (slot, &bytes) in scratch.iter_mut().zip(part.as_chunks::<4>().0) {
                *slot = f32::from_le_bytes(bytes);
                filled += 1;
            }
            sink.push_interleaved(scratch.get(..filled).unwrap_or_default(), u16::from(channels));
        }
    }
}

fn is_monitor(source: &SourceInfo) -> bool {
    source.monitor_of_sink_index.is_some() || source.name.to_bytes().ends_with(b".monitor")
}

fn describe(source: &SourceInfo, is_default: bool) -> InputDevice {
    let id = source.name.to_string_lossy();
    let name = source
        .description
        .as_ref()
        .map_or_else(|| id.clone(), |text| text.to_string_lossy());
    InputDevice {
        id: DeviceId(format!("{PREFIX}{id}")),
        name: name.into_owned(),
        is_default,
    }
}

struct OpenMicrophone {
    device: InputDevice,
    rate: u32,
    source: CString,
    follows_default: bool,
    client: Client,
    asked: Instant,
    question: Option<Pin<Box<dyn Future<Output = Health>>>>,
    _stream: RecordStream,
}

impl InputStream for OpenMicrophone {
    fn device(&self) -> &InputDevice {
        &self.device
    }

    fn rate(&self) -> u32 {
        self.rate
    }

    fn health(&mut self) -> Health {
        if self.question.is_none() {
            if self.asked.elapsed() < HEALTH_EVERY {
                return Health::Running;
            }
            self.asked = Instant::now();
            self.question = Some(Box::pin(ask(
                self.client.clone(),
                self.source.clone(),
                self.follows_default,
            )));
        }
        // Looked at again on the next round; a server that hangs must not hang the recording.
        let mut context = Context::from_waker(Waker::noop());
        match self
            .question
            .as_mut()
            .map(|question| question.as_mut().poll(&mut context))
        {
            Some(Poll::Ready(health)) => {
                self.question = None;
                health
            }
            Some(Poll::Pending) => Health::Unanswered,
            None => Health::Running,
        }
    }
}

async fn ask(client: Client, source: CString, follows_default: bool) -> Health {
    match client.source_info_by_name(source.clone()).await {
        Err(ClientError::ServerError(PulseError::NoEntity)) => return Health::Gone,
        // A dead connection shows itself by the sink that it drops.
        Err(_) => return Health::Running,
        Ok(_) => {}
    }
    if !follows_default {
        return Health::Running;
    }
    match client.source_info_by_name(DEFAULT_SOURCE.to_owned()).await {
        Ok(default) if default.name != source && !is_monitor(&default) => Health::DefaultChanged,
        _ => Health::Running,
    }
}
