//! Writes the types of the clients whenever the events change.

fn main() {
    pubsub_gen::build()
        .registry(orders_events::registry())
        .export_to("clients/web/src/generated")
        .emit();
}
