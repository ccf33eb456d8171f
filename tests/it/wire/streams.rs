//! Streams: answers leave as they are there, and refusals can be read by those who asked.

use std::{sync::Arc, time::Duration};

use http::Response;
use pubsub_runtime::__private::wire::{HttpOptions, Limits, ResponseBody};
use pubsub_tests::recorded::Recorded;
use serde_json::{Value, json};

use crate::serving::{Server, transport};

const SLOW_AND_FAST: &str = "/trpc/debug.slow,debug.slow?batch=1&input=%7B%220%22:%7B%22ms%22:150,%22v%22:%22slow%22%7D,%221%22:%7B%22ms%22:1,%22v%22:%22fast%22%7D%7D";
const JSON_LINES: &str = "trpc-accept: application/jsonl\r\n";
const OBJECT: &str = "trpc-batch-mode: stream\r\n";

fn options() -> HttpOptions {
    HttpOptions {
        limits: Limits {
            ping_interval: Duration::from_millis(40),
            ..Limits::default()
        },
        ..HttpOptions::default()
    }
}

async fn server() -> Server {
    Server::start(transport(Recorded::default(), options())).await
}

#[tokio::test]
async fn json_lines_come_as_calls_complete() {
    let answer = server().await.get(SLOW_AND_FAST, JSON_LINES).await;
    assert_eq!(answer.status, 200);
    let lines: Vec<_> = answer.body.split_inclusive('\n').collect();
    assert_eq!(lines.len(), 3, "{answer:?}");
    assert_eq!(
        lines[0],
        "{\"0\":[[0],[null,0,0]],\"1\":[[0],[null,0,1]]}\n"
    );
    assert_eq!(lines[1], "[1,0,[[{\"result\":{\"data\":\"fast\"}}]]]\n");
    // Spaces before the line show life while nothing is there.
    assert!(lines[2].starts_with(' '), "{answer:?}");
    assert_eq!(
        lines[2].trim_start(),
        "[0,0,[[{\"result\":{\"data\":\"slow\"}}]]]\n"
    );
}

#[tokio::test]
async fn members_of_the_v10_object_come_as_calls_complete() {
    let answer = server().await.get(SLOW_AND_FAST, OBJECT).await;
    assert_eq!(
        answer.body,
        "{\"1\":{\"result\":{\"data\":\"fast\"}}\n,\"0\":{\"result\":{\"data\":\"slow\"}}\n}"
    );
    assert!(
        answer
            .header("vary")
            .is_some_and(|vary| vary.contains("trpc-batch-mode"))
    );
}

#[tokio::test]
async fn a_refused_stream_has_an_error_for_each_call() {
    let server = server().await;
    let path = "/trpc/debug.noInput,debug.noInputMutation?batch=1";
    let answer = server.get(path, OBJECT).await;
    assert_eq!(answer.status, 200);
    let object = answer.json();
    for index in ["0", "1"] {
        assert_eq!(object[index]["error"]["data"]["code"], "BAD_REQUEST");
    }
    assert_eq!(answer.body.lines().count(), 3);

    let answer = server.get(path, JSON_LINES).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body.lines().count(), 3);
    let last: Value =
        serde_json::from_str(answer.body.lines().last().expect("a line")).expect("JSON");
    assert_eq!(last[2][0][0]["error"]["data"]["code"], "BAD_REQUEST");
}

#[tokio::test]
async fn a_body_over_the_limit_fails_every_call_of_a_stream() {
    let mut options = options();
    options.limits.max_body_bytes = 10;
    let server = Server::start(transport(Recorded::default(), options)).await;
    let path = "/trpc/orders.created,orders.created?batch=1";
    let answer = server.post(path, OBJECT, &[b' '; 11]).await;
    assert_eq!(answer.status, 200);
    for index in ["0", "1"] {
        let error = &answer.json()[index]["error"]["data"];
        assert_eq!(
            *error,
            json!({"code": "PAYLOAD_TOO_LARGE", "httpStatus": 413, "path": "orders.created"})
        );
    }
}

#[tokio::test]
async fn a_refused_subscription_is_a_stream_that_says_so() {
    let server = server().await;
    let answer = server.get("/trpc/subscribe?input=%7Bnope", "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    let error = answer.body.split_once("event: serialized-error\ndata: ");
    let (head, error) = error.expect("an error");
    assert_eq!(
        head,
        "retry: 1000\n\nevent: connected\ndata: {\"reconnectAfterInactivityMs\":45000}\n\n"
    );
    let error: Value = serde_json::from_str(error).expect("a shape");
    assert_eq!(error["data"]["code"], "BAD_REQUEST");
}

#[tokio::test]
async fn a_request_to_upgrade_goes_to_its_hook() {
    let mut options = options();
    options.upgrade = Some(Arc::new(|parts| {
        assert!(
            parts
                .extensions
                .get::<hyper::upgrade::OnUpgrade>()
                .is_some()
        );
        let mut response = Response::new(ResponseBody::empty());
        *response.status_mut() = http::StatusCode::IM_A_TEAPOT;
        response
    }));
    let server = Server::start(transport(Recorded::default(), options)).await;
    let headers = "connection: upgrade\r\nupgrade: WebSocket\r\n";
    assert_eq!(
        server.get("/trpc?connectionParams=1", headers).await.status,
        418
    );
    assert_eq!(server.get("/events", headers).await.status, 400);
    assert_eq!(server.get("/trpc/debug.noInput", "").await.status, 200);
}
