//! Fixes: what they write, where, and what is left alone.

mod rules;
