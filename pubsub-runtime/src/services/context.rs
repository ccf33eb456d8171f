//! What an action can ask, and do, besides its own work.

use std::{
    any::type_name,
    collections::HashMap,
    fmt,
    marker::PhantomData,
    mem,
    ops::Deref,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::sync::Notify;

use super::{
    emit::{Cause, Emitted, EmittedBy, Publish},
    service::{Service, Services},
};
use crate::{
    declarations::{event::Event, refusal::encode},
    words::{
        clock::{Clock, SystemClock},
        envelope::Timestamp,
        error::{Error, Result},
        principal::Principal,
    },
};

/// What an action can do besides its own work; it derefs to [`Context`].
///
/// `E` stands for the events in `emits(…)`: another one does not compile. In a test, [`ActionCtx::testing`] makes one.
pub struct ActionCtx<E = ()> {
    context: Context,
    emits: PhantomData<fn() -> E>,
}

/// The part of an [`ActionCtx`] that does not depend on what the action emits; helpers take `&Context`.
///
/// Cloning is cheap; clones share what was emitted.
#[derive(Clone)]
pub struct Context(Arc<Inner>);

struct Inner {
    principal: Principal,
    cause: Cause,
    services: Arc<Services>,
    clock: Arc<dyn Clock>,
    publish: Option<Arc<dyn Publish>>,
    is_cancelled: AtomicBool,
    cancelled: Notify,
    // A std mutex: it is held for a push or a take, never across an await.
    emitted: Mutex<Buffer>,
}

#[derive(Default)]
struct Buffer {
    events: Vec<Emitted>,
    /// The first event that could not be serialised: the action fails with it, whatever it returns.
    failure: Option<Error>,
}

/// The most events one call of an action may buffer.
pub(crate) const MAX_EMITTED: usize = 1_000;

/// Everything a [`Context`] is made of.
pub(crate) struct ContextParts {
    pub(crate) principal: Principal,
    pub(crate) cause: Cause,
    pub(crate) services: Arc<Services>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) publish: Option<Arc<dyn Publish>>,
}

impl Context {
    pub(crate) fn new(parts: ContextParts) -> Self {
        let ContextParts {
            principal,
            cause,
            services,
            clock,
            publish,
        } = parts;
        Self(Arc::new(Inner {
            principal,
            cause,
            services,
            clock,
            publish,
            is_cancelled: AtomicBool::new(false),
            cancelled: Notify::new(),
            emitted: Mutex::default(),
        }))
    }

    /// Who sent the event.
    pub fn principal(&self) -> &Principal {
        &self.0.principal
    }

    /// The id of the request, as in logs and in `meta.requestId`.
    pub fn request_id(&self) -> &str {
        &self.0.cause.request_id
    }

    /// The id the sender gave the event, if any.
    pub fn client_event_id(&self) -> Option<&str> {
        self.0.cause.client_event_id.as_deref()
    }

    /// The time now, from the server's clock.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Shared state of the application, by type.
    ///
    /// # Errors
    ///
    /// `INTERNAL_SERVER_ERROR` if the server was built without it. An action that takes it as a parameter cannot meet this:
    /// the server does not start then.
    pub fn service<T: Send + Sync + 'static>(&self) -> Result<Service<T>> {
        self.0.services.get().ok_or_else(|| {
            Error::internal(format!(
                "service `{}` is missing; add `.service(…)` to the server's builder",
                type_name::<T>()
            ))
        })
    }

    /// Completes when the caller is gone, the action's time is up, or the server stops.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn cancelled(&self) {
        // Made before the look: a cancellation between the look and the wait still wakes it.
        let cancelled = self.0.cancelled.notified();
        if !self.0.is_cancelled.load(Ordering::Acquire) {
            cancelled.await;
        }
    }

    /// Tells the action that nobody waits for it any more.
    pub(crate) fn cancel(&self) {
        self.0.is_cancelled.store(true, Ordering::Release);
        self.0.cancelled.notify_waiters();
    }

    fn buffer(&self, emitted: Result<Emitted>) {
        let mut buffer = self
            .0
            .emitted
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match emitted {
            Ok(_) if buffer.events.len() >= MAX_EMITTED => {
                buffer.failure.get_or_insert_with(|| {
                    Error::internal(format!("an action emitted more than {MAX_EMITTED} events"))
                });
            }
            Ok(event) => buffer.events.push(event),
            Err(error) => {
                buffer.failure.get_or_insert(error);
            }
        }
    }

    /// What was emitted so far, and leaves none behind.
    pub(crate) fn take_emitted(&self) -> Result<Vec<Emitted>> {
        let buffer = mem::take(
            &mut *self
                .0
                .emitted
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        );
        match buffer.failure {
            Some(error) => Err(error),
            None => Ok(buffer.events),
        }
    }
}

impl<E> ActionCtx<E> {
    #[doc(hidden)]
    pub fn from_context(context: Context) -> Self {
        Self {
            context,
            emits: PhantomData,
        }
    }

    /// Buffers an event: it is published only if the action succeeds, with the sent event and in the order of the calls.
    ///
    /// An event that cannot be written as JSON, such as one with a number that JavaScript cannot hold, or the 1,001st, makes the
    /// action fail.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "an emitted event is given away"
    )]
    pub fn emit<T: Event + EmittedBy<E>>(&self, event: T) {
        self.buffer(to_emitted(&event));
    }

    /// Publishes an event at once, whatever becomes of the action: for progress.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unwritable`](crate::ErrorKind::Unwritable) if the event cannot be written as JSON, or what the adapter says.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the event may have been published or not.
    pub async fn emit_now<T: Event + EmittedBy<E>>(&self, event: T) -> Result<()> {
        let emitted = to_emitted(&event)?;
        let Inner { publish, cause, .. } = &*self.context.0;
        let Some(publish) = publish else {
            self.buffer(Ok(emitted));
            return Ok(());
        };
        publish.publish(emitted, cause).await
    }
}

fn to_emitted<T: Event>(event: &T) -> Result<Emitted> {
    let payload = encode(event).map_err(|refusal| refusal.into_internal("", T::NAME))?;
    Ok(Emitted {
        name: T::NAME,
        channel: T::CHANNEL,
        version: T::VERSION,
        payload,
    })
}

impl ActionCtx<()> {
    /// A context for calling an action directly in a test: an anonymous caller and these services.
    ///
    /// The type of what the action emits follows from the call. Nothing is published; [`ActionCtx::emitted`] tells what would be.
    pub fn testing<E>() -> ActionCtx<E> {
        ActionCtx::testing_with(TestingServices::default())
    }
}

/// Services for [`ActionCtx::testing_with`].
#[derive(Debug, Default)]
pub struct TestingServices(Services);

impl TestingServices {
    /// Adds a service.
    #[must_use]
    pub fn with<T: Send + Sync + 'static>(mut self, service: T) -> Self {
        self.0.insert(service);
        self
    }
}

impl<E> ActionCtx<E> {
    /// As [`ActionCtx::testing`], with services.
    pub fn testing_with(services: TestingServices) -> Self {
        Self::from_context(Context::new(ContextParts {
            principal: Principal::anonymous(),
            cause: Cause {
                request_id: "testing".into(),
                client_event_id: None,
            },
            services: Arc::new(services.0),
            clock: Arc::new(SystemClock),
            publish: None,
        }))
    }

    /// What the action emitted of type `T` so far, in order, for assertions in a test.
    ///
    /// # Panics
    ///
    /// If an event that was emitted does not read back as `T`.
    #[allow(
        clippy::expect_used,
        reason = "for tests: a type that does not read back is the finding"
    )]
    pub fn emitted<T: Event>(&self) -> Vec<T> {
        let buffer = self
            .context
            .0
            .emitted
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let of_type = buffer.events.iter().filter(|event| event.name == T::NAME);
        of_type
            .map(|event| {
                serde_json::from_str(event.payload.get())
                    .expect("an emitted payload reads back as its own type")
            })
            .collect()
    }

    /// How many events of each name the action emitted so far.
    pub fn emitted_names(&self) -> HashMap<&'static str, usize> {
        let buffer = self
            .context
            .0
            .emitted
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        buffer
            .events
            .iter()
            .fold(HashMap::new(), |mut names, event| {
                *names.entry(event.name).or_default() += 1;
                names
            })
    }
}

impl<E> Deref for ActionCtx<E> {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.context
    }
}

impl<E> fmt::Debug for ActionCtx<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.context.fmt(f)
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("request_id", &self.request_id())
            .field("services", &self.0.services)
            .finish_non_exhaustive()
    }
}
