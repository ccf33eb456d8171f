use pubsub_runtime::model;

pubsub_runtime::domain! {
    channel orders { }
}

#[model]
pub async fn created() {}

fn main() {}
