//! Empty stand-ins for what only a server or only a client has, so that declarations resolve and are compared in every build.

use std::marker::PhantomData;

#[cfg(not(feature = "client"))]
use super::{action::Carries, event::Event};
#[cfg(not(feature = "client"))]
use crate::words::envelope::Raw;

/// What an action can do besides its own work; only a server build fills it.
#[cfg(not(feature = "server"))]
#[derive(Debug)]
pub struct ActionCtx<E = ()>(PhantomData<fn() -> E>);

/// The part of an [`ActionCtx`] that helpers take; only a server build fills it.
#[cfg(not(feature = "server"))]
#[derive(Debug)]
pub struct Context(());

/// Shared state of the application; only a server build fills it.
#[cfg(not(feature = "server"))]
#[derive(Debug)]
pub struct Service<T>(PhantomData<fn() -> T>);

/// How a client's bytes reach a server; only a client build has any.
#[cfg(not(feature = "client"))]
pub trait Transport {}

/// The client of one channel; only a client build fills it.
#[cfg(not(feature = "client"))]
#[derive(Debug, Clone)]
pub struct ChannelClient<T>(PhantomData<fn() -> T>);

/// One event about to be sent; only a client build fills it.
#[cfg(not(feature = "client"))]
#[derive(Debug)]
#[allow(clippy::type_complexity, reason = "the parameters of the real one")]
pub struct Call<T, P, R, E, M = ()>(PhantomData<fn() -> (T, P, R, E, M)>);

/// A subscription about to be opened; only a client build fills it.
#[cfg(not(feature = "client"))]
#[derive(Debug)]
#[allow(clippy::type_complexity, reason = "the parameters of the real one")]
pub struct Subscribe<T, P, S = Raw>(PhantomData<fn() -> (T, P, S)>);

#[cfg(not(feature = "client"))]
impl<T: Transport> ChannelClient<T> {
    /// As the client's, without one.
    pub fn on<E: Event>(&self) -> Subscribe<T, E> {
        Subscribe(PhantomData)
    }

    /// As the client's, without one.
    pub fn call<P, R, E, M>(&self, _name: &'static str, _payload: P) -> Call<T, P, R, E, M> {
        Call(PhantomData)
    }
}

#[cfg(not(feature = "client"))]
impl<T: Transport, P, S> Subscribe<T, P, S> {
    /// As the client's, without one.
    pub fn snapshots_as<Other>(self) -> Subscribe<T, P, Other> {
        Subscribe(PhantomData)
    }
}

#[cfg(not(feature = "client"))]
impl<T, P, S> Carries for Subscribe<T, P, S> {
    type Payload = P;
}
