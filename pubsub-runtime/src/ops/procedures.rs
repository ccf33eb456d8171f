//! What a transport serves: procedures by path.

use std::{collections::BTreeMap, future::Future, pin::Pin, sync::Arc};

use serde_json::value::RawValue;

use crate::{
    delivery::source::Source,
    words::{error::Result, principal::Principal, procedure::ProcedureKind},
};

/// A boxed future that owns everything it needs.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Who calls, and from which request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who.
    pub principal: Principal,
    /// The id of the request, as in logs and in `meta.requestId`.
    pub request_id: Arc<str>,
    /// What a v11 client sent as `connectionParams`.
    pub connection_params: Option<Arc<BTreeMap<String, String>>>,
    /// Whether the transport learns what the client's network stack has received, as WebSocket does by pings.
    pub confirms: bool,
}

/// What `/events` asks for, from its query string and headers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventsRequest {
    /// `channel`, repeatable.
    pub channels: Vec<String>,
    /// `Last-Event-ID`, `lastEventId`, `last_event_id` or `Last-Event-Id`: the first that is not empty.
    pub last_event_id: Option<String>,
    /// `cursor`.
    pub cursor: Option<String>,
    /// `since`: a moment.
    pub since: Option<String>,
    /// `from`: `earliest` or `now`.
    pub from: Option<String>,
    /// `filters`: a JSON object of fields and the values they may have.
    pub filters: Option<String>,
    /// `ids=cursor`: events carry the cursor token as their id, as the typed clients ask for.
    pub token_ids: bool,
}

/// What a transport serves. The server's own operations implement it; so does the router behind the recorded exchanges, in tests.
pub trait Procedures: Send + Sync + 'static {
    /// How the procedure at a dotted path is called; `None` if there is none.
    fn kind(&self, path: &str) -> Option<ProcedureKind>;

    /// Runs a query or mutation; `input` is `None` where the client sent none. The answer is the value of `result.data`;
    /// `None` leaves the key out, as for JavaScript's `undefined`.
    fn call(
        &self,
        caller: Caller,
        path: &str,
        input: Option<Box<RawValue>>,
    ) -> BoxFuture<Result<Option<Box<RawValue>>>>;

    /// Opens a subscription; `lastEventId` has been merged into `input`.
    fn subscribe(
        &self,
        caller: Caller,
        path: &str,
        input: Option<Box<RawValue>>,
    ) -> BoxFuture<Result<Box<dyn Source>>>;

    /// Opens a plain SSE stream.
    fn events(&self, caller: Caller, request: EventsRequest) -> BoxFuture<Result<Box<dyn Source>>>;
}
