use pubsub_runtime::model;

#[model]
pub struct Item {
    #[model]
    pub card: String,
}

fn main() {}
