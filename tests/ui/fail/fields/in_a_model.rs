use pubsub_runtime::model;

#[model]
pub struct Item {
    #[event(filter)]
    pub id: String,
}

fn main() {}
