//! Microphones that say what a test tells them to, and fail when it wants.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rehearse_devices::{
    DeviceChoice, DeviceError, DeviceId, Fault, Health, InputBackend, InputDevice, InputStream, SampleSink,
};

/// A desk with some microphones on it. Clones are the same desk.
#[derive(Clone)]
pub struct FakeInput {
    desk: Arc<Mutex<Vec<Fake>>>,
    live: bool,
}

struct Fake {
    device: InputDevice,
    rate: u32,
    plugged: bool,
    refusal: Option<DeviceError>,
    health: Health,
    /// How many more times it may be asked how it is before it panics.
    panics: Option<u8>,
    stalled: bool,
    sink: Option<SampleSink>,
    script: Vec<f32>,
    opened: usize,
    takes: usize,
}

impl FakeInput {
    /// Microphones of these names and rates that deliver only what [`speak`](Self::speak) gives them. The first is
    /// the system's default.
    pub fn by_hand(microphones: &[(&str, u32)]) -> Self {
        Self::new(microphones, false)
    }

    /// The same, but alive: each delivers a whisper of noise in real time, and what it is given to
    /// [`speak`](Self::speak) one after the other.
    pub fn live(microphones: &[(&str, u32)]) -> Self {
        Self::new(microphones, true)
    }

    fn new(microphones: &[(&str, u32)], live: bool) -> Self {
        let fake = |(index, &(name, rate)): (usize, &(&str, u32))| Fake {
            device: InputDevice {
                id: DeviceId(format!("fake:{name}")),
                name: name.to_owned(),
                is_default: index == 0,
            },
            rate,
            plugged: true,
            refusal: None,
            health: Health::Running,
            panics: None,
            stalled: false,
            sink: None,
            script: Vec::new(),
            opened: 0,
            takes: 0,
        };
        Self {
            desk: Arc::new(Mutex::new(microphones.iter().enumerate().map(fake).collect())),
            live,
        }
    }

    /// The choice of the microphone with this name.
    pub fn choice(name: &str) -> DeviceChoice {
        DeviceChoice::Id(DeviceId(format!("fake:{name}")))
    }

    /// Says something into a microphone, mono at its rate. By hand it is in the ring when this returns; what was
    /// said into one that is not open is lost, as in life.
    pub fn speak(&self, name: &str, samples: &[f32]) {
        let live = self.live;
        self.with(name, |fake| match &mut fake.sink {
            _ if live => fake.script.extend_from_slice(samples),
            Some(sink) => sink.push_interleaved(samples, 1),
            None => {}
        });
    }

    /// Pulls the plug: an open stream dies, and the next choice is the default of what is left.
    pub fn unplug(&self, name: &str) {
        self.with(name, |fake| {
            fake.plugged = false;
            fake.health = Health::Gone;
            fake.sink = None;
        });
    }

    /// Puts it back.
    pub fn replug(&self, name: &str) {
        self.with(name, |fake| fake.plugged = true);
    }

    /// Opening it fails like this from now on; `None` heals it.
    pub fn refuse(&self, name: &str, error: Option<DeviceError>) {
        self.with(name, |fake| fake.refusal = error);
    }

    /// It stays open and delivers nothing (`true`), or delivers again. For live ones.
    pub fn stall(&self, name: &str, stalled: bool) {
        self.with(name, |fake| fake.stalled = stalled);
    }

    /// It stays open and delivers nothing, because the sound system does not answer (`true`), or answers again and
    /// delivers what was said in the meantime. For live ones.
    pub fn hang(&self, name: &str, hangs: bool) {
        self.with(name, |fake| {
            fake.stalled = hangs;
            fake.health = if hangs {
                Health::Unanswered
            } else {
                Health::Running
            };
        });
    }

    /// Its driver reports a fault while it is open.
    pub fn raise(&self, name: &str, fault: Fault) {
        self.with(name, |fake| {
            if let Some(sink) = &fake.sink {
                sink.counters().raise(fault);
            }
        });
    }

    /// Its driver panics once: the second time that it is asked how it is. A recorder asks before each reading, so all
    /// that was said by hand before has been read by then.
    pub fn panic(&self, name: &str) {
        self.with(name, |fake| fake.panics = Some(1));
    }

    /// Makes it the system's default. A stream of the old default learns of it.
    pub fn set_default(&self, name: &str) {
        for fake in self.desk.lock().iter_mut() {
            fake.device.is_default = fake.device.name == name;
            if !fake.device.is_default {
                fake.health = Health::DefaultChanged;
            }
        }
    }

    /// Whether it is open.
    pub fn is_open(&self, name: &str) -> bool {
        self.with(name, |fake| fake.sink.is_some()).unwrap_or(false)
    }

    /// How often it was opened.
    pub fn times_opened(&self, name: &str) -> usize {
        self.with(name, |fake| fake.opened).unwrap_or(0)
    }

    /// How many takes it was told of.
    pub fn takes(&self, name: &str) -> usize {
        self.with(name, |fake| fake.takes).unwrap_or(0)
    }

    fn with<T>(&self, name: &str, job: impl FnOnce(&mut Fake) -> T) -> Option<T> {
        self.desk
            .lock()
            .iter_mut()
            .find(|fake| fake.device.name == name)
            .map(job)
    }

    fn keep_alive(&self, name: String, stream: usize) {
        let desk = self.clone();
        std::thread::spawn(move || {
            let is_current = |fake: &mut Fake| {
                let current = fake.opened == stream && fake.sink.is_some();
                if current && !fake.stalled {
                    fake.deliver_ten_milliseconds();
                }
                current
            };
            while desk.with(&name, is_current) == Some(true) {
                std::thread::sleep(Duration::from_millis(10));
            }
        });
    }
}

impl Fake {
    fn deliver_ten_milliseconds(&mut self) {
        let block = (self.rate / 100) as usize;
        let spoken = block.min(self.script.len());
        let mut samples: Vec<f32> = self.script.drain(..spoken).collect();
        samples.extend((spoken..block).map(|n| if n % 2 == 0 { 1e-5 } else { -1e-5 }));
        if let Some(sink) = &mut self.sink {
            sink.push_interleaved(&samples, 1);
        }
    }
}

impl InputBackend for FakeInput {
    fn devices(&self) -> Result<Vec<InputDevice>, DeviceError> {
        Ok(self
            .desk
            .lock()
            .iter()
            .filter(|fake| fake.plugged)
            .map(|fake| fake.device.clone())
            .collect())
    }

    fn open(&self, choice: &DeviceChoice, sink: SampleSink) -> Result<Box<dyn InputStream>, DeviceError> {
        let mut desk = self.desk.lock();
        let mut plugged = desk.iter_mut().filter(|fake| fake.plugged);
        let fake = match choice {
            DeviceChoice::Id(id) => plugged.find(|fake| fake.device.id == *id),
            // Without its default a system names another.
            DeviceChoice::SystemDefault => plugged.max_by_key(|fake| fake.device.is_default),
        }
        .ok_or(DeviceError::NoDevice)?;
        fake.opened += 1;
        if let Some(error) = &fake.refusal {
            return Err(error.clone());
        }
        fake.sink = Some(sink);
        fake.health = Health::Running;
        let stream = fake.opened;
        let (device, rate) = (fake.device.clone(), fake.rate);
        drop(desk);
        if self.live {
            self.keep_alive(device.name.clone(), stream);
        }
        Ok(Box::new(OpenFake {
            desk: self.clone(),
            device,
            rate,
            stream,
        }))
    }
}

struct OpenFake {
    desk: FakeInput,
    device: InputDevice,
    rate: u32,
    stream: usize,
}

impl InputStream for OpenFake {
    fn device(&self) -> &InputDevice {
        &self.device
    }

    fn rate(&self) -> u32 {
        self.rate
    }

    fn health(&mut self) -> Health {
        let (panics, health) = self
            .desk
            .with(&self.device.name, |fake| {
                let panics = fake.panics == Some(0);
                fake.panics = fake.panics.and_then(|left| left.checked_sub(1));
                (panics, fake.health)
            })
            .unwrap_or((false, Health::Gone));
        assert!(!panics, "this driver was told to panic");
        health
    }

    fn take(&mut self, running: bool) {
        self.desk
            .with(&self.device.name, |fake| fake.takes += usize::from(running));
    }
}

impl Drop for OpenFake {
    fn drop(&mut self) {
        let stream = self.stream;
        self.desk.with(&self.device.name, |fake| {
            if fake.opened == stream {
                fake.sink = None;
            }
        });
    }
}
