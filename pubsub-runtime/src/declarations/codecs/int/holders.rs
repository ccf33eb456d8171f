//! What holds integers: each of them stands in its form.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{BuildHasher, Hash},
    marker::PhantomData,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Integers, form::Form};
use crate::declarations::event::SchemaBound;

/// What the schema of a map is made from: it says what the keys are.
#[cfg(feature = "registry")]
use crate::declarations::shapes::Map as Shape;
#[cfg(not(feature = "registry"))]
use std::collections::BTreeMap as Shape;

/// Integers in one form, for serde.
pub(super) struct Formed<F, T>(pub(super) T, PhantomData<F>);

impl<F, T> Formed<F, T> {
    pub(super) const fn new(value: T) -> Self {
        Self(value, PhantomData)
    }
}

impl<F: Form, T: Integers> Serialize for Formed<F, &T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write::<F, S>(serializer)
    }
}

impl<'de, F: Form, T: Integers> Deserialize<'de> for Formed<F, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read::<F, D>(deserializer).map(Self::new)
    }
}

impl<T: Integers> Integers for Option<T> {
    type Wire<F: Form> = Option<T::Wire<F>>;

    fn write<F: Form, S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().map(Formed::<F, _>::new).serialize(serializer)
    }

    fn read<'de, F: Form, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Option::<Formed<F, T>>::deserialize(deserializer)?;
        Ok(read.map(|formed| formed.0))
    }
}

impl<T: Integers> Integers for Box<T> {
    type Wire<F: Form> = T::Wire<F>;

    fn write<F: Form, S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        T::write::<F, S>(self, serializer)
    }

    fn read<'de, F: Form, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read::<F, D>(deserializer).map(Self::new)
    }
}

impl<T: Integers> Integers for Vec<T> {
    type Wire<F: Form> = Vec<T::Wire<F>>;

    fn write<F: Form, S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Formed::<F, _>::new))
    }

    fn read<'de, F: Form, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Vec::<Formed<F, T>>::deserialize(deserializer)?;
        Ok(read.into_iter().map(|formed| formed.0).collect())
    }
}

impl<K, V> Integers for BTreeMap<K, V>
where
    K: Serialize + for<'a> Deserialize<'a> + Ord + SchemaBound,
    V: Integers,
{
    type Wire<F: Form> = Shape<K, V::Wire<F>>;

    fn write<F: Form, S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let formed = |(key, value)| (key, Formed::<F, _>::new(value));
        serializer.collect_map(self.iter().map(formed))
    }

    fn read<'de, F: Form, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = BTreeMap::<K, Formed<F, V>>::deserialize(deserializer)?;
        Ok(read
            .into_iter()
            .map(|(key, value)| (key, value.0))
            .collect())
    }
}

impl<K, V, H> Integers for HashMap<K, V, H>
where
    K: Serialize + for<'a> Deserialize<'a> + Eq + Hash + SchemaBound,
    V: Integers,
    H: BuildHasher + Default,
{
    type Wire<F: Form> = Shape<K, V::Wire<F>>;

    fn write<F: Form, S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let formed = |(key, value)| (key, Formed::<F, _>::new(value));
        serializer.collect_map(self.iter().map(formed))
    }

    fn read<'de, F: Form, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = HashMap::<K, Formed<F, V>, H>::deserialize(deserializer)?;
        Ok(read
            .into_iter()
            .map(|(key, value)| (key, value.0))
            .collect())
    }
}
