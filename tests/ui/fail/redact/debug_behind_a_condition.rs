use pubsub_runtime::event;

pubsub_runtime::domain! {
    channel payments { }
}

#[event(channel = "payments")]
#[cfg_attr(not(miri), derive(Debug))]
pub struct Paid {
    pub order_id: String,
    #[event(redact)]
    pub card: String,
}

fn main() {}
