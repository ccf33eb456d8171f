use pubsub_runtime::model;

pubsub_runtime::domain! {
    channel orders { }
}

#[model]
pub enum Level {
    Low,
    Custom(#[serde(skip)] u8),
}

fn main() {}
