//! Clients that cannot send their place, and give a name instead.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::{authorise, core::Core, input::invalid, procedures::Caller, subscribe::authorised};
use crate::{
    delivery::{
        consumer::{Claim, Kept},
        live::Live,
    },
    services::cursor_store::StoredCursor,
    words::{
        error::Result,
        system::{Gap, GapReason},
    },
};

/// The longest name of a consumer, in bytes.
const MAX_NAME_BYTES: usize = 200;

/// What a consumer's place is kept under.
#[derive(Debug)]
pub(super) struct Naming<'a> {
    pub(super) caller: &'a Caller,
    pub(super) name: &'a str,
    pub(super) channels: &'a [String],
    pub(super) filters: Option<&'a Map<String, Value>>,
}

/// A consumer whose place was taken over by a subscription that is about to be opened.
pub(super) struct Consumer {
    claim: Claim,
    known: Option<StoredCursor>,
    channels: Vec<&'static str>,
}

impl Consumer {
    /// Authorises and takes the consumer's place over.
    pub(super) async fn claim(core: &Core, naming: Naming<'_>) -> Result<Self> {
        let Naming { caller, name, .. } = naming;
        if name.is_empty() || name.len() > MAX_NAME_BYTES || name.chars().any(char::is_control) {
            let rule = format!("must have 1 to {MAX_NAME_BYTES} bytes and no control characters");
            return Err(invalid(&["consumer"], rule));
        }
        if !caller.confirms {
            return Err(invalid(
                &["consumer"],
                "is kept over WebSocket only; elsewhere clients send `lastEventId`",
            ));
        }
        let channels = authorised(core, &caller.principal, naming.channels)?;
        authorise::consumer(&caller.principal, &channels, authorise::AUTHENTICATION)?;
        let (claim, known) = core.consumers.claim(&naming.key()).await?;
        Ok(Self {
            claim,
            known,
            channels: channels.iter().map(|channel| channel.name).collect(),
        })
    }

    /// The place to resume at, if the client sends none.
    pub(super) fn place(&self) -> Option<String> {
        self.known.as_ref().map(|known| known.cursor.clone())
    }

    /// Has the place of `live` kept; `is_resumed` if the client sent a place, which wins over what is known.
    pub(super) async fn keep(self, core: &Core, mut live: Live, is_resumed: bool) -> Result<Kept> {
        if is_resumed {
            return Ok(Kept::new(live, self.claim, None));
        }
        let (place, told) = if let Some(known) = self.known {
            let doubt = (!known.confirmed).then_some(GapReason::Unconfirmed);
            (Some(known), doubt)
        } else {
            // Whether it is lost or new: see `Consumers::forgets`.
            let is_lost = core.consumers.forgets();
            let place = live.token().map(|cursor| StoredCursor {
                cursor,
                // Told again until it is known that the client was told.
                confirmed: !is_lost,
            });
            (place, is_lost.then_some(GapReason::UnknownConsumer))
        };
        let cursor = place.as_ref().map(|place| place.cursor.clone());
        if let Some(reason) = told {
            let requested = match reason {
                GapReason::Unconfirmed => cursor.clone(),
                _ => None,
            };
            for channel in self.channels {
                live.announce(Gap {
                    channel: channel.to_owned(),
                    reason,
                    missed: None,
                    requested: requested.clone().unwrap_or_default(),
                    resume_from: cursor.clone().unwrap_or_default(),
                    oldest: None,
                    certain: Some(false),
                });
            }
        }
        if let Some(place) = place.clone() {
            self.claim.begin(place).await?;
        }
        Ok(Kept::new(live, self.claim, place))
    }
}

impl Naming<'_> {
    /// SHA-256, in hexadecimal, of tenant, principal, name, channels and filters: 64 characters whatever their lengths.
    ///
    /// Tenants are the principal's; there are none yet. The order of channels does not matter, and neither does that of filters.
    fn key(&self) -> String {
        let mut channels: Vec<&str> = self.channels.iter().map(String::as_str).collect();
        channels.sort_unstable();
        channels.dedup();
        // Sorted here: whether the map itself is depends on a feature of `serde_json` that any crate may turn on.
        let filters: BTreeMap<_, _> = self.filters.into_iter().flatten().collect();
        // JSON keeps the parts apart, whatever they hold.
        let parts = serde_json::json!([
            Value::Null,
            self.caller.principal.id(),
            self.name,
            channels,
            filters,
        ]);
        let mut key = String::with_capacity(64);
        for byte in Sha256::digest(parts.to_string()) {
            for digit in [byte >> 4, byte & 0xf] {
                key.extend(char::from_digit(digit.into(), 16));
            }
        }
        key
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::json;

    use super::*;
    use crate::words::principal::Principal;

    fn key(id: Option<&str>, name: &str, channels: &[&str], filters: &Value) -> String {
        let caller = Caller {
            principal: id.map_or_else(Principal::anonymous, |id| Principal::new(id, [])),
            request_id: "request".into(),
            connection_params: None,
            confirms: true,
        };
        let channels: Vec<_> = channels.iter().map(ToString::to_string).collect();
        Naming {
            caller: &caller,
            name,
            channels: &channels,
            filters: filters.as_object(),
        }
        .key()
    }

    #[test]
    fn every_part_of_a_key_tells_consumers_apart() {
        let none = Value::Null;
        let keys = [
            key(None, "a", &["orders"], &none),
            key(Some(""), "a", &["orders"], &none),
            key(Some("a"), "", &["orders"], &none),
            key(Some("u"), "a", &["orders"], &none),
            key(Some("u"), "b", &["orders"], &none),
            key(Some("u\",\"b"), "", &["orders"], &none),
            key(Some("u"), "a", &["orders", "parcels"], &none),
            key(Some("u"), "a", &["orders,parcels"], &none),
            key(Some("u"), "a", &["orders"], &json!({"x": "1"})),
            key(Some("u"), "a", &["orders"], &json!({"x": 1})),
            key(Some("u"), "a", &["orders"], &json!({"y": "1"})),
        ];
        let different: HashSet<_> = keys.iter().collect();
        assert_eq!(different.len(), keys.len(), "{keys:?}");
        assert!(keys.iter().all(|key| key.len() == 64 && key.is_ascii()));
    }

    #[test]
    fn order_and_empty_filters_do_not_matter() {
        let one = key(Some("u"), "a", &["b", "c"], &json!({"x": 1, "y": 2}));
        let other = key(Some("u"), "a", &["c", "b", "c"], &json!({"y": 2, "x": 1}));
        assert_eq!(one, other);
        let without = key(Some("u"), "a", &["b"], &Value::Null);
        assert_eq!(without, key(Some("u"), "a", &["b"], &json!({})));
    }
}
