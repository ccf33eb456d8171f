//! An action without an event of its name: clients run it, nothing is published.

use std::convert::Infallible;

use pubsub_runtime::{Direction, event, model};

pubsub_runtime::domain! {
    channel orders { }
}

#[model]
pub struct Search {
    pub text: String,
}

#[event(channel = "orders")]
pub async fn search(search: Search) -> Result<Vec<String>, Infallible> {
    Ok(vec![search.text])
}

fn main() {
    let declared = registry().resolve().unwrap();
    assert_eq!(declared[0].name, "orders:search");
    assert_eq!(declared[0].direction, Direction::Cse);
    assert!(declared[0].action.unwrap().error.is_none(), "it cannot fail");
}
