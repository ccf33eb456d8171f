//! What an item says of itself: doc comment, deprecation, cfg.

use syn::{Attribute, Expr, ExprLit, Lit, Meta, MetaNameValue};

/// The doc comment, each line without the one space that `///` leaves, and without empty lines around it.
pub(crate) fn docs(attrs: &[Attribute]) -> String {
    let lines: Vec<String> = attrs
        .iter()
        .filter_map(|attr| match &attr.meta {
            Meta::NameValue(meta) if meta.path.is_ident("doc") => text(meta),
            _ => None,
        })
        // Not `lines`, which makes nothing of the empty line between two paragraphs.
        .flat_map(|text| text.split('\n').map(str::to_owned).collect::<Vec<_>>())
        .map(|line| {
            line.strip_prefix(' ')
                .unwrap_or(&line)
                .trim_end()
                .to_owned()
        })
        .collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// The note of `#[deprecated]`; empty if it has none.
pub(crate) fn deprecated(attrs: &[Attribute]) -> Option<String> {
    let attr = attrs
        .iter()
        .find(|attr| attr.path().is_ident("deprecated"))?;
    let mut note = String::new();
    match &attr.meta {
        Meta::Path(_) => {}
        Meta::NameValue(meta) => note = text(meta).unwrap_or_default(),
        Meta::List(_) => {
            // What does not parse here is rustc's to report: the attribute stays on the item.
            drop(attr.parse_nested_meta(|meta| {
                let value: Lit = meta.value()?.parse()?;
                if let (true, Lit::Str(value)) = (meta.path.is_ident("note"), value) {
                    note = value.value();
                }
                Ok(())
            }));
        }
    }
    Some(note)
}

/// The `#[cfg(…)]` of an item, for everything that is generated beside it.
pub(crate) fn cfgs(attrs: &[Attribute]) -> Vec<&Attribute> {
    attrs
        .iter()
        .filter(|attr| attr.path().is_ident("cfg"))
        .collect()
}

fn text(meta: &MetaNameValue) -> Option<String> {
    match &meta.value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use syn::{DeriveInput, parse_quote};

    #[test]
    fn paragraphs_stay_apart() {
        let item: DeriveInput = parse_quote! {
            ///
            /// One.
            ///
            ///   Two.
            /** Three,
            four. */
            ///
            struct A;
        };
        let text = super::docs(&item.attrs);
        assert_eq!(text, "One.\n\n  Two.\nThree,\n           four.");
    }
}
