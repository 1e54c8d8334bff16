//! Stories over real sockets, against a server of models with the manners of DashScope and of local servers.

mod bench;
mod judging;
mod objectives;
mod probing;
