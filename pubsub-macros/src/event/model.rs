//! A declaration, read: what the expansion follows. It holds no attribute that still needs reading.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{DeriveInput, GenericArgument, LitStr, PathArguments, Type, spanned::Spanned as _};

use super::{
    args::{Direction, EventArgs},
    expand::name,
    fields::Filter,
    item_fn::ItemFn,
    item_struct::last_segment,
    policy::EventPolicy,
    signature::{Parameter, Signature},
};
use crate::{
    docs,
    errors::Errors,
    name::{Channel, EventWord},
    runtime::Runtime,
    spanned::Spanned,
};

/// A payload type.
#[derive(Debug)]
pub(crate) struct Payload<'a> {
    pub(crate) runtime: &'a Runtime,
    pub(crate) original: &'a DeriveInput,
    /// `None` only after a mistake.
    pub(crate) channel: Option<&'a Channel>,
    /// `None` only after a mistake.
    pub(crate) word: Option<EventWord>,
    pub(crate) version: u32,
    pub(crate) direction: Option<Direction>,
    pub(crate) reply: Option<&'a Type>,
    pub(crate) error: Option<&'a Type>,
    pub(crate) example: Option<&'a LitStr>,
    pub(crate) docs: String,
    pub(crate) deprecated: Option<String>,
    pub(crate) filters: &'a [Filter],
    pub(crate) policy: &'a EventPolicy,
}

impl<'a> Payload<'a> {
    pub(crate) fn new(
        args: &'a EventArgs,
        original: &'a DeriveInput,
        filters: &'a [Filter],
        errors: &mut Errors,
    ) -> Self {
        let channel = args.channel.as_ref();
        Self {
            runtime: &args.runtime,
            original,
            channel,
            word: word(args, &original.ident, errors),
            version: args.version.unwrap_or(1),
            direction: args.direction.as_ref().map(|direction| direction.value),
            reply: args.reply.as_ref().map(|reply| &*reply.value),
            error: args.error.as_ref().map(|error| &*error.value),
            example: args.example.as_ref(),
            docs: docs::docs(&original.attrs),
            deprecated: docs::deprecated(&original.attrs),
            filters,
            policy: &args.policy,
        }
    }

    /// Whether the declaration itself lets clients send it, be there an action or not.
    pub(crate) fn is_sent(&self) -> bool {
        self.reply.is_some() || matches!(self.direction, Some(Direction::Cse | Direction::Both))
    }
}

/// An action fn.
#[derive(Debug)]
pub(crate) struct Action<'a> {
    pub(crate) runtime: &'a Runtime,
    pub(crate) original: &'a ItemFn,
    pub(crate) event: Of<'a>,
    pub(crate) version: Option<u32>,
    pub(crate) direction: Option<Direction>,
    pub(crate) example: Option<&'a LitStr>,
    pub(crate) emits: &'a [Type],
    pub(crate) timeout_ms: u64,
    pub(crate) retry_safe: bool,
    pub(crate) policy: &'a EventPolicy,
    pub(crate) docs: String,
    pub(crate) deprecated: Option<String>,
    pub(crate) parameters: &'a [Parameter],
    pub(crate) payload: &'a Type,
    pub(crate) output: &'a Type,
    /// What it replies, as far as that can be told without the body; a server build proves it.
    pub(crate) reply: Answer,
    /// As `reply`.
    pub(crate) error: Answer,
}

/// Which event an action is of.
#[derive(Debug)]
pub(crate) enum Of<'a> {
    /// The one of this name.
    Named {
        channel: &'a Channel,
        word: EventWord,
    },
    /// The one with this payload type, declared elsewhere.
    Attached(&'a Type),
}

impl Of<'_> {
    /// The full name, as an expression.
    pub(super) fn name(&self) -> TokenStream {
        match self {
            Self::Named { channel, word } => name(channel, word).to_token_stream(),
            Self::Attached(_) => quote!(__NAME),
        }
    }

    /// The channel, as an expression.
    pub(super) fn channel(&self) -> TokenStream {
        match self {
            Self::Named { channel, .. } => channel.name.to_token_stream(),
            Self::Attached(_) => quote!(__CHANNEL),
        }
    }

    /// In which builds the body is compiled.
    pub(super) const fn bodies(&self) -> Bodies {
        match self {
            Self::Named { .. } => Bodies::Server,
            Self::Attached(_) => Bodies::All,
        }
    }
}

/// In which builds the body of an fn is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bodies {
    /// In those that have feature `server` of its crate.
    Server,
    /// In all: its crate is no domain crate, and need not have that feature.
    All,
}

/// One part of what an action returns.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The type, for the one place that defines it.
    pub(crate) definition: TokenStream,
    /// The type for every other place: a projection is looked up once, so that its failure is reported once.
    pub(crate) usage: TokenStream,
    /// Where it is written.
    pub(crate) span: Span,
}

impl Answer {
    fn written(ty: &impl ToTokens) -> Self {
        Self {
            definition: ty.to_token_stream(),
            usage: ty.to_token_stream(),
            span: ty.span(),
        }
    }
}

impl<'a> Action<'a> {
    /// `None` after a mistake that leaves nothing to expand.
    pub(crate) fn new(
        args: &'a EventArgs,
        original: &'a ItemFn,
        signature: &'a Signature,
        errors: &mut Errors,
    ) -> Option<Self> {
        let event = match &args.attached {
            Some(attached) => Some(Of::Attached(&attached.value)),
            None => word(args, &original.sig.ident, errors)
                .zip(args.channel.as_ref())
                .map(|(word, channel)| Of::Named { channel, word }),
        };
        let output = signature.output.as_ref()?;
        let hidden = Ident::new("__action", Span::call_site());
        let (reply, error) = answers(
            &args.runtime,
            &hidden,
            (args.reply.as_ref(), args.error.as_ref()),
            output,
        );
        Some(Self {
            runtime: &args.runtime,
            original,
            event: event?,
            version: args.version,
            direction: args.direction.as_ref().map(|direction| direction.value),
            example: args.example.as_ref(),
            emits: &args.emits,
            timeout_ms: args.timeout_ms,
            retry_safe: args.retry_safe,
            policy: &args.policy,
            docs: docs::docs(&original.attrs),
            deprecated: docs::deprecated(&original.attrs),
            parameters: &signature.parameters,
            payload: signature.payload.as_ref()?,
            output,
            reply,
            error,
        })
    }
}

fn word(args: &EventArgs, item: &Ident, errors: &mut Errors) -> Option<EventWord> {
    let channel = args.channel.as_ref();
    match &args.name {
        Some(name) => EventWord::read(name, channel, errors),
        // Without a channel the default name is unknown; that the channel is missing is reported already.
        None => channel.and_then(|channel| EventWord::derive(item, Some(channel), errors)),
    }
}

/// The value of a word that takes a type, if it is written.
type Written<'a> = Option<&'a Spanned<Box<Type>>>;

/// Reply and error: the words; else the arguments of a `Result`; else what the type system makes of an alias, through what
/// `hidden` implements.
pub(crate) fn answers(
    runtime: &Runtime,
    hidden: &Ident,
    (reply, error): (Written<'_>, Written<'_>),
    output: &Type,
) -> (Answer, Answer) {
    let private = runtime.private();
    let result = last_segment(output).filter(|segment| segment.ident == "Result");
    let mut arguments = match result.map(|segment| &segment.arguments) {
        Some(PathArguments::AngleBracketed(arguments)) => Some(&arguments.args),
        _ => None,
    }
    .into_iter()
    .flatten()
    .filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    let (first, second) = (arguments.next(), arguments.next());
    let answer = |word: Written<'_>, argument: Option<&Type>, member: TokenStream| {
        let written = word.map(|word| &*word.value).or(argument);
        written.map_or_else(
            || Answer {
                definition: quote_spanned! {output.span()=>
                    <#output as #private::ActionReturn>::#member
                },
                usage: quote!(<#hidden as #private::Action>::#member),
                span: output.span(),
            },
            Answer::written,
        )
    };
    (
        answer(reply, first, quote!(Reply)),
        answer(error, second, quote!(Error)),
    )
}
