use pubsub_runtime::{event, model};

pubsub_runtime::domain! {
    channel orders { }
}

#[model]
pub struct Range(
    pub u32,
    #[serde(skip_serializing_if = "Option::is_none")] pub Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")] pub Option<String>,
    #[serde(skip)] pub bool,
);

#[model]
pub enum Step {
    By(
        #[serde(skip_serializing_if = "Vec::is_empty")] Vec<u32>,
        u32,
    ),
    To(#[serde(skip_serializing_if = "Option::is_none")] Option<u32>),
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub range: Range,
    pub step: Step,
}

fn main() {}
