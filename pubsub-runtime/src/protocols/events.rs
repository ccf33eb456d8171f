//! What a request for plain server-sent events asks for.

use http::HeaderMap;

use super::query;
use crate::{
    ops::procedures::EventsRequest,
    words::error::{Error, ErrorKind, Result},
};

/// Reads the parameters `channel` (repeatable), `cursor`, `since`, `from`, `filters`, `ids` and those of [`query::last_event_id`]; unknown ones are ignored.
pub(crate) fn request(headers: &HeaderMap, query: &str) -> Result<EventsRequest> {
    let mut request = EventsRequest {
        last_event_id: query::last_event_id(headers, query),
        ..EventsRequest::default()
    };
    for (name, value) in query::parameters(query).filter(|(_, value)| !value.is_empty()) {
        let value = query::decode(value);
        match &*name {
            "channel" if !request.channels.iter().any(|known| *known == value) => {
                request.channels.push(value.into_owned());
            }
            "cursor" if request.cursor.is_none() => request.cursor = Some(value.into_owned()),
            "since" if request.since.is_none() => request.since = Some(value.into_owned()),
            "from" if request.from.is_none() => request.from = Some(value.into_owned()),
            "filters" if request.filters.is_none() => request.filters = Some(value.into_owned()),
            // Without pongs nobody would know what arrived; and an EventSource sends its own place.
            "consumer" => {
                let message = "consumers are kept over WebSocket only; send `lastEventId` instead";
                return Err(Error::new(ErrorKind::BadRequest, message));
            }
            "ids" => request.token_ids = value == "cursor",
            _ => {}
        }
    }
    if request.channels.is_empty() {
        let message = "Missing parameter \"channel\", as in /events?channel=orders";
        return Err(Error::new(ErrorKind::BadRequest, message));
    }
    Ok(request)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(query: &str) -> Result<EventsRequest> {
        request(&HeaderMap::new(), query)
    }

    #[test]
    fn channels_are_collected_once_each() {
        let request =
            read("channel=a&x=1&channel=b%3A&channel=a&cursor=c1.x&cursor=&lastEventId=u").unwrap();
        assert_eq!(request.channels, ["a", "b:"]);
        assert_eq!(request.cursor.as_deref(), Some("c1.x"));
        assert_eq!(request.last_event_id.as_deref(), Some("u"));
    }

    #[test]
    fn starts_and_filters_are_read_and_empty_ones_count_as_absent() {
        let request = read(
            "channel=a&since=2026-01-01T00:00:00%2B01:00&from=earliest&filters=%7B%22a%22:1%7D",
        )
        .unwrap();
        assert_eq!(request.since.as_deref(), Some("2026-01-01T00:00:00+01:00"));
        assert_eq!(request.from.as_deref(), Some("earliest"));
        assert_eq!(request.filters.as_deref(), Some("{\"a\":1}"));
        let request = read("channel=a&since=&from=&filters=").unwrap();
        assert_eq!(
            (request.since, request.from, request.filters),
            (None, None, None)
        );
    }

    #[test]
    fn a_client_may_ask_for_tokens() {
        assert!(read("channel=a&ids=cursor").unwrap().token_ids);
        assert!(!read("channel=a&ids=event").unwrap().token_ids);
        assert!(!read("channel=a").unwrap().token_ids);
    }

    #[test]
    fn consumers_are_for_web_sockets() {
        let error = read("channel=a&consumer=me").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadRequest);
    }

    #[test]
    fn a_channel_is_needed() {
        for query in ["", "channel", "channel=", "channels=a"] {
            let error = read(query).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::BadRequest, "{query}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(query in "(channel|cursor|=|&|%|\\PC){0,20}") {
            let _request = read(&query);
        }
    }
}
