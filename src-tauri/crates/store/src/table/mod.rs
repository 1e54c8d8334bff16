//! One file for each table: how it was made, what a row is, and the reads and writes on it. What spans tables is in
//! the modules above; nothing here begins or commits a transaction.

pub(crate) mod audit_log;
pub(crate) mod authored;
pub(crate) mod authored_remote;
pub(crate) mod clip;
pub(crate) mod delivery;
pub(crate) mod evaluation;
pub(crate) mod evaluation_check;
pub(crate) mod evaluation_due;
pub(crate) mod evaluation_lease;
pub(crate) mod evaluation_mirror;
pub(crate) mod evaluation_rated;
pub(crate) mod evaluation_sample;
pub(crate) mod evaluation_told;
pub(crate) mod exchange;
pub(crate) mod outbox;
pub(crate) mod outbox_due;
pub(crate) mod own_rating;
pub(crate) mod purging;
pub(crate) mod remote_row;
pub(crate) mod search;
pub(crate) mod session;
pub(crate) mod session_life;
pub(crate) mod setting;
pub(crate) mod snapshot;
pub(crate) mod stray_file;
pub(crate) mod turn;
pub(crate) mod twin_watch;
