//! From an envelope to JSON.

use serde::{Serialize, Serializer, ser::Error as _, ser::SerializeMap as _};

use super::{
    CAUSATION_ID, CHANNEL, CLIENT_EVENT_ID, CORRELATION_ID, CURSOR, CloudEvent, CloudEventError,
    Extension, PARTITION_KEY, PROGRAM, TAKEN, VERSION, text,
};

impl<P: Serialize> CloudEvent<P> {
    /// The event as one JSON object, attributes first and `data` last.
    ///
    /// The numbers of a typed payload are not checked here; those of what a server publishes were.
    ///
    /// # Errors
    ///
    /// A text that `CloudEvents` does not allow, such as an empty id or one with a control character; a source that is no URI
    /// reference; a version beyond 2³¹ − 1; an extension with a name that is taken or has other characters than `a` to `z` and
    /// `0` to `9`.
    pub fn to_json(&self) -> Result<String, CloudEventError> {
        // Once more below, where serde has no place for an error of this type.
        self.attributes()?;
        Ok(serde_json::to_string(self)?)
    }
}

impl<P> CloudEvent<P> {
    /// Every attribute, in the order in which it is written.
    fn attributes(&self) -> Result<Vec<(&str, Attribute<'_>)>, CloudEventError> {
        let Self {
            envelope,
            source,
            subject,
            dataschema,
            cursor,
            extensions,
        } = self;
        let meta = &envelope.meta;
        text::check_reference("source", source)?;
        if let Some(schema) = dataschema {
            text::check_uri("dataschema", schema)?;
        }
        let texts = [
            ("id", Some(&envelope.id)),
            ("type", Some(&envelope.name)),
            ("source", Some(source)),
            ("subject", subject.as_ref()),
            ("dataschema", dataschema.as_ref()),
            (PARTITION_KEY, meta.partition_key.as_ref()),
            (CORRELATION_ID, meta.request_id.as_ref()),
            (CAUSATION_ID, meta.caused_by.as_ref()),
            (CHANNEL, Some(&envelope.channel)),
            (PROGRAM, meta.source.as_ref()),
            (CLIENT_EVENT_ID, meta.client_event_id.as_ref()),
            (CURSOR, cursor.as_ref()),
        ];
        let mut attributes = vec![
            ("specversion", Attribute::Text("1.0")),
            ("datacontenttype", Attribute::Text("application/json")),
            ("time", Attribute::Time(envelope.timestamp.to_string())),
        ];
        for (name, value) in texts {
            if let Some(value) = value {
                text::check(name, value)?;
                attributes.push((name, Attribute::Text(value)));
            }
        }
        if let Some(version) = meta.version {
            let version = i32::try_from(version).map_err(|_| {
                CloudEventError::invalid(
                    VERSION,
                    "is larger than 2147483647, the largest integer of CloudEvents",
                )
            })?;
            attributes.push((VERSION, Attribute::Integer(version)));
        }
        for (name, value) in extensions {
            text::check_name(name)?;
            if TAKEN.contains(&name.as_str()) {
                return Err(CloudEventError::invalid(
                    name,
                    "is an attribute of its own and cannot be an extension; set its field instead",
                ));
            }
            attributes.push((
                name,
                match value {
                    Extension::Text(value) => {
                        text::check(name, value)?;
                        Attribute::Text(value)
                    }
                    Extension::Integer(value) => Attribute::Integer(*value),
                    Extension::Boolean(value) => Attribute::Boolean(*value),
                },
            ));
        }
        Ok(attributes)
    }
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Attribute<'a> {
    Text(&'a str),
    Time(String),
    Integer(i32),
    Boolean(bool),
}

impl<P: Serialize> Serialize for CloudEvent<P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let attributes = self.attributes().map_err(S::Error::custom)?;
        let mut map = serializer.serialize_map(Some(attributes.len() + 1))?;
        for (name, value) in &attributes {
            map.serialize_entry(name, value)?;
        }
        map.serialize_entry("data", &self.envelope.payload)?;
        map.end()
    }
}
