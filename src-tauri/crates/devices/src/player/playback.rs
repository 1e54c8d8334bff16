//! The playback thread: lines in, sound out. Nothing else opens or closes the loudspeaker.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use rehearse_audio::resample::Resampler;

use super::line::Line;
use super::{Command, PlayEvent, PlayId, PlayListener, PlayerOptions};
use crate::{DeviceChoice, DeviceError, LineControl, OutputBackend, OutputStream, line_ring};

/// How often the ring is filled while a line plays.
const TICK: Duration = Duration::from_millis(5);

/// How often an idle device is looked at.
const IDLE_TICK: Duration = Duration::from_millis(200);

pub(super) struct Playback {
    backend: Arc<dyn OutputBackend>,
    options: PlayerOptions,
    listener: PlayListener,
    choice: DeviceChoice,
    speaker: Option<Speaker>,
    /// The first is the one that plays; the others wait for its fade-out.
    lines: VecDeque<Line>,
    idle_since: Instant,
}

struct Speaker {
    stream: Box<dyn OutputStream>,
    control: LineControl,
    choice: DeviceChoice,
    opened: Instant,
    buffer: Duration,
    underruns: u64,
    done_since: Option<Instant>,
}

impl Playback {
    pub(super) fn new(
        backend: Arc<dyn OutputBackend>,
        options: PlayerOptions,
        listener: PlayListener,
    ) -> Self {
        Self {
            backend,
            options,
            listener,
            choice: DeviceChoice::SystemDefault,
            speaker: None,
            lines: VecDeque::new(),
            idle_since: Instant::now(),
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
                    if catch_unwind(AssertUnwindSafe(|| self.fail_all(&DeviceError::Panicked))).is_err() {
                        return;
                    }
                }
            }
        }
    }

    fn pause(&self) -> Duration {
        match (self.lines.is_empty(), &self.speaker) {
            (false, _) => TICK,
            (true, Some(_)) => IDLE_TICK,
            (true, None) => Duration::from_secs(3600),
        }
    }

    fn step(&mut self, command: Option<Command>) -> ControlFlow<()> {
        match command {
            Some(Command::Warm(choice)) => self.warm(choice),
            Some(Command::Play(id)) => {
                for line in &mut self.lines {
                    line.stop();
                }
                self.lines.push_back(Line::new(id));
            }
            Some(Command::Push(id, samples)) => self.with_line(id, |line| line.push(&samples)),
            Some(Command::End(id)) => self.with_line(id, Line::end),
            Some(Command::Stop(id)) => self.with_line(id, Line::stop),
            Some(Command::Shutdown) => return ControlFlow::Break(()),
            None => {}
        }
        self.tend();
        ControlFlow::Continue(())
    }

    fn with_line(&mut self, id: PlayId, job: impl FnOnce(&mut Line)) {
        if let Some(line) = self.lines.iter_mut().find(|line| line.id() == id) {
            job(line);
        }
    }

    fn warm(&mut self, choice: DeviceChoice) {
        let changed = self
            .speaker
            .as_ref()
            .is_some_and(|speaker| speaker.choice != choice);
        self.choice = choice;
        if changed {
            self.leave_speaker();
        }
        self.idle_since = Instant::now();
        if self.speaker.is_none()
            && let Err(error) = self.open()
        {
            tracing::info!(%error, "no loudspeaker could be opened ahead");
        }
    }

    fn tend(&mut self) {
        self.replace_lost_speaker();
        let Some(line) = self.lines.front_mut() else {
            return self.close_when_idle();
        };
        if !line.is_routed() {
            if line.is_stopped() {
                return self.leave_line(|line| PlayEvent::Stopped {
                    id: line.id(),
                    heard: line.heard(0),
                });
            }
            if !line.is_worth_a_device() {
                return;
            }
            if let Err(error) = self.begin() {
                return self.fail_all(&error);
            }
        }
        self.play();
    }

    /// Gives the first line to the device, which is opened if need be.
    fn begin(&mut self) -> Result<(), DeviceError> {
        if self.speaker.is_none() {
            self.open()?;
        }
        let (Some(speaker), Some(line)) = (&mut self.speaker, self.lines.front_mut()) else {
            return Err(DeviceError::NoDevice);
        };
        let rate = speaker.stream.rate();
        let resampler = Resampler::between(rehearse_audio::SAMPLE_RATE, rate).map_err(|error| {
            DeviceError::WrongFormat {
                offered: error.to_string(),
            }
        })?;
        line.route(rate, resampler);
        speaker.buffer = self.options.buffer;
        speaker.done_since = None;
        speaker
            .control
            .begin(frames(speaker.buffer, rate), frames(self.options.fade, rate));
        Ok(())
    }

    fn play(&mut self) {
        let (Some(speaker), Some(line)) = (&mut self.speaker, self.lines.front_mut()) else {
            return;
        };
        if line.is_stopped() {
            speaker.control.stop();
        } else {
            line.pump(&mut speaker.control);
            speaker.notice_underrun(&self.options);
        }
        let (id, started) = (line.id(), line.newly_started(speaker.control.started()));
        let (done, stopped) = (speaker.is_done(line.is_stopped()), line.is_stopped());
        let heard = line.heard(speaker.control.played());
        if started {
            self.tell(PlayEvent::Started { id });
        }
        if done {
            self.leave_line(|_| {
                if stopped {
                    PlayEvent::Stopped { id, heard }
                } else {
                    PlayEvent::Drained { id, heard }
                }
            });
        }
    }

    fn leave_line(&mut self, event: impl FnOnce(&Line) -> PlayEvent) {
        if let Some(line) = self.lines.pop_front() {
            self.idle_since = Instant::now();
            self.tell(event(&line));
        }
    }

    fn replace_lost_speaker(&mut self) {
        let Some(speaker) = &self.speaker else { return };
        let routed = self.lines.front().is_some_and(Line::is_routed);
        if !speaker.is_lost(routed, self.options.stalled) {
            return;
        }
        self.leave_speaker();
        // The line, if any, asks for a device again in a moment and goes on where it was.
    }

    fn leave_speaker(&mut self) {
        if let Some(speaker) = self.speaker.take()
            && let Some(line) = self.lines.front_mut()
        {
            line.unroute(speaker.control.played());
        }
    }

    fn open(&mut self) -> Result<(), DeviceError> {
        let chosen = self.choice.clone();
        let speaker = Speaker::open(self.backend.as_ref(), &chosen).or_else(|error| {
            if chosen == DeviceChoice::SystemDefault {
                return Err(error);
            }
            tracing::info!(%error, "the chosen loudspeaker cannot be used");
            // Kept under the name of the wish, or a line would reopen it at each step.
            Speaker::open(self.backend.as_ref(), &DeviceChoice::SystemDefault).map(|speaker| Speaker {
                choice: chosen,
                ..speaker
            })
        })?;
        tracing::debug!(device = %speaker.stream.device().id, "loudspeaker open");
        self.speaker = Some(speaker);
        Ok(())
    }

    fn close_when_idle(&mut self) {
        if self.speaker.is_some() && self.idle_since.elapsed() >= self.options.warm {
            self.speaker = None;
        }
    }

    fn fail_all(&mut self, error: &DeviceError) {
        self.speaker = None;
        while let Some(line) = self.lines.pop_front() {
            self.tell(PlayEvent::Failed {
                id: line.id(),
                error: error.clone(),
            });
        }
    }

    fn tell(&mut self, event: PlayEvent) {
        (self.listener)(event);
    }
}

impl Speaker {
    fn open(backend: &dyn OutputBackend, choice: &DeviceChoice) -> Result<Self, DeviceError> {
        let (control, pull) = line_ring();
        let stream = backend.open(choice, pull)?;
        Ok(Self {
            stream,
            control,
            choice: choice.clone(),
            opened: Instant::now(),
            buffer: Duration::ZERO,
            underruns: 0,
            done_since: None,
        })
    }

    fn is_lost(&self, playing: bool, stalled: Duration) -> bool {
        let counters = self.control.counters();
        let quiet = counters
            .since_last_callback()
            .unwrap_or_else(|| self.opened.elapsed());
        counters.fault().is_some() || self.control.is_abandoned() || (playing && quiet >= stalled)
    }

    fn notice_underrun(&mut self, options: &PlayerOptions) {
        let underruns = self.control.underruns();
        if underruns > self.underruns {
            self.underruns = underruns;
            self.buffer = (self.buffer * 3 / 2).min(options.most_buffer);
            self.control.set_target(frames(self.buffer, self.stream.rate()));
        }
    }

    /// Whether the line is over and, unless it was stopped, has left the loudspeaker too.
    fn is_done(&mut self, stopped: bool) -> bool {
        if !self.control.done() {
            return false;
        }
        let since = *self.done_since.get_or_insert_with(Instant::now);
        stopped
            || since.elapsed()
                >= Duration::from_micros(self.control.latency_micros()).min(Duration::from_millis(500))
    }
}

fn frames(duration: Duration, rate: u32) -> u32 {
    u32::try_from(duration.as_micros() * u128::from(rate) / 1_000_000).unwrap_or(u32::MAX)
}
