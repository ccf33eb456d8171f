//! The item under the attribute: which kind it is, and the fields of a payload type.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree, token_stream::IntoIter};
use syn::{Data, DeriveInput, Field, Type, spanned::Spanned};

use super::item_fn::ItemFn;

/// What the attribute stands on.
pub(crate) enum Item {
    Type(Box<DeriveInput>),
    Fn(Box<ItemFn>),
    /// Something the attribute does not go on.
    Other {
        /// With its article, for messages.
        kind: &'static str,
        span: Span,
        tokens: TokenStream,
    },
}

impl Item {
    pub(crate) fn parse(tokens: &TokenStream) -> Self {
        let (kind, span) = keyword(tokens);
        let other = |kind| Self::Other {
            kind,
            span,
            tokens: tokens.clone(),
        };
        match kind.as_str() {
            "struct" | "enum" => syn::parse2(tokens.clone()).map_or_else(
                |_| other("an item that does not parse"),
                |item| Self::Type(Box::new(item)),
            ),
            "fn" => syn::parse2(tokens.clone()).map_or_else(
                |_| other("an fn without a body"),
                |item| Self::Fn(Box::new(item)),
            ),
            "trait" => other("a trait"),
            "impl" => other("an impl"),
            "mod" => other("a module"),
            "const" => other("a const"),
            "static" => other("a static"),
            "union" => other("a union"),
            "type" => other("a type alias"),
            "use" => other("a use"),
            _ => other("this item"),
        }
    }
}

/// The keyword that says which kind of item this is, and its place.
///
/// It looks at the first tokens only: an item is parsed once, which is most of what an attribute costs.
fn keyword(tokens: &TokenStream) -> (String, Span) {
    let mut words = Flat(vec![tokens.clone().into_iter()]).peekable();
    let mut start = None;
    let mut first = None;
    while let Some(token) = words.next() {
        match token {
            // `#[…]`, and the list of `pub(…)`.
            TokenTree::Punct(punct) if punct.as_char() == '#' && first.is_none() => {
                words.next();
            }
            TokenTree::Ident(word) if word == "pub" && first.is_none() => {
                words.next_if(|token| matches!(token, TokenTree::Group(_)));
            }
            TokenTree::Ident(word) => {
                let name = word.to_string();
                // `const fn`, `async fn`, `unsafe fn`, `extern "C" fn`, `unsafe impl` and the like: the later word decides.
                if ["fn", "trait", "impl", "mod"].contains(&name.as_str()) {
                    return (name, word.span());
                }
                first.get_or_insert((name, word.span()));
                words.next_if(|token| matches!(token, TokenTree::Literal(_)));
            }
            other => {
                start = Some(other.span());
                break;
            }
        }
    }
    first.unwrap_or_else(|| (String::new(), start.unwrap_or_else(|| tokens.span())))
}

/// Tokens without the invisible groups that `macro_rules` leaves.
struct Flat(Vec<IntoIter>);

impl Iterator for Flat {
    type Item = TokenTree;

    fn next(&mut self) -> Option<TokenTree> {
        loop {
            match self.0.last_mut()?.next() {
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::None => {
                    self.0.push(group.stream().into_iter());
                }
                Some(token) => return Some(token),
                None => {
                    self.0.pop();
                }
            }
        }
    }
}

/// Every field of a struct or enum, with its enum variant.
pub(crate) fn fields(item: &DeriveInput) -> Vec<&Field> {
    match &item.data {
        Data::Struct(data) => data.fields.iter().collect(),
        Data::Enum(data) => data
            .variants
            .iter()
            .flat_map(|variant| variant.fields.iter())
            .collect(),
        Data::Union(_) => Vec::new(),
    }
}

/// As [`fields`], to be changed.
pub(crate) fn fields_mut(item: &mut DeriveInput) -> Vec<&mut Field> {
    match &mut item.data {
        Data::Struct(data) => data.fields.iter_mut().collect(),
        Data::Enum(data) => data
            .variants
            .iter_mut()
            .flat_map(|variant| variant.fields.iter_mut())
            .collect(),
        Data::Union(_) => Vec::new(),
    }
}

/// The type inside the invisible groups that `macro_rules` leaves, and inside parentheses.
pub(crate) fn ungroup(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            other => return other,
        };
    }
}

/// The last segment of a path type, such as `Result<A, B>` of `std::result::Result<A, B>`.
pub(crate) fn last_segment(ty: &Type) -> Option<&syn::PathSegment> {
    match ungroup(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}
