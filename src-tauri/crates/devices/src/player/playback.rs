//! The playback thread: lines in, sound out. Nothing else opens or closes the loudspeaker.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use rehearse_audio::resample::Resampler;

use super::line::Line;
use super::speaker::Speaker;
use super::{Command, PlayEvent, PlayId, PlayListener, PlayerOptions};
use crate::{DeviceChoice, DeviceError, OutputBackend};

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
            Some(Command::Push(id, samples)) => self.with_line(id, |line| line.push(samples)),
            Some(Command::End(id)) => self.with_line(id, Line::end),
            Some(Command::Stop(id)) => self.with_line(id, Line::stop),
            Some(Command::Hold(id, hold)) => self.with_line(id, |line| line.hold(hold)),
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
        speaker.begin(&self.options);
        Ok(())
    }

    fn play(&mut self) {
        let (Some(speaker), Some(line)) = (&mut self.speaker, self.lines.front_mut()) else {
            return;
        };
        if line.is_stopped() {
            speaker.control.stop();
        } else {
            // Before the sound: a device that took over in the middle must not begin with it.
            speaker.control.hold(line.is_held());
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
        if self.lines.front().is_some_and(Line::is_hopeless) {
            self.fail_all(&DeviceError::Lost);
        }
        // Any other line asks for a device again in a moment and goes on where it was.
    }

    fn leave_speaker(&mut self) {
        if let Some(speaker) = self.speaker.take()
            && let Some(line) = self.lines.front_mut()
        {
            line.unroute(speaker.control.played());
        }
    }

    fn open(&mut self) -> Result<(), DeviceError> {
        let mut speaker = Speaker::open(self.backend.as_ref(), &self.choice).or_else(|error| {
            if self.choice == DeviceChoice::SystemDefault {
                return Err(error);
            }
            tracing::info!(%error, "the chosen loudspeaker cannot be used");
            Speaker::open(self.backend.as_ref(), &DeviceChoice::SystemDefault)
        })?;
        // Under the name of the wish, so that wishing for it again does not open it again.
        speaker.choice = self.choice.clone();
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
        self.leave_speaker();
        while let Some(line) = self.lines.pop_front() {
            self.tell(PlayEvent::Failed {
                id: line.id(),
                heard: line.heard(0),
                error: error.clone(),
            });
        }
    }

    fn tell(&mut self, event: PlayEvent) {
        (self.listener)(event);
    }
}
