//! What a configuration says, and what holds by it.
