use futures_util::{StreamExt, stream};

use super::*;

fn event(name: &str, id: &str, payload: &str) -> Envelope {
    serde_json::from_str(&format!(
        "{{\"id\":\"{id}\",\"name\":\"{name}\",\"channel\":\"orders\",\"payload\":{payload},\"timestamp\":\"2026-01-01T00:00:00Z\"}}"
    ))
    .unwrap()
}

fn bare(name: &str, id: &str, payload: &str) -> Arrival {
    Arrival::Event {
        envelope: event(name, id, payload),
        cursor: None,
    }
}

async fn open(
    arrivals: Vec<Arrival>,
    start: Option<&str>,
) -> Result<Subscription<impl Stream<Item = Result<Arrival, ClientError>> + Unpin>, ClientError> {
    Subscription::open(
        stream::iter(arrivals.into_iter().map(Ok)),
        start.map(str::to_owned),
    )
    .await
}

#[tokio::test]
async fn only_what_carries_a_place_moves_it() {
    let arrivals = vec![
        bare("pubsub:ready", "r", "{\"cursor\":\"c1.r\"}"),
        bare("orders:created", "a", "1"),
        Arrival::Checkpoint("c1.x".to_owned()),
        bare("pubsub:live", "c1.y", "{}"),
        bare("orders:created", "b", "1"),
    ];
    let mut subscription = open(arrivals, None).await.unwrap();
    assert_eq!(subscription.cursor(), "c1.r");
    assert!(matches!(
        subscription.next().await,
        Ok(Some(Received::Event(_)))
    ));
    assert_eq!(subscription.cursor(), "c1.r");
    assert!(matches!(
        subscription.next().await,
        Ok(Some(Received::Live))
    ));
    assert!(matches!(
        subscription.next().await,
        Ok(Some(Received::Event(_)))
    ));
    assert_eq!(subscription.cursor(), "c1.x");
    assert!(matches!(subscription.next().await, Ok(None)));
}

#[tokio::test]
async fn a_gap_that_cannot_be_read_ends_the_subscription() {
    let arrivals = vec![
        bare("pubsub:gap", "c1.g", "{\"what\":1}"),
        bare("orders:created", "a", "1"),
    ];
    let mut subscription = open(arrivals, Some("c1.0")).await.unwrap();
    assert!(matches!(
        subscription.next().await,
        Err(ClientError::Transport(_))
    ));
    assert!(matches!(subscription.next().await, Ok(None)));
}

#[tokio::test]
async fn an_unknown_reason_is_still_a_gap() {
    let payload = "{\"channel\":\"orders\",\"reason\":\"solar_flare\",\"requested\":\"c1.0\",\"resumeFrom\":\"c1.g\"}";
    let mut subscription = open(vec![bare("pubsub:gap", "c1.g", payload)], None)
        .await
        .unwrap();
    assert_eq!(subscription.cursor(), "c1.0");
    let received = StreamExt::next(&mut subscription).await;
    assert!(matches!(
        received,
        Some(Ok(Received::Gap(gap))) if gap.reason == system::GapReason::Unknown
    ));
}

#[tokio::test]
async fn an_end_before_the_beginning_is_an_error() {
    let error = open(Vec::new(), None).await.err().unwrap();
    assert_eq!(
        error.to_string(),
        "the server ended the subscription before it began"
    );
}
