//! Malformed and hostile requests: each gets tRPC's error envelope with the right code, and no other call suffers.

use std::time::Duration;

use pubsub_runtime::__private::wire::{Cors, HttpOptions, Limits};
use pubsub_tests::recorded::Recorded;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::serving::{Server, handled, transport};

async fn server() -> Server {
    let options = HttpOptions {
        limits: Limits {
            max_body_bytes: 1_000,
            body_timeout: Duration::from_millis(200),
            max_batch: 4,
            ..Limits::default()
        },
        ..HttpOptions::default()
    };
    Server::start(transport(Recorded::default(), options)).await
}

#[tokio::test]
async fn unknown_routes_answer_in_json() {
    let server = server().await;
    for path in ["/", "/trpcs", "/events/x", "/favicon.ico"] {
        server.get(path, "").await.assert_error(404, "NOT_FOUND");
    }
    let answer = server.get("/trpc/nope", "").await;
    answer.assert_error(404, "NOT_FOUND");
    assert_eq!(answer.json()["error"]["data"]["path"], "nope");
}

#[tokio::test]
async fn bodies_over_the_limit_are_refused_by_their_length_and_while_reading() {
    let server = server().await;
    let path = "/trpc/orders.created";
    // The declared length alone is enough: no body follows.
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 99999999999\r\n\r\n"
    );
    server
        .send(head)
        .await
        .assert_error(413, "PAYLOAD_TOO_LARGE");
    let chunk = format!("1f4\r\n{}\r\n", " ".repeat(500));
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n{chunk}{chunk}{chunk}"
    );
    server
        .send(request)
        .await
        .assert_error(413, "PAYLOAD_TOO_LARGE");
}

#[tokio::test]
async fn a_body_in_several_pieces_is_put_together() {
    let server = server().await;
    let request = "POST /trpc/orders.created HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nd\r\n{\"orderId\":\"o\r\n5\r\n1\",\"t\r\n8\r\notal\":1}\r\n0\r\n\r\n";
    let answer = server.send(request).await;
    assert_eq!(answer.json()["result"]["data"]["orderId"], "o1");
}

#[tokio::test]
async fn a_body_that_stalls_is_a_timeout() {
    let server = server().await;
    let request = "POST /trpc/orders.created HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 20\r\n\r\n{\"order";
    server.send(request).await.assert_error(408, "TIMEOUT");
}

#[tokio::test]
async fn a_broken_chunk_is_a_bad_request() {
    let server = server().await;
    let request = "POST /trpc/orders.created HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n";
    server.send(request).await.assert_error(400, "BAD_REQUEST");
}

#[tokio::test]
async fn compressed_bodies_and_other_media_types_are_refused() {
    let server = server().await;
    let path = "/trpc/orders.created";
    for coding in ["gzip", "br", "identity, gzip"] {
        let header = format!("content-encoding: {coding}\r\n");
        let answer = server.post(path, &header, b"{}").await;
        answer.assert_error(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    let answer = server
        .post(path, "content-encoding: identity\r\n", b"{}")
        .await;
    answer.assert_error(400, "BAD_REQUEST");
    let request = format!("POST {path} HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n");
    let answer = server.send(request).await;
    answer.assert_error(415, "UNSUPPORTED_MEDIA_TYPE");
}

#[tokio::test]
async fn a_length_told_twice_is_refused() {
    // hyper hides the second of two equal lengths from services; other ways into the transport do not.
    let transport = transport(Recorded::default(), HttpOptions::default());
    let request = http::Request::post("/trpc/debug.noInputMutation")
        .header("content-type", "application/json")
        .header("content-length", "0")
        .header("content-length", "0")
        .body(http_body_util::Full::default())
        .expect("a request");
    let (parts, body) = handled(&transport, request).await;
    assert_eq!(parts.status, 400);
    assert!(body.contains("BAD_REQUEST"), "{body}");
}

#[tokio::test]
async fn bodies_that_are_no_json_are_bad_requests() {
    let server = server().await;
    let deep = "[".repeat(900);
    let bodies: [&[u8]; 8] = [
        b"{\"orderId\":",
        b"nope",
        b"{}{}",
        b"\xff\xfe",
        b"{\"orderId\":\"\xff\",\"total\":1}",
        b"{\"orderId\":\"\\ud800\",\"total\":1}",
        b"{\"orderId\":\"o\",\"total\":1e400}",
        deep.as_bytes(),
    ];
    for body in bodies {
        let answer = server.post("/trpc/orders.created", "", body).await;
        answer.assert_error(400, "BAD_REQUEST");
        assert_eq!(answer.json()["error"]["data"]["path"], "orders.created");
    }
}

#[tokio::test]
async fn validation_says_which_fields() {
    let server = server().await;
    let answer = server
        .post("/trpc/orders.created", "", b"{\"orderId\":5}")
        .await;
    answer.assert_error(400, "BAD_REQUEST");
    let error = &answer.json()["error"];
    let issues = error["data"]["issues"].as_array().expect("issues");
    assert_eq!(issues[0]["code"], "invalid_type");
    let message = error["message"].as_str().expect("a message");
    let parsed: serde_json::Value = serde_json::from_str(message).expect("issues as JSON");
    assert_eq!(parsed, error["data"]["issues"]);
}

#[tokio::test]
async fn a_panic_fails_its_own_call_only() {
    let server = server().await;
    let answer = server.get("/trpc/debug.panic", "").await;
    answer.assert_error(500, "INTERNAL_SERVER_ERROR");
    let answer = server
        .get("/trpc/debug.noInput,debug.panic?batch=1", "")
        .await;
    assert_eq!(answer.status, 207);
    assert_eq!(answer.json()[0], json!({"result": {"data": "pong"}}));
    assert!(!answer.body.contains("does what it says"), "{answer:?}");
}

#[tokio::test]
async fn methods_that_do_not_fit_are_told_which_do() {
    let server = server().await;
    let cases = [
        ("POST", "/events?channel=orders", "GET"),
        ("PUT", "/events?channel=orders", "GET"),
        ("POST", "/trpc/debug.noInput", "GET"),
        ("DELETE", "/trpc/orders.created", "POST"),
    ];
    for (method, path, allow) in cases {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 0\r\n\r\n"
        );
        let answer = server.send(request).await;
        answer.assert_error(405, "METHOD_NOT_SUPPORTED");
        assert_eq!(answer.header("allow"), Some(allow));
    }
    for path in ["/trpc/nope", "/events"] {
        let answer = server
            .send(format!("HEAD {path} HTTP/1.1\r\nhost: a\r\n\r\n"))
            .await;
        assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    }
}

#[tokio::test]
async fn waits_are_told_in_whole_seconds() {
    let server = server().await;
    let input = "%7B%22code%22:%22TOO_MANY_REQUESTS%22,%22retryAfterMs%22:1500%7D";
    let answer = server
        .get(&format!("/trpc/debug.throwQuery?input={input}"), "")
        .await;
    answer.assert_error(429, "TOO_MANY_REQUESTS");
    assert_eq!(answer.header("retry-after"), Some("2"));
}

#[tokio::test]
async fn plain_streams_fail_before_they_start() {
    let server = server().await;
    server
        .get("/events", "")
        .await
        .assert_error(400, "BAD_REQUEST");
    server
        .get("/events?channel=orders&channel=nope", "")
        .await
        .assert_error(404, "NOT_FOUND");
}

#[tokio::test]
async fn plain_streams_have_the_form_of_the_specification() {
    let server = server().await;
    let expected = |n: u64| {
        format!(
            "id: evt-{n}\nevent: orders:created\ndata: {{\"id\":\"evt-{n}\",\"name\":\"orders:created\",\"channel\":\"orders\",\"payload\":{{\"orderId\":\"o{n}\",\"total\":{}}},\"timestamp\":\"2026-01-01T00:00:00.000Z\"}}\n\n",
            n * 10
        )
    };
    let wanted = format!("retry: 1000\n\n{}{}", expected(5), expected(6));
    let asked = [
        ("/events?channel=orders", "last-event-id: evt-4\r\n"),
        ("/events?channel=orders&lastEventId=evt-4", ""),
        ("/events?channel=orders&cursor=evt-4", ""),
    ];
    for (path, header) in asked {
        let mut socket = TcpStream::connect(server.address)
            .await
            .expect("a connection");
        let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\n{header}\r\n");
        socket.write_all(request.as_bytes()).await.expect("sent");
        let mut received = Vec::new();
        let reading = async {
            loop {
                let read = socket.read_buf(&mut received).await.expect("bytes");
                let text = String::from_utf8_lossy(&received);
                if read == 0 || text.contains("\"o6\"") && text.ends_with("\n\n\r\n") {
                    break;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(10), reading)
            .await
            .expect("two events in time");
        let received = String::from_utf8(received).expect("UTF-8");
        let (head, body) = received.split_once("\r\n\r\n").expect("a head");
        for line in [
            "HTTP/1.1 200 OK",
            "content-type: text/event-stream",
            "cache-control: no-cache, no-transform",
            "x-accel-buffering: no",
        ] {
            assert!(head.lines().any(|has| has == line), "{head}");
        }
        // Without the lines that tell the size of a chunk.
        let lines: Vec<_> = body.split("\r\n").skip(1).step_by(2).collect();
        assert_eq!(lines.concat(), wanted);
    }
}

#[tokio::test]
async fn only_listed_origins_hear_anything() {
    let options = HttpOptions {
        cors: Cors {
            origins: vec!["https://app.example".into()],
            credentials: true,
            ..Cors::default()
        },
        ..HttpOptions::default()
    };
    let server = Server::start(transport(Recorded::default(), options)).await;
    let stream = "/trpc/subscribe?input=%7B%22channel%22:%22orders%22,%22end%22:true%7D";
    for path in [
        "/trpc/debug.noInput",
        "/trpc/nope",
        "/nowhere",
        "/events",
        stream,
    ] {
        let answer = server.get(path, "origin: https://app.example\r\n").await;
        let allowed = answer.header("access-control-allow-origin");
        assert_eq!(allowed, Some("https://app.example"), "{path}");
        let credentials = answer.header("access-control-allow-credentials");
        assert_eq!(credentials, Some("true"), "{path}");
        for origin in [
            "",
            "origin: https://app.example.evil\r\n",
            "origin: null\r\n",
        ] {
            let answer = server.get(path, origin).await;
            assert_eq!(answer.header("access-control-allow-origin"), None);
            assert!(
                answer.head.to_lowercase().contains("vary: origin"),
                "{answer:?}"
            );
        }
    }
    let preflight = "OPTIONS /trpc/sendEvent HTTP/1.1\r\nhost: a\r\norigin: https://app.example\r\naccess-control-request-method: POST\r\n\r\n";
    let answer = server.send(preflight).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-max-age"), Some("7200"));
    let answer = server.send(preflight.replace("app.", "evil.")).await;
    assert_eq!(answer.header("access-control-allow-methods"), None);
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn without_a_list_no_origin_hears_anything() {
    let server = server().await;
    let answer = server
        .get("/trpc/debug.noInput", "origin: https://app.example\r\n")
        .await;
    assert!(!answer.head.contains("access-control"), "{answer:?}");
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn an_axum_application_serves_the_same() {
    let router = transport(Recorded::default(), HttpOptions::default()).into_router();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let application = axum::Router::new()
        .route("/own", axum::routing::get(|| async { "own" }))
        .merge(router);
    let serving = tokio::spawn(async move { axum::serve(listener, application).await });
    let server = Server::at(address);
    let answer = server.get("/trpc/debug.noInput", "").await;
    assert_eq!(answer.json(), json!({"result": {"data": "pong"}}));
    let answer = server.post("/trpc/debug.noInputMutation", "", b"").await;
    assert_eq!(answer.json(), json!({"result": {"data": "done"}}));
    for path in ["/trpc", "/trpc/", "/trpc/a/b"] {
        server.get(path, "").await.assert_error(404, "NOT_FOUND");
    }
    server
        .get("/events", "")
        .await
        .assert_error(400, "BAD_REQUEST");
    assert_eq!(server.get("/own", "").await.body, "own");
    serving.abort();
}

#[tokio::test]
async fn requests_on_one_connection_are_answered_in_turn() {
    let server = server().await;
    let mut socket = TcpStream::connect(server.address)
        .await
        .expect("a connection");
    let request = "GET /trpc/debug.noInput HTTP/1.1\r\nhost: a\r\n\r\n";
    socket
        .write_all(request.repeat(3).as_bytes())
        .await
        .expect("sent");
    let mut received = Vec::new();
    let reading = async {
        while String::from_utf8_lossy(&received).matches("pong").count() < 3 {
            assert!(socket.read_buf(&mut received).await.expect("bytes") > 0);
        }
    };
    tokio::time::timeout(Duration::from_secs(10), reading)
        .await
        .expect("three answers in time");
}

#[tokio::test]
async fn the_answers_of_one_batch_are_bounded_together() {
    let options = HttpOptions {
        limits: Limits {
            max_batch_answer_bytes: 600,
            ..Limits::default()
        },
        ..HttpOptions::default()
    };
    let server = Server::start(transport(Recorded::default(), options)).await;
    let query = "%7B%22channel%22%3A%22orders%22%2C%22limit%22%3A3%7D";
    let batch = format!("%7B%220%22%3A{query}%2C%221%22%3A{query}%7D");
    let path = format!("/trpc/fetchHistory,fetchHistory?batch=1&input={batch}");
    let answer = server.get(&path, "").await;
    let answers = answer.json();
    let whole = &answers[0]["result"]["data"];
    assert!((300..600).contains(&whole.to_string().len()), "{answer:?}");
    assert_eq!(answers[1]["error"]["data"]["code"], "PAYLOAD_TOO_LARGE");
    let alone = format!(
        "/trpc/fetchHistory?input={}",
        "%7B%22channel%22%3A%22orders%22%7D"
    );
    assert_eq!(server.get(&alone, "").await.status, 200);
}
