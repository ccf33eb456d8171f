use std::sync::Mutex;

use super::{super::Memory, *};

fn bus(max_events: u64) -> PubSubAdapter {
    let limits = ChannelSpec::new("", Duration::from_mins(1), max_events, 1 << 20);
    PubSubAdapter::new(Arc::new(Memory::new()), limits)
}

fn event(number: u32) -> Envelope<Raw> {
    Envelope {
        id: Uuid::from_u128(u128::from(number)).to_string(),
        name: "orders:created".to_owned(),
        channel: "orders".to_owned(),
        payload: serde_json::value::to_raw_value(&number).unwrap(),
        timestamp: Timestamp::from_millis(0),
        meta: crate::words::envelope::Meta::default(),
    }
}

fn number(delivery: &Delivery) -> String {
    match delivery {
        Delivery::Event(event) => event.payload.get().to_owned(),
        Delivery::Lost { missed } => format!("lost {missed:?}"),
    }
}

type Seen = Arc<Mutex<Vec<String>>>;

async fn until(seen: &Seen, count: usize) -> Vec<String> {
    let wait = async {
        while seen.lock().unwrap().len() < count {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), wait)
        .await
        .unwrap_or_else(|_| panic!("only {seen:?}"));
    seen.lock().unwrap().clone()
}

#[tokio::test]
async fn a_handler_gets_each_event_once_from_its_subscription_on() {
    let bus = bus(100);
    bus.publish(&event(1)).await.unwrap();
    let seen = Seen::default();
    let noted = seen.clone();
    let handling = bus
        .subscribe("orders", move |delivery| {
            noted.lock().unwrap().push(number(&delivery));
            async {}
        })
        .await
        .unwrap();
    for again in [2, 3, 3, 4] {
        bus.publish(&event(again)).await.unwrap();
    }
    bus.persist(&event(4)).await.unwrap();
    assert_eq!(until(&seen, 3).await, ["2", "3", "4"]);
    handling.unsubscribe().await;
    bus.publish(&event(5)).await.unwrap();
    let history = bus.fetch_history("orders", None, 3).await.unwrap();
    let payloads: Vec<_> = history.iter().map(|event| event.payload.get()).collect();
    assert_eq!(payloads, ["1", "2", "3"]);
    assert_eq!(
        until(&seen, 3).await.len(),
        3,
        "the handler was unsubscribed"
    );
}

#[tokio::test]
async fn a_slow_handler_is_told_how_many_it_lost() {
    let bus = bus(3);
    let seen = Seen::default();
    let noted = seen.clone();
    let _handling = bus
        .subscribe("orders", move |delivery| {
            noted.lock().unwrap().push(number(&delivery));
            async {}
        })
        .await
        .unwrap();
    // One thread: the handler runs once the test waits.
    for number in 1..=10 {
        bus.publish(&event(number)).await.unwrap();
    }
    assert_eq!(until(&seen, 4).await, ["lost Some(7)", "8", "9", "10"]);
    bus.shutdown(Duration::ZERO).await.unwrap();
    assert!(!bus.health().await.ready);
}
