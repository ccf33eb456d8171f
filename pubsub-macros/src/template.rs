//! The schema of a usual type as one piece of text, which the runtime fills in.
//!
//! What a schema derive writes for each field is code that the compiler checks anew for every type: more than serde's own
//! derives leave room for. Of the shapes known here the attribute says in JSON what the derive would say in code; every other
//! shape is left to the derive. `tests/it/templates.rs` compares the two.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use serde_json::{Map, Value, json};
use syn::{
    Attribute, Data, DeriveInput, Expr, ExprLit, Field, Fields, GenericArgument, Lit, LitStr, Meta,
    PathArguments, Token, Type, Variant, ext::IdentExt, parse::Parser, punctuated::Punctuated,
    spanned::Spanned,
};

use crate::{
    derives::{HelperWord, derives_any, for_each_part, visit_words},
    docs,
    event::{
        check::find_ident,
        item_struct::{fields, last_segment},
    },
    runtime::Runtime,
    wire::{self, Half, Rule},
};

/// Words of serde that a template says, or that say nothing of a type.
const OF_ITEM: [&str; 6] = [
    "content",
    "crate",
    "deny_unknown_fields",
    "rename_all",
    "rename_all_fields",
    "tag",
];
const OF_VARIANT: [&str; 3] = ["alias", "rename", "rename_all"];
const OF_FIELD: [&str; 4] = ["alias", "default", "rename", "skip_serializing_if"];

/// Attributes of variants and fields that the derive reads, or that decide whether it sees the part at all.
const FOREIGN: [&str; 4] = ["cfg", "cfg_attr", "garde", "validate"];

/// Attributes of an item that leave it as it is: any other may be a macro that changes it before a derive sees it.
const INERT: [&str; 14] = [
    "allow",
    "automatically_derived",
    "cfg",
    "deny",
    "deprecated",
    "derive",
    "doc",
    "expect",
    "forbid",
    "must_use",
    "non_exhaustive",
    "schemars",
    "serde",
    "warn",
];

/// Flags of a member: it may be missing in what is written, or in what is read, or where its type is an `Option`.
const UNWRITTEN: u8 = 1;
const UNREAD: u8 = 2;
const OPTION: u8 = 4;

/// What a type's schema is made from.
#[derive(Debug)]
pub(crate) struct Template {
    /// JSON Schema, but that an object with `#part` is the schema of that type with what else the object says, and `#fields`
    /// are `[name, flags, schema]` of each member.
    text: Value,
    /// The types that the text refers to by number, and whether their defaults are shown.
    parts: Vec<(Type, bool)>,
}

/// The template of an item that has all its attributes; `None` if only the derive knows its shape.
pub(crate) fn of(item: &DeriveInput) -> Option<Template> {
    let variants: Vec<&Variant> = match &item.data {
        Data::Enum(data) => data.variants.iter().collect(),
        _ => Vec::new(),
    };
    let is_usual = item.generics.params.is_empty()
        && item.generics.where_clause.is_none()
        && item.attrs.iter().all(is_inert)
        // It reads what `strip` takes away.
        && !derives_any(&item.attrs, &["EventError"])
        && knows(&item.attrs, &OF_ITEM, &["crate", "extend"])
        && variants.iter().all(|variant| {
            !has_any(&variant.attrs, &FOREIGN) && knows(&variant.attrs, &OF_VARIANT, &["extend"])
        })
        && fields(item).iter().all(|field| {
            !has_any(&field.attrs, &FOREIGN) && knows(&field.attrs, &OF_FIELD, &["extend", "with"])
        });
    if !is_usual {
        return None;
    }
    let mut writer = Writer {
        denies: has_serde(&item.attrs, "deny_unknown_fields"),
        parts: Vec::new(),
    };
    let mut text = match &item.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(_) => writer.members(&data.fields, rule(&item.attrs, "rename_all")?),
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                writer.field(fields.unnamed.first()?, false)
            }
            Fields::Unnamed(_) => None,
            Fields::Unit => Some(null()),
        },
        Data::Enum(data) => writer.variants(item, data),
        Data::Union(_) => None,
    }?;
    text.extend(said(&item.attrs, Place::Item, &mut writer)?);
    Some(Template {
        text: Value::Object(text),
        parts: writer.parts,
    })
}

/// Takes away what only the derive would read.
pub(crate) fn strip(item: &mut DeriveInput) {
    let keep = |attrs: &mut Vec<Attribute>| attrs.retain(|attr| !attr.path().is_ident("schemars"));
    keep(&mut item.attrs);
    for_each_part(item, keep);
}

impl Template {
    /// ```text
    /// rt::__if_registry! {
    ///     impl rt::Schema for OrderCreated {
    ///         fn schema_name() -> … { "OrderCreated" }
    ///         fn schema_id() -> … { concat!(module_path!(), "::", "OrderCreated") }
    ///         fn json_schema(generator: …) -> … { rt::described::<Self>(generator, "{…}", &[rt::part::<String>]) }
    ///     }
    /// }
    /// ```
    pub(crate) fn implementation(&self, item: &DeriveInput, runtime: &Runtime) -> TokenStream {
        let private = runtime.private();
        let ident = &item.ident;
        let name = ident.unraw().to_string();
        let cfgs = docs::cfgs(&item.attrs);
        let deprecated = has_any(&item.attrs, &["deprecated"]).then(|| quote!(deprecated,));
        let text = self.text.to_string();
        let parts = self.parts.iter().map(|(ty, has_default)| {
            if *has_default {
                quote_spanned!(ty.span()=> #private::defaulted::<#ty>)
            } else {
                quote_spanned!(ty.span()=> #private::part::<#ty>)
            }
        });
        quote! {
            #runtime::__if_registry! {
                #(#cfgs)*
                #[automatically_derived]
                #[allow(#deprecated unused_qualifications, clippy::all, clippy::pedantic, reason = "generated")]
                impl #private::Schema for #ident {
                    fn schema_name() -> #private::Text {
                        #private::Text::Borrowed(#name)
                    }
                    fn schema_id() -> #private::Text {
                        #private::Text::Borrowed(::core::concat!(::core::module_path!(), "::", #name))
                    }
                    fn json_schema(
                        generator: &mut #private::schemars::SchemaGenerator,
                    ) -> #private::schemars::Schema {
                        #private::described::<Self>(generator, #text, &[#(#parts),*])
                    }
                }
            }
        }
    }
}

type Object = Map<String, Value>;

#[derive(Debug)]
struct Writer {
    /// Whether unknown members are refused.
    denies: bool,
    /// Types, and whether their defaults are shown.
    parts: Vec<(Type, bool)>,
}

impl Writer {
    /// The number of a type in the table.
    fn part(&mut self, ty: &Type, has_default: bool) -> usize {
        let known = |(known, shown): &(Type, bool)| known == ty && *shown == has_default;
        let number = self.parts.iter().position(known);
        // `$crate` looks the same wherever it leads.
        if let Some(number) = number
            && find_ident(ty.to_token_stream(), &["$crate"]).is_none()
        {
            return number;
        }
        self.parts.push((ty.clone(), has_default));
        self.parts.len() - 1
    }

    /// The schema of what a field holds; a member of an object shows its default.
    fn field(&mut self, field: &Field, is_member: bool) -> Option<Object> {
        let mut with = None;
        visit_words(&field.attrs, &["schemars"], |word| {
            if word.path.is_ident("with") {
                with = syn::parse2::<LitStr>(word.value).ok();
            }
        });
        let has_default = is_member && has_serde(&field.attrs, "default");
        let skipped = wire::written(&field.attrs, "skip_serializing_if", Half::Serialize);
        let shows_default = match (has_default, skipped) {
            (true, Some(skipped)) if is_of_nothing(&skipped, &field.ty) => false,
            // Whether this function takes the default for nothing is known when it runs.
            (true, Some(_)) => return None,
            (has_default, _) => has_default,
        };
        let ty = match with {
            // The default is one of the field's own type.
            Some(_) if shows_default => return None,
            Some(with) => with.parse().ok()?,
            None => field.ty.clone(),
        };
        let mut object = Object::new();
        object.insert("#part".to_owned(), self.part(&ty, shows_default).into());
        if shows_default {
            object.insert("#default".to_owned(), true.into());
        }
        object.extend(said(&field.attrs, Place::Part, self)?);
        Some(object)
    }

    /// `{ "type": "object", "#fields": […] }`
    fn members(&mut self, fields: &Fields, rule: Option<Rule>) -> Option<Object> {
        let mut members = Vec::new();
        let mut names = Vec::new();
        for field in fields {
            let name = both(|half| wire::name_of_half(field, rule, half))?;
            let has_default = has_serde(&field.attrs, "default");
            let is_skipped = has_serde(&field.attrs, "skip_serializing_if");
            let mut flags = OPTION;
            if is_skipped {
                flags |= UNWRITTEN;
            }
            if has_default {
                flags |= UNREAD;
            }
            let schema = self.field(field, true)?;
            if names.contains(&name) {
                return None;
            }
            members.push(json!([name, flags, schema]));
            names.push(name);
        }
        Some(self.object(members))
    }

    fn object(&self, members: Vec<Value>) -> Object {
        let mut object = Object::new();
        object.insert("type".to_owned(), "object".into());
        if !members.is_empty() {
            object.insert("#fields".to_owned(), Value::Array(members));
        }
        if self.denies {
            object.insert("additionalProperties".to_owned(), false.into());
        }
        object
    }

    fn variants(&mut self, item: &DeriveInput, data: &syn::DataEnum) -> Option<Object> {
        let name_rule = rule(&item.attrs, "rename_all")?;
        let field_rule = rule(&item.attrs, "rename_all_fields")?;
        let tag = tag(&item.attrs, "tag")?;
        let content = self::tag(&item.attrs, "content")?;
        let (mut words, mut schemas) = (Vec::new(), Vec::new());
        for variant in &data.variants {
            let name = both(|half| Some(wire::variant_name(variant, name_rule, half)))?;
            let rule = rule(&variant.attrs, "rename_all")?.or(field_rule);
            let about = said(&variant.attrs, Place::Part, self)?;
            let is_bare = matches!(variant.fields, Fields::Unit);
            let mut schema = match (&tag, &content) {
                (None, None) if is_bare && about.is_empty() && !is_spoken_of(variant) => {
                    words.push(Value::from(name));
                    continue;
                }
                (None, None) if is_bare => word(&name),
                (None, None) => {
                    let held = Value::Object(self.held(&variant.fields, rule)?);
                    let mut object = self.object(vec![json!([name, 0, held])]);
                    object.insert("additionalProperties".to_owned(), false.into());
                    object
                }
                (Some(tag), None) => {
                    let mut object = match &variant.fields {
                        Fields::Unnamed(_) => return None,
                        fields => self.members(fields, rule)?,
                    };
                    let tag = json!([tag, 0, word(&name)]);
                    match object.get_mut("#fields").and_then(Value::as_array_mut) {
                        Some(members) if members.iter().any(|it| it[0] == tag[0]) => return None,
                        Some(members) => members.insert(0, tag),
                        None => drop(object.insert("#fields".to_owned(), json!([tag]))),
                    }
                    object
                }
                (Some(tag), Some(content)) => {
                    let mut members = vec![json!([tag, 0, word(&name)])];
                    if !is_bare {
                        let held = Value::Object(self.held(&variant.fields, rule)?);
                        members.push(json!([content, 0, held]));
                    }
                    self.object(members)
                }
                (None, Some(_)) => return None,
            };
            schema.extend(about);
            schemas.push(Value::Object(schema));
        }
        let words = (!words.is_empty()).then(|| json!({ "type": "string", "enum": words }));
        match words {
            None if schemas.is_empty() => None,
            Some(Value::Object(words)) if schemas.is_empty() => Some(words),
            words => {
                let all: Vec<Value> = words.into_iter().chain(schemas).collect();
                Some(Object::from_iter([("oneOf".to_owned(), Value::Array(all))]))
            }
        }
    }

    /// What a variant with content holds.
    fn held(&mut self, fields: &Fields, rule: Option<Rule>) -> Option<Object> {
        match fields {
            Fields::Named(_) => self.members(fields, rule),
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                self.field(fields.unnamed.first()?, false)
            }
            Fields::Unnamed(_) | Fields::Unit => None,
        }
    }
}

fn null() -> Object {
    Object::from_iter([("type".to_owned(), "null".into())])
}

fn word(name: &str) -> Object {
    Object::from_iter([
        ("type".to_owned(), "string".into()),
        ("const".to_owned(), name.into()),
    ])
}

/// Whether the derive gives a variant without fields a schema of its own.
fn is_spoken_of(variant: &Variant) -> bool {
    has_any(&variant.attrs, &["deprecated"])
        || variant
            .attrs
            .iter()
            .any(|attr| attr.path().is_ident("doc") && matches!(attr.meta, Meta::NameValue(_)))
}

/// What a comment, a deprecation and `extend` say of a type, a variant or a field; `None` if that is known only when it runs.
fn said(attrs: &[Attribute], place: Place, writer: &mut Writer) -> Option<Object> {
    let mut said = Object::new();
    let (title, description) = comment(attrs)?;
    for (key, text) in [("title", title), ("description", description)] {
        if !text.is_empty() {
            said.insert(key.to_owned(), text.into());
        }
    }
    if has_any(attrs, &["deprecated"]) {
        said.insert("deprecated".to_owned(), true.into());
    }
    let mut keywords = Some(Vec::new());
    visit_words(attrs, &["schemars"], |word| {
        if word.path.is_ident("extend") {
            let parser = Punctuated::<Keyword, Token![,]>::parse_terminated;
            match (keywords.as_mut(), parser.parse2(word.list)) {
                (Some(keywords), Ok(list)) => keywords.extend(list),
                _ => keywords = None,
            }
        }
    });
    let mut names = BTreeSet::new();
    for keyword in keywords? {
        let path = place == Place::Item && keyword.name == "x-path";
        // Twice is the derive's to report, and so is what has a meaning of its own.
        if !names.insert(keyword.name.clone()) || !keyword.name.starts_with("x-") {
            return None;
        }
        // The runtime writes it, as it is the name of the type.
        if path {
            continue;
        }
        let value = match keyword.value {
            Said::Json(value) => value,
            Said::IsNoOption(ty) => {
                let part = writer.part(&ty, false);
                said.insert(format!("#!{}", keyword.name), part.into());
                continue;
            }
            Said::Code => return None,
        };
        said.insert(keyword.name, value);
    }
    Some(said)
}

/// The first line of a comment is its title if it is a heading.
fn comment(attrs: &[Attribute]) -> Option<(String, String)> {
    let mut lines = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("doc")) {
        let Meta::NameValue(meta) = &attr.meta else {
            continue;
        };
        let Expr::Lit(ExprLit {
            lit: Lit::Str(line),
            ..
        }) = &meta.value
        else {
            return None;
        };
        let line = line.value();
        lines.push(line.strip_prefix(' ').unwrap_or(&line).to_owned());
    }
    let text = lines.join("\n");
    let text = trim(&text);
    if !text.starts_with('#') {
        return Some((String::new(), text.to_owned()));
    }
    let (title, rest) = text.split_once('\n').unwrap_or((text, ""));
    Some((
        trim(title.trim_start_matches('#')).to_owned(),
        trim(rest).to_owned(),
    ))
}

fn trim(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_ascii_whitespace())
}

/// Where something is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Item,
    /// A variant or a field.
    Part,
}

/// `"x-order" = …` in `extend(…)`.
#[derive(Debug)]
struct Keyword {
    name: String,
    value: Said,
}

#[derive(Debug)]
enum Said {
    Json(Value),
    /// `is_no_option::<T>()`
    IsNoOption(Box<Type>),
    /// An expression that only the compiler can read.
    Code,
}

impl syn::parse::Parse for Keyword {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse::<LitStr>()?.value();
        input.parse::<Token![=]>()?;
        let value = if input.peek(syn::token::Brace) {
            let content;
            syn::braced!(content in input);
            let pairs = Punctuated::<Pair, Token![,]>::parse_terminated(&content)?;
            let pairs = pairs.into_iter().map(|pair| (pair.0, pair.1));
            Said::Json(Value::Object(pairs.collect()))
        } else {
            said_by(&input.parse()?)
        };
        Ok(Self { name, value })
    }
}

/// `"type": "created"`
struct Pair(String, Value);

impl syn::parse::Parse for Pair {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse::<LitStr>()?.value();
        input.parse::<Token![:]>()?;
        let value = input.parse::<LitStr>()?.value();
        Ok(Self(name, value.into()))
    }
}

fn said_by(value: &Expr) -> Said {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Said::Json(text.value().into()),
            Lit::Bool(flag) => Said::Json(flag.value.into()),
            Lit::Int(number) if number.suffix().is_empty() => number
                .base10_parse::<i64>()
                .map_or(Said::Code, |number| Said::Json(number.into())),
            _ => Said::Code,
        },
        Expr::Paren(inner) => said_by(&inner.expr),
        Expr::Call(call) => called(call).unwrap_or(Said::Code),
        _ => Said::Code,
    }
}

/// What the calls say that [`crate::shapes`] writes.
fn called(call: &syn::ExprCall) -> Option<Said> {
    let Expr::Path(function) = &*call.func else {
        return None;
    };
    let segments = &function.path.segments;
    if !segments.iter().any(|segment| segment.ident == "__private") {
        return None;
    }
    let last = segments.last()?;
    if last.ident == "is_no_option" {
        let PathArguments::AngleBracketed(arguments) = &last.arguments else {
            return None;
        };
        return match arguments.args.first() {
            Some(GenericArgument::Type(ty)) => Some(Said::IsNoOption(Box::new(ty.clone()))),
            _ => None,
        };
    }
    let (true, Some(Expr::Reference(written))) = (last.ident == "words", call.args.first()) else {
        return None;
    };
    let Expr::Array(array) = &*written.expr else {
        return None;
    };
    let words: Option<Vec<Value>> = array
        .elems
        .iter()
        .map(|word| match said_by(word) {
            Said::Json(word) => Some(word),
            _ => None,
        })
        .collect();
    Some(Said::Json(Value::Array(words?)))
}

/// Whether the attribute leaves the item as it is.
fn is_inert(attr: &Attribute) -> bool {
    INERT.iter().any(|name| attr.path().is_ident(name))
}

/// Whether serde has only these words here, and the schema only those, each in its usual form.
fn knows(attrs: &[Attribute], of_serde: &[&str], of_schema: &[&str]) -> bool {
    let mut seen = BTreeSet::new();
    attrs.iter().all(|attr| {
        let (is_serde, words) = if attr.path().is_ident("serde") {
            (true, of_serde)
        } else if attr.path().is_ident("schemars") {
            (false, of_schema)
        } else {
            return true;
        };
        let parser = Punctuated::<HelperWord, Token![,]>::parse_terminated;
        let Ok(found) = attr.parse_args_with(parser) else {
            return false;
        };
        found.into_iter().all(|word| {
            let Some(name) = word.path.get_ident().map(ToString::to_string) else {
                return false;
            };
            let is_usual = match name.as_str() {
                // `default = "path"` is a value of the user's function.
                "default" => word.value.is_empty() && word.list.is_empty(),
                "with" => syn::parse2::<LitStr>(word.value).is_ok(),
                "extend" => !word.list.is_empty(),
                _ => true,
            };
            let may_repeat = ["alias", "extend"].contains(&name.as_str());
            let is_known = words.contains(&name.as_str());
            is_usual && is_known && (seen.insert((is_serde, name)) || may_repeat)
        })
    })
}

fn has_any(attrs: &[Attribute], names: &[&str]) -> bool {
    attrs
        .iter()
        .any(|attr| names.iter().any(|name| attr.path().is_ident(name)))
}

fn has_serde(attrs: &[Attribute], word: &str) -> bool {
    crate::derives::has_word(attrs, "serde", word)
}

/// The same of both halves of serde; `None` if they differ.
fn both<T: PartialEq>(of: impl Fn(Half) -> Option<T>) -> Option<T> {
    let [written, read] = Half::ALL.map(of);
    if written == read { written } else { None }
}

/// The rule of both halves, or that there is none; `None` if they differ.
#[expect(clippy::option_option, reason = "no rule is an answer")]
fn rule(attrs: &[Attribute], word: &str) -> Option<Option<Rule>> {
    both(|half| Some(Rule::of_half(attrs, word, half)))
}

#[expect(clippy::option_option, reason = "no tag is an answer")]
fn tag(attrs: &[Attribute], word: &str) -> Option<Option<String>> {
    both(|half| Some(wire::written(attrs, word, half)))
}

/// Whether this function is true of the default of the type.
fn is_of_nothing(path: &str, ty: &Type) -> bool {
    const COLLECTIONS: [&str; 7] = [
        "BTreeMap", "BTreeSet", "HashMap", "HashSet", "String", "Vec", "VecDeque",
    ];
    let mut segments = path.rsplit("::").map(str::trim);
    let (Some(function), Some(of)) = (segments.next(), segments.next()) else {
        return false;
    };
    let is_of_type = last_segment(ty).is_some_and(|segment| segment.ident == of);
    is_of_type
        && ((function, of) == ("is_none", "Option")
            || function == "is_empty" && COLLECTIONS.contains(&of))
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[allow(
        clippy::needless_pass_by_value,
        reason = "the declaration is written in the call"
    )]
    fn is_written(item: DeriveInput) -> bool {
        let mut item = item;
        let runtime = Runtime::new(None);
        let beside = crate::derives::add_missing(&mut item, &runtime);
        let text = beside.map(|beside| beside.to_string()).unwrap_or_default();
        let derives = quote!(#item).to_string().contains("Schema");
        let writes = text.contains("described");
        assert_ne!(derives, writes, "{text}");
        assert!(derives || !quote!(#item).to_string().contains("schemars"));
        writes
    }

    #[test]
    fn the_usual_is_written() {
        for item in [
            parse_quote!(
                struct A;
            ),
            parse_quote!(
                struct A(Option<B>);
            ),
            parse_quote!(
                #[serde(rename_all = "camelCase")]
                struct A {
                    #[serde(default, alias = "c")]
                    b: B,
                }
            ),
            parse_quote!(
                struct A {
                    #[serde(skip_serializing_if = "Option::is_none")]
                    b: Option<B>,
                    a: BTreeMap<K, u8>,
                }
            ),
            parse_quote!(
                #[deprecated]
                enum A {
                    B,
                    #[deprecated(note = "c")]
                    C,
                }
            ),
            parse_quote!(
                enum A {
                    B,
                    C { c: u8 },
                    D(u8),
                }
            ),
            parse_quote!(
                #[serde(tag = "t")]
                enum A {
                    B,
                    C { c: u8 },
                }
            ),
            parse_quote!(
                #[serde(tag = "t", content = "c")]
                enum A {
                    B(B),
                    C { c: u8 },
                }
            ),
        ] {
            assert!(is_written(item));
        }
    }

    #[test]
    fn the_unusual_is_derived() {
        for item in [
            parse_quote!(
                struct A(u8, u8);
            ),
            parse_quote!(
                struct A<T> {
                    b: T,
                }
            ),
            parse_quote!(
                #[serde(transparent)]
                struct A {
                    b: u8,
                }
            ),
            parse_quote!(
                #[serde(default)]
                struct A {
                    b: u8,
                }
            ),
            parse_quote!(
                #[serde(rename = "B")]
                struct A {
                    b: u8,
                }
            ),
            parse_quote!(
                #[serde(rename_all(serialize = "UPPERCASE"))]
                struct A {
                    b: u8,
                }
            ),
            parse_quote!(
                struct A {
                    #[serde(flatten)]
                    b: B,
                }
            ),
            parse_quote!(
                struct A {
                    #[serde(skip)]
                    b: B,
                }
            ),
            parse_quote!(
                struct A {
                    #[cfg(unix)]
                    b: B,
                }
            ),
            parse_quote!(
                struct A {
                    #[serde(default = "b")]
                    b: B,
                }
            ),
            parse_quote!(
                struct A {
                    #[serde(default, skip_serializing_if = "is_b")]
                    b: B,
                }
            ),
            parse_quote!(
                struct A {
                    #[serde(rename(serialize = "c"))]
                    b: B,
                }
            ),
            parse_quote!(
                struct A {
                    #[schemars(range(min = 1))]
                    b: B,
                }
            ),
            parse_quote!(
                struct A {
                    #[schemars(extend("b" = f()))]
                    b: B,
                }
            ),
            parse_quote!(
                struct A {
                    #[doc = include_str!("a")]
                    b: B,
                }
            ),
            parse_quote!(
                struct A {
                    #[validate(email)]
                    b: B,
                }
            ),
            parse_quote!(
                enum A {}
            ),
            parse_quote!(
                #[serde(untagged)]
                enum A {
                    B(u8),
                }
            ),
            parse_quote!(
                enum A {
                    B,
                    #[serde(other)]
                    C,
                }
            ),
            parse_quote!(
                enum A {
                    B(u8, u8),
                }
            ),
            parse_quote!(
                #[serde(tag = "t")]
                enum A {
                    B(B),
                }
            ),
            parse_quote!(
                #[serde(tag = "t")]
                enum A {
                    B { t: u8 },
                }
            ),
            parse_quote!(
                #[derive(EventError)]
                enum A {
                    B,
                }
            ),
            parse_quote!(
                #[skip_serializing_none]
                struct A {
                    b: Option<B>,
                }
            ),
            parse_quote!(
                struct A {
                    #[serde(default)]
                    #[schemars(!default)]
                    b: B,
                }
            ),
            parse_quote!(
                struct A {
                    #[schemars(extend["x-a" = 1])]
                    b: B,
                }
            ),
            parse_quote!(
                #[schemars]
                struct A {
                    b: B,
                }
            ),
            parse_quote!(
                struct A {
                    #[schemars(with = B)]
                    b: C,
                }
            ),
            parse_quote!(
                struct A {
                    #[schemars(with = "B", with = "C")]
                    b: B,
                }
            ),
            parse_quote!(
                struct A {
                    #[schemars(extend("x-a" = 1, "x-a" = 2))]
                    b: B,
                }
            ),
            parse_quote!(
                struct A {
                    #[schemars(extend("description" = "a"))]
                    b: B,
                }
            ),
            parse_quote!(
                struct A {
                    #[schemars(extend("x-a" = 1f64))]
                    b: B,
                }
            ),
            parse_quote!(
                #[schemars(extend("x-path" = "a"))]
                struct A {
                    b: B,
                }
            ),
            parse_quote!(
                struct A {
                    #[serde(rename = "a", rename = "c")]
                    b: B,
                }
            ),
            parse_quote!(
                struct A {
                    #[serde(default, skip_serializing_if = "OptionSet::is_none")]
                    b: OptionSet,
                }
            ),
            parse_quote!(
                struct A {
                    #[serde(default, skip_serializing_if = "Vec::is_empty")]
                    b: Tags,
                }
            ),
        ] {
            assert!(!is_written(item));
        }
    }
}
