use pubsub_runtime::model;

#[model]
pub struct Page<X> {
    #[model(redact)]
    pub items: Vec<X>,
}

fn main() {}
