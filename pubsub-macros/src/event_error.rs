//! `#[derive(EventError)]`: what clients may see of an error, and its code.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Attribute, Data, DeriveInput, Fields, LitStr, Meta, Variant, parse_quote};

use crate::{
    derives, duration,
    errors::Errors,
    event::check,
    runtime::Runtime,
    spanned::Spanned,
    suggest,
    words::{Place, Words},
};

/// The tRPC code names, and the kind of each.
const CODES: &[(&str, &str)] = &[
    ("PARSE_ERROR", "Parse"),
    ("BAD_REQUEST", "BadRequest"),
    ("INTERNAL_SERVER_ERROR", "Internal"),
    ("NOT_IMPLEMENTED", "NotImplemented"),
    ("BAD_GATEWAY", "BadGateway"),
    ("SERVICE_UNAVAILABLE", "Unavailable"),
    ("GATEWAY_TIMEOUT", "GatewayTimeout"),
    ("UNAUTHORIZED", "Unauthorized"),
    ("PAYMENT_REQUIRED", "PaymentRequired"),
    ("FORBIDDEN", "Forbidden"),
    ("NOT_FOUND", "NotFound"),
    ("METHOD_NOT_SUPPORTED", "MethodNotSupported"),
    ("TIMEOUT", "Timeout"),
    ("CONFLICT", "Conflict"),
    ("PRECONDITION_FAILED", "PreconditionFailed"),
    ("PAYLOAD_TOO_LARGE", "PayloadTooLarge"),
    ("UNSUPPORTED_MEDIA_TYPE", "UnsupportedMediaType"),
    ("UNPROCESSABLE_CONTENT", "UnprocessableContent"),
    ("PRECONDITION_REQUIRED", "PreconditionRequired"),
    ("TOO_MANY_REQUESTS", "TooManyRequests"),
    ("CLIENT_CLOSED_REQUEST", "ClientClosed"),
];

/// One variant.
struct ErrorVariant<'a> {
    original: &'a Variant,
    /// `None` if it must not leave the server.
    public: Option<Public>,
}

struct Public {
    kind: &'static str,
    retry_after_ms: Option<u64>,
}

/// The whole derive.
pub(crate) fn event_error(input: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let item: DeriveInput = match syn::parse2(input) {
        Ok(item) => item,
        Err(error) => {
            errors.push_error(error);
            return errors.finish();
        }
    };
    let runtime = read_runtime(&item, &mut errors);
    let mut variants = read(&item, &mut errors);
    if !errors.is_empty() {
        // The trait is implemented all the same, and what is sent is left out: it might fail once more.
        for variant in &mut variants {
            variant.public = None;
        }
    }
    let expanded = if item.generics.params.is_empty() {
        expand(&item, &variants, &runtime)
    } else {
        TokenStream::new()
    };
    let errors = errors.finish();
    quote!(#errors #expanded)
}

fn read<'a>(item: &'a DeriveInput, errors: &mut Errors) -> Vec<ErrorVariant<'a>> {
    let data = match &item.data {
        Data::Enum(data) => data,
        Data::Struct(data) => {
            errors.push_at(
                &data.struct_token,
                "`EventError` goes on an enum, not on a struct; clients tell its variants apart by their `type`",
            );
            return Vec::new();
        }
        Data::Union(data) => {
            errors.push_at(
                &data.union_token,
                "`EventError` goes on an enum, not on a union",
            );
            return Vec::new();
        }
    };
    if !item.generics.params.is_empty() {
        errors.push_at(
            &item.generics.params,
            format!(
                "event error `{}` cannot be generic; clients need one concrete type",
                item.ident
            ),
        );
    }
    check_form(&item.attrs, errors);
    data.variants
        .iter()
        .map(|variant| {
            let public = read_variant(variant, errors);
            if public.is_some() {
                check_variant(variant, errors);
            }
            ErrorVariant {
                original: variant,
                public,
            }
        })
        .collect()
}

/// Where the runtime is: the one word that stands on the enum.
fn read_runtime(item: &DeriveInput, errors: &mut Errors) -> Runtime {
    let words = Words::parse(listed(&item.attrs), Place::Error, errors);
    Runtime::new(words.path("crate").map(|path| path.value))
}

/// `#[serde(tag = "kind")] enum OrderError { … }`: clients of every language look for `type`.
fn check_form(attrs: &[Attribute], errors: &mut Errors) {
    const FORM: [&str; 8] = [
        "tag",
        "content",
        "untagged",
        "transparent",
        "remote",
        "from",
        "try_from",
        "into",
    ];
    derives::visit_words(attrs, &["serde", "schemars"], |word| {
        let (path, value) = (&word.path, &word.value);
        let is_type = path.is_ident("tag") && value.to_string() == "\"type\"";
        if !is_type && FORM.iter().any(|form| path.is_ident(form)) {
            let form = path.to_token_stream();
            errors.push_at(
                &quote!(#path #value),
                format!("`{form}` changes the form of an event error, which is `{{\"type\": \"sold_out\", …}}`; remove it, and name variants and fields with `rename`, `rename_all` and `rename_all_fields`"),
            );
        }
    });
}

/// `#[event_error(code = "CONFLICT")] #[serde(skip)] SoldOut`, and fields that cannot cross the wire.
fn check_variant(variant: &Variant, errors: &mut Errors) {
    let ident = &variant.ident;
    derives::visit_words(&variant.attrs, &["serde", "schemars"], |word| {
        let path = &word.path;
        let hides = ["skip", "skip_serializing", "skip_deserializing", "untagged"];
        if hides.iter().any(|hides| path.is_ident(hides)) {
            errors.push_at(
                path,
                format!(
                    "`{}` keeps clients from reading variant `{ident}`; remove it, or write `#[event_error(internal)]` for what must not leave the server",
                    path.to_token_stream(),
                ),
            );
        }
    });
    for field in &variant.fields {
        check::error_field(field, errors);
    }
}

/// What stands in the parentheses of every `#[event_error(…)]`.
fn listed(attrs: &[Attribute]) -> TokenStream {
    let own = attrs
        .iter()
        .filter(|attr| attr.path().is_ident("event_error"));
    own.filter_map(|attr| match &attr.meta {
        Meta::List(list) if !list.tokens.is_empty() => Some(&list.tokens),
        _ => None,
    })
    .map(|list| quote!(#list,))
    .collect()
}

/// What clients see of a variant; after a mistake, nothing.
fn read_variant(variant: &Variant, errors: &mut Errors) -> Option<Public> {
    let ident = &variant.ident;
    let tokens = listed(&variant.attrs);
    if tokens.is_empty() {
        errors.push(
            ident.span(),
            format!("nothing says what clients see of variant `{ident}`; write `#[event_error(code = \"CONFLICT\")]`, or `#[event_error(internal)]` if it must not leave the server"),
        );
        return None;
    }
    let words = Words::parse(tokens, Place::Variant, errors);
    let code = words.text("code");
    let retry_after_ms = words
        .text("retry_after")
        .and_then(|text| duration::millis("retry_after", &text, errors));
    if let Some(internal) = words.flag("internal") {
        if words.met("code") || words.met("retry_after") {
            errors.push(
                internal,
                format!("variant `{ident}` is internal, so clients see neither its code nor its fields; remove `internal` or the rest"),
            );
        }
        return None;
    }
    let Some(code) = code else {
        if words.met("retry_after") && !words.met("code") {
            errors.push(
                ident.span(),
                format!("variant `{ident}` has no `code`; write for example `code = \"TOO_MANY_REQUESTS\"`"),
            );
        }
        return None;
    };
    let kind = read_code(&code, errors);
    if let Fields::Unnamed(fields) = &variant.fields {
        errors.push_at(
            fields,
            format!("the fields of variant `{ident}` reach clients by name; write `{ident} {{ … }}`, or `#[event_error(internal)]`"),
        );
        return None;
    }
    kind.map(|kind| Public {
        kind,
        retry_after_ms,
    })
}

fn read_code(code: &Spanned<LitStr>, errors: &mut Errors) -> Option<&'static str> {
    let written = code.value.value();
    let found = CODES.iter().find(|(name, _)| *name == written);
    if found.is_none() {
        let names = || CODES.iter().map(|(name, _)| *name);
        let remedy = suggest::nearest(&written, names()).map_or_else(
            || format!("the codes are {}", suggest::list(names())),
            |name| format!("did you mean `{name}`?"),
        );
        errors.push(code.span, format!("unknown code `{written}`; {remedy}"));
    }
    found.map(|(_, kind)| *kind)
}

/// ```text
/// const _: () = {
///     #[derive(…)] #[serde(tag = "type", rename_all = "snake_case")]    // and the user's, which may rename
///     pub enum __Wire { SoldOut, Limit { max: u32 } }          // the variants that are not internal
///     impl From<__Wire> for OrderError { … }
///     impl EventError for OrderError { type Wire = __Wire; const VISIBLE: bool = true; … }
/// };
/// ```
fn expand(item: &DeriveInput, variants: &[ErrorVariant<'_>], runtime: &Runtime) -> TokenStream {
    let private = runtime.private();
    let ident = &item.ident;
    let public: Vec<_> = variants
        .iter()
        .filter(|variant| variant.public.is_some())
        .collect();
    let visible = !public.is_empty();
    let (wire, mirror) = if visible {
        (quote!(__Wire), mirror(item, &public, runtime))
    } else {
        (quote!(#private::Never), from_never(ident, &private))
    };
    let to_wire = variants.iter().map(|variant| to_wire(variant));
    let kinds = variants.iter().map(|variant| {
        let name = &variant.original.ident;
        let kind = format_ident!(
            "{}",
            variant
                .public
                .as_ref()
                .map_or("Internal", |public| public.kind)
        );
        quote!(Self::#name { .. } => #private::ErrorKind::#kind,)
    });
    let retries = variants.iter().filter_map(|variant| {
        let name = &variant.original.ident;
        let millis = variant.public.as_ref()?.retry_after_ms?;
        Some(quote! {
            Self::#name { .. } => ::core::option::Option::Some(::core::time::Duration::from_millis(#millis)),
        })
    });
    // An enum without variants has nothing to match by reference; what is no enum, nothing to match at all.
    let place = if variants.is_empty() {
        quote!(*self)
    } else {
        quote!(self)
    };
    let is_enum = matches!(item.data, Data::Enum(_));
    let no_wire = (!is_enum).then(|| quote!(_ => ::core::option::Option::None,));
    let no_kind = (!is_enum).then(|| quote!(_ => #private::ErrorKind::Internal,));
    // Bounds of the trait are reported at the type, once.
    let header = quote_spanned!(ident.span()=> impl #private::EventError for #ident);
    quote! {
        #[allow(deprecated, unreachable_patterns, reason = "generated")]
        const _: () = {
            #mirror

            #[automatically_derived]
            #header {
                type Wire = #wire;
                const VISIBLE: bool = #visible;

                fn to_wire(&self) -> ::core::option::Option<#wire> {
                    match #place {
                        #(#to_wire)*
                        #no_wire
                    }
                }

                fn kind(&self) -> #private::ErrorKind {
                    match #place {
                        #(#kinds)*
                        #no_kind
                    }
                }

                fn retry_after(&self) -> ::core::option::Option<::core::time::Duration> {
                    match #place {
                        #(#retries)*
                        _ => ::core::option::Option::None,
                    }
                }
            }
        };
    }
}

/// What is sent: the public variants, with what serde and the schema are told of them.
fn mirror(item: &DeriveInput, public: &[&ErrorVariant<'_>], runtime: &Runtime) -> TokenStream {
    let ident = &item.ident;
    let name = ident.to_string();
    let variants = public.iter().map(|variant| {
        let Variant { ident, fields, .. } = variant.original;
        let attrs = told(&variant.original.attrs);
        let fields = fields.iter().filter_map(|field| {
            let (name, ty) = (field.ident.as_ref()?, &field.ty);
            let attrs = told(&field.attrs);
            Some(quote!(#(#attrs)* #name: #ty,))
        });
        let fields =
            (!matches!(variant.original.fields, Fields::Unit)).then(|| quote!({ #(#fields)* }));
        quote!(#(#attrs)* #ident #fields,)
    });
    let mut mirror: DeriveInput = parse_quote! {
        pub enum __Wire {
            #(#variants)*
        }
    };
    // The type's own deprecation is said where its name is written.
    let attrs = told(&item.attrs).filter(|attr| !attr.path().is_ident("deprecated"));
    mirror.attrs.extend(attrs.cloned());
    for (word, value) in [("tag", "type"), ("rename_all", "snake_case")] {
        if !derives::has_word(&mirror.attrs, "serde", word) {
            let word = format_ident!("{word}");
            mirror.attrs.push(parse_quote!(#[serde(#word = #value)]));
        }
    }
    let renamed = ["serde", "schemars"]
        .iter()
        .any(|helper| derives::has_word(&mirror.attrs, helper, "rename"));
    if !renamed {
        mirror.attrs.push(parse_quote!(#[schemars(rename = #name)]));
    }
    let beside = derives::add_missing_as(&mut mirror, &name, runtime);
    let from = public.iter().map(|variant| {
        let (name, fields) = (&variant.original.ident, names(variant.original));
        quote!(__Wire::#name { #(#fields),* } => Self::#name { #(#fields),* },)
    });
    quote! {
        #mirror
        #beside

        #[automatically_derived]
        impl ::core::convert::From<__Wire> for #ident {
            fn from(__wire: __Wire) -> Self {
                match __wire {
                    #(#from)*
                }
            }
        }
    }
}

/// The attributes that say what clients see: names, documentation, deprecation.
fn told(attrs: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attrs.iter().filter(|attr| {
        ["doc", "deprecated", "serde", "schemars"]
            .iter()
            .any(|name| attr.path().is_ident(name))
    })
}

fn from_never(ident: &syn::Ident, private: &TokenStream) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl ::core::convert::From<#private::Never> for #ident {
            fn from(__never: #private::Never) -> Self {
                match __never {}
            }
        }
    }
}

fn to_wire(variant: &ErrorVariant<'_>) -> TokenStream {
    let name = &variant.original.ident;
    if variant.public.is_none() {
        return quote!(Self::#name { .. } => ::core::option::Option::None,);
    }
    let fields = names(variant.original);
    quote! {
        Self::#name { #(#fields),* } => ::core::option::Option::Some(__Wire::#name {
            #(#fields: ::core::clone::Clone::clone(#fields)),*
        }),
    }
}

fn names(variant: &Variant) -> Vec<&syn::Ident> {
    variant
        .fields
        .iter()
        .filter_map(|field| field.ident.as_ref())
        .collect()
}
