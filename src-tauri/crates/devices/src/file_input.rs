//! A microphone made of WAV files, one for each take: for practice without a microphone and for repeatable runs.
//!
//! Between takes it delivers a whisper of noise in real time, so that it looks alive without adding sound.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use rehearse_audio::SAMPLE_RATE;
use rehearse_audio::resample::Resampler;
use rehearse_audio::wav;

use crate::{
    DeviceChoice, DeviceError, DeviceId, FileError, FileFault, Health, InputBackend, InputDevice,
    InputStream, SampleSink,
};

/// How fast files are spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// As fast as the recorder takes them.
    Fast,
    /// As a person would.
    RealTime,
}

/// Sound is handed over in blocks of 10 ms.
const BLOCK: usize = SAMPLE_RATE as usize / 100;
const BLOCK_TIME: Duration = Duration::from_millis(10);

type Takes = Arc<Mutex<VecDeque<Vec<f32>>>>;

/// The backend: hands out its files in order, one for each take that is started.
#[derive(Debug)]
pub struct FileInput {
    takes: Takes,
    pace: Pace,
}

impl FileInput {
    /// Reads all files now, so that a wrong one is found before anything is recorded.
    ///
    /// # Errors
    /// The first file that is not a usable WAV, and why.
    pub fn new(files: &[PathBuf], pace: Pace) -> Result<Self, FileError> {
        let takes = files
            .iter()
            .map(|file| {
                load(file).map_err(|fault| FileError {
                    file: file.clone(),
                    fault,
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            takes: Arc::new(Mutex::new(takes)),
            pace,
        })
    }
}

fn load(file: &Path) -> Result<Vec<f32>, FileFault> {
    let pcm = wav::read(file)?;
    let mut samples = Vec::new();
    let mut resampler = Resampler::new(pcm.rate).map_err(|error| FileFault::Unsupported(Box::new(error)))?;
    resampler.push(&pcm.samples, &mut samples);
    resampler.finish(&mut samples);
    Ok(samples)
}

impl InputBackend for FileInput {
    fn devices(&self) -> Result<Vec<InputDevice>, DeviceError> {
        Ok(vec![device()])
    }

    fn open(&self, _choice: &DeviceChoice, sink: SampleSink) -> Result<Box<dyn InputStream>, DeviceError> {
        let (speech, inbox) = mpsc::channel();
        let ended = Arc::new(AtomicBool::new(false));
        let (pace, end) = (self.pace, Arc::clone(&ended));
        std::thread::Builder::new()
            .name("files as microphone".to_owned())
            .spawn(move || speak(sink, &inbox, &end, pace))
            .map_err(DeviceError::backend)?;
        Ok(Box::new(OpenFiles {
            device: device(),
            takes: Arc::clone(&self.takes),
            speech,
            ended,
        }))
    }

    fn keeps_time(&self) -> bool {
        self.pace == Pace::RealTime
    }
}

fn device() -> InputDevice {
    InputDevice {
        id: DeviceId("file:input".to_owned()),
        name: "Files".to_owned(),
        is_default: true,
    }
}

struct OpenFiles {
    device: InputDevice,
    takes: Takes,
    speech: mpsc::Sender<Vec<f32>>,
    ended: Arc<AtomicBool>,
}

impl InputStream for OpenFiles {
    fn device(&self) -> &InputDevice {
        &self.device
    }

    fn rate(&self) -> u32 {
        SAMPLE_RATE
    }

    fn health(&mut self) -> Health {
        if self.ended.load(Ordering::Acquire) {
            Health::EndOfInput
        } else {
            Health::Running
        }
    }

    fn take(&mut self, running: bool) {
        self.ended.store(false, Ordering::Release);
        if running {
            let next = self
                .takes
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop_front();
            // Without another file the take is over before a word; a dead thread shows itself by its sink.
            let _ = self.speech.send(next.unwrap_or_default());
        }
    }
}

fn speak(mut sink: SampleSink, inbox: &mpsc::Receiver<Vec<f32>>, ended: &AtomicBool, pace: Pace) {
    let whisper: Vec<f32> = (0..BLOCK)
        .map(|n| if n % 2 == 0 { 1e-5 } else { -1e-5 })
        .collect();
    loop {
        match inbox.recv_timeout(BLOCK_TIME) {
            Ok(speech) => {
                let begun = Instant::now();
                for (block, number) in speech.chunks(BLOCK).zip(1..) {
                    while sink.room() < block.len() && !sink.is_abandoned() {
                        std::thread::sleep(Duration::from_millis(1));
                    }
                    if sink.is_abandoned() {
                        return;
                    }
                    sink.push_interleaved(block, 1);
                    if pace == Pace::RealTime {
                        std::thread::sleep((BLOCK_TIME * number).saturating_sub(begun.elapsed()));
                    }
                }
                ended.store(true, Ordering::Release);
            }
            Err(mpsc::RecvTimeoutError::Timeout) => sink.push_interleaved(&whisper, 1),
            Err(mpsc::RecvTimeoutError::Disconnected) => return,
        }
    }
}
