//! Stories over the whole core, without a window: real files, a real database, real MP3; only the devices are
//! pretended, so that they can fail on cue.

mod app;
mod deleting;
mod faults;
mod keeping;
mod practising;
