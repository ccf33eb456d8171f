//! An action attaches to the event of its name wherever in the crate that stands, above or below.

pubsub_runtime::domain! {
    channel orders { }
}

pub mod actions {
    use std::convert::Infallible;

    use pubsub_runtime::event;

    use crate::events::{OrderCreated, OrderPaid};

    #[event(channel = "orders")]
    pub async fn created(order: OrderCreated) -> Result<(), Infallible> {
        drop(order);
        Ok(())
    }

    #[event(channel = "orders", name = "orders:paid")]
    pub async fn take_money(order: OrderPaid) -> Result<(), Infallible> {
        drop(order);
        Ok(())
    }
}

pub mod events {
    use pubsub_runtime::event;

    #[event(channel = "orders")]
    pub struct OrderCreated {
        pub order_id: String,
    }

    #[event(channel = "orders")]
    pub struct OrderPaid {
        pub order_id: String,
    }
}

fn main() {
    for declaration in registry().resolve().unwrap() {
        assert!(declaration.event.is_some() && declaration.action.is_some());
    }
}
