use pubsub_runtime::model;

pubsub_runtime::domain! {
    channel orders { }
}

#[model]
pub struct Order {
    #[cfg_attr(all(), serde(skip_serializing_if = "Option::is_none"))]
    note: Option<String>,
    #[cfg_attr(debug_assertions, doc = "Shown while developing.", allow(dead_code))]
    lines: u32,
}

#[model]
pub enum Level {
    Low,
    #[cfg_attr(all(), cfg_attr(all(), serde(other)))]
    Else,
}

fn main() {}
