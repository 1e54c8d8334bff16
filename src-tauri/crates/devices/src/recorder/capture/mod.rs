//! The capture thread: microphone in, takes out. Nothing else opens, reads or closes the microphone.
//!
//! A panic below is caught here: the take's `.part` stays on the disk and the thread lives on.

mod figures;
mod listening;
mod orders;
mod rescue;

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError, mpsc};
use std::time::{Duration, Instant};

use super::ear::Ear;
use super::measuring::Tap;
use super::microphone::{Microphone, Verdict};
use super::recent::Recent;
use super::take::{Take, samples};
use super::voice_ear::VoiceEar;
use super::{CaptureEvent, CaptureListener, Command, Position, RecorderOptions, TakeEnd};
use crate::{Counters, DeviceChoice, DeviceError, InputBackend, InputDevice};
use orders::Press;

/// How often the ring is emptied.
const TICK: Duration = Duration::from_millis(20);

/// Sound that is remembered beyond what a take may begin with.
const SLACK: Duration = Duration::from_secs(1);

pub(super) struct Capture {
    backend: Arc<dyn InputBackend>,
    options: RecorderOptions,
    listener: CaptureListener,
    position: Position,
    choice: DeviceChoice,
    warm: bool,
    microphone: Option<Microphone>,
    streams: u64,
    /// Times a microphone was replaced since one last delivered.
    fruitless: usize,
    retry_at: Option<Instant>,
    take: Option<Take>,
    tap: Tap,
    recent: Recent,
    block: Vec<f32>,
    ear: Ear,
    /// While it is asked to listen.
    voice_ear: Option<VoiceEar>,
}

impl Capture {
    pub(super) fn new(
        backend: Arc<dyn InputBackend>,
        options: RecorderOptions,
        listener: CaptureListener,
        position: Position,
        tap: Tap,
    ) -> Self {
        Self {
            backend,
            listener,
            position,
            choice: DeviceChoice::SystemDefault,
            warm: false,
            microphone: None,
            streams: 0,
            fruitless: 0,
            retry_at: None,
            take: None,
            tap,
            recent: Recent::new(listening::remembered(&options, false)),
            block: Vec::new(),
            ear: Ear::new(samples(options.all_zeros)),
            voice_ear: None,
            options,
        }
    }

    pub(super) fn run(mut self, inbox: &mpsc::Receiver<Command>) {
        loop {
            let command = match inbox.recv_timeout(self.pause()) {
                Ok(command) => Some(command),
                Err(mpsc::RecvTimeoutError::Timeout) => None,
                Err(mpsc::RecvTimeoutError::Disconnected) => Some(Command::Shutdown),
            };
            match catch_unwind(AssertUnwindSafe(|| self.step(command))) {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => return self.leave_meter(inbox),
                // A second panic, from the listener perhaps, leaves nobody to tell.
                Err(_) if catch_unwind(AssertUnwindSafe(|| self.give_up_after_panic())).is_err() => return,
                Err(_) => {}
            }
        }
    }

    fn pause(&self) -> Duration {
        match (&self.microphone, self.retry_at) {
            (Some(_), _) => TICK,
            (None, Some(at)) => at.saturating_duration_since(Instant::now()),
            (None, None) => Duration::from_secs(3600),
        }
    }

    fn step(&mut self, command: Option<Command>) -> ControlFlow<()> {
        match command {
            Some(Command::Choose(choice)) => self.choose(choice),
            Some(Command::Warm(choice)) => self.warm(choice),
            Some(Command::Cool) => {
                self.warm = false;
                self.retry_at = None;
                self.close_if_idle();
            }
            Some(Command::Start {
                take,
                path,
                mark,
                pressed,
                spoken,
            }) => self.start(take, &path, mark, Press { pressed, spoken }),
            Some(Command::Stop { take, mark }) => self.stop(take, mark),
            Some(Command::Cancel(take)) => self.cancel(take),
            Some(Command::Listen(id)) => self.listen(id),
            Some(Command::LeaveOffListening(id)) => self.leave_off_listening(id),
            Some(Command::Measured(take, figures)) => self.measured(take, figures),
            Some(Command::Shutdown) => {
                self.absorb();
                self.finish_take(TakeEnd::Interrupted);
                self.close();
                return ControlFlow::Break(());
            }
            // Only while nobody has asked for anything: a press that waits in the inbox may want what was read since.
            None => self.recent.forget(),
        }
        self.look_for_lost_microphone();
        self.absorb();
        ControlFlow::Continue(())
    }

    /// Reads what has arrived and deals with how the microphone is.
    fn absorb(&mut self) {
        let Some(microphone) = &mut self.microphone else {
            return;
        };
        let mut block = std::mem::take(&mut self.block);
        block.clear();
        let verdict = microphone.read(&mut block, &self.options);
        if verdict == Verdict::EndOfInput && self.take.is_some() {
            microphone.drain(&mut block);
        }
        if microphone.has_delivered() {
            self.fruitless = 0;
        }
        let position = microphone.position();
        self.distribute(&block, position);
        self.block = block;
        match verdict {
            Verdict::Well => {}
            Verdict::EndOfInput => {
                self.finish_take(TakeEnd::InputEnded);
                // What was spoken belongs to that take alone: it is not what came just before the next press.
                self.recent.clear();
            }
            Verdict::Lost => self.replace(false),
            Verdict::Silent => self.replace(true),
        }
    }

    /// Hands a block that ends at `position` to everybody who wants it.
    fn distribute(&mut self, block: &[f32], position: u64) {
        if !block.is_empty() {
            self.notice(block);
            self.recent.extend(block);
            self.write(block, position);
            self.hear_voices(block);
        }
        let Some(take) = &mut self.take else { return };
        let started = take.newly_started(position);
        let end = match take {
            take if take.has_ended(position) => Some(TakeEnd::Stopped),
            take if take.has_reached_limit() => Some(TakeEnd::LimitReached),
            _ => None,
        };
        if let Some(started) = started {
            self.tell(started);
        }
        if let Some(end) = end {
            self.finish_take(end);
        }
    }

    fn notice(&mut self, block: &[f32]) {
        let noticed = self.ear.hear(block);
        if let Some(level) = noticed.level {
            self.tell(CaptureEvent::Level(level));
        }
        if noticed.all_zeros
            && let Some(microphone) = &self.microphone
        {
            let device = microphone.device().clone();
            self.tell(CaptureEvent::AllZeros { device });
        }
    }

    fn write(&mut self, block: &[f32], position: u64) {
        let Some(take) = &mut self.take else { return };
        match take.write(block, position) {
            Ok(part) => self.tap.push(part),
            Err(error) => self.lose_disk(error),
        }
    }

    fn finish_take(&mut self, end: TakeEnd) {
        let Some(take) = self.take.take() else { return };
        let id = take.id();
        let lost = self
            .microphone
            .as_ref()
            .map_or(0, |microphone| microphone.counters().dropped());
        let dropped = take.dropped(lost);
        let complete = Instant::now();
        let follows = self.tap.finish(id);
        match take.finish() {
            Ok(clip) => {
                self.tell(CaptureEvent::Finished {
                    take: id,
                    clip,
                    dropped,
                    end,
                    closing: complete.elapsed(),
                });
                self.tell_unless_it_follows(id, follows);
            }
            Err(error) => {
                self.tap.no_longer_awaits(id);
                self.tell(CaptureEvent::Failed {
                    take: Some(id),
                    error: error.into(),
                    kept: None,
                });
            }
        }
        self.leave_take();
    }

    /// No take is running any more.
    fn leave_take(&mut self) {
        if let Some(microphone) = &mut self.microphone {
            microphone.take(false);
        }
        self.close_if_idle();
    }

    fn open(&mut self, choice: &DeviceChoice) -> Result<InputDevice, DeviceError> {
        self.streams += 1;
        let mut microphone = Microphone::open(self.backend.as_ref(), choice, self.streams)?;
        if self.take.is_some() {
            microphone.take(true);
        }
        let device = microphone.device().clone();
        self.set_position(Some((self.streams, Arc::clone(microphone.counters()))));
        self.microphone = Some(microphone);
        self.retry_at = None;
        self.ear.turn_to_another();
        self.hear_voices_of_another();
        Ok(device)
    }

    fn close(&mut self) {
        self.set_position(None);
        self.microphone = None;
        self.recent.clear();
    }

    fn close_if_idle(&mut self) {
        if !self.is_wanted_open() && self.take.is_none() {
            self.close();
        }
    }

    fn set_position(&self, position: Option<(u64, Arc<Counters>)>) {
        *self.position.lock().unwrap_or_else(PoisonError::into_inner) = position;
    }

    fn tell_opened(&mut self, from: Option<InputDevice>, device: InputDevice) {
        let rate = self.microphone.as_ref().map_or(0, Microphone::rate);
        match from {
            Some(from) if from.id != device.id => self.tell(CaptureEvent::Switched { from, to: device }),
            _ => self.tell(CaptureEvent::Opened { device, rate }),
        }
    }

    fn tell(&mut self, event: CaptureEvent) {
        (self.listener)(event);
    }
}
