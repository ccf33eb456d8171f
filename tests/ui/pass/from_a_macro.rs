//! Declarations that a macro writes: what `macro_rules` passes on stands in invisible groups.

use std::convert::Infallible;

use pubsub_runtime::{ActionCtx, Event, Service, event, model};

pubsub_runtime::domain! {
    channel orders { }
}

macro_rules! declare {
    ($payload:ident, $field:ident: $type:ty, $action:ident, $context:ty, $service:ty, $channel:literal, $name:expr) => {
        #[event(channel = $channel)]
        pub struct $payload {
            pub $field: $type,
        }

        #[event(channel = $channel, emits($payload))]
        pub async fn $action(
            ctx: $context,
            service: Service<$service>,
            payload: $type,
        ) -> Result<$service, Infallible> {
            drop(payload);
            ctx.emit($payload { $field: Default::default() });
            Ok(service.clone())
        }

        const NAME: &str = $name;
    };
}

#[model]
#[derive(Clone, Default)]
pub struct Item {
    pub name: String,
}

declare!(OrderPacked, items: Vec<Item>, pack, &ActionCtx, Item, "orders", "orders:packed");

fn main() {
    assert_eq!(OrderPacked::NAME, NAME);
    assert_eq!(registry().resolve().unwrap().len(), 2);
}
