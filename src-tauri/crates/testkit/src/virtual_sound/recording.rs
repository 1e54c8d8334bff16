//! A recording made by another program, to compare with.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use super::setup::RATE;
use crate::Unavailable;

/// A recording made by another program, until it is stopped.
#[derive(Debug)]
pub struct ControlRecording {
    recorder: Child,
    reader: Option<JoinHandle<Vec<u8>>>,
}

impl ControlRecording {
    /// Samples per second of what is recorded.
    pub const RATE: u32 = RATE;

    /// Starts `parecord` on `source`, and waits until it is likely to be connected: what comes before is missed.
    pub(super) fn start(mut parecord: Command, source: &str) -> Result<Self, Unavailable> {
        let mut recorder = parecord
            .args(["--raw", "--latency-msec=20", &format!("--device={source}")])
            .args(["--format=s16le", "--channels=1", &format!("--rate={RATE}")])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(Unavailable::because)?;
        let pipe = recorder.stdout.take();
        let reader = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            if let Some(mut pipe) = pipe {
                // Ends when the recorder is ended.
                let _ = pipe.read_to_end(&mut bytes);
            }
            bytes
        });
        std::thread::sleep(Duration::from_millis(300));
        Ok(Self {
            recorder,
            reader: Some(reader),
        })
    }

    /// Ends the recording; returns it as mono.
    pub fn stop(mut self) -> Vec<f32> {
        // What was played last is still under way inside the server.
        std::thread::sleep(Duration::from_millis(150));
        self.end();
        let bytes = self
            .reader
            .take()
            .and_then(|reader| reader.join().ok())
            .unwrap_or_default();
        bytes
            .as_chunks::<2>()
            .0
            .iter()
            .map(|&pair| f32::from(i16::from_le_bytes(pair)) / 32768.0)
            .collect()
    }

    fn end(&mut self) {
        // It may have ended by itself.
        let _ = self.recorder.kill();
        let _ = self.recorder.wait();
    }
}

impl Drop for ControlRecording {
    fn drop(&mut self) {
        self.end();
    }
}
