//! The three kinds of tRPC procedure.

/// How a procedure is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProcedureKind {
    /// Reads; `GET` over HTTP.
    Query,
    /// Changes something; `POST` over HTTP.
    Mutation,
    /// Answers many times; SSE or WebSocket.
    Subscription,
}

impl ProcedureKind {
    /// The name on the wire: `query`, `mutation` or `subscription`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Mutation => "mutation",
            Self::Subscription => "subscription",
        }
    }
}
