//! The derives that `#[event]` and `#[model]` add where they are missing, and the identity of the type in its schema.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Attribute, Data, DeriveInput, GenericParam, Ident, Path, Token, ext::IdentExt, parse_quote,
    punctuated::Punctuated,
};

use crate::{deprecated, docs, parts, runtime::Runtime, shapes, template, tuples};

/// Adds what is missing:
///
/// ```text
/// #[derive(Clone)]
/// #[derive(rt::__private::Serialize, rt::__private::Deserialize, rt::__private::Schema)]
/// #[serde(crate = "rt::__private::serde")]
/// #[schemars(crate = "rt::__private::schemars")]
/// #[schemars(extend("x-path" = concat!(module_path!(), "::", "OrderCreated")))]
/// #[serde(rename_all = "camelCase")]          // the user's
/// struct OrderCreated { … }
/// ```
///
/// The derives stand before the first attribute that may be theirs: after a helper attribute rustc warns
/// (`legacy_derive_helpers`) that it will not be found there in the future.
///
/// Gives what stands beside the item, if anything.
#[must_use = "the schema may stand there"]
pub(crate) fn add_missing(item: &mut DeriveInput, runtime: &Runtime) -> Option<TokenStream> {
    let name = item.ident.unraw().to_string();
    // Before keywords of the schema's derive give fields other types.
    let parts = parts::check(item, runtime);
    let schema = add_missing_as(item, &name, runtime);
    (parts.is_some() || schema.is_some()).then(|| quote!(#parts #schema))
}

/// [`add_missing`], of an item that stands for the one called `name`.
#[must_use = "the schema may stand there"]
pub(crate) fn add_missing_as(
    item: &mut DeriveInput,
    name: &str,
    runtime: &Runtime,
) -> Option<TokenStream> {
    let private = runtime.private();
    let mut derives = Vec::new();
    let mut helpers: Vec<Attribute> = Vec::new();
    for name in ["Serialize", "Deserialize"] {
        if !derives_any(&item.attrs, &[name]) {
            let name = quote::format_ident!("{name}");
            derives.push(quote!(#private::#name));
        }
    }
    if !derives.is_empty() && !has_word(&item.attrs, "serde", "crate") {
        let serde = runtime.text("serde");
        helpers.push(parse_quote!(#[serde(crate = #serde)]));
    }
    let has_schema = derives_any(&item.attrs, &["JsonSchema", "Schema"]);
    if !has_schema && !has_word(&item.attrs, "schemars", "crate") {
        let schemars = runtime.text("schemars");
        helpers.push(parse_quote!(#[schemars(crate = #schemars)]));
    }
    let keywords = shapes::keywords(item, runtime);
    tuples::keywords(item, runtime);
    helpers.extend(identity(item, name, &keywords, runtime));
    helpers.extend(deprecation(&item.attrs));
    for_each_part(item, |attrs| attrs.extend(deprecation(attrs)));

    let place = item
        .attrs
        .iter()
        .position(|attr| {
            ["serde", "schemars", "cfg_attr"]
                .iter()
                .any(|name| attr.path().is_ident(name))
        })
        .unwrap_or(item.attrs.len());
    item.attrs.splice(place..place, helpers);
    let template = if has_schema { None } else { template::of(item) };
    if template.is_none() {
        shapes::unseen(item, runtime);
        shapes::generic_defaults(item, runtime);
    }
    let schema = if has_schema {
        Schema::Derived
    } else if let Some(template) = template {
        template::strip(item);
        Schema::Beside(template.implementation(item, runtime))
    } else if deprecated::needs_copy(item) {
        Schema::OnACopy
    } else {
        derives.push(quote!(#private::Schema));
        Schema::Derived
    };
    if matches!(schema, Schema::OnACopy) {
        // The item still has a derive that accepts the schema's attributes.
        derives.push(quote!(#private::EmptySchema));
    }
    if !derives.is_empty() {
        let derive = parse_quote!(#[derive(#(#derives),*)]);
        item.attrs.insert(place, derive);
    }
    match schema {
        Schema::Derived => None,
        Schema::Beside(implementation) => Some(implementation),
        Schema::OnACopy => Some(deprecated::schema(item, runtime)),
    }
}

/// Where the schema comes from.
enum Schema {
    /// From a derive on the item.
    Derived,
    /// From an implementation of ours.
    Beside(TokenStream),
    /// From a derive on a copy of it.
    OnACopy,
}

/// The schema keyword that tells two types of one name apart, and a name for each instance of a generic type; `keywords` are
/// what else is said of the type. A marker that no member holds, as `User` of `Id<User>`, makes no other type.
fn identity(
    item: &DeriveInput,
    name: &str,
    keywords: &[TokenStream],
    runtime: &Runtime,
) -> Vec<Attribute> {
    let parameters: Vec<&Ident> = item
        .generics
        .params
        .iter()
        .filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => {
                shapes::is_on_the_wire(item, &parameter.ident).then_some(&parameter.ident)
            }
            GenericParam::Const(parameter) => Some(&parameter.ident),
            GenericParam::Lifetime(_) => None,
        })
        .collect();
    let renamed = ["serde", "schemars"]
        .iter()
        .any(|helper| has_word(&item.attrs, helper, "rename"));
    let is_named = !parameters.is_empty() && !renamed;
    let types = item.generics.type_params().map(|it| &it.ident);
    let types: Vec<&Ident> = types.filter(|it| parameters.contains(it)).collect();
    let path = quote!(::core::concat!(::core::module_path!(), "::", #name));
    // Two instances may have arguments of one name, which only their own paths tell apart.
    let path = if is_named && !types.is_empty() {
        let private = runtime.private();
        quote!(#private::path_of(#path, &[#(<#types as #private::Schema>::schema_id()),*]))
    } else {
        path
    };
    let mut identity: Vec<Attribute> =
        vec![parse_quote!(#[schemars(extend("x-path" = #path #(, #keywords)*))])];
    if is_named {
        let parameters = parameters.iter().map(|it| format!("_{{{it}}}"));
        let parameters = parameters.collect::<Vec<_>>().concat();
        let rename = format!("{name}{parameters}");
        identity.push(parse_quote!(#[schemars(rename = #rename)]));
    }
    identity
}

/// The note of `#[deprecated]`, of which the schema derive keeps only that there is one.
fn deprecation(attrs: &[Attribute]) -> Option<Attribute> {
    let note = docs::deprecated(attrs).filter(|note| !note.is_empty())?;
    Some(parse_quote!(#[schemars(extend("x-deprecated" = #note))]))
}

/// Visits the attributes of the variants and fields.
pub(crate) fn for_each_part(item: &mut DeriveInput, mut visit: impl FnMut(&mut Vec<Attribute>)) {
    match &mut item.data {
        Data::Struct(data) => data
            .fields
            .iter_mut()
            .for_each(|field| visit(&mut field.attrs)),
        Data::Enum(data) => {
            for variant in &mut data.variants {
                visit(&mut variant.attrs);
                variant
                    .fields
                    .iter_mut()
                    .for_each(|field| visit(&mut field.attrs));
            }
        }
        Data::Union(_) => {}
    }
}

/// Whether one of the derives has one of these names, whatever path leads to it.
pub(crate) fn derives_any(attrs: &[Attribute], names: &[&str]) -> bool {
    attrs
        .iter()
        .filter(|attr| attr.path().is_ident("derive"))
        .filter_map(|attr| {
            attr.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
                .ok()
        })
        .flatten()
        .filter_map(|path| path.segments.last().map(|last| last.ident.to_string()))
        .any(|last| names.contains(&last.as_str()))
}

/// Whether `#[helper(word …)]` is written; what does not parse is the derive's to report.
pub(crate) fn has_word(attrs: &[Attribute], helper: &str, word: &str) -> bool {
    let mut found = false;
    visit_words(attrs, &[helper], |meta| found |= meta.path.is_ident(word));
    found
}

/// Calls `visit` with each word of these helper attributes.
pub(crate) fn visit_words(
    attrs: &[Attribute],
    helpers: &[&str],
    mut visit: impl FnMut(HelperWord),
) {
    for attr in attrs {
        if !helpers.iter().any(|helper| attr.path().is_ident(helper)) {
            continue;
        }
        let words = attr.parse_args_with(Punctuated::<HelperWord, Token![,]>::parse_terminated);
        for word in words.into_iter().flatten() {
            visit(word);
        }
    }
}

/// One word of a helper attribute: `rename = "x"`, `rename(serialize = "x")` or `flatten`.
#[derive(Debug)]
pub(crate) struct HelperWord {
    pub(crate) path: Path,
    /// What stands after `=`.
    pub(crate) value: TokenStream,
    /// What stands in parentheses.
    pub(crate) list: TokenStream,
}

impl quote::ToTokens for HelperWord {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { path, value, list } = self;
        tokens.extend(if !value.is_empty() {
            quote!(#path = #value)
        } else if !list.is_empty() {
            quote!(#path(#list))
        } else {
            quote!(#path)
        });
    }
}

impl syn::parse::Parse for HelperWord {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let path = input.call(Path::parse_mod_style)?;
        let mut word = Self {
            path,
            value: TokenStream::new(),
            list: TokenStream::new(),
        };
        if input.peek(syn::token::Paren) {
            let content;
            syn::parenthesized!(content in input);
            word.list = content.parse()?;
        } else if input.parse::<Option<Token![=]>>()?.is_some() {
            while !input.is_empty() && !input.peek(Token![,]) {
                word.value
                    .extend([input.parse::<proc_macro2::TokenTree>()?]);
            }
        }
        Ok(word)
    }
}
