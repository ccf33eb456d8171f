//! Keywords for what serde does and the schema's derive cannot see, or forgets.
//!
//! Each costs compile time, so that none is written where the schema alone says the truth.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Attribute, Data, DeriveInput, ExprPath, Field, Fields, GenericArgument, Ident, LitStr,
    PathArguments, Type, Variant, ext::IdentExt, parse_quote,
};

use crate::{
    derives::{has_word, visit_words},
    errors::Errors,
    event::{
        check::find_ident,
        item_struct::{fields, fields_mut, last_segment, ungroup},
    },
    runtime::Runtime,
    wire::{self, Half, Rule},
};

/// Writes the keywords of fields and variants, and gives those of the type itself: `"x-tag" = { … }`.
///
/// ```text
/// #[schemars(extend("x-path" = …, "x-order" = rt::__private::words(&["orderId", "...meta", "at"])))]
/// struct Order {
///     order_id: String,
///     #[serde(flatten)]
///     #[schemars(!flatten, rename = "...meta", extend("x-flatten" = true))]
///     meta: Meta,
///     #[serde(skip_serializing_if = "Option::is_none")]
///     #[schemars(extend("x-omit-none" = true))]
///     at: Option<u64>,
/// }
/// ```
pub(crate) fn keywords(item: &mut DeriveInput, runtime: &Runtime) -> Vec<TokenStream> {
    let tags = Tags::of(item);
    let mut keywords = Vec::new();
    let is = |word: &str| has_word(&item.attrs, "serde", word);
    let replaced = ["from", "try_from"].iter().any(|word| is(word)) && is("into");
    let (has_default, is_transparent) = (is("default"), is("transparent"));
    keywords.extend(tag(item));
    keywords.extend(optional(item));
    let of_item = Rules::of(&item.attrs, "rename_all");
    match &mut item.data {
        Data::Struct(data) => {
            let held = Held {
                rules: of_item,
                has_default,
                is_alone: is_alone(&data.fields) || is_transparent,
            };
            let order = members(&mut data.fields, held, runtime);
            keywords.extend(order.filter(|_| !replaced));
        }
        Data::Enum(data) => {
            if data.variants.iter().any(is_other) {
                keywords.push(quote!("x-open" = true));
            }
            if tags == Tags::Beside {
                let content = wire::written(&item.attrs, "content", Half::Serialize);
                keywords.extend(content.map(|content| quote!("x-content" = #content)));
            }
            if tags == Tags::Outside && !replaced {
                keywords.extend(variants(data.variants.iter(), of_item, runtime));
            }
            let of_fields = Rules::of(&item.attrs, "rename_all_fields");
            for variant in &mut data.variants {
                let held = Held {
                    rules: Rules::of(&variant.attrs, "rename_all").or(of_fields),
                    has_default: false,
                    is_alone: is_alone(&variant.fields),
                };
                // Before the field is described by itself.
                let content = (tags == Tags::Inside)
                    .then(|| content(variant, runtime))
                    .flatten();
                let mut words: Vec<TokenStream> = members(&mut variant.fields, held, runtime)
                    .into_iter()
                    .collect();
                words.extend(aliases(&variant.attrs, runtime));
                add(&mut variant.attrs, content, &words);
            }
        }
        Data::Union(_) => {}
    }
    keywords
}

/// `enum Level { Custom(#[serde(skip)] u8) }`: serde writes the bare word, and the schema's derive does not know it.
pub(crate) fn check(item: &DeriveInput, errors: &mut Errors) {
    let Data::Enum(data) = &item.data else {
        return;
    };
    for variant in &data.variants {
        let Fields::Unnamed(fields) = &variant.fields else {
            continue;
        };
        let mut fields = fields.unnamed.iter();
        let (Some(field), None) = (fields.next(), fields.next()) else {
            continue;
        };
        let skips = ["skip", "skip_serializing", "skip_deserializing"]
            .iter()
            .any(|word| has_word(&field.attrs, "serde", word));
        if skips {
            let name = &variant.ident;
            errors.push_at(
                name,
                format!(
                    "variant `{name}` skips all it holds, so serde takes it for a bare word and the client type would be wrong; write `{name} {{ #[serde(skip)] value: … }}`, or `{name}`"
                ),
            );
        }
    }
}

/// Where an enum's variants are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tags {
    Outside,
    Inside,
    Beside,
    Nowhere,
}

impl Tags {
    fn of(item: &DeriveInput) -> Self {
        let is = |word: &str| has_word(&item.attrs, "serde", word);
        match (is("tag"), is("content"), is("untagged")) {
            (_, _, true) => Self::Nowhere,
            (true, true, _) => Self::Beside,
            (true, false, _) => Self::Inside,
            (false, _, _) => Self::Outside,
        }
    }
}

/// How names are written, and how they are read.
#[derive(Debug, Clone, Copy)]
struct Rules([Option<Rule>; 2]);

impl Rules {
    fn of(attrs: &[Attribute], word: &str) -> Self {
        Self(Half::ALL.map(|half| Rule::of_half(attrs, word, half)))
    }

    fn or(self, other: Self) -> Self {
        let [written, read] = self.0;
        let [other_written, other_read] = other.0;
        Self([written.or(other_written), read.or(other_read)])
    }

    fn each(self) -> impl Iterator<Item = (Half, Option<Rule>)> {
        Half::ALL.into_iter().zip(self.0)
    }
}

/// `#[serde(tag = "kind")] struct Created { … }`: serde writes a member of that name first.
fn tag(item: &DeriveInput) -> Option<TokenStream> {
    if !matches!(item.data, Data::Struct(_)) {
        return None;
    }
    let tag = wire::written(&item.attrs, "tag", Half::Serialize)?;
    let name = wire::written(&item.attrs, "rename", Half::Serialize)
        .unwrap_or_else(|| item.ident.unraw().to_string());
    Some(quote!("x-tag" = { #tag: #name }))
}

/// `#[serde(transparent)] struct Note(Option<String>)`: serde reads it from a member that is not there.
fn optional(item: &DeriveInput) -> Option<TokenStream> {
    let is_option = if has_word(&item.attrs, "serde", "transparent") {
        let Data::Struct(data) = &item.data else {
            return None;
        };
        let mut fields = data.fields.iter().filter(|field| !is_skipped(field));
        fields.any(|field| option(&field.ty).is_some())
    } else {
        ["from", "try_from"].iter().any(|word| {
            let from = wire::written(&item.attrs, word, Half::Deserialize);
            let from = from.and_then(|from| syn::parse_str::<Type>(&from).ok());
            from.is_some_and(|from| option(&from).is_some())
        })
    };
    is_option.then(|| quote!("x-option" = true))
}

/// What is said of fields where they stand.
#[derive(Debug, Clone, Copy)]
struct Held {
    rules: Rules,
    /// Whether the type has a default, which stands for what is missing.
    has_default: bool,
    /// Whether the value of the only field stands on the wire in place of them all: it can be no member that is left out.
    is_alone: bool,
}

/// `struct Note(Option<String>);`
fn is_alone(fields: &Fields) -> bool {
    matches!(fields, Fields::Unnamed(fields) if fields.unnamed.len() == 1)
}

/// Keywords of every member, and the order they are declared in where it is not that of their names.
fn members(fields: &mut Fields, held: Held, runtime: &Runtime) -> Option<TokenStream> {
    let mut names: Vec<String> = Vec::new();
    let mut each: [Vec<String>; 2] = [Vec::new(), Vec::new()];
    let mut flattens = false;
    for field in fields {
        if is_skipped(field) {
            continue;
        }
        let flat = flat_name(field);
        flattens |= flat.is_some();
        for ((half, rule), side) in held.rules.each().zip(&mut each) {
            let name = flat
                .clone()
                .or_else(|| wire::name_of_half(field, rule, half));
            if let Some(name) = name {
                if !names.contains(&name) {
                    names.push(name.clone());
                }
                side.push(name);
            }
        }
        of_field(field, flat, held, runtime);
    }
    let sorted = each.iter().all(|side| side.is_sorted());
    (names.len() > 1 && (flattens || !sorted)).then(|| {
        let names = words(&names, runtime);
        quote!("x-order" = #names)
    })
}

/// What a flattened field is called in the schema: its own members are not listed there.
fn flat_name(field: &Field) -> Option<String> {
    let ident = field.ident.as_ref()?;
    has_word(&field.attrs, "serde", "flatten").then(|| format!("...{}", ident.unraw()))
}

fn of_field(field: &mut Field, flat: Option<String>, held: Held, runtime: &Runtime) {
    let is = |word: &str| has_word(&field.attrs, "serde", word);
    let described = ["with", "schema_with"]
        .iter()
        .any(|word| has_word(&field.attrs, "schemars", word));
    let mut keywords = Vec::new();
    if flat.is_some() {
        keywords.push(quote!("x-flatten" = true));
    }
    if !described && !held.is_alone && omits_none(field) && flat.is_none() {
        keywords.extend(option(&field.ty).map(|inner| {
            if is_plain(inner) {
                quote!("x-omit-none" = true)
            } else {
                let private = runtime.private();
                quote!("x-omit-none" = (#private::is_no_option::<#inner>()))
            }
        }));
    }
    // serde asks for a member that a function reads, whatever its type.
    let read_by_function = is("with") || is("deserialize_with");
    let has_default = is("default") || held.has_default;
    if read_by_function && !has_default && flat.is_none() && is_let_off(field, held.is_alone) {
        keywords.push(quote!("x-required" = true));
    }
    keywords.extend(aliases(&field.attrs, runtime));
    let keyed = if described {
        None
    } else {
        keyed(&field.ty, runtime)
    };
    let flat = flat.map(|flat| quote!(!flatten, rename = #flat));
    let keyed = keyed.map(|keyed| quote!(with = #keyed));
    let first = match (flat, keyed) {
        (Some(flat), Some(keyed)) => Some(quote!(#flat, #keyed)),
        (flat, keyed) => flat.or(keyed),
    };
    add(&mut field.attrs, first, &keywords);
}

/// Whether the schema might let a field be missing that serde asks for.
fn is_let_off(field: &Field, is_alone: bool) -> bool {
    let read = read_as(field);
    // Beside its tag, what a variant holds may be missing if its own type may be, whoever reads it.
    let is_own = || option(&field.ty).is_some() || read.as_ref() == Some(&field.ty);
    let may_be_option = |ty: &Type| !is_plain(ty);
    !(is_alone && is_own()) && read.as_ref().is_none_or(may_be_option)
}

/// The type that the schema takes what is read for: it may be an `Option`, under whatever name. `None` if that is not known.
fn read_as(field: &Field) -> Option<Type> {
    let mut described = None;
    visit_words(&field.attrs, &["schemars"], |word| {
        if word.path.is_ident("with") {
            described = Some(syn::parse2::<LitStr>(word.value).and_then(|text| text.parse()));
        }
    });
    match described {
        None => Some(field.ty.clone()),
        Some(described) => described.ok().map(read_in),
    }
}

/// What is read of a type that `int` or `wire` wrote.
fn read_in(described: Type) -> Type {
    match &described {
        // `<u64 as rt::__private::Integers>::Wire<…>`
        Type::Path(path) if let Some(own) = &path.qself => (*own.ty).clone(),
        // `rt::__private::Wire<read, written>`
        ty => argument(ty, &["Wire"]).cloned().unwrap_or(described),
    }
}

/// `#[schemars(first, extend(keywords))]`
fn add(attrs: &mut Vec<Attribute>, first: Option<TokenStream>, keywords: &[TokenStream]) {
    let extend = (!keywords.is_empty()).then(|| quote!(extend(#(#keywords),*)));
    attrs.extend(match (first, extend) {
        (None, None) => None,
        (Some(first), Some(extend)) => Some(parse_quote!(#[schemars(#first, #extend)])),
        (first, extend) => Some(parse_quote!(#[schemars(#first #extend)])),
    });
}

/// `#[serde(skip_serializing_if = "Option::is_none")]`, however the path is written.
fn omits_none(field: &Field) -> bool {
    let path = wire::written(&field.attrs, "skip_serializing_if", Half::Serialize);
    let path = path.and_then(|path| syn::parse_str::<ExprPath>(&path).ok());
    path.is_some_and(|path| {
        let segments = path.path.segments.iter();
        let words: Vec<String> = segments.map(|segment| segment.ident.to_string()).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match &path.qself {
            // `<Option<u8>>::is_none`
            Some(own) => own.position == 0 && option(&own.ty).is_some() && words == ["is_none"],
            None => matches!(
                words.as_slice(),
                ["Option", "is_none"] | ["std" | "core", "option", "Option", "is_none"]
            ),
        }
    })
}

/// The order of the variants, where the schema would bring those without fields together.
fn variants<'a>(
    variants: impl Iterator<Item = &'a Variant>,
    rules: Rules,
    runtime: &Runtime,
) -> Option<TokenStream> {
    let mut names: Vec<String> = Vec::new();
    let (mut other_before, mut moved) = (false, false);
    for variant in variants.filter(|variant| !has_word(&variant.attrs, "serde", "skip")) {
        let is_bare = matches!(variant.fields, Fields::Unit)
            && !variant.attrs.iter().any(|attr| {
                ["doc", "deprecated", "schemars"]
                    .iter()
                    .any(|name| attr.path().is_ident(name))
            });
        moved |= is_bare && other_before;
        other_before |= !is_bare;
        for (half, rule) in rules.each() {
            let name = wire::variant_name(variant, rule, half);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    moved.then(|| {
        let names = words(&names, runtime);
        quote!("x-order" = #names)
    })
}

/// `#[serde(tag = "type")] enum T { Shipped(Ship) }`: whatever `Ship` is, the schema would call it an object.
fn content(variant: &Variant, runtime: &Runtime) -> Option<TokenStream> {
    let Fields::Unnamed(fields) = &variant.fields else {
        return None;
    };
    let mut fields = fields.unnamed.iter();
    let (Some(field), None) = (fields.next(), fields.next()) else {
        return None;
    };
    let words = |attrs: &[Attribute], helper: &str, words: &[&str]| {
        words.iter().any(|word| has_word(attrs, helper, word))
    };
    let codecs = ["with", "serialize_with", "deserialize_with"];
    let described = words(&variant.attrs, "schemars", &["with", "schema_with"])
        || words(&field.attrs, "schemars", &["with", "schema_with"])
        || words(&variant.attrs, "serde", &codecs)
        || words(&variant.attrs, "serde", &["untagged"]);
    if described || is_skipped(field) {
        return None;
    }
    let ty = keyed(&field.ty, runtime).or_else(|| text_of(&field.ty))?;
    let content = format!("{}<{ty}>", runtime.text("Content"));
    Some(quote!(with = #content))
}

/// `#[serde(alias = "colour")]`
fn aliases(attrs: &[Attribute], runtime: &Runtime) -> Option<TokenStream> {
    let mut aliases: Vec<String> = Vec::new();
    visit_words(attrs, &["serde"], |word| {
        if word.path.is_ident("alias")
            && let Ok(alias) = syn::parse2::<LitStr>(word.value)
        {
            aliases.push(alias.value());
        }
    });
    (!aliases.is_empty()).then(|| {
        let aliases = words(&aliases, runtime);
        quote!("x-alias" = #aliases)
    })
}

fn words(names: &[String], runtime: &Runtime) -> TokenStream {
    let private = runtime.private();
    quote!(#private::words(&[#(#names),*]))
}

fn is_other(variant: &Variant) -> bool {
    has_word(&variant.attrs, "serde", "other")
}

fn is_skipped(field: &Field) -> bool {
    let is = |word: &str| has_word(&field.attrs, "serde", word);
    is("skip") || (is("skip_serializing") && is("skip_deserializing"))
}

/// The type inside an `Option`, if that is how the type is written.
fn option(ty: &Type) -> Option<&Type> {
    argument(ty, &["Option"])
}

fn argument<'a>(ty: &'a Type, names: &[&str]) -> Option<&'a Type> {
    let segment = last_segment(ty)?;
    if !names.iter().any(|name| segment.ident == name) {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(argument)) => Some(argument),
        _ => None,
    }
}

/// Whether the type is known by its name not to be an `Option` under another one.
fn is_plain(ty: &Type) -> bool {
    const PLAIN: &[&str] = &[
        "String", "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8",
        "u16", "u32", "u64", "u128", "usize", "Vec", "HashMap", "BTreeMap", "HashSet", "BTreeSet",
        "DateTime", "Uuid", "Duration",
    ];
    matches!(ungroup(ty), Type::Array(_) | Type::Tuple(_))
        || last_segment(ty).is_some_and(|segment| PLAIN.iter().any(|name| segment.ident == name))
}

/// The type with the maps in it that forget what their keys are, replaced by maps that do not; `None` if there are none.
///
/// `BTreeMap<OrderId, u8>` is `rt::__private::Map<OrderId, u8>`.
fn keyed(ty: &Type, runtime: &Runtime) -> Option<String> {
    let mut ty = ty.clone();
    replace_maps(&mut ty, runtime, 0)
        .then(|| text_of(&ty))
        .flatten()
}

/// The type that says in a schema what the keys of the maps in `ty` are; `None` if its own does, or if it is no type.
pub(crate) fn stand_in(ty: &TokenStream, runtime: &Runtime) -> Option<TokenStream> {
    let mut ty = syn::parse2::<Type>(ty.clone()).ok()?;
    replace_maps(&mut ty, runtime, 0).then(|| ty.to_token_stream())
}

/// Says of each field that may hold a map behind another name, or JSON as text, what its type is called by the compiler:
///
/// ```text
/// #[schemars(transform = rt::__private::Unseen(core::any::type_name::<Stock>))]
/// stock: Stock,
/// ```
///
/// Where the attribute writes the schema, the runtime asks each type by itself.
pub(crate) fn unseen(item: &mut DeriveInput, runtime: &Runtime) {
    let own: Vec<String> = item
        .generics
        .type_params()
        .map(|parameter| parameter.ident.to_string())
        .collect();
    let private = runtime.private();
    let mark = |field: &mut Field| {
        if is_skipped(field) || has_word(&field.attrs, "schemars", "schema_with") {
            return;
        }
        if let Some(ty) = described_as(field).filter(|ty| may_hide(ty, &own, 0)) {
            field.attrs.push(parse_quote!(
                #[schemars(transform = #private::Unseen(::core::any::type_name::<#ty>))]
            ));
        }
    };
    fields_mut(item).into_iter().for_each(mark);
}

/// `#[serde(default = "none")] last: Option<X>`, where `fn none<X>() -> Option<X>` is called by the schema's derive alone, of a
/// type that nothing tells: the default is not shown.
pub(crate) fn generic_defaults(item: &mut DeriveInput, runtime: &Runtime) {
    let own = item.generics.type_params();
    let own: Vec<String> = own.map(|parameter| parameter.ident.to_string()).collect();
    if own.is_empty() {
        return;
    }
    let unshown = runtime.text("unshown");
    for field in fields_mut(item) {
        let is = |word: &str| has_word(&field.attrs, "serde", word);
        let path = wire::written(&field.attrs, "default", Half::Deserialize);
        let path = path.and_then(|path| syn::parse_str::<ExprPath>(&path).ok());
        let says_no_type = path.is_some_and(|ExprPath { path, qself, .. }| {
            let first = path.segments.first().map(|first| first.ident.to_string());
            qself.is_none()
                && first.is_some_and(|first| first != "Self" && !own.contains(&first))
                && path.segments.iter().all(|it| it.arguments.is_none())
        });
        let is_seen = is("with")
            || is("serialize_with")
            || (is("skip_serializing_if") && !omits_none(field))
            || has_word(&field.attrs, "schemars", "default");
        if says_no_type && !is_seen && find_ident(field.ty.to_token_stream(), &own).is_some() {
            field
                .attrs
                .push(parse_quote!(#[schemars(default = #unshown)]));
        }
    }
}

/// Whether a member of the type may hold what a type parameter stands for: a skipped one and a `PhantomData` hold nothing.
pub(crate) fn is_on_the_wire(item: &DeriveInput, parameter: &Ident) -> bool {
    let mentions = |ty: &Type| {
        let is_marker = last_segment(ty).is_some_and(|last| last.ident == "PhantomData");
        !is_marker && find_ident(ty.to_token_stream(), &[parameter.to_string()]).is_some()
    };
    fields(item)
        .iter()
        .any(|field| !is_skipped(field) && described_as(field).as_ref().is_none_or(mentions))
}

/// The type that the schema of a field is made from; `None` if that is not known.
fn described_as(field: &Field) -> Option<Type> {
    let mut described = Some(field.ty.clone());
    visit_words(&field.attrs, &["schemars"], |word| {
        if word.path.is_ident("with") {
            let text = syn::parse2::<LitStr>(word.value);
            described = text.and_then(|text| text.parse()).ok();
        }
    });
    described
}

/// Whether a map behind another name, or JSON as text, may stand in a type.
fn may_hide(ty: &Type, own: &[String], depth: usize) -> bool {
    const HOLDERS: [&str; 13] = [
        "Arc",
        "BTreeMap",
        "BTreeSet",
        "Box",
        "Cow",
        "HashMap",
        "HashSet",
        "Map",
        "Option",
        "PhantomData",
        "Rc",
        "Vec",
        "VecDeque",
    ];
    if depth >= MAX_DEPTH {
        return false;
    }
    let inside = |ty: &Type| may_hide(ty, own, depth + 1);
    match ungroup(ty) {
        Type::Array(array) => inside(&array.elem),
        Type::Slice(slice) => inside(&slice.elem),
        Type::Tuple(tuple) => tuple.elems.iter().any(inside),
        ty @ Type::Path(path) if path.qself.is_none() => {
            let Some(last) = last_segment(ty) else {
                return false;
            };
            match &last.arguments {
                // It asks by itself what it is made from.
                PathArguments::AngleBracketed(_) if last.ident == "Wire" => false,
                PathArguments::AngleBracketed(arguments)
                    if HOLDERS.iter().any(|name| last.ident == name) =>
                {
                    arguments.args.iter().any(|argument| match argument {
                        GenericArgument::Type(ty) => inside(ty),
                        _ => false,
                    })
                }
                PathArguments::None => {
                    let is_other_name = last.ident == "Value" || last.ident == "str";
                    !is_other_name && !is_plain(ty) && !own.iter().any(|own| last.ident == own)
                }
                _ => true,
            }
        }
        _ => false,
    }
}

/// How deep types are looked into.
const MAX_DEPTH: usize = 16;

fn replace_maps(ty: &mut Type, runtime: &Runtime, depth: usize) -> bool {
    if depth >= MAX_DEPTH {
        return false;
    }
    let depth = depth + 1;
    match ty {
        Type::Group(group) => replace_maps(&mut group.elem, runtime, depth),
        Type::Paren(paren) => replace_maps(&mut paren.elem, runtime, depth),
        Type::Array(array) => replace_maps(&mut array.elem, runtime, depth),
        Type::Slice(slice) => replace_maps(&mut slice.elem, runtime, depth),
        Type::Tuple(tuple) => {
            let mut found = false;
            for element in &mut tuple.elems {
                found |= replace_maps(element, runtime, depth);
            }
            found
        }
        Type::Path(path) => {
            let Some(last) = path.path.segments.last_mut() else {
                return false;
            };
            let is_map = ["HashMap", "BTreeMap", "IndexMap"]
                .iter()
                .any(|name| last.ident == name);
            let PathArguments::AngleBracketed(arguments) = &mut last.arguments else {
                return false;
            };
            let mut found = false;
            let mut types = Vec::new();
            for argument in &mut arguments.args {
                if let GenericArgument::Type(argument) = argument {
                    found |= replace_maps(argument, runtime, depth);
                    types.push(argument.clone());
                }
            }
            let mut types = types.into_iter();
            if let (true, Some(key), Some(value)) = (is_map, types.next(), types.next())
                && !is_known_key(&key)
            {
                let private = runtime.private();
                *ty = parse_quote!(#private::Map<#key, #value>);
                return true;
            }
            found
        }
        _ => false,
    }
}

/// Whether the schema of a map tells what such a key is.
fn is_known_key(ty: &Type) -> bool {
    const KNOWN: &[&str] = &[
        "String", "str", "i8", "i16", "i32", "i64", "isize", "u8", "u16", "u32", "u64", "usize",
        "Uuid",
    ];
    match ungroup(ty) {
        Type::Reference(reference) => is_known_key(&reference.elem),
        ty => {
            last_segment(ty).is_some_and(|last| KNOWN.iter().any(|name| last.ident == name))
                || argument(ty, &["Box", "Arc", "Rc"]).is_some_and(is_known_key)
        }
    }
}

/// The type as text, as `schemars(with = "…")` takes it; `None` if it would lose something there.
fn text_of(ty: &Type) -> Option<String> {
    fn is_lossy(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Group(group) => is_lossy(group.stream()),
            TokenTree::Punct(punct) => punct.as_char() == '$',
            // The compiler keeps the `$` of `$crate` in the ident.
            TokenTree::Ident(ident) => ident == "$crate",
            TokenTree::Literal(_) => false,
        })
    }
    let tokens = ty.to_token_stream();
    (!is_lossy(tokens.clone())).then(|| tokens.to_string())
}
