//! What an action has to work with, and the ports that other layers implement for it.

pub(crate) mod action;
pub(crate) mod context;
pub(crate) mod cursor_store;
pub(crate) mod emit;
pub(crate) mod service;
pub(crate) mod snapshot;
