//! Stories over real sockets, against a server of models with the manners of DashScope and of local servers.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod bench;
mod judging;
mod objectives;
mod probing;
mod rubrics;
