//! The second host of the core: every job without a window. It proves that the core needs none, and it is what
//! scripts and servers use. Answers go to standard output, everything else to standard error.
//!
//! Without the feature `desktop` it holds no core, and does the one job that a server without sound has: `poll`.

#[cfg(feature = "desktop")]
mod desktop;
mod poll;
#[cfg(not(feature = "desktop"))]
mod standalone;

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    #[cfg(feature = "desktop")]
    return desktop::run().await;
    #[cfg(not(feature = "desktop"))]
    return standalone::run().await;
}
