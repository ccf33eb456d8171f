pubsub_runtime::domain! {
    channel orders { }
}

pub mod first {
    #[pubsub_runtime::event(channel = "orders")]
    pub struct OrderCreated {
        pub order_id: String,
    }
}

pub mod second {
    #[pubsub_runtime::event(channel = "orders")]
    pub struct OrdersCreated {
        pub order_id: String,
    }
}

fn main() {}
