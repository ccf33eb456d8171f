//! Shared state of the application, found by its type.

use std::{
    any::{Any, TypeId, type_name},
    collections::HashMap,
    fmt,
    ops::Deref,
    sync::Arc,
};

/// Shared state of the application that an action asks for by type; it derefs to `T`.
///
/// Cloning is cheap.
pub struct Service<T>(Arc<T>);

impl<T> Service<T> {
    /// A service for an action called directly, in a test.
    pub fn new(service: T) -> Self {
        Self(Arc::new(service))
    }
}

impl<T> Clone for Service<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for Service<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Service<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Service<{}>", type_name::<T>())
    }
}

/// The type of a service that an action needs.
#[derive(Debug, Clone, Copy)]
pub struct ServiceKey {
    id: TypeId,
    name: &'static str,
}

impl ServiceKey {
    /// The key of `T`.
    pub fn of<T: 'static>() -> Self {
        Self {
            id: TypeId::of::<T>(),
            name: type_name::<T>(),
        }
    }

    /// The name of the type, for messages.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

/// Every service of a server, by type.
#[derive(Default)]
pub(crate) struct Services {
    by_type: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
    names: Vec<&'static str>,
}

impl Services {
    /// Adds a service; `false` if one of its type is there already, which then stays.
    pub(crate) fn insert<T: Send + Sync + 'static>(&mut self, service: T) -> bool {
        if self.contains(ServiceKey::of::<T>()) {
            return false;
        }
        self.by_type.insert(TypeId::of::<T>(), Arc::new(service));
        self.names.push(type_name::<T>());
        true
    }

    pub(crate) fn contains(&self, key: ServiceKey) -> bool {
        self.by_type.contains_key(&key.id)
    }

    pub(crate) fn get<T: Send + Sync + 'static>(&self) -> Option<Service<T>> {
        let service = Arc::clone(self.by_type.get(&TypeId::of::<T>())?);
        service.downcast::<T>().ok().map(Service)
    }
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.names).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_found_by_its_type_and_kept_once() {
        let mut services = Services::default();
        assert!(services.insert(7_u32));
        assert!(!services.insert(8_u32));
        assert_eq!(services.get::<u32>().as_deref(), Some(&7));
        assert!(services.get::<u64>().is_none());
    }
}
