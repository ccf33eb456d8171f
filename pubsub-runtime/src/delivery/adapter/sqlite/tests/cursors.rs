//! The places of consumers.

use super::*;
use crate::services::cursor_store::{CursorStore as _, StoredCursor};

fn stored(cursor: &str, confirmed: bool) -> StoredCursor {
    StoredCursor {
        cursor: cursor.to_owned(),
        confirmed,
    }
}

#[tokio::test]
async fn places_survive_a_restart_until_their_time_is_over() {
    let opened = Opened::new();
    let store = opened.sqlite.cursor_store().unwrap();
    let minute = Duration::from_mins(1);
    store
        .put("a".into(), stored("c1.x", false), minute)
        .await
        .unwrap();
    store
        .put("b".into(), stored("c1.y", false), minute * 2)
        .await
        .unwrap();
    store
        .put("a".into(), stored("c1.z", true), minute)
        .await
        .unwrap();
    assert_eq!(store.get("c".into()).await.unwrap(), None);
    opened.end().await;
    let store = opened.again();
    let get = async |key: &str| store.get(key.to_owned()).await.unwrap();
    assert_eq!(get("a").await, Some(stored("c1.z", true)));
    opened.clock.advance(60_000);
    assert_eq!(get("a").await, None);
    assert_eq!(get("b").await, Some(stored("c1.y", false)));
    until("the removal", async || {
        (count(&opened.path(), "pubsub_cursors") == 1).then_some(())
    })
    .await;
    store
        .put("f".into(), stored("c1.f", true), Duration::MAX)
        .await
        .unwrap();
    assert_eq!(get("f").await, Some(stored("c1.f", true)));
    let long = store
        .put("k".repeat(65), stored("c1.x", true), minute)
        .await;
    assert_eq!(long.unwrap_err().kind(), ErrorKind::PayloadTooLarge);
}
