use pubsub_runtime::client::Transport;

pubsub_runtime::domain! {
    channel orders { on_gap = snapshot }
}

pub fn subscribe<T: Transport>(client: &Client<T>) {
    drop(client.orders().subscribe());
}

fn main() {}
