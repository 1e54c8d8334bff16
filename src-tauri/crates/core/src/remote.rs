//! The user's own server: who is signed in there, the task that tells it what was recorded, and what is shown of both.
//! Nothing leaves this computer before somebody has signed in.

mod account;
mod acting;
mod agreeing;
mod bringing;
mod faults;
mod findings;
mod handing_over;
mod inspecting;
mod keys;
mod looking;
mod running;
mod signing_in;

pub(crate) use agreeing::repeated;
pub(crate) use faults::of_vault;
pub(crate) use looking::mark;
pub(crate) use running::Remote;

use rehearse_leancloud::{Client, NetTransport};

/// A client over the app's one way to the network.
type Remotely = Client<NetTransport>;
