use http::HeaderValue;
use proptest::prelude::*;

use super::*;

const RULES: Rules = Rules {
    max_batch: 3,
    method_override: false,
    path_separator: None,
};

fn kind(path: &str) -> Option<ProcedureKind> {
    match path {
        "read" => Some(ProcedureKind::Query),
        "write" => Some(ProcedureKind::Mutation),
        "listen" => Some(ProcedureKind::Subscription),
        _ => None,
    }
}

fn json_headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    let json = HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, json);
    headers
}

fn get<'a>(path: &'a str, query: &'a str) -> Result<Head<'a>, Refusal> {
    Head::parse(&Method::GET, path, query, &HeaderMap::new(), RULES, kind)
}

fn refused(head: Result<Head<'_>, Refusal>) -> (ErrorKind, String) {
    let error = head.unwrap_err().error;
    (error.kind(), error.message().into())
}

#[test]
fn a_single_path_keeps_its_commas() {
    let head = get("/a%2Cb/", "").unwrap();
    assert_eq!(head.paths().collect::<Vec<_>>(), ["a,b"]);
    assert!(!head.batch);
}

#[test]
fn a_batch_is_split_after_decoding() {
    let head = get("/read%2Cread,", "batch=1").unwrap();
    assert_eq!(head.paths().collect::<Vec<_>>(), ["read", "read", ""]);
    assert_eq!(head.count, 3);
    assert!(!get("/read", "batch=true").unwrap().batch);
    assert!(!get("/read", "batch=true&batch=1").unwrap().batch);
}

#[test]
fn a_separator_stands_for_dots() {
    let rules = Rules {
        path_separator: Some('~'),
        ..RULES
    };
    let headers = HeaderMap::new();
    let head = Head::parse(&Method::GET, "/a~b,c.d", "batch=1", &headers, rules, kind).unwrap();
    assert_eq!(head.paths().collect::<Vec<_>>(), ["a.b", "c.d"]);
}

#[test]
fn too_many_calls_are_refused() {
    let (kind, message) = refused(get("/a,b,c,d", "batch=1"));
    assert_eq!(kind, ErrorKind::BadRequest);
    assert_eq!(message, "Batch call exceeds maximum size");
    let rules = Rules {
        max_batch: 0,
        ..RULES
    };
    let head = Head::parse(
        &Method::GET,
        "/a",
        "batch=1",
        &HeaderMap::new(),
        rules,
        kind_of,
    );
    assert_eq!(refused(head).1, "Batching is not enabled on the server");
}

fn kind_of(path: &str) -> Option<ProcedureKind> {
    kind(path)
}

#[test]
fn kinds_are_not_mixed() {
    let (_, message) = refused(get("/read,nope,write", "batch=1"));
    assert_eq!(
        message,
        "Cannot mix procedure types in call: query, mutation"
    );
    assert!(get("/read,nope", "batch=1").is_ok());
}

#[test]
fn broken_escapes_are_refused() {
    for path in ["/a%", "/a%2", "/a%zz", "/a%ff", "/%E0%A4%A"] {
        assert_eq!(refused(get(path, "")).0, ErrorKind::BadRequest, "{path}");
    }
}

#[test]
fn only_json_is_taken_except_by_get() {
    let media = |value: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(value));
        check_media_type(&Method::POST, &headers)
    };
    assert!(media("application/json").is_ok());
    assert!(media("Application/JSON ; charset=utf-8").is_ok());
    assert!(media("application/json-patch+json").is_err());
    assert!(media("text/plain").is_err());
    assert!(check_media_type(&Method::POST, &HeaderMap::new()).is_err());
    assert!(check_media_type(&Method::GET, &HeaderMap::new()).is_ok());
}

#[test]
fn methods_must_fit() {
    let post = Method::POST;
    let headers = json_headers();
    let head = Head::parse(&post, "/read", "", &headers, RULES, kind).unwrap();
    let refused = head.admit("read", kind("read")).unwrap_err();
    assert_eq!(refused.allow, Some("GET"));
    assert_eq!(
        refused.error.message(),
        "Unsupported POST-request to query procedure at path \"read\""
    );
    let unknown = head.admit("nope", None).unwrap_err();
    assert_eq!(unknown.error.kind(), ErrorKind::NotFound);
    assert_eq!(unknown.allow, None);
    assert!(head.admit("write", kind("write")).is_ok());

    let rules = Rules {
        method_override: true,
        ..RULES
    };
    let head = Head::parse(&post, "/read", "", &headers, rules, kind).unwrap();
    assert!(head.admit("read", kind("read")).is_ok());
    assert!(head.admit("listen", kind("listen")).is_ok());
    let head = get("/write", "").unwrap();
    assert_eq!(
        head.admit("write", kind("write")).unwrap_err().allow,
        Some("POST")
    );
}

#[test]
fn connection_params_are_an_object_of_strings() {
    let params =
        |query| get("/read", query).map(|head| head.connection_params.map(|map| (*map).clone()));
    let good = params("connectionParams=%7B%22a%22%3A%22b%22%7D").unwrap();
    assert_eq!(good, Some(BTreeMap::from([("a".into(), "b".into())])));
    assert_eq!(params("connectionParams=null").unwrap(), None);
    for (query, message) in [
        ("connectionParams=", "Not JSON-parsable query params"),
        ("connectionParams=%7Bnope", "Not JSON-parsable query params"),
        ("connectionParams=[]", "Invalid connection params shape"),
        (
            "connectionParams=%7B%22a%22:1%7D",
            "Invalid connection params shape",
        ),
    ] {
        let error = params(query).unwrap_err().error;
        assert_eq!(error.kind(), ErrorKind::Parse, "{query}");
        assert_eq!(error.message(), message, "{query}");
    }
}

#[test]
fn inputs_go_to_their_index() {
    let inputs = |head: &Head<'_>, json: &str| -> Vec<Option<String>> {
        let inputs = head.inputs(json.as_bytes()).unwrap();
        inputs
            .into_iter()
            .map(|input| input.map(|raw| raw.get().into()))
            .collect()
    };
    let single = get("/read", "").unwrap();
    assert_eq!(inputs(&single, ""), [None]);
    assert_eq!(inputs(&single, " null "), [Some("null".into())]);
    let batch = get("/read,read", "batch=1").unwrap();
    assert_eq!(inputs(&batch, ""), [None, None]);
    assert_eq!(inputs(&batch, "{}"), [None, None]);
    assert_eq!(
        inputs(&batch, r#"{"1":{"a":1},"7":2,"01":3,"+0":4}"#),
        [None, Some(r#"{"a":1}"#.into())]
    );
    for json in ["[1]", "null", "\"x\"", "{nope", "{\"0\":1} 2"] {
        let error = batch.inputs(json.as_bytes()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadRequest, "{json}");
    }
    assert!(single.inputs(b"\xff").is_err());
    assert!(single.inputs(b"\"\xff\"").is_err());
}

proptest! {
    #[test]
    fn never_panics(
        path in "(/|%|[a-f0-9.,]|read|write){0,12}",
        query in "(batch=1|&|input=|connectionParams=|%7B|\"|\\PC){0,10}",
        body in any::<Vec<u8>>(),
        stream in any::<bool>(),
    ) {
        let mut headers = json_headers();
        if stream {
            headers.insert("trpc-accept", HeaderValue::from_static("application/jsonl"));
        }
        for method in [Method::GET, Method::POST, Method::PUT] {
            if let Ok(head) = Head::parse(&method, &path, &query, &headers, RULES, kind) {
                prop_assert_eq!(head.paths().count(), head.count);
                for path in head.paths() {
                    let _admitted = head.admit(path, kind(path));
                }
                if let Ok(inputs) = head.inputs(&body) {
                    prop_assert_eq!(inputs.len(), head.count);
                }
                let _inputs = head.inputs(head.query_input().as_bytes());
            }
        }
    }
}
