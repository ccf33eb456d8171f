//! From JSON to an envelope.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, Visitor},
};
use serde_json::Value;

use super::{
    CAUSATION_ID, CHANNEL, CLIENT_EVENT_ID, CORRELATION_ID, CURSOR, CloudEvent, CloudEventError,
    Extension, PARTITION_KEY, PROGRAM, VERSION, text,
};
use crate::words::envelope::{Envelope, Meta, Raw, Timestamp};

/// The most members of an event that are read.
const MAX_ATTRIBUTES: usize = 128;

impl CloudEvent<Raw> {
    /// Reads one JSON object.
    ///
    /// # Errors
    ///
    /// What is no `CloudEvent` of version 1.0; or one that no envelope can hold: without `time`, with content that is not JSON,
    /// or with neither `pubsubchannel` nor a colon in `type`. The text says which attribute it is.
    pub fn from_json(json: &[u8]) -> Result<Self, CloudEventError> {
        let Members(members) = serde_json::from_slice(json)?;
        Self::read(members)
    }

    fn read(members: BTreeMap<String, Raw>) -> Result<Self, CloudEventError> {
        if members.len() > MAX_ATTRIBUTES {
            return Err(CloudEventError::TooMany(MAX_ATTRIBUTES));
        }
        let mut members = Attributes(members);
        let version = members.required("specversion", "write \"specversion\": \"1.0\"")?;
        if version != "1.0" {
            return Err(CloudEventError::invalid(
                "specversion",
                "is not \"1.0\", the only one that is read",
            ));
        }
        members.check_content()?;
        let name = members.required("type", "write what happened, such as \"orders:created\"")?;
        let channel = match members.text(CHANNEL)? {
            Some(channel) => channel,
            None => match name.split_once(':') {
                Some((channel, _)) if !channel.is_empty() => channel.to_owned(),
                _ => {
                    return Err(CloudEventError::Missing {
                        attribute: CHANNEL,
                        remedy: "write it, or a type that begins with the channel, such as \"orders:created\"",
                    });
                }
            },
        };
        let time = members.required(
            "time",
            "an envelope says when it was published: write for example \"2026-01-01T00:00:00Z\"",
        )?;
        let Some(timestamp) = Timestamp::parse(&time) else {
            return Err(CloudEventError::invalid(
                "time",
                "is no moment from 1970 to 9999; write for example \"2026-01-01T00:00:00Z\"",
            ));
        };
        let source = members.required(
            "source",
            "write where it happened, such as \"https://shop.example\"",
        )?;
        text::check_reference("source", &source)?;
        let dataschema = members.text("dataschema")?;
        if let Some(schema) = &dataschema {
            text::check_uri("dataschema", schema)?;
        }
        let meta = Meta {
            version: members.version()?,
            source: members.text(PROGRAM)?,
            request_id: members.text(CORRELATION_ID)?,
            client_event_id: members.text(CLIENT_EVENT_ID)?,
            partition_key: members.text(PARTITION_KEY)?,
            caused_by: members.text(CAUSATION_ID)?,
        };
        let payload = match members.0.remove("data") {
            Some(payload) => payload,
            None => serde_json::value::to_raw_value(&())?,
        };
        Ok(Self {
            envelope: Envelope {
                id: members.required(
                    "id",
                    "write what makes the event unique among those of its source",
                )?,
                name,
                channel,
                payload,
                timestamp,
                meta,
            },
            source,
            subject: members.text("subject")?,
            dataschema,
            cursor: members.text(CURSOR)?,
            extensions: members.rest()?,
        })
    }
}

impl<'de> Deserialize<'de> for CloudEvent<Raw> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Members(members) = Members::deserialize(deserializer)?;
        Self::read(members).map_err(D::Error::custom)
    }
}

/// What is left to be read; `null` counts as absent, as the specification says.
struct Attributes(BTreeMap<String, Raw>);

impl Attributes {
    fn take(&mut self, name: &str) -> Option<Raw> {
        self.0.remove(name).filter(|value| value.get() != "null")
    }

    fn text(&mut self, name: &str) -> Result<Option<String>, CloudEventError> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let Ok(value) = serde_json::from_str::<String>(value.get()) else {
            return Err(CloudEventError::invalid(name, "is no string"));
        };
        text::check(name, &value)?;
        Ok(Some(value))
    }

    fn required(
        &mut self,
        attribute: &'static str,
        remedy: &'static str,
    ) -> Result<String, CloudEventError> {
        self.text(attribute)?
            .ok_or(CloudEventError::Missing { attribute, remedy })
    }

    fn version(&mut self) -> Result<Option<u32>, CloudEventError> {
        let Some(value) = self.take(VERSION) else {
            return Ok(None);
        };
        let version = serde_json::from_str::<i32>(value.get()).ok();
        match version.and_then(|version| u32::try_from(version).ok()) {
            Some(version) => Ok(Some(version)),
            None => Err(CloudEventError::invalid(
                VERSION,
                "is no integer from 0 to 2147483647",
            )),
        }
    }

    /// Refuses content that is not JSON.
    fn check_content(&mut self) -> Result<(), CloudEventError> {
        if self.take("data_base64").is_some() {
            return Err(CloudEventError::invalid(
                "data_base64",
                "holds bytes, and an envelope carries JSON; send JSON in `data`",
            ));
        }
        let content = self.text("datacontenttype")?;
        if content.as_deref().is_none_or(is_json) {
            return Ok(());
        }
        Err(CloudEventError::invalid(
            "datacontenttype",
            "is not that of JSON; an envelope carries `application/json`, or a type that ends in `+json`",
        ))
    }

    fn rest(self) -> Result<BTreeMap<String, Extension>, CloudEventError> {
        let mut extensions = BTreeMap::new();
        for (name, value) in self.0 {
            text::check_name(&name)?;
            let value = match serde_json::from_str(value.get())? {
                Value::Null => continue,
                Value::String(value) => {
                    text::check(&name, &value)?;
                    Some(Extension::Text(value))
                }
                Value::Bool(value) => Some(Extension::Boolean(value)),
                Value::Number(value) => {
                    let value = value.as_i64().and_then(|value| i32::try_from(value).ok());
                    value.map(Extension::Integer)
                }
                Value::Array(_) | Value::Object(_) => None,
            };
            let Some(value) = value else {
                return Err(CloudEventError::invalid(
                    name,
                    "is no string, boolean or integer of 32 bits, and attributes hold nothing else",
                ));
            };
            extensions.insert(name, value);
        }
        Ok(extensions)
    }
}

/// Whether a media type is that of JSON, as the JSON event format judges it.
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    essence
        .split_once('/')
        .is_some_and(|(_, subtype)| subtype == "json" || subtype.ends_with("+json"))
}

/// The members of an object, each once.
struct Members(BTreeMap<String, Raw>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with the attributes of a CloudEvent")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = BTreeMap::new();
                while let Some(name) = map.next_key::<String>()? {
                    // One more than is accepted shows that there are too many; the rest need not be kept.
                    if members.len() > MAX_ATTRIBUTES {
                        map.next_value::<serde::de::IgnoredAny>()?;
                        continue;
                    }
                    if members.contains_key(&name) {
                        return Err(A::Error::custom(format_args!(
                            "`{name}` stands there twice"
                        )));
                    }
                    let value = map.next_value()?;
                    members.insert(name, value);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}
