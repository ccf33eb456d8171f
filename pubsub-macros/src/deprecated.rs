//! The schema of a deprecated type.
//!
//! serde's derives name a deprecated type without a warning, the schema's does not, and rustc lets nobody silence what a derive
//! writes beside an item. So the schema is derived on a copy of the type where the warning is silenced, and lent to the type.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Visibility};

use crate::{
    derives::{for_each_part, has_word},
    runtime::Runtime,
};

/// Whether the schema of this type is derived on a copy.
pub(crate) fn needs_copy(item: &DeriveInput) -> bool {
    // A container's default is a value of the type itself, which a copy does not have.
    let has_default = ["serde", "schemars"]
        .iter()
        .any(|helper| has_word(&item.attrs, helper, "default"));
    item.attrs
        .iter()
        .any(|attr| attr.path().is_ident("deprecated"))
        && item.generics.params.is_empty()
        && !has_default
}

/// ```text
/// const _: () = {
///     type __Item = OrderCreated;
///     const _: () = {
///         #[derive(Schema)] struct OrderCreated { … }        // what it holds, by the same names
///         impl JsonSchema for __Item { … }                   // as that of the copy
///     };
/// };
/// ```
///
/// `item` has the attributes of the schema, and no derive of it.
pub(crate) fn schema(item: &DeriveInput, runtime: &Runtime) -> TokenStream {
    let private = runtime.private();
    let ident = &item.ident;
    let cfgs = crate::docs::cfgs(&item.attrs);
    let copy = copy(item);
    let schemars = quote!(#private::schemars);
    quote! {
        #runtime::__if_registry! {
            #(#cfgs)*
            #[allow(dead_code, deprecated, non_local_definitions, clippy::all, clippy::pedantic, reason = "generated")]
            const _: () = {
                type __Item = #ident;
                const _: () = {
                    #[derive(#private::Schema)]
                    #copy

                    #[automatically_derived]
                    impl #schemars::JsonSchema for __Item {
                        fn schema_name() -> ::std::borrow::Cow<'static, str> {
                            <#ident as #schemars::JsonSchema>::schema_name()
                        }
                        fn schema_id() -> ::std::borrow::Cow<'static, str> {
                            <#ident as #schemars::JsonSchema>::schema_id()
                        }
                        fn json_schema(__generator: &mut #schemars::SchemaGenerator) -> #schemars::Schema {
                            <#ident as #schemars::JsonSchema>::json_schema(__generator)
                        }
                        fn inline_schema() -> bool {
                            <#ident as #schemars::JsonSchema>::inline_schema()
                        }
                    }
                };
            };
        }
    }
}

/// The item with what a schema is made from: no attribute of another derive, and nothing `pub` that nobody reaches.
fn copy(item: &DeriveInput) -> DeriveInput {
    let mut copy = item.clone();
    copy.vis = Visibility::Inherited;
    keep(&mut copy.attrs);
    hide(&mut copy.data);
    for_each_part(&mut copy, keep);
    copy
}

fn hide(data: &mut Data) {
    if let Data::Struct(data) = data {
        for field in &mut data.fields {
            field.vis = Visibility::Inherited;
        }
    }
}

fn keep(attrs: &mut Vec<Attribute>) {
    attrs.retain(|attr| {
        ["cfg", "deprecated", "doc", "schemars", "serde"]
            .iter()
            .any(|name| attr.path().is_ident(name))
    });
}
