//! Who calls.

use std::sync::Arc;

/// Who sends or reads: a user or a service, with what it may do.
///
/// Cloning is cheap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Principal(Option<Arc<Identity>>);

#[derive(Debug, PartialEq, Eq)]
struct Identity {
    id: String,
    scopes: Vec<String>,
}

impl Principal {
    /// A caller nobody has identified.
    pub const fn anonymous() -> Self {
        Self(None)
    }

    /// An identified caller; `scopes` are matched as whole strings, such as `orders:read`.
    pub fn new(id: impl Into<String>, scopes: impl IntoIterator<Item = String>) -> Self {
        Self(Some(Arc::new(Identity {
            id: id.into(),
            scopes: scopes.into_iter().collect(),
        })))
    }

    /// The stable id, or `None` for an anonymous caller.
    pub fn id(&self) -> Option<&str> {
        self.0.as_deref().map(|identity| identity.id.as_str())
    }

    /// Whether this caller holds `scope`.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.0
            .as_deref()
            .is_some_and(|identity| identity.scopes.iter().any(|held| held == scope))
    }
}
