//! An action is an fn like any other: a test calls it, and reads what it emitted.

use std::future::Future;

use pubsub_runtime::{ActionCtx, Context, Service, event};

pubsub_runtime::domain! {
    channel orders { }
}

#[event(channel = "orders")]
pub struct OrderIngested {
    pub order_id: String,
}

#[event(channel = "orders", emits(OrderIngested))]
pub async fn ingest(ctx: &ActionCtx, prefix: Service<String>, order_id: String) -> Result<u32, std::convert::Infallible> {
    assert!(is_anonymous(ctx));
    ctx.emit(OrderIngested {
        order_id: format!("{}{order_id}", *prefix),
    });
    Ok(1)
}

fn is_anonymous(context: &Context) -> bool {
    context.principal().id().is_none()
}

fn main() {
    let ctx = ActionCtx::testing();
    let action = ingest(&ctx, Service::new("o-".to_owned()), "7".to_owned());
    let mut action = std::pin::pin!(action);
    let mut waker = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(action.as_mut().poll(&mut waker).is_ready());
    assert_eq!(ctx.emitted::<OrderIngested>()[0].order_id, "o-7");
}
