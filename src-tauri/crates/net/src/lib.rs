//! The one way to the network: every request of the app goes through a [`Net`].
//!
//! A [`Net`] knows four things that nobody above it has to think of again: TLS (rustls, trusting what the system
//! trusts), time limits, the offline switch, and how many bytes went where and why. It refuses to speak without
//! encryption unless the server is this computer or the user agreed to that host. What is sent and what an answer
//! means is none of its business: it never looks into a body and never tries a request again.
//!
//! ```no_run
//! use rehearse_net::{Body, Net, NetOptions, Purpose, Terms, empty};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let net = Net::new(NetOptions::default());
//! let request = http::Request::get("https://example.org/").body(empty())?;
//! let answer = net.send(request, Terms::of(Purpose::named("example"))).await?;
//! println!("{}", answer.status());
//! net.set_offline(true); // from here on nothing leaves, and what is under way is cut off
//! # Ok(())
//! # }
//! ```

mod body;
mod clients;
mod error;
mod guard;
mod hosts;
mod net;
mod offline;
mod traffic;

pub use body::{Body, empty, full};
pub use error::{Cause, NetError};
pub use hosts::{PlainHost, is_this_computer, names_this_computer};
pub use net::{Net, NetOptions, Redirects, Terms, WhileOffline};
pub use traffic::{Purpose, Traffic};
