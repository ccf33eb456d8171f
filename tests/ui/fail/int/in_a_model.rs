use pubsub_runtime::model;

#[model]
pub struct Item {
    #[model(int = "strings")]
    pub total: u128,
    #[model(int = "string")]
    pub name: String,
    #[event(int = "checked")]
    pub count: i128,
}

fn main() {}
