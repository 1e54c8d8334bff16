//! Stories over the whole core, without a window.
