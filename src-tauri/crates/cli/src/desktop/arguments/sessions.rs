//! What can be typed about the list of sessions.

use clap::Args;

/// Which sessions to list.
#[derive(Debug, Args)]
pub(crate) struct Sessions {
    /// Words to find in titles, goals and written lines.
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// Most sessions to list [default: 20].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,
    /// List all of them.
    #[arg(long, conflicts_with = "limit")]
    pub(crate) all: bool,
}
