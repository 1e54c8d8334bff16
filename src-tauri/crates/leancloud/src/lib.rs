//! A client for the LeanCloud storage REST API, and for [Parse Server](https://parseplatform.org), which speaks another
//! dialect of it.
//!
//! It covers rows (create, get, update, delete, atomic operations, conditional changes), queries (paged so that none is
//! missed), batches, files, users and sessions, rights, signatures, and what only the owner of an app may do. It knows
//! nothing of what the rows mean. What differs between the two servers is hidden where it can be and said where it
//! cannot.
//!
//! ```no_run
//! use rehearse_leancloud::{
//!     Acl, AnonymousId, Client, Condition, Credentials, NetTransport, New, Query, Secret, Server, Update,
//! };
//! use rehearse_net::{Net, NetOptions};
//! use serde_json::json;
//!
//! # async fn example(random: [u8; 16]) -> Result<(), rehearse_leancloud::Error> {
//! let server = Server::leancloud("https://abcdefgh.api.lncldglobal.com")?;
//! let credentials = Credentials::new("app id").app_key(Secret::new("app key"));
//! let transport = NetTransport::new(Net::new(NetOptions::default()));
//! let client = Client::new(transport, server, credentials);
//!
//! let me = client.users().anonymous(&AnonymousId::from_random(random)).await?;
//! let turns = client.class("Turn")?;
//! let row = New::of(json!({"sequence": 0, "transcript": "Hello."}))?.acl(Acl::owner(&me.id));
//! let turn = turns.create(&row).await?;
//! turns.update(&turn.id, &Update::new().increment("sequence", 1)?).await?;
//! let query = Query::new().matching(Condition::all().at_least("sequence", 1)?).limit(50)?;
//! for row in turns.find(&query).await?.objects {
//!     println!("{}: {:?}", row.id, row.get::<String>("transcript")?);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Errors
//!
//! Every call fails with an [`Error`]. [`Error::next`] says what to do about it: wait and how long, sign in again, show
//! it to somebody, or nothing because it is done already; and whether the server may have acted although no answer came.
//! A client tries again by itself only what is safe to: a request that the server had no time for, a signature by a
//! clock that is wrong, a session that ran out.
//!
//! # Facts that are easy to trip over
//!
//! - A column takes its type from its first value. A null makes it a column of objects, for ever: this crate never sends
//!   one.
//! - LeanCloud cuts the result of a query at 6 MB and says nothing: see [`Found::whole`]. [`Pages`] goes on where it was
//!   cut.
//! - No server has an idempotency key that can be relied on: see [`Class::create`].
//! - Parse Server ignores the condition of an update: see [`Class::update_if`].
//! - Files are readable by whoever knows their address, and usually only the owner of an app may delete them.
//!
//! # Transports
//!
//! A [`Transport`] carries requests. With the feature `net`, which is on by default, `NetTransport` does so through
//! `rehearse-net`; tests hand in one that calls a server in the same process.

mod acl;
mod answer;
mod batch;
mod call;
mod class;
mod client;
mod condition;
mod credentials;
mod error;
mod files;
mod gate;
mod names;
mod next;
mod object;
#[cfg(feature = "net")]
mod over_net;
mod pages;
mod query;
mod scan;
#[cfg(test)]
mod scripted;
mod secret;
mod server;
mod settings;
mod sign;
mod time;
mod transport;
mod update;
mod users;
mod wire;

pub use acl::{Access, Acl};
pub use batch::{Done, Operation};
pub use class::Class;
pub use client::Client;
pub use condition::Condition;
pub use credentials::{Authority, Credentials};
pub use error::{Error, Invalid, ServerError, StorageError, TypeLock};
pub use files::{Content, Expected, FileId, Files, Progress, Received, StoredFile, Ticket, Upload};
pub use names::{ClassName, ObjectId};
pub use next::{Next, Reason, Wait, Why};
pub use object::{Created, New, Object};
#[cfg(feature = "net")]
pub use over_net::{FILES, NetTransport, SYNC};
pub use pages::{Cursor, Dated, Pages};
pub use query::{Found, MOST_ROWS, Query};
pub use scan::{Columns, Scan};
pub use secret::{AnonymousId, Secret, SessionToken};
pub use server::{Dialect, Server};
pub use settings::Settings;
pub use time::Timestamp;
pub use transport::{Body, Cause, Errand, Transport, TransportError};
pub use update::Update;
pub use users::{SignIn, User, Users};
pub use wire::{Binary, Date, GeoPoint, Pointer};
