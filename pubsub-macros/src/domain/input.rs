//! What stands in `domain!`.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::{
    Attribute, LitInt, braced,
    ext::IdentExt,
    parse::{ParseStream, Parser},
    token,
};

use crate::{
    docs, duration,
    errors::Errors,
    name::{self, Channel},
    policy,
    rate::Rate,
    runtime::Runtime,
    size,
    spanned::Spanned,
    words::{Access, Chosen, Place, Words},
};

/// Every channel that could be read.
#[derive(Debug)]
pub(super) struct Domain {
    pub(super) runtime: Runtime,
    pub(super) channels: Vec<ChannelDeclaration>,
}

/// One channel; what is `None` has the runtime's default.
#[derive(Debug)]
pub(super) struct ChannelDeclaration {
    pub(super) channel: Channel,
    pub(super) docs: String,
    pub(super) subscribe: Option<Access>,
    pub(super) publish: Option<Access>,
    pub(super) retention_ms: Option<u64>,
    pub(super) max_events: Option<u64>,
    pub(super) max_bytes: Option<u64>,
    pub(super) max_payload: Option<usize>,
    pub(super) max_replay: Option<u64>,
    pub(super) max_lag: Option<u64>,
    pub(super) ordered: bool,
    pub(super) partitioned: Option<Partitioned>,
    pub(super) on_gap: Option<Chosen>,
    pub(super) on_lag: Option<Chosen>,
    pub(super) rate: Option<Rate>,
    pub(super) quota: Option<Rate>,
    pub(super) on_unavailable: Option<Chosen>,
    pub(super) family: Option<String>,
    pub(super) tenant: Option<Chosen>,
    pub(super) audit: Option<bool>,
}

/// How a channel is spread over several logs.
#[derive(Debug)]
pub(super) struct Partitioned {
    /// The Rust name of the field whose value decides.
    pub(super) by: String,
    pub(super) partitions: u16,
}

/// How many partitions a channel has where `partitions` says nothing.
const DEFAULT_PARTITIONS: u16 = 16;

impl Domain {
    pub(super) fn parse(input: TokenStream, errors: &mut Errors) -> Self {
        let mut domain = Self {
            runtime: Runtime::new(None),
            channels: Vec::new(),
        };
        let mut stopped = false;
        let read = |input: ParseStream<'_>| {
            while !input.is_empty() && !stopped {
                stopped = domain.read_one(input, errors).is_none();
            }
            while input.parse::<TokenTree>().is_ok() {}
            Ok(())
        };
        if let Err(error) = read.parse2(input) {
            errors.push_error(error);
        }
        if domain.channels.is_empty() && errors.is_empty() {
            errors.push(
                Span::call_site(),
                "`domain!` declares no channel; write `channel orders { }`",
            );
        }
        domain
    }

    /// Reads one channel; `None` if it cannot be told where the next one begins.
    fn read_one(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> Option<()> {
        let attrs = match input.call(Attribute::parse_outer) {
            Ok(attrs) => attrs,
            Err(error) => {
                errors.push_error(error);
                return None;
            }
        };
        for attr in attrs.iter().filter(|attr| !attr.path().is_ident("doc")) {
            errors.push_at(
                attr,
                "a channel takes doc comments only; its policy stands between the braces",
            );
        }
        let start = input.span();
        match input.call(Ident::parse_any) {
            Ok(word) if word == "channel" => {}
            Ok(word) => errors.push(
                word.span(),
                format!("unknown declaration `{word}` in `domain!`; write `channel orders {{ }}`"),
            ),
            Err(_) => {
                errors.push(start, "expected `channel orders { }`");
                return None;
            }
        }
        let Ok(name) = input.call(Ident::parse_any) else {
            errors.push(
                input.span(),
                "a channel has a name; write `channel orders { }`",
            );
            return None;
        };
        let channel = Channel {
            name: name.unraw().to_string(),
            span: name.span(),
        };
        if !input.peek(token::Brace) {
            errors.push(
                name.span(),
                format!("the policy of channel `{name}` is missing; write `channel {name} {{ }}`"),
            );
            // `channel orders;` says where the next one begins.
            input.parse::<syn::Token![;]>().ok()?;
            return Some(());
        }
        let mut words = Words::default();
        if let Err(error) = read_policy(input, &mut words, errors) {
            errors.push_error(error);
            return None;
        }
        let declared = self
            .channels
            .iter()
            .any(|declared| declared.channel.name == channel.name);
        let declaration = ChannelDeclaration::new(channel, &attrs, &words, errors);
        if declared {
            errors.push(
                name.span(),
                format!("channel `{name}` is declared twice; keep one"),
            );
        } else if let Some(declaration) = declaration {
            self.channels.push(declaration);
        }
        Some(())
    }
}

impl ChannelDeclaration {
    fn new(
        channel: Channel,
        attrs: &[Attribute],
        words: &Words,
        errors: &mut Errors,
    ) -> Option<Self> {
        let subscribe = policy::access(words, "subscribe", errors);
        let publish = policy::access(words, "publish", errors);
        let retention_ms = words
            .text("retention")
            .and_then(|text| duration::millis("retention", &text, errors));
        let max_events = positive(
            words,
            "max_events",
            "a channel keeps at least 1 event",
            errors,
        );
        let max_bytes = words
            .text("max_bytes")
            .and_then(|text| size::bytes("max_bytes", &text, errors));
        let max_payload = policy::max_payload(words, errors);
        let max_replay = positive(
            words,
            "max_replay",
            "a subscription replays at least 1 event",
            errors,
        );
        let max_lag = positive(
            words,
            "max_lag",
            "a reader may be at least 1 event behind",
            errors,
        );
        let partitioned = partitioned(words, errors);
        let rate = policy::rate(words, errors);
        let quota = policy::quota(words, errors);
        check_quota_is_longer(rate.as_ref(), quota.as_ref(), errors);
        let family = words
            .text("family")
            .filter(|text| name::family(text, errors));
        channel.check(errors).then(|| Self {
            channel,
            docs: docs::docs(attrs),
            subscribe: subscribe.map(|access| access.value),
            publish: publish.map(|access| access.value),
            retention_ms,
            max_events,
            max_bytes,
            max_payload: max_payload.map(|bytes| bytes.value),
            max_replay,
            max_lag,
            ordered: words.flag("ordered").is_some(),
            partitioned,
            on_gap: words.chosen("on_gap").map(|chosen| chosen.value),
            on_lag: words.chosen("on_lag").map(|chosen| chosen.value),
            rate: rate.map(|rate| rate.value),
            quota: quota.map(|quota| quota.value),
            on_unavailable: words.chosen("on_unavailable").map(|chosen| chosen.value),
            family: family.map(|text| text.value.value()),
            tenant: words.chosen("tenant").map(|chosen| chosen.value),
            audit: words.flag("audit").map(|_| words.chosen("audit").is_none()),
        })
    }
}

fn read_policy(input: ParseStream<'_>, words: &mut Words, errors: &mut Errors) -> syn::Result<()> {
    let policy;
    braced!(policy in input);
    words.read(&policy, Place::Channel, errors);
    Ok(())
}

/// `max_events = 0`
fn positive(words: &Words, word: &str, least: &str, errors: &mut Errors) -> Option<u64> {
    let number = words.number(word)?;
    let count = number.value.base10_parse::<u64>().ok();
    let count = count.filter(|count| *count > 0);
    if count.is_none() {
        out_of_range(word, &number, least, errors);
    }
    count
}

fn out_of_range(word: &str, number: &Spanned<LitInt>, range: &str, errors: &mut Errors) {
    errors.push(
        number.span,
        format!("{word} `{}` is out of range; {range}", number.value),
    );
}

/// `rate = "50/min", quota = "1_000/s"`
fn check_quota_is_longer(
    rate: Option<&Spanned<Rate>>,
    quota: Option<&Spanned<Rate>>,
    errors: &mut Errors,
) {
    if let (Some(rate), Some(quota)) = (rate, quota)
        && quota.value.per_ms <= rate.value.per_ms
    {
        errors.push(
            quota.span,
            "`quota` counts over a longer time than `rate`; write for example `rate = \"50/s\", quota = \"100_000/day\"`, or keep one",
        );
    }
}

/// `partitions = 1`, or `partitions = 16` without `ordered = by(…)`
fn partitioned(words: &Words, errors: &mut Errors) -> Option<Partitioned> {
    let by = words
        .chosen("ordered")
        .and_then(|ordered| ordered.value.field);
    let partitions = words.number("partitions").and_then(|number| {
        let count = number.value.base10_parse::<u16>().ok();
        let count = count.filter(|count| (2..=32).contains(count));
        if count.is_none() {
            out_of_range("partitions", &number, "a partitioned channel has 2 to 32 of them", errors);
        }
        if by.is_none() && (words.flag("ordered").is_some() || !words.met("ordered")) {
            errors.push(
                number.key,
                "`partitions` without `ordered = by(…)`: nothing says which event goes where; add for example `ordered = by(tenant_id)`, or remove `partitions`",
            );
        }
        count
    });
    by.map(|by| Partitioned {
        by,
        partitions: partitions.unwrap_or(DEFAULT_PARTITIONS),
    })
}
