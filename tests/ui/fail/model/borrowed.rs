use pubsub_runtime::model;

pubsub_runtime::domain! {
    channel orders { }
}

#[model]
pub struct Item<'a> {
    pub name: &'a str,
}

fn main() {}
