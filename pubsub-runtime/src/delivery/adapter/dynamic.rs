//! The object-safe twin of [`Adapter`]: the same methods with boxed futures.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use uuid::Uuid;

use super::{
    Adapter, Appended, Capabilities, ChannelSpec, Feed, Health, Located, LogId, Marks, NewEvent,
    Page,
};
use crate::{
    services::cursor_store::CursorStore,
    words::{cursor::Seq, envelope::Timestamp, error::Result},
};

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

macro_rules! twin {
    ($($(#[$docs:meta])* fn $name:ident($($argument:ident: $type:ty),*) -> $output:ty;)*) => {
        /// [`Adapter`] behind a pointer; every adapter is one.
        pub trait DynAdapter: Send + Sync + 'static {
            /// As [`Adapter::name`].
            fn name(&self) -> &'static str;
            /// As [`Adapter::capabilities`].
            fn capabilities(&self) -> Capabilities;
            /// As [`Adapter::cursor_store`].
            fn cursor_store(&self) -> Option<Arc<dyn CursorStore>>;
            $($(#[$docs])* fn $name(&self, $($argument: $type),*) -> BoxFuture<'_, $output>;)*
        }

        impl<A: Adapter> DynAdapter for A {
            fn name(&self) -> &'static str {
                Adapter::name(self)
            }
            fn capabilities(&self) -> Capabilities {
                Adapter::capabilities(self)
            }
            fn cursor_store(&self) -> Option<Arc<dyn CursorStore>> {
                Adapter::cursor_store(self)
            }
            $(fn $name(&self, $($argument: $type),*) -> BoxFuture<'_, $output> {
                Box::pin(Adapter::$name(self, $($argument),*))
            })*
        }
    };
}

twin! {
    /// As [`Adapter::open`].
    fn open(spec: ChannelSpec) -> Result<Vec<LogId>>;
    /// As [`Adapter::append`].
    fn append(batch: Vec<(LogId, NewEvent)>) -> Result<Vec<Appended>>;
    /// As [`Adapter::feed`].
    fn feed(log: LogId) -> Result<Feed>;
    /// As [`Adapter::read`].
    fn read(log: LogId, after: Seq, limit: usize, max_bytes: usize) -> Result<Page>;
    /// As [`Adapter::marks`].
    fn marks(log: LogId) -> Result<Marks>;
    /// As [`Adapter::locate`].
    fn locate(log: LogId, id: Uuid) -> Result<Located>;
    /// As [`Adapter::seek_time`].
    fn seek_time(log: LogId, time: Timestamp) -> Result<Seq>;
    /// As [`Adapter::health`].
    fn health() -> Health;
    /// As [`Adapter::shutdown`].
    fn shutdown(deadline: Duration) -> Result<()>;
}
