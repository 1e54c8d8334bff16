//! The stories. Each is one sitting of one person.

mod accessible;
mod agreeing;
mod beside;
mod delivery;
mod faults;
mod feedback;
mod feedback_elsewhere;
mod five_minutes;
mod hands_free;
mod journey;
mod keyboard;
mod library;
mod live;
mod live_words;
mod mirroring;
mod notified;
mod pointer;
mod progress;
mod sitting;
mod standing_in;
mod surroundings;
mod sync_window;
mod syncing;
mod two_copies;
mod two_versions;
mod write_down;
