use pubsub_runtime::model;

#[model]
pub struct Item {
    #[event(redact)]
    pub card: String,
}

fn main() {}
