use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel orders { }
}

pub trait Shop {
    #[event(channel = "orders")]
    async fn created(order_id: String) -> Result<(), std::convert::Infallible>;
}

fn main() {}
