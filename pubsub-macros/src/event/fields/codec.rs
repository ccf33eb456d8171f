//! What serde is told of a field's codec, and how the words on fields change it.

use std::fmt;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    Attribute, DeriveInput, ExprPath, Field, LitStr, Path, Type, parse_quote,
    punctuated::Punctuated,
};

use super::{Kind, block, debug, int, on_field::OnField, redact, wire_type};
use crate::{
    derives::{HelperWord, has_word, visit_words},
    errors::Errors,
    event::{check::find_ident, item_struct::last_segment},
    runtime::Runtime,
};

/// The item whose fields are read.
pub(super) struct Owner<'a> {
    pub(super) runtime: &'a Runtime,
    kind: Kind,
    /// `Page::<X>`, as in expressions.
    turbofish: String,
    parameters: Vec<String>,
    has_default: bool,
    /// Whether a field is redacted.
    pub(super) has_redacted: bool,
    /// The fns that read redacted fields with a codec of the user's.
    pub(super) readers: Vec<TokenStream>,
    /// The redacted fields, by their number in the item.
    redacted: Vec<bool>,
}

impl<'a> Owner<'a> {
    pub(super) fn new(kind: Kind, item: &DeriveInput, runtime: &'a Runtime) -> Self {
        let (_, generics, _) = item.generics.split_for_impl();
        let turbofish = generics.as_turbofish();
        let ident = &item.ident;
        Self {
            runtime,
            kind,
            turbofish: quote!(#ident #turbofish).to_string(),
            parameters: item
                .generics
                .type_params()
                .map(|parameter| parameter.ident.to_string())
                .collect(),
            has_default: has_word(&item.attrs, "serde", "default"),
            has_redacted: false,
            readers: Vec::new(),
            redacted: Vec::new(),
        }
    }

    /// The item, as in expressions.
    pub(super) fn turbofish(&self) -> &str {
        &self.turbofish
    }

    /// A path into what the runtime has for the output.
    pub(super) fn path(&self, name: &str) -> String {
        self.runtime.text(name)
    }

    /// Whether the type names a type parameter of the item.
    pub(super) fn is_generic(&self, ty: &Type) -> bool {
        find_ident(ty.to_token_stream(), &self.parameters).is_some()
    }

    /// An `Option` may be missing; with a codec, serde asks for it unless it has a default.
    pub(super) fn keep_optional(&self, field: &mut Field) {
        let is_option = last_segment(&field.ty).is_some_and(|segment| segment.ident == "Option");
        let has_default = self.has_default || has_word(&field.attrs, "serde", "default");
        if is_option && field.ident.is_some() && !has_default {
            field.attrs.push(parse_quote!(#[serde(default)]));
        }
    }

    /// Leaves the words on one field as attributes.
    pub(super) fn apply(&mut self, field: &mut Field, on: &OnField, errors: &mut Errors) {
        let mut is_clear = !on.is_unread;
        is_clear &= int::apply(self, field, on, errors);
        is_clear &= wire_type::apply(self, field, on, errors);
        // Before the codecs of our own, and after the words that describe one.
        is_clear = is_clear && check_codec(self.kind, field, errors);
        redact::apply(self, field, on, errors);
        self.redacted.push(on.redact.is_some());
        if !is_clear && !is_described(&field.attrs) {
            // What the field looks like was said, if wrongly; that it is not said is no second mistake.
            field
                .attrs
                .push(parse_quote!(#[schemars(with = "::std::string::String")]));
        }
    }

    /// What stands beside the item; `Debug` is written anew where it would show what is redacted.
    pub(super) fn finish(self, item: &mut DeriveInput) -> TokenStream {
        let mut beside = TokenStream::new();
        if !self.readers.is_empty() {
            let (impl_generics, ty_generics, where_clause) = item.generics.split_for_impl();
            let (ident, readers) = (&item.ident, &self.readers);
            beside.extend(block(
                item,
                &quote! {
                    #[automatically_derived]
                    impl #impl_generics #ident #ty_generics #where_clause {
                        #(#readers)*
                    }
                },
            ));
        }
        // What stands behind `cfg_attr` the compiler has resolved before the item is given here.
        if self.has_redacted && debug::take_derive(&mut item.attrs) {
            let debug = debug::implementation(item, &self.redacted, self.runtime);
            beside.extend(block(item, &debug));
        }
        beside
    }
}

impl fmt::Debug for Owner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Owner")
            .field("kind", &self.kind)
            .field("turbofish", &self.turbofish)
            .finish_non_exhaustive()
    }
}

/// One of serde's words for a codec.
#[derive(Debug)]
pub(crate) struct Codec {
    pub(crate) path: Path,
    pub(crate) value: TokenStream,
}

impl Codec {
    /// Whether it changes what is read.
    pub(crate) fn reads(&self) -> bool {
        !self.path.is_ident("serialize_with")
    }

    /// Whether it changes what is written.
    pub(crate) fn writes(&self) -> bool {
        !self.path.is_ident("deserialize_with")
    }

    /// The fn that reads.
    pub(super) fn reading(&self) -> Option<ExprPath> {
        self.function("deserialize_with", "deserialize")
    }

    /// The fn that writes, of a `with`: a `serialize_with` stays where it is.
    pub(super) fn writing(&self) -> Option<ExprPath> {
        let is_both = self.path.is_ident("with");
        is_both.then(|| self.function("serialize_with", "serialize"))?
    }

    fn function(&self, own: &str, within: &str) -> Option<ExprPath> {
        let text: LitStr = syn::parse2(self.value.clone()).ok()?;
        let mut path: ExprPath = text.parse().ok()?;
        if !self.path.is_ident(own) {
            let within = syn::Ident::new(within, text.span());
            path.path.segments.push(within.into());
        }
        Some(path)
    }
}

impl ToTokens for Codec {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.path.to_tokens(tokens);
        self.value.to_tokens(tokens);
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.path.to_token_stream(), self.value)
    }
}

/// The codecs of a field or variant.
pub(crate) fn codecs(attrs: &[Attribute]) -> Vec<Codec> {
    let mut codecs = Vec::new();
    visit_words(attrs, &["serde"], |word| {
        let is_codec = ["with", "serialize_with", "deserialize_with"]
            .iter()
            .any(|name| word.path.is_ident(name));
        if is_codec {
            codecs.push(Codec {
                path: word.path,
                value: word.value,
            });
        }
    });
    codecs
}

/// Whether the schema of a field or variant is written by hand.
pub(crate) fn is_described(attrs: &[Attribute]) -> bool {
    ["with", "schema_with"]
        .iter()
        .any(|word| has_word(attrs, "schemars", word))
}

/// `#[serde(with = "hex")] hash: Vec<u8>`
fn check_codec(kind: Kind, field: &Field, errors: &mut Errors) -> bool {
    let codecs = codecs(&field.attrs);
    let Some(first) = codecs.first().filter(|_| !is_described(&field.attrs)) else {
        return true;
    };
    let reads = codecs.iter().any(Codec::reads);
    let writes = codecs.iter().any(Codec::writes);
    let word = match (reads, writes) {
        (true, false) => "wire(in = \"String\")",
        (false, true) => "wire(out = \"String\")",
        _ => "wire = \"String\"",
    };
    let attribute = kind.attribute();
    errors.push_at(
        first,
        format!("`{first}` changes the wire, so the client type is unknown; write what it looks like there, for example `#[{attribute}({word})]`"),
    );
    false
}

/// Takes off what serde is told of reading a field.
pub(super) fn without_reading(attrs: &mut [Attribute]) {
    for attr in attrs {
        if !attr.path().is_ident("serde") {
            continue;
        }
        let words =
            attr.parse_args_with(Punctuated::<HelperWord, syn::Token![,]>::parse_terminated);
        let Ok(words) = words else {
            continue;
        };
        let kept = words.iter().filter(|word| {
            !["with", "deserialize_with"]
                .iter()
                .any(|name| word.path.is_ident(name))
        });
        *attr = parse_quote!(#[serde(#(#kept),*)]);
    }
}
