//! Builds the house, owns its tasks, runs the machine's effects, and answers the window and the command line.
//! Knows no Tauri, no SQL text and no wire JSON.

mod authoring;
mod bus;
#[cfg(feature = "calibration")]
pub mod calibration;
mod captions;
mod catalogue;
pub mod delivery;
mod diagnostics;
pub mod error;
mod export;
mod feedback;
mod found;
mod history;
mod house;
mod latency;
mod lines;
mod memory;
mod models;
mod opening;
mod parts;
mod power;
mod practice;
mod recovery;
mod remote;
pub mod settings;
mod sound;
mod sound_check;
mod system;
mod talking;
mod timeline;
mod vault;
pub mod view;

pub use bus::Listener;
pub use feedback::telling::{Attention, Leads, NewResult, Telling};
pub use house::Core;
pub use models::preset_ids;
pub use parts::Parts;
pub use power::{Power, SystemPower};
pub use rehearse_store::Access;
pub use system::{SystemClock, SystemFolders, SystemIds, system_language};
pub use vault::{Vault, VaultFault};
