use pubsub_runtime::model;

#[model]
pub struct Item {
    #[model(redacted)]
    pub card: String,
}

fn main() {}
