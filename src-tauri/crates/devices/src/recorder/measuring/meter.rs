//! The meter thread: measures one take after the other while they are recorded, so that the end of a take costs next to
//! nothing. It knows no microphone and no clip; a panic of a meter costs the figures of one take.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::time::Duration;

use rehearse_delivery::{Meter, TurnFigures};

use super::{Answer, TakeId};

/// How often the ring is emptied.
const TICK: Duration = Duration::from_millis(20);

/// Room is given back to the ring after so many samples.
const PIECE: usize = 4096;

/// What measures a take: [`Meter`], everywhere but in tests of what happens when it fails.
pub(in crate::recorder) trait Measures {
    /// Takes mono sound at the house rate.
    fn push(&mut self, sound: &[f32]);
    /// The figures of all of it.
    fn finish(self: Box<Self>) -> TurnFigures;
}

impl Measures for Meter {
    fn push(&mut self, sound: &[f32]) {
        Meter::push(self, sound);
    }

    fn finish(self: Box<Self>) -> TurnFigures {
        Meter::finish(*self)
    }
}

/// Makes the meter of a take, on the meter thread.
pub(in crate::recorder) type NewMeter = Box<dyn FnMut() -> Option<Box<dyn Measures>> + Send>;

pub(super) enum Order {
    Begin(TakeId, rtrb::Consumer<f32>),
    /// All sound of the take is in the ring.
    Finish,
    Forget,
}

pub(super) struct MeterThread {
    new_meter: NewMeter,
    answer: Answer,
    take: Option<Measured>,
}

/// The take that is measured.
struct Measured {
    id: TakeId,
    sound: rtrb::Consumer<f32>,
    /// None once it has failed.
    meter: Option<Box<dyn Measures>>,
}

impl MeterThread {
    pub(super) fn new(new_meter: NewMeter, answer: Answer) -> Self {
        Self {
            new_meter,
            answer,
            take: None,
        }
    }

    /// Works until the tap is gone.
    pub(super) fn run(mut self, orders: &mpsc::Receiver<Order>) {
        loop {
            let order = match &self.take {
                Some(_) => orders.recv_timeout(TICK),
                None => orders.recv().map_err(mpsc::RecvTimeoutError::from),
            };
            match order {
                Ok(Order::Begin(id, sound)) => {
                    let meter = unless_it_panics(&mut self.new_meter).flatten();
                    self.take = Some(Measured { id, sound, meter });
                }
                Ok(Order::Finish) => {
                    if let Some(take) = self.take.take() {
                        let (id, figures) = take.finish();
                        (self.answer)(id, figures);
                    }
                }
                Ok(Order::Forget) => self.take = None,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    if let Some(take) = &mut self.take {
                        take.listen();
                    }
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => return,
            }
        }
    }
}

impl Measured {
    /// Measures what has arrived.
    fn listen(&mut self) {
        let Self { sound, meter, .. } = self;
        let heard = unless_it_panics(|| {
            while let Ok(chunk) = sound.read_chunk(sound.slots().min(PIECE))
                && !chunk.is_empty()
            {
                if let Some(meter) = meter {
                    let (first, second) = chunk.as_slices();
                    meter.push(first);
                    meter.push(second);
                }
                chunk.commit_all();
            }
        });
        if heard.is_none() {
            self.meter = None;
        }
    }

    fn finish(mut self) -> (TakeId, Option<Box<TurnFigures>>) {
        self.listen();
        let figures = self
            .meter
            .and_then(|meter| unless_it_panics(|| Box::new(meter.finish())));
        (self.id, figures)
    }
}

/// What the job returns. A panic below is as good as an answer that the figures are to be computed from the clip.
fn unless_it_panics<T>(job: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(job))
        .inspect_err(|_| tracing::error!("the meter of a take panicked"))
        .ok()
}
