use pubsub_runtime::model;

pubsub_runtime::domain! {
    channel orders { }
}

#[model]
pub struct Page<X> {
    items: Vec<X>,
}

#[model]
pub struct Order {
    totals: Page<u128>,
    counts: (i128, u8),
}

#[model]
pub struct Wide(#[model(int = "string")] u128);

#[model]
pub struct Fine {
    totals: Page<Wide>,
}

fn main() {}
