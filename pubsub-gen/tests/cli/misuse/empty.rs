//! Declares a channel and no event.

pubsub_runtime::domain! {
    //~ no event is declared in `empty-events`
    channel orders { }
}
