//! What a request cost, in the units that hosts bill.

use std::ops::AddAssign;

/// Tokens that a host counted. A host that counts none, or not by kind, leaves them at 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Text that went in.
    pub text_in: u64,
    /// Sound that went in.
    pub audio_in: u64,
    /// Text that came out.
    pub text_out: u64,
    /// Sound that came out.
    pub audio_out: u64,
    /// Of what went in, what the host still knew.
    pub cached: u64,
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.text_in += other.text_in;
        self.audio_in += other.audio_in;
        self.text_out += other.text_out;
        self.audio_out += other.audio_out;
        self.cached += other.cached;
    }
}
