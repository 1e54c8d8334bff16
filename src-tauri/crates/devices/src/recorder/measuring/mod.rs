//! The capture thread's half of the measuring of takes: a tap that copies what goes into the clip for a meter on a
//! thread of its own ([`meter`]).
//!
//! It must never keep the capture thread waiting. A meter that cannot keep up loses the take, not a sample of the clip.

mod meter;
#[cfg(test)]
mod tests;

use std::sync::mpsc;
use std::time::Duration;

use rehearse_audio::SAMPLE_RATE;
use rehearse_delivery::TurnFigures;

use super::TakeId;
use crate::worker::Worker;
pub(super) use meter::{Measures, NewMeter};
use meter::{MeterThread, Order};

/// Samples that may wait for the meter: 20 s, 2 MB while a take runs. A little more than a microphone's ring, so that
/// what arrives at once after a long stall finds room.
const CAPACITY: usize = 20 * SAMPLE_RATE as usize;

/// How long the end waits for the meter to finish the take that is complete: some milliseconds, unless it stalls. The
/// figures of a take that it does not finish in time are left to whoever has the clip.
pub(super) const DEADLINE: Duration = Duration::from_millis(200);

/// What the meter thread calls with the figures of a take, or with `None` when it has failed.
pub(super) type Answer = Box<dyn FnMut(TakeId, Option<Box<TurnFigures>>) + Send>;

/// The tap. Of the takes given to it one at most is open.
pub(super) struct Tap {
    orders: mpsc::Sender<Order>,
    sound: Option<rtrb::Producer<f32>>,
    awaited: Vec<TakeId>,
    worker: Option<Worker>,
    deadline: Duration,
}

impl Tap {
    /// Starts the meter thread, which is waited for until the deadline at its end. Without one nothing is measured, and
    /// everything is recorded all the same.
    pub(super) fn open(new_meter: NewMeter, deadline: Duration, answer: Answer) -> Self {
        let (orders, inbox) = mpsc::channel();
        let worker = Worker::spawn("meter", move || MeterThread::new(new_meter, answer).run(&inbox))
            .inspect_err(|error| tracing::warn!(%error, "takes are not measured"))
            .ok();
        Self {
            orders,
            sound: None,
            awaited: Vec::new(),
            worker,
            deadline,
        }
    }

    /// A take begins. One that is still open is forgotten.
    pub(super) fn begin(&mut self, take: TakeId) {
        // One ring for each take: nothing of an earlier one can be left in it, and between takes it costs nothing.
        let (producer, consumer) = rtrb::RingBuffer::new(CAPACITY);
        let begun = self.orders.send(Order::Begin(take, consumer)).is_ok();
        self.sound = begun.then_some(producer);
    }

    /// Sound of the open take. When it does not fit, the take is forgotten: figures of a part would be wrong.
    pub(super) fn push(&mut self, sound: &[f32]) {
        let Some(ring) = &mut self.sound else { return };
        match ring.write_chunk_uninit(sound.len()) {
            Ok(chunk) => {
                chunk.fill_from_iter(sound.iter().copied());
            }
            Err(_) => {
                tracing::info!("the meter does not keep up; the take will be measured from its clip");
                self.forget();
            }
        }
    }

    /// The open take is complete. Returns whether an answer will come.
    pub(super) fn finish(&mut self, take: TakeId) -> bool {
        let follows = self.sound.take().is_some() && self.orders.send(Order::Finish).is_ok();
        if follows {
            self.awaited.push(take);
        }
        follows
    }

    /// The open take is not to be measured any more.
    pub(super) fn forget(&mut self) {
        if self.sound.take().is_some() {
            // Without a thread there is nothing to forget.
            let _ = self.orders.send(Order::Forget);
        }
    }

    /// Whether the answer about this take is still waited for; from now on it is not.
    pub(super) fn no_longer_awaits(&mut self, take: TakeId) -> bool {
        let before = self.awaited.len();
        self.awaited.retain(|awaited| *awaited != take);
        self.awaited.len() < before
    }

    /// Ends the meter thread once it has answered for the takes that are complete, or at the deadline; returns the takes
    /// whose answers nobody has taken note of yet.
    pub(super) fn close(self) -> Vec<TakeId> {
        let Self {
            orders,
            sound,
            awaited,
            worker,
            deadline,
        } = self;
        drop((orders, sound));
        if worker.is_some_and(|worker| !worker.join(deadline)) {
            tracing::warn!("the meter is left to itself");
        }
        awaited
    }
}
