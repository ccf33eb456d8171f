use pubsub_runtime::model;

pubsub_runtime::domain! {
    channel orders { }
}

#[model(channel = "orders")]
pub struct Item {
    pub name: String,
}

fn main() {}
