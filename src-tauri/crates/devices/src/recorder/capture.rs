//! The capture thread: microphone in, takes out. Nothing else opens, reads or closes the microphone.
//!
//! A panic below is caught here: the take's `.part` stays on the disk and the thread lives on.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, PoisonError, mpsc};
use std::time::{Duration, Instant};

use rehearse_audio::level::LevelMeter;

use super::microphone::{Microphone, Verdict};
use super::take::{Opening, Take, samples};
use super::{CaptureEvent, CaptureListener, Command, Mark, Position, RecorderOptions, TakeEnd, TakeId};
use crate::{DeviceChoice, DeviceError, InputBackend, InputDevice};

/// How often the ring is emptied.
const TICK: Duration = Duration::from_millis(20);

/// Blocks come a little unevenly; a bit less than a twentieth of a second keeps all levels of live sound.
const LEVEL_EVERY: Duration = Duration::from_millis(40);

pub(super) struct Capture {
    backend: Arc<dyn InputBackend>,
    options: RecorderOptions,
    listener: CaptureListener,
    position: Position,
    choice: DeviceChoice,
    warm: bool,
    microphone: Option<Microphone>,
    streams: u64,
    /// Times the microphone was reopened because it was silent, since it last delivered.
    silent_reopenings: u32,
    retry_at: Option<Instant>,
    take: Option<Take>,
    recent: VecDeque<f32>,
    block: Vec<f32>,
    meter: LevelMeter,
    level_told: Instant,
    zeros: u64,
}

impl Capture {
    pub(super) fn new(
        backend: Arc<dyn InputBackend>,
        options: RecorderOptions,
        listener: CaptureListener,
        position: Position,
    ) -> Self {
        Self {
            backend,
            options,
            listener,
            position,
            choice: DeviceChoice::SystemDefault,
            warm: false,
            microphone: None,
            streams: 0,
            silent_reopenings: 0,
            retry_at: None,
            take: None,
            recent: VecDeque::new(),
            block: Vec::new(),
            meter: LevelMeter::new(),
            level_told: Instant::now(),
            zeros: 0,
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
                Ok(ControlFlow::Break(())) => return,
                Err(_) => {
                    if catch_unwind(AssertUnwindSafe(|| self.give_up_after_panic())).is_err() {
                        return;
                    }
                }
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
            }) => self.start(take, &path, mark, pressed),
            Some(Command::Stop { take, mark }) => self.stop(take, mark),
            Some(Command::Cancel(take)) => self.cancel(take),
            Some(Command::Shutdown) => {
                self.absorb();
                self.finish_take(TakeEnd::Interrupted);
                self.close();
                return ControlFlow::Break(());
            }
            None => {}
        }
        self.look_for_lost_microphone();
        self.absorb();
        ControlFlow::Continue(())
    }

    fn warm(&mut self, choice: DeviceChoice) {
        self.warm = true;
        let already = self
            .microphone
            .as_ref()
            .is_some_and(|microphone| *microphone.choice() == choice);
        self.choice = choice;
        if already {
            return;
        }
        let from = self
            .microphone
            .as_ref()
            .map(|microphone| microphone.device().clone());
        self.leave_stream();
        self.close();
        let choice = self.choice.clone();
        match self.open(&choice) {
            Ok(device) => self.tell_opened(from, device),
            Err(error) => self.fail(error),
        }
    }

    fn start(&mut self, id: TakeId, path: &Path, mark: Option<Mark>, pressed: Instant) {
        self.absorb();
        self.finish_take(TakeEnd::Interrupted);
        if self.microphone.is_none() {
            let choice = self.choice.clone();
            match self.open(&choice) {
                Ok(device) => self.tell_opened(None, device),
                Err(error) => {
                    self.tell(CaptureEvent::Failed {
                        take: Some(id),
                        error,
                        kept: None,
                    });
                    return;
                }
            }
        }
        let Some(microphone) = &mut self.microphone else {
            return;
        };
        let press = microphone.place(mark);
        let wanted = press.saturating_sub(samples(self.options.preroll));
        let oldest = microphone.position().saturating_sub(self.recent.len() as u64);
        let first = wanted.max(oldest);
        let opening = Opening {
            path,
            pressed,
            press,
            preroll: press.saturating_sub(first),
            max: self.options.max_take,
            dropped_before: microphone.counters().dropped(),
        };
        let skipped = usize::try_from(first - oldest).unwrap_or(usize::MAX);
        let head: Vec<f32> = self.recent.iter().skip(skipped).copied().collect();
        let position = microphone.position();
        let begun = Take::begin(id, &opening).and_then(|mut take| {
            take.write(&head, position)?;
            Ok(take)
        });
        match begun {
            Ok(take) => {
                microphone.take(true);
                self.take = Some(take);
            }
            Err(error) => {
                self.tell(CaptureEvent::Failed {
                    take: Some(id),
                    error: error.into(),
                    kept: None,
                });
                self.close_if_idle();
            }
        }
    }

    fn stop(&mut self, id: TakeId, mark: Option<Mark>) {
        let Some(take) = self.take.as_mut().filter(|take| take.id() == id) else {
            return;
        };
        if let Some(microphone) = &self.microphone {
            take.end_at(microphone.place(mark), self.options.tail);
        }
    }

    fn cancel(&mut self, id: TakeId) {
        if let Some(take) = self.take.take_if(|take| take.id() == id) {
            take.abandon();
            self.tell(CaptureEvent::Cancelled { take: id });
            self.close_if_idle();
        }
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
        let (position, delivered) = (microphone.position(), microphone.has_delivered());
        if delivered {
            self.silent_reopenings = 0;
        }
        self.distribute(&block, position);
        self.block = block;
        match verdict {
            Verdict::Well => {}
            Verdict::EndOfInput => self.finish_take(TakeEnd::InputEnded),
            Verdict::Lost => self.replace(false),
            Verdict::Silent => self.replace(true),
        }
    }

    fn distribute(&mut self, block: &[f32], position: u64) {
        if !block.is_empty() {
            self.measure(block);
            self.write(block, position);
            self.recent.extend(block);
        }
        let Some(take) = &mut self.take else { return };
        if let Some((preroll, latency)) = take.newly_started(position) {
            let take = take.id();
            self.tell(CaptureEvent::Started {
                take,
                preroll,
                latency,
            });
        }
        let Some(take) = &self.take else { return };
        if take.has_ended(position) {
            self.finish_take(TakeEnd::Stopped);
        } else if take.has_reached_limit() {
            self.finish_take(TakeEnd::LimitReached);
        }
    }

    fn measure(&mut self, block: &[f32]) {
        let mut latest = None;
        self.meter.push(block, |level| latest = Some(level));
        if let Some(level) = latest
            && self.level_told.elapsed() >= LEVEL_EVERY
        {
            self.level_told = Instant::now();
            self.tell(CaptureEvent::Level(level));
        }
        let limit = samples(self.options.all_zeros);
        let before = self.zeros;
        match block.iter().rposition(|&sample| sample != 0.0) {
            None => self.zeros += block.len() as u64,
            Some(last) => self.zeros = (block.len() - 1 - last) as u64,
        }
        if before < limit
            && self.zeros >= limit
            && let Some(microphone) = &self.microphone
        {
            let device = microphone.device().clone();
            self.tell(CaptureEvent::AllZeros { device });
        }
    }

    fn write(&mut self, block: &[f32], position: u64) {
        let Some(take) = &mut self.take else { return };
        if let Err(error) = take.write(block, position) {
            let id = take.id();
            let kept = self.take.take().and_then(Take::keep);
            self.tell(CaptureEvent::Failed {
                take: Some(id),
                error: error.into(),
                kept,
            });
            self.close_if_idle();
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
        match take.finish() {
            Ok(clip) => self.tell(CaptureEvent::Finished {
                take: id,
                clip,
                dropped,
                end,
            }),
            Err(error) => {
                self.tell(CaptureEvent::Failed {
                    take: Some(id),
                    error: error.into(),
                    kept: None,
                });
            }
        }
        if let Some(microphone) = &mut self.microphone {
            microphone.take(false);
        }
        self.close_if_idle();
    }

    /// Opens the same microphone again, else the system's default; else tells that it is lost.
    fn replace(&mut self, silent: bool) {
        let Some(microphone) = &self.microphone else {
            return;
        };
        let (from, error) = (microphone.device().clone(), microphone.error());
        if silent {
            self.tell(CaptureEvent::NoSamples { device: from.clone() });
        }
        self.leave_stream();
        self.close();
        if self.take.as_ref().is_some_and(Take::is_ending) {
            // Only the tail is missing.
            self.finish_take(TakeEnd::Stopped);
        }
        if self.take.is_none() && !self.warm {
            return;
        }
        for choice in self.replacements(silent) {
            match self.open(&choice) {
                Ok(device) => return self.tell_opened(Some(from), device),
                Err(error) => tracing::info!(%error, ?choice, "this microphone cannot take over"),
            }
        }
        self.silent_reopenings = 0;
        self.fail(error);
    }

    /// What to try, best first. One that stayed silent after it was reopened is not tried a third time.
    fn replacements(&mut self, silent: bool) -> Vec<DeviceChoice> {
        if silent {
            self.silent_reopenings += 1;
        }
        let same = self.choice.clone();
        let mut choices = if same == DeviceChoice::SystemDefault {
            vec![same]
        } else {
            vec![same, DeviceChoice::SystemDefault]
        };
        if silent {
            let tried = usize::try_from(self.silent_reopenings).unwrap_or(usize::MAX) - 1;
            choices.drain(..tried.min(choices.len()));
        }
        choices
    }

    fn fail(&mut self, error: DeviceError) {
        let take = self.take.as_ref().map(Take::id);
        let kept = self.take.take().and_then(Take::keep);
        if self.warm {
            self.retry_at = Some(Instant::now() + self.options.retry);
        }
        self.tell(CaptureEvent::Failed { take, error, kept });
    }

    fn look_for_lost_microphone(&mut self) {
        if self.microphone.is_some() || self.retry_at.is_none_or(|at| Instant::now() < at) {
            return;
        }
        let choice = self.choice.clone();
        match self
            .open(&choice)
            .or_else(|_| self.open(&DeviceChoice::SystemDefault))
        {
            Ok(device) => self.tell_opened(None, device),
            Err(_) => self.retry_at = Some(Instant::now() + self.options.retry),
        }
    }

    fn open(&mut self, choice: &DeviceChoice) -> Result<InputDevice, DeviceError> {
        self.streams += 1;
        let microphone = Microphone::open(self.backend.as_ref(), choice, self.streams)?;
        let device = microphone.device().clone();
        self.set_position(Some((self.streams, Arc::clone(microphone.counters()))));
        self.microphone = Some(microphone);
        self.retry_at = None;
        self.zeros = 0;
        if self.take.is_some()
            && let Some(microphone) = &mut self.microphone
        {
            microphone.take(true);
        }
        Ok(device)
    }

    fn tell_opened(&mut self, from: Option<InputDevice>, device: InputDevice) {
        let rate = self.microphone.as_ref().map_or(0, Microphone::rate);
        match from {
            Some(from) if from.id != device.id => self.tell(CaptureEvent::Switched { from, to: device }),
            _ => self.tell(CaptureEvent::Opened { device, rate }),
        }
    }

    /// Gives a running take the last samples of a stream that is about to be closed.
    fn leave_stream(&mut self) {
        let Some(microphone) = &mut self.microphone else {
            return;
        };
        let mut rest = Vec::new();
        microphone.drain(&mut rest);
        let (position, dropped) = (microphone.position(), microphone.counters().dropped());
        self.write(&rest, position);
        if let Some(take) = &mut self.take {
            take.change_stream(dropped);
        }
    }

    fn close(&mut self) {
        self.set_position(None);
        self.microphone = None;
        self.recent.clear();
    }

    fn close_if_idle(&mut self) {
        if !self.warm && self.take.is_none() {
            self.close();
        }
    }

    fn give_up_after_panic(&mut self) {
        // Dropped, not abandoned: the `.part` holds all that was said.
        let take = self.take.take().map(|take| take.id());
        self.warm = false;
        self.retry_at = None;
        self.block = Vec::new();
        self.close();
        self.tell(CaptureEvent::Failed {
            take,
            error: DeviceError::Panicked,
            kept: None,
        });
    }

    fn set_position(&self, position: Option<(u64, Arc<crate::Counters>)>) {
        *self.position.lock().unwrap_or_else(PoisonError::into_inner) = position;
    }

    fn tell(&mut self, event: CaptureEvent) {
        (self.listener)(event);
    }
}
