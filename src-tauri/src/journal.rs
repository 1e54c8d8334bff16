//! Where the log goes: standard error, as fields. `RUST_LOG` narrows it. Nothing that was said is ever logged.

use tracing_subscriber::EnvFilter;

/// Opens the log. A second call changes nothing.
pub(crate) fn open() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,rehearse=info"));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}
