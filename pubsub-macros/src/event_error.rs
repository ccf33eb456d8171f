//! `#[derive(EventError)]`: what clients may see of an error, and its code.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{Attribute, Data, DeriveInput, Fields, LitStr, Meta, Variant, parse_quote};

use crate::{
    docs, duration,
    errors::Errors,
    runtime::Runtime,
    shapes,
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
    let variants = read(&item, &mut errors);
    let expanded = if item.generics.params.is_empty() {
        expand(&item, &variants)
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
    for attr in own(&item.attrs) {
        errors.push_at(
            attr,
            "`#[event_error(…)]` goes on the variants, not on the enum",
        );
    }
    data.variants
        .iter()
        .map(|variant| ErrorVariant {
            original: variant,
            public: read_variant(variant, errors),
        })
        .collect()
}

fn own(attrs: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attrs
        .iter()
        .filter(|attr| attr.path().is_ident("event_error"))
}

/// What clients see of a variant; after a mistake, nothing.
fn read_variant(variant: &Variant, errors: &mut Errors) -> Option<Public> {
    let ident = &variant.ident;
    let mut tokens = TokenStream::new();
    let mut present = false;
    for attr in own(&variant.attrs) {
        present = true;
        if let Meta::List(list) = &attr.meta {
            let list = &list.tokens;
            tokens.extend(quote!(#list,));
        }
    }
    if !present || tokens.is_empty() {
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
///     #[derive(…)] #[serde(tag = "type", rename_all = "snake_case")]
///     pub enum __Wire { SoldOut, Limit { max: u32 } }          // the variants that are not internal
///     impl From<__Wire> for OrderError { … }
///     impl EventError for OrderError { type Wire = __Wire; const VISIBLE: bool = true; … }
/// };
/// ```
fn expand(item: &DeriveInput, variants: &[ErrorVariant<'_>]) -> TokenStream {
    let runtime = Runtime::new(None);
    let private = runtime.private();
    let ident = &item.ident;
    let public: Vec<_> = variants
        .iter()
        .filter(|variant| variant.public.is_some())
        .collect();
    let visible = !public.is_empty();
    let (wire, mirror) = if visible {
        (quote!(__Wire), mirror(item, &public, &runtime))
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

fn mirror(item: &DeriveInput, public: &[&ErrorVariant<'_>], runtime: &Runtime) -> TokenStream {
    let private = runtime.private();
    let ident = &item.ident;
    let (serde, schemars) = (runtime.text("serde"), runtime.text("schemars"));
    let name = ident.to_string();
    let docs = doc(&item.attrs);
    let variants = public.iter().map(|variant| {
        let Variant { ident, fields, .. } = variant.original;
        let docs = doc(&variant.original.attrs);
        let fields = fields.iter().filter_map(|field| {
            let (name, ty) = (field.ident.as_ref()?, &field.ty);
            let docs = doc(&field.attrs);
            Some(quote!(#docs #name: #ty,))
        });
        let fields =
            (!matches!(variant.original.fields, Fields::Unit)).then(|| quote!({ #(#fields)* }));
        quote!(#docs #ident #fields,)
    });
    let from = public.iter().map(|variant| {
        let (name, fields) = (&variant.original.ident, names(variant.original));
        quote!(__Wire::#name { #(#fields),* } => Self::#name { #(#fields),* },)
    });
    let mut wire: DeriveInput = parse_quote! {
        #docs
        #[derive(#private::Serialize, #private::Deserialize, #private::Schema)]
        #[serde(crate = #serde, tag = "type", rename_all = "snake_case")]
        #[schemars(
            crate = #schemars,
            rename = #name,
            extend("x-path" = ::core::concat!(::core::module_path!(), "::", #name))
        )]
        pub enum __Wire {
            #(#variants)*
        }
    };
    // Of an internally tagged enum with named fields only, there are keywords of the variants alone.
    drop(shapes::keywords(&mut wire, runtime));
    quote! {
        #wire

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

/// The doc comment, which becomes the description in the schema.
fn doc(attrs: &[Attribute]) -> Option<TokenStream> {
    let docs = docs::docs(attrs);
    (!docs.is_empty()).then(|| quote!(#[doc = #docs]))
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
