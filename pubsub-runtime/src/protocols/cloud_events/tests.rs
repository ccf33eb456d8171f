use super::*;

/// A valid event with one member replaced by, or added as, this JSON; `-` takes it out.
fn with(member: &str, json: &str) -> Result<CloudEvent, CloudEventError> {
    let mut members = vec![
        ("specversion", r#""1.0""#),
        ("id", r#""e1""#),
        ("source", r#""/orders""#),
        ("type", r#""orders:created""#),
        ("time", r#""2026-01-01T00:00:00.000Z""#),
        ("data", r#"{"orderId":"abc"}"#),
    ];
    members.retain(|(name, _)| *name != member);
    if json != "-" {
        members.push((member, json));
    }
    let members: Vec<_> = members
        .iter()
        .map(|(name, json)| format!("\"{name}\":{json}"))
        .collect();
    CloudEvent::from_json(format!("{{{}}}", members.join(",")).as_bytes())
}

#[test]
fn what_cannot_be_an_envelope_is_refused_with_what_to_write() {
    for (member, json, said) in [
        (
            "specversion",
            "-",
            "`specversion` is missing; write \"specversion\": \"1.0\"",
        ),
        (
            "specversion",
            r#""0.3""#,
            "`specversion` is not \"1.0\", the only one that is read",
        ),
        (
            "id",
            "-",
            "`id` is missing; write what makes the event unique among those of its source",
        ),
        (
            "id",
            r#""""#,
            "`id` is empty; leave it out, or give it a value",
        ),
        ("id", "1", "`id` is no string"),
        (
            "id",
            r#""a\u0000""#,
            "`id` holds a control character, which CloudEvents does not allow",
        ),
        (
            "id",
            r#""a\uffff""#,
            "`id` holds a control character, which CloudEvents does not allow",
        ),
        (
            "source",
            "null",
            "`source` is missing; write where it happened, such as \"https://shop.example\"",
        ),
        (
            "source",
            r#""a b""#,
            "`source` is no URI reference; write for example \"https://shop.example\" or \"/orders\"",
        ),
        (
            "source",
            r#""/%2""#,
            "`source` is no URI reference; write for example \"https://shop.example\" or \"/orders\"",
        ),
        (
            "dataschema",
            r#""/x""#,
            "`dataschema` is no URI with a scheme; write for example \"https://shop.example/events-schemas.json\"",
        ),
        (
            "type",
            r#""com.example.created""#,
            "`pubsubchannel` is missing; write it, or a type that begins with the channel, such as \"orders:created\"",
        ),
        (
            "time",
            "-",
            "`time` is missing; an envelope says when it was published: write for example \"2026-01-01T00:00:00Z\"",
        ),
        (
            "time",
            r#""today""#,
            "`time` is no moment from 1970 to 9999; write for example \"2026-01-01T00:00:00Z\"",
        ),
        (
            "datacontenttype",
            r#""text/xml""#,
            "`datacontenttype` is not that of JSON; an envelope carries `application/json`, or a type that ends in `+json`",
        ),
        (
            "data_base64",
            r#""AA==""#,
            "`data_base64` holds bytes, and an envelope carries JSON; send JSON in `data`",
        ),
        (
            "pubsubversion",
            "-1",
            "`pubsubversion` is no integer from 0 to 2147483647",
        ),
        (
            "trace_parent",
            r#""x""#,
            "`trace_parent` is no name of an attribute; write a-z and 0-9 only",
        ),
        (
            "traceparent",
            "[]",
            "`traceparent` is no string, boolean or integer of 32 bits, and attributes hold nothing else",
        ),
        (
            "traceparent",
            "1.5",
            "`traceparent` is no string, boolean or integer of 32 bits, and attributes hold nothing else",
        ),
    ] {
        let error = with(member, json).unwrap_err().to_string();
        assert_eq!(error, said, "{member}: {json}");
    }
    let twice = CloudEvent::from_json(br#"{"id":"a","id":"b"}"#)
        .unwrap_err()
        .to_string();
    assert!(
        twice.starts_with("no CloudEvent in JSON: `id` stands there twice"),
        "{twice}"
    );
    for json in ["", "[]", "null", "{", "\"a\""] {
        CloudEvent::from_json(json.as_bytes()).unwrap_err();
    }
    let many: Vec<_> = (0..200).map(|n| format!("\"a{n}\":1")).collect();
    let many = CloudEvent::from_json(format!("{{{}}}", many.join(",")).as_bytes()).unwrap_err();
    assert_eq!(
        many.to_string(),
        "more than 128 attributes; leave out what receivers do not need"
    );
}

#[test]
fn what_others_may_write_is_read() {
    for (member, json) in [
        ("datacontenttype", r#""application/json; charset=utf-8""#),
        ("datacontenttype", r#""application/vnd.Shop+JSON""#),
        ("datacontenttype", "null"),
        ("subject", "null"),
        ("traceparent", "null"),
        ("time", r#""2026-01-01T01:00:00.000000+01:00""#),
    ] {
        let event = with(member, json).unwrap();
        assert_eq!(event.envelope.channel, "orders");
        assert_eq!(event.envelope.payload.get(), r#"{"orderId":"abc"}"#);
        assert_eq!(
            event.envelope.timestamp.to_string(),
            "2026-01-01T00:00:00.000Z"
        );
        assert!(event.extensions.is_empty());
    }
    assert_eq!(with("data", "-").unwrap().envelope.payload.get(), "null");
    assert_eq!(
        with("pubsubchannel", r#""other""#)
            .unwrap()
            .envelope
            .channel,
        "other"
    );
}

#[test]
fn what_nobody_could_read_is_not_written() {
    let event = || with("subject", r#""abc""#).unwrap();
    let refused = |change: &dyn Fn(&mut CloudEvent)| {
        let mut event = event();
        change(&mut event);
        let error = event.to_json().unwrap_err().to_string();
        assert!(serde_json::to_string(&event).is_err());
        error
    };
    let said = refused(&|event| event.envelope.meta.partition_key = Some(String::new()));
    assert_eq!(
        said,
        "`partitionkey` is empty; leave it out, or give it a value"
    );
    let said = refused(&|event| event.envelope.meta.version = Some(u32::MAX));
    assert_eq!(
        said,
        "`pubsubversion` is larger than 2147483647, the largest integer of CloudEvents"
    );
    for taken in TAKEN {
        let said = refused(&|event| {
            event
                .extensions
                .insert(taken.to_owned(), Extension::Boolean(true));
        });
        assert!(said.starts_with(&format!("`{taken}` is ")), "{said}");
    }
    assert_eq!(
        event().to_json().unwrap(),
        r#"{"specversion":"1.0","datacontenttype":"application/json","time":"2026-01-01T00:00:00.000Z","id":"e1","type":"orders:created","source":"/orders","subject":"abc","pubsubchannel":"orders","data":{"orderId":"abc"}}"#
    );
}

#[test]
fn a_batch_is_a_list_of_them() {
    let batch = vec![with("id", r#""a""#).unwrap(), with("id", r#""b""#).unwrap()];
    let json = serde_json::to_string(&batch).unwrap();
    let read: Vec<CloudEvent> = serde_json::from_str(&json).unwrap();
    let ids: Vec<_> = read
        .iter()
        .map(|event| event.envelope.id.as_str())
        .collect();
    assert_eq!(ids, ["a", "b"]);
}
