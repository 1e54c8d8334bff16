//! Numbers that join an answer to the request it belongs to.

use std::fmt;

/// One asynchronous request. Unique within a dialog, counted from 1; an answer that carries a number nobody
/// waits for is stale and changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Hands out request numbers in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Requests(u64);

impl Requests {
    /// A number that was never handed out before.
    pub(crate) fn next(&mut self) -> RequestId {
        self.0 += 1;
        RequestId(self.0)
    }
}
