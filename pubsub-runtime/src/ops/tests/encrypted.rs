//! Places that clients cannot read.

use super::*;

const KEY: [u8; 32] = [1; 32];

async fn encrypted() -> Operations {
    let tokens = Tokens::encrypted(&KEY, &[]);
    operations_of(&registry(), Memory::new(), tokens).await
}

async fn open(operations: &Operations, input: Value) -> Box<dyn Source> {
    operations
        .subscribe(caller(), "subscribe", Some(raw(&input)))
        .await
        .unwrap()
}

#[tokio::test]
async fn every_token_that_is_written_is_encrypted_and_read_back() {
    let operations = encrypted().await;
    let mut source = open(&operations, json!({"channel": "orders"})).await;
    let answer = send(&operations, "a").await.unwrap();
    let (envelopes, token) = take(&mut source, 3).await;
    assert_eq!(answer["cursor"], token);
    send(&operations, "b").await.unwrap();
    let history = call(&operations, "orders.history", json!({"limit": 1}))
        .await
        .unwrap();
    let written = [
        envelopes[0]["payload"]["cursor"].as_str().unwrap(),
        &token,
        history["next"].as_str().unwrap(),
    ];
    for token in written {
        assert!(Tokens::default().read(token).is_err(), "{token}");
        Tokens::encrypted(&KEY, &[]).read(token).unwrap();
    }
    let input = json!({"channel": "orders", "lastEventId": token});
    let (envelopes, _) = take(&mut open(&operations, input).await, 3).await;
    assert_eq!(
        names(&envelopes),
        ["pubsub:ready", "orders:created", "orders:ingested"]
    );
    assert_eq!(envelopes[1]["payload"]["orderId"], "b");
    let both = json!({"channel": ["orders", "stock"]});
    let mut source = open(&operations, both).await;
    send(&operations, "c").await.unwrap();
    let (_, token) = take(&mut source, 3).await;
    assert!(Tokens::default().read(&token).is_err());
    Tokens::encrypted(&KEY, &[]).read(&token).unwrap();
}

#[tokio::test]
async fn a_token_of_another_kind_or_key_is_a_gap_on_streams_and_400_in_history() {
    let encrypted = encrypted().await;
    let plain = operations().await;
    let other = operations_of(&registry(), Memory::new(), Tokens::encrypted(&[2; 32], &[])).await;
    let mut tokens = Vec::new();
    for operations in [&encrypted, &plain, &other] {
        let answer = send(operations, "a").await.unwrap();
        tokens.push(answer["cursor"].as_str().unwrap().to_owned());
    }
    let [of_encrypted, of_plain, of_other] = tokens.try_into().unwrap();
    for (operations, token) in [
        (&encrypted, &of_plain),
        (&encrypted, &of_other),
        (&plain, &of_encrypted),
        (&encrypted, &of_encrypted[..20].to_owned()),
    ] {
        let input = json!({"channel": "orders", "lastEventId": token});
        let (envelopes, _) = take(&mut open(operations, input).await, 1).await;
        assert_eq!(names(&envelopes), ["pubsub:gap"]);
        assert_eq!(envelopes[0]["payload"]["reason"], "invalid_cursor");
        let input = json!({"channel": "orders", "cursor": token});
        let error = call(operations, "fetchHistory", input).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadRequest);
        assert!(error.message().contains("invalid_cursor"), "{error}");
        let page = call(operations, "orders.history", json!({"cursor": token}));
        assert_eq!(page.await.unwrap()["gap"]["reason"], "invalid_cursor");
    }
}
