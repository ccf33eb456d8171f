use pubsub_runtime::model;

#[model]
pub struct Item {
    #[model(filter)]
    pub id: String,
}

fn main() {}
