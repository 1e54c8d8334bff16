//! What the stories over the core and the stories in the real window share. Holds no story itself.

pub mod speech;
