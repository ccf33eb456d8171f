//! The operations: the only place that decides who may do what.

pub(crate) mod procedures;
