//! The operations: the only place that decides who may do what.

mod actions;
mod authorise;
mod consumers;
mod core;
mod filters;
mod history;
mod input;
mod lookout;
mod member;
mod partition;
mod policies;
pub(crate) mod procedures;
mod publish;
mod send;
mod serve;
mod snapshot;
mod start;
mod subscribe;
mod table;
mod turns;

pub use table::StartError;

#[cfg(fuzzing)]
pub(crate) use input::read_any;

pub(crate) use self::{
    actions::ActionRuntime, core::Core, serve::Operations, table::Table, turns::Turns,
};

#[cfg(test)]
mod tests;
