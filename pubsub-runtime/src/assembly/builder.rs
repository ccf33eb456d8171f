//! Putting a server together.

use std::{any::type_name, fmt, sync::Arc};

use super::{config::Config, server::PubSubServer};
use crate::{
    declarations::{
        registry::Registry,
        registry_error::{Problem, RegistryError},
    },
    delivery::{
        adapter::{Adapter, Capabilities, DynAdapter, Memory},
        closing::Closing,
        consumer::Consumers,
        hub::Hub,
        tokens::Tokens,
    },
    ops::{ActionRuntime, Core, Operations, StartError, Table, Turns},
    services::{
        cursor_store::{CursorStore, MemoryCursorStore},
        service::Services,
    },
    transports::http::Cors,
    words::clock::{Clock, IdSource, RandomIds, SystemClock},
};

/// Puts a server together; what is not said has a default.
#[must_use = "nothing happens until it is built"]
pub struct Builder {
    registry: Registry,
    adapter: Option<Arc<dyn DynAdapter>>,
    services: Services,
    problems: Vec<Problem>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    cors: Cors,
    method_override: bool,
    fallback: Option<axum::Router>,
    cursor_store: Option<Arc<dyn CursorStore>>,
    cursor_key: Option<[u8; 32]>,
    old_cursor_keys: Vec<[u8; 32]>,
    config: Config,
}

impl Builder {
    pub(super) fn new(registry: Registry) -> Self {
        Self {
            registry,
            adapter: None,
            services: Services::default(),
            problems: Vec::new(),
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds::default()),
            cors: Cors::default(),
            method_override: false,
            fallback: None,
            cursor_store: None,
            cursor_key: None,
            old_cursor_keys: Vec::new(),
            config: Config::default(),
        }
    }

    /// What carries the events. Default [`Memory`].
    pub fn adapter(mut self, adapter: impl Adapter) -> Self {
        self.adapter = Some(Arc::new(adapter));
        self
    }

    /// Shared state that actions ask for as `Service<T>`; one of each type.
    pub fn service<T: Send + Sync + 'static>(mut self, service: T) -> Self {
        if !self.services.insert(service) {
            self.problems.push(Problem::new(
                format!("service `{}` is given twice", type_name::<T>()),
                "keep one, or wrap the other in a type of its own",
                &[],
            ));
        }
        self
    }

    /// Which pages of other origins may call. Default none.
    pub fn cors(mut self, cors: Cors) -> Self {
        self.cors = cors;
        self
    }

    /// Whether v11 clients may send queries by `POST` (`methodOverride`). Default no.
    pub fn allow_method_override(mut self, allow: bool) -> Self {
        self.method_override = allow;
        self
    }

    /// What answers every other path of a server that [`PubSubServer::serve`]s by itself. Default 404.
    pub fn fallback(mut self, router: axum::Router) -> Self {
        self.fallback = Some(router);
        self
    }

    /// Changes settings from their defaults.
    pub fn configure(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    /// Where the places of consumers are kept: of clients that cannot send a cursor themselves and give a name instead.
    ///
    /// Default: the adapter's own, or else [`MemoryCursorStore`], which forgets them when the process ends: every name that it does not
    /// know is then told a gap with reason `unknown_consumer`.
    pub fn cursor_store(mut self, store: impl CursorStore) -> Self {
        self.cursor_store = Some(Arc::new(store));
        self
    }

    /// Encrypts cursor tokens, so that they do not tell how many events there are. Default: they are not encrypted.
    ///
    /// Every server behind one address needs the same key. While there is one, tokens that are not encrypted are not accepted: a
    /// client that comes back with one is told a gap with reason `invalid_cursor`.
    pub fn cursor_key(mut self, key: [u8; 32]) -> Self {
        self.cursor_key = Some(key);
        self
    }

    /// Still reads tokens that were encrypted with this key; may be called for several keys.
    ///
    /// To change the key: give every server the new one as an old key, then the new one as [`Builder::cursor_key`] with the former as
    /// an old key, and let go of the former once its tokens are past retention.
    pub fn old_cursor_key(mut self, key: [u8; 32]) -> Self {
        self.old_cursor_keys.push(key);
        self
    }

    /// The source of time. Default [`SystemClock`].
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The source of ids. Default [`RandomIds`].
    pub fn ids(mut self, ids: impl IdSource) -> Self {
        self.ids = Arc::new(ids);
        self
    }

    /// Checks everything and opens the channels.
    ///
    /// # Errors
    ///
    /// Every problem of the declarations at once, each naming its remedy; or what the adapter says.
    pub async fn build(self) -> Result<PubSubServer, StartError> {
        let Self {
            registry,
            adapter,
            services,
            problems,
            clock,
            ids,
            cors,
            method_override,
            fallback,
            cursor_store,
            cursor_key,
            old_cursor_keys,
            config,
        } = self;
        let tokens = match cursor_key {
            Some(key) => Tokens::encrypted(&key, &old_cursor_keys),
            None if old_cursor_keys.is_empty() => Tokens::default(),
            None => {
                return Err(engine(
                    "an old cursor key is given, and no current one".to_owned(),
                    "add `.cursor_key(…)` to the builder",
                ));
            }
        };
        let mut table = match Table::new(&registry, &services) {
            Ok(table) if problems.is_empty() => table,
            Ok(_) => return Err(RegistryError::new(problems).into()),
            Err(StartError::Registry(found)) => {
                return Err(RegistryError::new(
                    problems
                        .into_iter()
                        .chain(found.problems().iter().cloned())
                        .collect(),
                )
                .into());
            }
            Err(error) => return Err(error),
        };
        let adapter =
            adapter.unwrap_or_else(|| Arc::new(Memory::with_sources(Arc::clone(&clock), &*ids)));
        check(adapter.name(), &adapter.capabilities())?;
        let mut logs = Vec::new();
        for spec in table.specs() {
            let channel = Arc::clone(&spec.channel);
            let opened = adapter.open(spec).await;
            logs.push(opened.map_err(|error| {
                engine(
                    format!(
                        "adapter `{}` cannot keep channel `{channel}`",
                        adapter.name()
                    ),
                    error,
                )
            })?);
        }
        table.set_logs(logs);
        let cursor_store = cursor_store
            .or_else(|| adapter.cursor_store())
            .unwrap_or_else(|| Arc::new(MemoryCursorStore::with_clock(Arc::clone(&clock))));
        let closing = Closing::new(config.drain_window, Arc::clone(&ids));
        let actions = ActionRuntime::new(config.action_threads, config.max_actions);
        let core = Arc::new(Core {
            table,
            hub: Hub::with_tokens(adapter, Arc::clone(&ids), tokens),
            services: Arc::new(services),
            actions: actions.map_err(|error| {
                engine(
                    "the threads for actions cannot be started".to_owned(),
                    error,
                )
            })?,
            clock,
            ids: Arc::clone(&ids),
            ping_interval: config.limits.ping_interval,
            consumers: Consumers::new(cursor_store),
            turns: Turns::default(),
            closing: closing.clone(),
        });
        let operations = Operations::new(Arc::clone(&core));
        Ok(PubSubServer::new(
            core,
            operations,
            ids,
            closing,
            super::server::Web {
                cors,
                method_override,
                fallback,
            },
            config,
        ))
    }
}

/// Refuses an adapter that events cannot be delivered from: a hole in its numbers would be read again for ever.
fn check(name: &str, capabilities: &Capabilities) -> Result<(), StartError> {
    if capabilities.history && capabilities.contiguous_seq {
        return Ok(());
    }
    Err(engine(
        format!("adapter `{name}` cannot carry events"),
        "it must declare `history` and `contiguous_seq`",
    ))
}

pub(super) fn engine(
    message: String,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> StartError {
    StartError::Engine {
        message,
        source: source.into(),
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("services", &self.services)
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_adapter_whose_numbers_have_holes_is_refused() {
        let memory = Adapter::capabilities(&Memory::new());
        assert!(check("memory", &memory).is_ok());
        let holes = Capabilities {
            contiguous_seq: false,
            ..memory
        };
        let error = check("holes", &holes).unwrap_err();
        assert_eq!(error.to_string(), "adapter `holes` cannot carry events");
        assert!(check("none", &Capabilities::NONE).is_err());
    }
}
