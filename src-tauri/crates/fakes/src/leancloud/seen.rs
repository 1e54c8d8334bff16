//! The history of requests, for tests that count them.

/// One request that arrived, to the API or to a host of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenRequest {
    /// Its number, from 0 in order of arrival.
    pub number: usize,
    /// The method in capitals, after an override in the body.
    pub method: String,
    /// The path as it was sent, without the query.
    pub path: String,
    /// The query as it was sent; empty without one.
    pub query: String,
    /// When it arrived by the server's clock, in milliseconds since the epoch.
    pub at: i64,
    /// Bytes of its body.
    pub body_bytes: usize,
    /// Whether it came with the master key, right or wrong.
    pub master: bool,
    /// The session token it carried.
    pub session: Option<String>,
    /// The status it was answered with; `None` while it is under way, and where no answer was sent.
    pub status: Option<u16>,
    /// Whether it was applied: a refusal of the API counts, a fault before it does not.
    pub reached: bool,
}

impl SeenRequest {
    /// Whether it went to the API and not to a host of files.
    pub fn is_api(&self) -> bool {
        self.path.starts_with("/1.1/")
    }
}
