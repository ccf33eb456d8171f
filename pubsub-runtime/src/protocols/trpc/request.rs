//! Which calls an HTTP request makes, and in which form it wants the answers.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use http::{HeaderMap, Method, header};
use percent_encoding::percent_decode_str;
use serde_json::value::RawValue;

use super::{input::Members, stream::Format};
use crate::{
    protocols::query,
    words::{
        error::{Error, ErrorKind},
        procedure::ProcedureKind,
    },
};

/// What the server lets requests do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// The most calls in one batch; 0 refuses batches.
    pub(crate) max_batch: usize,
    /// Whether queries and subscriptions may come by `POST`.
    pub(crate) method_override: bool,
    /// A character that stands for the dots of a path; dots stay right.
    pub(crate) path_separator: Option<char>,
}

/// Everything about a request but its body.
#[derive(Debug)]
pub(crate) struct Head<'a> {
    method: &'a Method,
    method_override: bool,
    /// The decoded path; in a batch, paths joined by commas.
    path: Cow<'a, str>,
    /// How many calls.
    pub(crate) count: usize,
    /// Whether inputs and answers are collected by index.
    pub(crate) batch: bool,
    /// The form in which answers are streamed; `None` for all at once.
    pub(crate) stream: Option<Format>,
    /// What was sent as `connectionParams`.
    pub(crate) connection_params: Option<Arc<BTreeMap<String, String>>>,
    input: Option<&'a str>,
}

/// Why no call of a request is run.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// What is wrong.
    pub(crate) error: Error,
    /// The form a stream was asked for in, and for how many calls: its clients can read nothing else.
    pub(crate) stream: Option<(Format, usize)>,
}

/// Why one call is not run.
#[derive(Debug)]
pub(crate) struct NotAdmitted {
    /// What is wrong.
    pub(crate) error: Error,
    /// The methods that would be right, where the method is what is wrong.
    pub(crate) allow: Option<&'static str>,
}

impl<'a> Head<'a> {
    /// Reads a request; `path` is what follows the base path, still encoded, and `kind` tells how procedures are called.
    ///
    /// # Source
    ///
    /// tRPC v11 `unstable-core-do-not-import/http/{contentType,resolveResponse}.ts`.
    pub(crate) fn parse(
        method: &'a Method,
        path: &'a str,
        query: &'a str,
        headers: &HeaderMap,
        rules: Rules,
        kind: impl Fn(&str) -> Option<ProcedureKind>,
    ) -> Result<Self, Refusal> {
        let encoded = path.strip_prefix('/').unwrap_or(path);
        let path = decode_path(encoded).map(|path| match rules.path_separator {
            Some(separator) if path.contains(separator) => path.replace(separator, ".").into(),
            _ => path,
        });
        let parameters = Parameters::read(query);
        let batch = parameters.batch;
        let stream = Format::asked_for(headers);
        let count = match &path {
            Some(path) if batch => path.split(',').count(),
            _ => 1,
        };
        let too_many = batch && count > rules.max_batch.max(1);
        let refuse = |kind, message: Cow<'static, str>| Refusal {
            error: Error::new(kind, message),
            // One line for each call is owed, except where there are too many of them.
            stream: stream
                .filter(|_| batch && !too_many)
                .map(|format| (format, count)),
        };

        if let Err(message) = check_media_type(method, headers) {
            return Err(refuse(ErrorKind::UnsupportedMediaType, message));
        }
        let Some(path) = path else {
            let message = format!("Invalid URL-encoding in path \"{encoded}\"");
            return Err(refuse(ErrorKind::BadRequest, message.into()));
        };
        let bad = |message: &'static str| refuse(ErrorKind::BadRequest, message.into());
        if batch && rules.max_batch == 0 {
            return Err(bad("Batching is not enabled on the server"));
        }
        if too_many {
            return Err(bad("Batch call exceeds maximum size"));
        }
        if batch && let Some(message) = mixed_kinds(&path, kind) {
            return Err(refuse(ErrorKind::BadRequest, message.into()));
        }
        if !batch && stream == Some(Format::JsonLines) {
            return Err(bad(
                "Streaming requests must be batched (you can do a batch of 1)",
            ));
        }
        let connection_params = match parameters.connection_params {
            Some(text) => connection_params(&query::decode(text))
                .map_err(|message| refuse(ErrorKind::Parse, message.into()))?
                .map(Arc::new),
            None => None,
        };
        Ok(Self {
            method,
            method_override: rules.method_override,
            path,
            count,
            batch,
            stream: stream.filter(|_| batch),
            connection_params,
            input: parameters.input,
        })
    }

    /// The dotted paths, in the order of the calls.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        // Without a batch a comma is part of the path.
        let mut whole = (!self.batch).then_some(&*self.path);
        let mut parts = self.batch.then(|| self.path.split(','));
        std::iter::from_fn(move || whole.take().or_else(|| parts.as_mut()?.next()))
    }

    /// Whether the one call at `path` may be run, given how its procedure is called.
    pub(crate) fn admit(
        &self,
        path: &str,
        kind: Option<ProcedureKind>,
    ) -> Result<ProcedureKind, NotAdmitted> {
        let refuse = |kind, message: Cow<'static, str>, allow| NotAdmitted {
            error: Error::new(kind, message),
            allow,
        };
        let Some(kind) = kind else {
            let message = format!("No procedure found on path \"{path}\"");
            return Err(refuse(ErrorKind::NotFound, message.into(), None));
        };
        let post = *self.method == Method::POST;
        let allowed = match kind {
            ProcedureKind::Mutation => post,
            ProcedureKind::Query | ProcedureKind::Subscription => {
                *self.method == Method::GET || (post && self.method_override)
            }
        };
        if !allowed {
            let allow = match kind {
                ProcedureKind::Mutation => "POST",
                _ if self.method_override => "GET, POST",
                _ => "GET",
            };
            let (method, kind) = (self.method, kind.as_str());
            let message =
                format!("Unsupported {method}-request to {kind} procedure at path \"{path}\"");
            return Err(refuse(
                ErrorKind::MethodNotSupported,
                message.into(),
                Some(allow),
            ));
        }
        if self.batch && kind == ProcedureKind::Subscription {
            let message = "Cannot batch subscription calls";
            return Err(refuse(ErrorKind::BadRequest, message.into(), None));
        }
        Ok(kind)
    }

    /// Whether the input is the body, rather than the parameter `input`.
    pub(crate) fn input_in_body(&self) -> bool {
        *self.method == Method::POST
    }

    /// The parameter `input`, decoded.
    pub(crate) fn query_input(&self) -> Cow<'_, str> {
        self.input.map_or(Cow::Borrowed(""), query::decode)
    }

    /// Reads the input of each call: one JSON value, or in a batch an object of them by index. Nothing at all is no input.
    pub(crate) fn inputs(&self, json: &[u8]) -> Result<Vec<Option<Box<RawValue>>>, Error> {
        if !self.batch {
            return Ok(vec![input(json)?]);
        }
        let mut inputs: Vec<Option<Box<RawValue>>> = Vec::new();
        inputs.resize_with(self.count, || None);
        if json.is_empty() {
            return Ok(inputs);
        }
        let whole: &RawValue = serde_json::from_slice(json).map_err(not_json)?;
        if !whole.get().starts_with('{') {
            let message = "\"input\" needs to be an object when doing a batch call";
            return Err(Error::new(ErrorKind::BadRequest, message));
        }
        let Members(members) = serde_json::from_str(whole.get()).map_err(not_json)?;
        for (name, value) in members {
            if let Some(place) = index(&name).and_then(|index| inputs.get_mut(index)) {
                *place = Some(value.to_owned());
            }
        }
        Ok(inputs)
    }
}

/// Reads one input; nothing at all is no input.
pub(crate) fn input(json: &[u8]) -> Result<Option<Box<RawValue>>, Error> {
    if json.is_empty() {
        return Ok(None);
    }
    serde_json::from_slice(json).map(Some).map_err(not_json)
}

#[allow(clippy::needless_pass_by_value, reason = "it is given to `map_err`")]
fn not_json(error: serde_json::Error) -> Error {
    Error::new(ErrorKind::BadRequest, error.to_string())
}

/// An index as JavaScript writes a property name: digits without leading zeros.
fn index(name: &str) -> Option<usize> {
    let digits = name.bytes().all(|byte| byte.is_ascii_digit());
    let padded = name.len() > 1 && name.starts_with('0');
    (digits && !padded).then(|| name.parse().ok()).flatten()
}

/// The parameters that mean something, values still encoded; the first of a name counts.
#[derive(Default)]
struct Parameters<'a> {
    input: Option<&'a str>,
    batch: bool,
    connection_params: Option<&'a str>,
}

impl<'a> Parameters<'a> {
    fn read(query: &'a str) -> Self {
        let mut read = Self::default();
        let mut batch = None;
        for (name, value) in query::parameters(query) {
            let place = match &*name {
                "input" => &mut read.input,
                "batch" => &mut batch,
                "connectionParams" => &mut read.connection_params,
                _ => continue,
            };
            place.get_or_insert(value);
        }
        read.batch = batch == Some("1");
        read
    }
}

/// The path without a slash at its end, decoded; `None` if an escape is broken.
fn decode_path(encoded: &str) -> Option<Cow<'_, str>> {
    let encoded = encoded.strip_suffix('/').unwrap_or(encoded);
    let whole = encoded.split('%').skip(1).all(|escape| {
        escape
            .as_bytes()
            .first_chunk::<2>()
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    if whole {
        percent_decode_str(encoded).decode_utf8().ok()
    } else {
        None
    }
}

fn check_media_type(method: &Method, headers: &HeaderMap) -> Result<(), Cow<'static, str>> {
    // A v10 client says `application/json` on GET, a v11 client nothing.
    if *method == Method::GET {
        return Ok(());
    }
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return Err("Missing content-type header".into());
    };
    let value = value.as_bytes();
    let media = value.split(|&byte| byte == b';').next().unwrap_or(value);
    if media.trim_ascii().eq_ignore_ascii_case(b"application/json") {
        Ok(())
    } else {
        // The quotation mark that is missing is missing in tRPC too.
        let value = String::from_utf8_lossy(value);
        Err(format!("Unsupported content-type \"{value}").into())
    }
}

fn mixed_kinds(path: &str, kind: impl Fn(&str) -> Option<ProcedureKind>) -> Option<String> {
    let mut kinds = Vec::with_capacity(3);
    for kind in path.split(',').filter_map(kind) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    if kinds.len() < 2 {
        return None;
    }
    let names: Vec<_> = kinds.into_iter().map(ProcedureKind::as_str).collect();
    let names = names.join(", ");
    Some(format!("Cannot mix procedure types in call: {names}"))
}

/// Reads `connectionParams`: an object of strings, or `null`.
pub(crate) fn connection_params(
    json: &str,
) -> Result<Option<BTreeMap<String, String>>, &'static str> {
    let raw: &RawValue =
        serde_json::from_str(json).map_err(|_| "Not JSON-parsable query params")?;
    serde_json::from_str(raw.get()).map_err(|_| "Invalid connection params shape")
}

#[cfg(test)]
mod tests;
