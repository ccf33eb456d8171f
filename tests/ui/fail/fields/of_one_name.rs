use pubsub_runtime::{event, model};

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
#[serde(rename_all = "camelCase")]
pub struct OrderCreated {
    #[serde(rename = "orderTotal")]
    pub net: f64,
    pub order_total: f64,
    #[serde(rename(serialize = "note"))]
    pub remark: String,
    #[serde(skip_deserializing)]
    pub note: String,
    #[serde(skip)]
    pub net_: f64,
    #[cfg(unix)]
    pub place: u32,
    #[cfg(not(unix))]
    pub place: u64,
    pub state: State,
}

#[model]
#[serde(rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum State {
    #[serde(rename = "is_paid")]
    Paid { at_once: bool, atOnce: bool },
    IsPaid,
    #[serde(rename = "sent")]
    Shipped,
    #[serde(rename = "sent", skip_deserializing)]
    Posted,
    #[serde(other)]
    Else,
}

fn main() {}
