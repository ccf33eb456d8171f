use pubsub_runtime::model;

pubsub_runtime::domain! {
    channel orders { }
}

#[model]
pub struct Item {
    pub count: i128,
}

fn main() {}
