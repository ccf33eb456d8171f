//! Declarations that a macro writes: what `macro_rules` passes on stands in invisible groups.

use std::convert::Infallible;

use pubsub_runtime::{ActionCtx, Event, Service, client::Filters, event, model, snapshot};

pubsub_runtime::domain! {
    channel orders { on_gap = snapshot }
}

macro_rules! declare {
    ($payload:ident, $field:ident: $type:ty, $action:ident, $context:ty, $service:ty, $channel:literal, $name:expr, $place:ty) => {
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
            Ok(<$service>::clone(&service))
        }

        #[event(channel = $channel)]
        pub struct Moved {
            #[event(filter)]
            pub place: Option<$place>,
        }

        #[snapshot(channel = $channel)]
        pub async fn all(ctx: $context, service: Service<$service>) -> Result<$service, Infallible> {
            drop(ctx.principal().clone());
            Ok(<$service>::clone(&service))
        }

        const NAME: &str = $name;
    };
}

#[model]
#[derive(Clone, Default)]
pub struct Item {
    pub name: String,
}

declare!(OrderPacked, items: Vec<Item>, pack, &ActionCtx, Item, "orders", "orders:packed", String);

fn main() {
    assert_eq!(OrderPacked::NAME, NAME);
    let filters: Filters = Moved::filter().place("here").into();
    assert_eq!(filters.to_json().unwrap(), r#"{"place":"here"}"#);
    assert_eq!(registry().resolve().unwrap().len(), 3);
}
