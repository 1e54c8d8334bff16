//! The stories. Each is one sitting of one person.

mod surroundings;
