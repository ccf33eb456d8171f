//! One event for each shape of serde, with values that show what its types must admit and what they must not.

mod case;
pub mod shapes;

pub use case::Case;

pubsub_runtime::domain! {
    /// Shapes of serde.
    channel shapes { }
}
