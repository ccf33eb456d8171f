//! Fields whose types are no models: one message a type says so, before the derives say it of each of their calls.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Attribute, Data, DeriveInput, Fields, GenericArgument, PathArguments, Type, spanned::Spanned,
};

use crate::{
    derives::visit_words,
    event::{check::find_ident, expand::allow, item_struct::ungroup},
    runtime::Runtime,
};

/// Std types that are models only where what they hold is; a pointer may point at what has no size, such as `str`.
const HOLDERS: [&str; 10] = [
    "BTreeMap",
    "BTreeSet",
    "BinaryHeap",
    "HashMap",
    "HashSet",
    "LinkedList",
    "Option",
    "Result",
    "Vec",
    "VecDeque",
];

/// Types that are models, which the compiler need not look up.
const MODELS: [&str; 17] = [
    "String", "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "u128",
    "u16", "u32", "u64", "u8", "usize",
];

/// Words after which a field's own type is not what serde or the schema reads.
const OTHER_TYPE: [(&str, &[&str]); 2] = [
    (
        "serde",
        &[
            "bound",
            "deserialize_with",
            "from",
            "into",
            "remote",
            "serialize_with",
            "skip",
            "skip_deserializing",
            "skip_serializing",
            "try_from",
            "with",
        ],
    ),
    ("schemars", &["schema_with", "skip", "with"]),
];

/// Stands beside the item; every type once:
///
/// ```text
/// const _: () = {
///     struct __Parts(rt::__private::Part<Item>, rt::__private::Part<Address>);
/// };
/// ```
pub(crate) fn check(item: &DeriveInput, runtime: &Runtime) -> Option<TokenStream> {
    if is_of_another_type(&item.attrs) {
        return None;
    }
    let mut found = Found::new(item);
    match &item.data {
        Data::Struct(data) => found.fields(&data.fields),
        Data::Enum(data) => {
            for variant in &data.variants {
                if !is_of_another_type(&variant.attrs) {
                    found.fields(&variant.fields);
                }
            }
        }
        Data::Union(_) => {}
    }
    if found.types.is_empty() {
        return None;
    }
    let private = runtime.private();
    let parts = found.types.iter().map(|ty| part(&private, ty));
    let allow = allow();
    Some(quote! {
        #allow
        const _: () = {
            struct __Parts(#(#parts),*);
        };
    })
}

/// Stands where the type does, so that the message is about that.
fn part(private: &TokenStream, ty: &Type) -> TokenStream {
    let span = ty.span();
    let private = private.clone().into_iter().map(|mut token| {
        token.set_span(span);
        token
    });
    quote_spanned!(span=> #(#private)*::Part<#ty>)
}

/// The types to look up, each once.
struct Found<'a> {
    /// What only the item itself knows: its parameters; and itself.
    own: Vec<String>,
    types: Vec<&'a Type>,
    written: Vec<String>,
}

impl<'a> Found<'a> {
    fn new(item: &DeriveInput) -> Self {
        let mut own = vec!["Self".to_owned(), item.ident.to_string()];
        own.extend(item.generics.type_params().map(|it| it.ident.to_string()));
        Self {
            own,
            types: Vec::new(),
            written: Vec::new(),
        }
    }

    fn fields(&mut self, fields: &'a Fields) {
        for field in fields {
            // What is not compiled may not be there.
            let is_conditional = field.attrs.iter().any(|attr| attr.path().is_ident("cfg"));
            if !is_conditional && !is_of_another_type(&field.attrs) {
                self.read(&field.ty);
            }
        }
    }

    /// Looks into what holds others; leaves alone what has parameters of its own, as those may be what is no model.
    fn read(&mut self, ty: &'a Type) {
        match ungroup(ty) {
            Type::Array(array) => self.read(&array.elem),
            Type::Tuple(tuple) => tuple.elems.iter().for_each(|elem| self.read(elem)),
            Type::Path(path) if path.qself.is_none() => {
                let Some(last) = path.path.segments.last() else {
                    return;
                };
                let is = |names: &[&str]| names.iter().any(|name| last.ident == name);
                match &last.arguments {
                    PathArguments::AngleBracketed(arguments) if is(&HOLDERS) => {
                        for argument in &arguments.args {
                            if let GenericArgument::Type(ty) = argument {
                                self.read(ty);
                            }
                        }
                    }
                    PathArguments::None if !is(&MODELS) => self.add(ty),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, ty: &'a Type) {
        let tokens = ty.to_token_stream();
        let written = tokens.to_string();
        if find_ident(tokens, &self.own).is_none() && !self.written.contains(&written) {
            self.types.push(ty);
            self.written.push(written);
        }
    }
}

fn is_of_another_type(attrs: &[Attribute]) -> bool {
    let mut found = false;
    for (helper, words) in OTHER_TYPE {
        visit_words(attrs, &[helper], |word| {
            found |= words.iter().any(|name| word.path.is_ident(name));
        });
    }
    found
}
