use pubsub_runtime::model;

#[model]
pub struct Page<X> {
    #[model(int = "string")]
    pub items: Vec<X>,
}

fn main() {}
