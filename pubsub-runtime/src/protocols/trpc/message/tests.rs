use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn complaint(text: &str) -> String {
    parse(text, 100).unwrap_err().message().to_owned()
}

fn call(text: &str) -> Call {
    match parse(text, 100).unwrap() {
        Incoming::Messages(messages) => match messages.into_iter().next() {
            Some(Message::Call(call)) => call,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_call_is_read_whole() {
    let call = call(
        r#" {"id":7,"method":"mutation","params":{"input":{"orderId":"o1"},"path":"orders.created"}} "#,
    );
    assert_eq!(call.kind, ProcedureKind::Mutation);
    assert_eq!(call.path, "orders.created");
    assert_eq!(call.input.unwrap().get(), r#"{"orderId":"o1"}"#);
    assert_eq!(&*call.head.prefix(), b"{\"id\":7,");
}

#[test]
fn absent_input_is_not_null() {
    let absent = call(r#"{"id":"a","method":"query","params":{"path":"p"}}"#);
    assert!(absent.input.is_none());
    let null = call(r#"{"id":"a","method":"query","params":{"path":"p","input":null}}"#);
    assert_eq!(null.input.unwrap().get(), "null");
}

#[test]
fn jsonrpc_is_repeated_only_if_sent() {
    let call = call(r#"{"id":"a","jsonrpc":"2.0","method":"query","params":{"path":"p"}}"#);
    let mut out = Vec::new();
    write_data(&mut out, &call.head, None);
    assert_eq!(
        String::from_utf8(out).unwrap(),
        r#"{"id":"a","jsonrpc":"2.0","result":{"type":"data"}}"#
    );
}

#[test]
fn the_last_event_id_joins_the_input() {
    let call = call(
        r#"{"id":1,"method":"subscription","params":{"path":"s","input":{"channel":"orders"},"lastEventId":"evt-4"}}"#,
    );
    let input: Value = serde_json::from_str(call.input.unwrap().get()).unwrap();
    assert_eq!(input, json!({"channel": "orders", "lastEventId": "evt-4"}));
}

#[test]
fn each_malformed_message_is_named() {
    for (text, expected) in [
        ("5", "Not an object"),
        ("null", "Not an object"),
        ("[[]]", "Not an object"),
        ("{}", "Invalid request id"),
        (r#"{"id":true}"#, "Invalid request id"),
        (r#"{"id":1e999,"method":"query"}"#, "Invalid request id"),
        (r#"{"id":"\ud800","method":"query"}"#, "Invalid request id"),
        (
            r#"{"id":null,"method":"query","params":{"path":"p"}}"#,
            "`id` is required",
        ),
        (
            r#"{"id":1,"jsonrpc":"1.0","method":"query"}"#,
            "Must be JSONRPC 2.0",
        ),
        (r#"{"id":1,"method":"nope"}"#, "Invalid procedure type"),
        (r#"{"id":1}"#, "Invalid procedure type"),
        (r#"{"id":1,"method":"query"}"#, "Not an object"),
        (r#"{"id":1,"method":"query","params":[]}"#, "Not an object"),
        (
            r#"{"id":1,"method":"query","params":{"path":5}}"#,
            "Invalid string",
        ),
        (
            r#"{"id":1,"method":"subscription","params":{"path":"p","lastEventId":null}}"#,
            "Invalid string",
        ),
    ] {
        assert_eq!(complaint(text), expected, "{text}");
    }
    let long = format!(r#"{{"id":"{}","method":"query"}}"#, "a".repeat(63));
    assert_eq!(complaint(&long), "Invalid request id");
    for text in ["", "{nope", "ping", "{} {}", "[{}", "[1,]"] {
        assert_eq!(
            parse(text, 100).unwrap_err().kind(),
            ErrorKind::Parse,
            "{text}"
        );
    }
}

#[test]
fn one_bad_element_spoils_the_batch() {
    assert_eq!(
        complaint(r#"[{"id":1,"method":"query","params":{"path":"p"}},{"id":2,"method":"nope"}]"#),
        "Invalid procedure type"
    );
}

#[test]
fn an_empty_batch_is_nothing() {
    assert!(matches!(parse("[]", 100), Ok(Incoming::Messages(messages)) if messages.is_empty()));
}

#[test]
fn a_batch_over_the_limit_names_its_calls() {
    let text = r#"[{"id":1,"method":"query","params":{"path":"p"}},{"id":2,"method":"subscription.stop"}]"#;
    match parse(text, 1).unwrap() {
        Incoming::TooMany(heads) => assert_eq!(heads.len(), 1),
        other => panic!("{other:?}"),
    }
}

#[test]
fn connection_params_are_null_or_strings() {
    let read = |text| parse_connection_params(text);
    assert_eq!(
        read(r#"{"data":{"token":"y"}}"#).unwrap().unwrap()["token"],
        "y"
    );
    assert_eq!(
        read(r#"{"method":"connectionParams","data":null}"#).unwrap(),
        None
    );
    for (text, message) in [
        (r#"{"data":{"a":1}}"#, "Invalid connection params shape"),
        (
            r#"{"method":"connectionParams"}"#,
            "Invalid connection params shape",
        ),
        ("[]", "Invalid connection params shape"),
        ("nope", "Malformed TRPCConnectionParamsMessage"),
    ] {
        assert_eq!(read(text).unwrap_err().message(), message, "{text}");
    }
}

/// JSON that is nearly a message.
fn nearly() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("1".to_owned()),
        Just("1e999".to_owned()),
        Just("\"\\ud800\"".to_owned()),
        Just("\"query\"".to_owned()),
        Just("\"subscription.stop\"".to_owned()),
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    let key = prop_oneof![
        Just("id"),
        Just("method"),
        Just("params"),
        Just("path"),
        Just("input"),
        Just("lastEventId"),
        Just("jsonrpc"),
        Just("data"),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|elements| format!("[{}]", elements.join(","))),
            prop::collection::vec((key.clone(), inner), 0..6).prop_map(|members| {
                let members: Vec<_> = members
                    .iter()
                    .map(|(key, value)| format!("\"{key}\":{value}"))
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn no_text_panics(text in prop_oneof![any::<String>(), nearly()], max_batch in 0_usize..4) {
        drop(parse(&text, max_batch));
        drop(parse_connection_params(&text));
    }

    #[test]
    fn every_answer_is_json_with_the_id_sent(id in prop_oneof![
        any::<i64>().prop_map(|id| id.to_string()),
        "[a-z\\\\\"\u{e9}]{0,12}".prop_map(|id| serde_json::to_string(&id).unwrap()),
    ]) {
        let call = call(&format!(r#"{{"id":{id},"method":"query","params":{{"path":"p"}}}}"#));
        let sent: Value = serde_json::from_str(&id).unwrap();
        let mut out = Vec::new();
        write_failed(&mut out, Some(&call.head), &no_procedure(call.kind, &call.path), Some(&call.path));
        let answer: Value = serde_json::from_slice(&out).unwrap();
        prop_assert_eq!(&answer["id"], &sent);
        let answer: Value = serde_json::from_slice(&[&call.head.prefix(), STARTED].concat()).unwrap();
        prop_assert_eq!(&answer["id"], &sent);
    }
}

macro_rules! recordings {
    ($($name:literal),* $(,)?) => {
        [$(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../tests/fixtures/wire/",
            $name,
            ".json"
        ))),*]
    };
}

#[test]
fn recorded_answers_are_written_byte_for_byte() {
    let mut written = 0;
    for case in recordings![
        "v10-client-v11-server-ws-subscription",
        "v11-ws-batch",
        "v11-ws-max-batch",
        "v11-ws-query-mutation",
        "v11-ws-raw",
        "v11-ws-raw-connection-params",
        "v11-ws-reconnect-cut",
        "v11-ws-subscription",
        "v11-ws-subscription-errors",
        "v11-ws-subscription-throws-midway",
        "v11-ws-untracked",
        "v11.0-client-ws-query-mutation",
    ] {
        let case: Value = serde_json::from_str(case).unwrap();
        for exchange in case["exchanges"].as_array().unwrap() {
            for frame in exchange["frames"].as_array().into_iter().flatten() {
                let text = frame["text"].as_str().unwrap_or_default();
                if frame["dir"] == "server" && text.starts_with('{') {
                    assert_eq!(rewritten(text), text);
                    written += 1;
                }
            }
        }
    }
    assert!(written > 80, "only {written} answers were found");
}

/// The answer with the same meaning, as this server writes it.
fn rewritten(text: &str) -> String {
    use crate::{
        delivery::framing::{EventFrame, Framing as _},
        protocols::trpc::ws_framing::WsTracked,
    };

    #[derive(Deserialize)]
    struct Item<'a> {
        id: &'a str,
        #[serde(borrow)]
        data: &'a RawValue,
    }
    #[derive(Deserialize)]
    struct Outcome<'a> {
        #[serde(rename = "type")]
        kind: &'a str,
        #[serde(borrow)]
        data: Option<&'a RawValue>,
        id: Option<&'a str>,
    }
    #[derive(Deserialize)]
    struct Answer<'a> {
        #[serde(borrow, deserialize_with = "present")]
        id: Option<&'a RawValue>,
        jsonrpc: Option<&'a str>,
        #[serde(borrow)]
        result: Option<Outcome<'a>>,
        error: Option<Value>,
    }

    let answer: Answer<'_> = serde_json::from_str(text).unwrap();
    let head = Head {
        id: Id(answer.id.unwrap().get().into()),
        jsonrpc: answer.jsonrpc.is_some(),
    };
    let mut out = Vec::new();
    if let Some(error) = answer.error {
        let kind = ErrorKind::from_name(error["data"]["code"].as_str().unwrap()).unwrap();
        let message = error["message"].as_str().unwrap().to_owned();
        let head = (&*head.id.0 != "null").then_some(&head);
        let path = error["data"]["path"].as_str();
        write_failed(&mut out, head, &Error::new(kind, message), path);
    } else {
        let Outcome { kind, data, id } = answer.result.unwrap();
        match (kind, id) {
            ("started", _) => out.extend([&head.prefix(), STARTED].concat()),
            ("stopped", _) => out.extend([&head.prefix(), STOPPED].concat()),
            (_, None) => write_data(&mut out, &head, data),
            (_, Some(token)) => {
                let item: Item<'_> = serde_json::from_str(data.unwrap().get()).unwrap();
                assert_eq!(item.id, token);
                let mut frame = bytes::BytesMut::new();
                let event = EventFrame {
                    body: item.data.get().as_bytes(),
                    name: "",
                    id: "",
                    token: Some(token),
                };
                WsTracked.event(event, &mut frame);
                out.extend([&head.prefix(), &frame[..]].concat());
            }
        }
    }
    String::from_utf8(out).unwrap()
}
