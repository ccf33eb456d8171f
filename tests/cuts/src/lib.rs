//! Numbered events on a channel that keeps all of them, on one that keeps a few, and on one that can be filtered.

use pubsub_runtime::event;

pub mod all {
    //! Numbers that are kept.

    use super::event;

    /// The next number.
    #[event(channel = "all", direction = "both")]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct AllCounted {
        /// It rises by 1.
        pub number: u32,
    }
}

pub mod few {
    //! Numbers of which the newest are kept.

    use super::event;

    /// The next number.
    #[event(channel = "few", direction = "both")]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct FewCounted {
        /// It rises by 1.
        pub number: u32,
    }
}

pub mod marked {
    //! Numbers with something to filter by.

    use super::event;

    /// The next number.
    #[event(channel = "marked", direction = "both")]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct MarkedCounted {
        /// It rises by 1.
        pub number: u32,
        /// What subscribers choose by.
        #[event(filter)]
        pub colour: String,
    }
}

pubsub_runtime::domain! {
    /// Keeps every number of a test.
    channel all { subscribe = public, publish = public, retention = "24h", max_events = 100_000 }
    /// Keeps the newest 16 numbers.
    channel few { subscribe = public, publish = public, retention = "24h", max_events = 16 }
    /// Keeps every number, and what it is marked with.
    channel marked { subscribe = public, publish = public, retention = "24h", max_events = 100_000 }
}
