//! The mapping to `CloudEvents`, read and written by the specification's own library as well.

use cloudevents::{
    AttributesReader as _, Event, EventBuilder as _, EventBuilderV10,
    event::{Data, ExtensionValue},
};
use proptest::{collection::btree_map, option, prelude::*};
use pubsub_runtime::{CloudEvent, Envelope, Extension, Timestamp};
use serde_json::Value;

/// The last millisecond of the year 9999.
const LATEST: u64 = 253_402_300_799_999;

/// Text as attributes may hold it.
fn text() -> impl Strategy<Value = String> {
    "[^\\p{Cc}\\p{Cn}]{1,12}"
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map("[a-z]{1,6}", inner, 0..4).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

fn envelope() -> impl Strategy<Value = Envelope> {
    let meta = [
        "source",
        "requestId",
        "clientEventId",
        "partitionKey",
        "causedBy",
    ];
    (
        (text(), "[a-z]{1,8}:[a-z.]{1,8}", text()),
        json(),
        0..=LATEST,
        option::of(0..=i32::MAX),
        prop::array::uniform5(option::of(text())),
    )
        .prop_map(
            move |((id, name, channel), payload, time, version, texts)| {
                let meta: serde_json::Map<_, _> = meta
                    .into_iter()
                    .zip(texts)
                    .filter_map(|(name, text)| Some((name.to_owned(), text?.into())))
                    .chain(version.map(|version| ("version".to_owned(), version.into())))
                    .collect();
                let envelope = serde_json::json!({
                    "id": id, "name": name, "channel": channel, "payload": payload,
                    "timestamp": Timestamp::from_millis(time).to_string(), "meta": meta,
                });
                serde_json::from_value(envelope).expect("an envelope")
            },
        )
}

fn extensions() -> impl Strategy<Value = std::collections::BTreeMap<String, Extension>> {
    let value = prop_oneof![
        text().prop_map(Extension::Text),
        any::<i32>().prop_map(Extension::Integer),
        any::<bool>().prop_map(Extension::Boolean),
    ];
    // No attribute of the specification or of the mapping begins so.
    btree_map("z[a-z0-9]{0,12}", value, 0..4)
}

fn event() -> impl Strategy<Value = CloudEvent> {
    let reference = "(https://[a-z]{1,8}\\.example)?/(%[0-9A-F]{2})?[A-Za-z0-9._~-]{0,8}";
    let schema = "https://[a-z]{1,8}\\.example/schemas\\.json#/events/[a-z]{1,8}:[a-z]{1,8}/output";
    (
        envelope(),
        reference,
        option::of(text()),
        option::of(schema),
        option::of(text()),
        extensions(),
    )
        .prop_map(
            |(envelope, source, subject, dataschema, cursor, extensions)| {
                let mut event = CloudEvent::new(envelope, source);
                event.subject = subject;
                event.dataschema = dataschema;
                event.cursor = cursor;
                event.extensions = extensions;
                event
            },
        )
}

/// All of an event that can be compared.
fn all_of(event: &CloudEvent) -> Value {
    let envelope = serde_json::to_value(&event.envelope).expect("JSON");
    serde_json::json!({
        "envelope": envelope,
        "source": event.source,
        "subject": event.subject,
        "dataschema": event.dataschema,
        "cursor": event.cursor,
        "extensions": format!("{:?}", event.extensions),
    })
}

fn extension<'a>(event: &'a Event, name: &str) -> Option<&'a str> {
    event.extension(name).map(|value| match value {
        ExtensionValue::String(text) => text.as_str(),
        other => panic!("{other:?}"),
    })
}

proptest! {
    /// What we write, their library reads as what it is, and writes so that we read the same again.
    #[test]
    fn what_is_written_is_read_by_the_library_and_comes_back(event in event()) {
        let json = event.to_json().expect("a CloudEvent");
        let theirs: Event = serde_json::from_str(&json).expect("the library reads it");
        let (envelope, meta) = (&event.envelope, &event.envelope.meta);
        prop_assert_eq!(theirs.specversion(), cloudevents::event::SpecVersion::V10);
        prop_assert_eq!(theirs.id(), envelope.id.as_str());
        prop_assert_eq!(theirs.ty(), envelope.name.as_str());
        prop_assert_eq!(theirs.source().as_str(), event.source.as_str());
        prop_assert_eq!(theirs.subject(), event.subject.as_deref());
        prop_assert_eq!(theirs.dataschema().map(ToString::to_string), event.dataschema.clone());
        let millis = theirs.time().map(chrono::DateTime::timestamp_millis);
        prop_assert_eq!(millis, i64::try_from(envelope.timestamp.as_millis()).ok());
        prop_assert_eq!(extension(&theirs, "pubsubchannel"), Some(envelope.channel.as_str()));
        prop_assert_eq!(extension(&theirs, "partitionkey"), meta.partition_key.as_deref());
        prop_assert_eq!(extension(&theirs, "correlationid"), meta.request_id.as_deref());
        prop_assert_eq!(extension(&theirs, "causationid"), meta.caused_by.as_deref());
        let payload: Value = serde_json::from_str(envelope.payload.get()).expect("JSON");
        match theirs.data() {
            Some(Data::Json(data)) => prop_assert_eq!(data, &payload),
            other => prop_assert!(false, "{:?}", other),
        }

        let again = serde_json::to_vec(&theirs).expect("the library writes it");
        let again = CloudEvent::from_json(&again).expect("we read it");
        prop_assert_eq!(all_of(&again), all_of(&event));
    }

    /// What others make with their library, we read, and write so that their library sees no difference.
    #[test]
    fn what_the_library_writes_is_read_and_comes_back(
        (id, source, name) in (text(), "/[a-z]{0,8}", "[a-z]{1,8}:[a-z]{1,8}"),
        subject in option::of(text()),
        millis in 0..=LATEST,
        data in json(),
        more in extensions(),
    ) {
        let millis = i64::try_from(millis).expect("fits");
        let time = chrono::DateTime::from_timestamp_millis(millis).expect("a moment");
        let mut builder = EventBuilderV10::new()
            .id(id)
            .ty(name.clone())
            .source(source)
            .time(time)
            // Ours are written by us only if they were there.
            .extension("pubsubchannel", name.split_once(':').expect("a colon").0)
            .data("application/json", data);
        if let Some(subject) = subject {
            builder = builder.subject(subject);
        }
        for (name, value) in &more {
            builder = match value {
                Extension::Text(text) => builder.extension(name, text.as_str()),
                Extension::Integer(number) => builder.extension(name, i64::from(*number)),
                Extension::Boolean(flag) => builder.extension(name, *flag),
            };
        }
        let theirs = builder.build().expect("an event");
        let json = serde_json::to_vec(&theirs).expect("JSON");
        let ours = CloudEvent::from_json(&json).expect("we read it");
        prop_assert_eq!(&ours.extensions, &more);
        let again: Event = serde_json::from_str(&ours.to_json().expect("JSON")).expect("the library reads it");
        prop_assert_eq!(again, theirs);
    }

    /// Whatever comes from outside is read or refused.
    #[test]
    fn nothing_panics(json in "\\PC{0,64}", object in json()) {
        drop(CloudEvent::from_json(json.as_bytes()));
        drop(CloudEvent::from_json(object.to_string().as_bytes()));
    }
}
