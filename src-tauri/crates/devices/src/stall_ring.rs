//! A ring for one writer and one reader that is small while the reader keeps up, and large when it is held up.
//!
//! One ring of several seconds would be written from end to end again and again, and so be held in memory whole, for the
//! sake of a stall that hardly ever comes. Here what comes passes through a short ring, and only what finds no room there
//! goes into a long one, whose memory nobody touches before.
//!
//! Order: while the long ring holds anything nothing new goes into the short one, so all that lies in the short ring is
//! older. The reader looks into the long ring first: what it saw there came after all that the short ring can hold from
//! then on. Neither half allocates, locks or waits.

/// The writing half.
#[derive(Debug)]
pub(crate) struct Writer {
    short: rtrb::Producer<f32>,
    long: rtrb::Producer<f32>,
}

/// The reading half.
#[derive(Debug)]
pub(crate) struct Reader {
    short: rtrb::Consumer<f32>,
    long: rtrb::Consumer<f32>,
}

/// Both halves, with the samples that the two rings hold.
pub(crate) fn stall_ring(short: usize, long: usize) -> (Writer, Reader) {
    let (to_short, from_short) = rtrb::RingBuffer::new(short);
    let (to_long, from_long) = rtrb::RingBuffer::new(long);
    let writer = Writer {
        short: to_short,
        long: to_long,
    };
    let reader = Reader {
        short: from_short,
        long: from_long,
    };
    (writer, reader)
}

impl Writer {
    /// Samples that fit in now.
    pub(crate) fn room(&self) -> usize {
        self.in_short() + self.long.slots()
    }

    /// Room in the short ring, as far as it may be used.
    fn in_short(&self) -> usize {
        let is_held_up = self.long.slots() < self.long.buffer().capacity();
        if is_held_up { 0 } else { self.short.slots() }
    }

    /// Takes the first `count` samples, or as many as fit. Returns how many that were.
    pub(crate) fn push(&mut self, count: usize, mut samples: impl Iterator<Item = f32>) -> usize {
        let in_short = self.in_short().min(count);
        let in_long = (count - in_short).min(self.long.slots());
        for (ring, fitting) in [(&mut self.short, in_short), (&mut self.long, in_long)] {
            if fitting > 0
                && let Ok(chunk) = ring.write_chunk_uninit(fitting)
            {
                chunk.fill_from_iter(samples.by_ref().take(fitting));
            }
        }
        in_short + in_long
    }

    /// Whether the reader is gone.
    pub(crate) fn is_abandoned(&self) -> bool {
        self.short.is_abandoned()
    }
}

impl Reader {
    /// Appends what has arrived to `into`; returns how many samples that were.
    pub(crate) fn read(&mut self, into: &mut Vec<f32>) -> usize {
        // In this order: see above.
        let in_long = self.long.slots();
        let in_short = self.short.slots();
        for (ring, ready) in [(&mut self.short, in_short), (&mut self.long, in_long)] {
            let Ok(chunk) = ring.read_chunk(ready) else {
                continue;
            };
            let (first, second) = chunk.as_slices();
            into.extend_from_slice(first);
            into.extend_from_slice(second);
            chunk.commit_all();
        }
        in_short + in_long
    }

    /// Whether the writer is gone: nothing will arrive any more.
    pub(crate) fn is_abandoned(&self) -> bool {
        self.short.is_abandoned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(from: usize) -> impl Iterator<Item = f32> {
        (from..).map(|number| number as f32)
    }

    #[test]
    fn a_stall_is_kept_in_order_and_what_follows_it_comes_behind() {
        let (mut writer, mut reader) = stall_ring(4, 16);
        let mut read = Vec::new();
        assert_eq!(writer.push(10, numbers(0)), 10);
        assert_eq!(
            writer.room(),
            10,
            "the short ring waits until the long one is empty"
        );
        assert_eq!(reader.read(&mut read), 10);
        assert_eq!(writer.room(), 20);
        assert_eq!(writer.push(30, numbers(10)), 20, "no more than there is room for");
        reader.read(&mut read);
        assert_eq!(read, numbers(0).take(30).collect::<Vec<_>>());
    }

    #[test]
    fn while_the_reader_keeps_up_the_long_ring_is_not_touched() {
        let (mut writer, mut reader) = stall_ring(4, 16);
        for from in (0..100).step_by(4) {
            assert_eq!(writer.push(4, numbers(from)), 4);
            assert_eq!(reader.long.slots(), 0);
            reader.read(&mut Vec::new());
        }
    }

    /// Two threads at their own pace, with rings so short that both are full and empty all the time.
    #[test]
    fn nothing_is_lost_or_out_of_order_between_two_threads() {
        const ALL: usize = 400_000;
        let (mut writer, mut reader) = stall_ring(7, 61);
        let writing = std::thread::spawn(move || {
            let (mut written, mut block) = (0, 1);
            while written < ALL {
                block = block % 29 + 1;
                written += writer.push(block.min(ALL - written), numbers(written));
                if block == 29 {
                    std::thread::yield_now();
                }
            }
        });
        let mut read = Vec::with_capacity(ALL);
        while read.len() < ALL {
            if reader.read(&mut read) == 0 {
                std::thread::yield_now();
            }
        }
        writing.join().unwrap();
        assert_eq!(read, numbers(0).take(ALL).collect::<Vec<_>>());
        assert!(reader.is_abandoned());
    }
}
