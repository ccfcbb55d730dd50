//! Fixes: what they write, where, and what is left alone.

mod application;
mod faults;
mod folder;
mod rules;
