//! A place at the desk: whoever holds it records and plays. It is good until somebody else joins; what an older seat
//! still asks for then changes nothing, and what it is still told goes nowhere. Dropping it lets the microphone go.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rehearse_audio::pieces::Pieces;
use rehearse_devices::{CaptureEvent, ListenId, PlayEvent, PlayId, TakeId};

use super::Desk;

/// A place at the desk.
pub(crate) struct Seat {
    pub(super) desk: Arc<Desk>,
    pub(super) generation: u32,
}

impl Seat {
    /// Starts a take. Failures come to the listener like any other.
    pub(crate) fn start_take(&self, take: TakeId, path: PathBuf) {
        self.start_take_from(take, path, Duration::ZERO);
    }

    /// Starts a take of somebody who has been speaking for so long already.
    pub(crate) fn start_take_from(&self, take: TakeId, path: PathBuf, spoken: Duration) {
        let take = TakeId(self.outer(take.0));
        match &self.desk.recorder {
            Ok(recorder) => recorder.start_from(take, path, spoken),
            Err(error) => {
                let failed = CaptureEvent::Failed {
                    take: Some(take),
                    error: error.clone(),
                    kept: None,
                };
                self.desk.state.lock().captured(failed);
            }
        }
    }

    /// Ends a take, and opens the loudspeaker for the answer that follows.
    pub(crate) fn stop_take(&self, take: TakeId) {
        if let Ok(recorder) = &self.desk.recorder {
            recorder.stop(TakeId(self.outer(take.0)));
        }
        self.desk.warm_speaker();
    }

    /// Throws a running take away.
    pub(crate) fn cancel_take(&self, take: TakeId) {
        if let Ok(recorder) = &self.desk.recorder {
            recorder.cancel(TakeId(self.outer(take.0)));
        }
    }

    /// Plays a line that is there as a whole: mono samples at 24 kHz.
    pub(crate) fn play(&self, line: PlayId, pcm: &Pieces) {
        self.begin_line(line);
        self.push_all(line, pcm);
        self.end_line(line);
    }

    /// Begins a line whose sound comes piece by piece.
    pub(crate) fn begin_line(&self, line: PlayId) {
        let line = PlayId(self.outer(line.0));
        match &self.desk.player {
            Ok(player) => player.play(line),
            Err(error) => self.desk.state.lock().played(PlayEvent::Failed {
                id: line,
                heard: Duration::ZERO,
                error: error.clone(),
            }),
        }
    }

    /// Adds all of a sound to a line.
    pub(crate) fn push_all(&self, line: PlayId, pcm: &Pieces) {
        for piece in pcm.iter() {
            self.push(line, Arc::clone(piece));
        }
    }

    /// Adds sound to a line: mono samples at 24 kHz.
    pub(crate) fn push(&self, line: PlayId, samples: Arc<[f32]>) {
        if let Ok(player) = &self.desk.player {
            player.push(PlayId(self.outer(line.0)), samples);
        }
    }

    /// Nothing more comes for a line.
    pub(crate) fn end_line(&self, line: PlayId) {
        if let Ok(player) = &self.desk.player {
            player.end(PlayId(self.outer(line.0)));
        }
    }

    /// Stops a line.
    pub(crate) fn stop_line(&self, line: PlayId) {
        if let Ok(player) = &self.desk.player {
            player.stop(PlayId(self.outer(line.0)));
        }
    }

    /// Lets a line fall silent where it is.
    pub(crate) fn hold_line(&self, line: PlayId) {
        if let Ok(player) = &self.desk.player {
            player.hold(PlayId(self.outer(line.0)));
        }
    }

    /// Lets a held line go on.
    pub(crate) fn resume_line(&self, line: PlayId) {
        if let Ok(player) = &self.desk.player {
            player.resume(PlayId(self.outer(line.0)));
        }
    }

    /// Has the listener told of voices. Without a capture thread a take says why there are none.
    pub(crate) fn listen(&self, listening: ListenId) {
        if let Ok(recorder) = &self.desk.recorder {
            recorder.listen(ListenId(self.outer(listening.0)));
        }
    }

    /// Has the listener told of no more voices.
    pub(crate) fn leave_off_listening(&self, listening: ListenId) {
        if let Ok(recorder) = &self.desk.recorder {
            recorder.leave_off_listening(ListenId(self.outer(listening.0)));
        }
    }

    /// Lets the microphone go while the seat is kept; nothing more is told.
    pub(crate) fn rest(&self) {
        let metering = {
            let mut state = self.desk.state.lock();
            if state.generation != self.generation {
                return;
            }
            state.tell = None;
            state.metering
        };
        if !metering {
            self.desk.cool();
        }
    }

    fn outer(&self, number: u64) -> u64 {
        (u64::from(self.generation) << 32) | (number & u64::from(u32::MAX))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.rest();
    }
}
