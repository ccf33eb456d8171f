//! Empty stand-ins for what only a server has, so that an action's imports and signature resolve in every build.

use std::marker::PhantomData;

/// What an action can do besides its own work; only a server build fills it.
#[derive(Debug)]
pub struct ActionCtx<E = ()>(PhantomData<fn() -> E>);

/// The part of an [`ActionCtx`] that helpers take; only a server build fills it.
#[derive(Debug)]
pub struct Context(());

/// Shared state of the application; only a server build fills it.
#[derive(Debug)]
pub struct Service<T>(PhantomData<fn() -> T>);
