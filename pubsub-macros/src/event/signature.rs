//! What the signature of an action asks for and gives.

use quote::ToTokens;
use syn::{
    FnArg, GenericArgument, Ident, Pat, PathArguments, ReturnType, Safety, Type, ext::IdentExt,
};

use super::{
    check::wide_answer,
    item_fn::{ItemFn, plain},
    item_struct::{last_segment, ungroup},
};
use crate::errors::Errors;

/// What the fn becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Action,
    Snapshot,
}

impl Role {
    const fn noun(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Snapshot => "snapshot",
        }
    }

    /// What of it is one entry of the registry.
    const fn concrete(self) -> &'static str {
        match self {
            Self::Action => "payload",
            Self::Snapshot => "answer",
        }
    }

    /// What may stand between the parentheses, for messages.
    const fn order(self) -> &'static str {
        match self {
            Self::Action => "write `ctx: &ActionCtx` first, services next, the payload last",
            Self::Snapshot => "write `ctx: &ActionCtx` first, services next",
        }
    }
}

/// What a signature asks for and gives, as far as it could be read.
#[derive(Debug)]
pub(crate) struct Signature {
    /// The parameters, in order.
    pub(crate) parameters: Vec<Parameter>,
    /// The payload of an action; `None` if it is missing or bad, which is reported already.
    pub(crate) payload: Option<Type>,
    /// The return type; `None` if it cannot be a `Result`, which is reported already.
    pub(crate) output: Option<Type>,
}

/// What one parameter is for.
#[derive(Debug, Clone)]
pub(crate) enum Parameter {
    /// `&ActionCtx`
    Context,
    /// `Service<T>`, with its `T`
    Service(Box<Type>),
    Payload,
}

/// A parameter, read as far as its type tells.
enum Read<'a> {
    Context,
    /// The context, but not by plain shared reference.
    ContextMisused,
    Service(&'a Type),
    ServiceByReference,
    Payload,
    Reference,
    ImplTrait,
}

impl Signature {
    pub(crate) fn read(item: &ItemFn, role: Role, errors: &mut Errors) -> Self {
        check_qualifiers(item, role, errors);
        check_generics(item, role, errors);
        let mut parameters = Vec::new();
        let mut payloads = Vec::new();
        let mut misplaced = None;
        let mut unreadable = false;
        let name = item.sig.ident.unraw();
        let noun = role.noun();
        for input in &item.sig.inputs {
            let input = match input {
                FnArg::Receiver(receiver) => {
                    unreadable = true;
                    errors.push_at(
                        &receiver.self_token,
                        format!("{noun} `{name}` cannot take `self`; shared state comes from `Service<T>`"),
                    );
                    continue;
                }
                FnArg::Typed(input) => input,
            };
            match Read::of(&input.ty) {
                Read::Context => {
                    if !parameters.is_empty() {
                        misplaced.get_or_insert(input);
                    }
                    parameters.push(Parameter::Context);
                }
                Read::ContextMisused => {
                    unreadable = true;
                    errors.push_at(
                        &input.ty,
                        format!("{noun} `{name}` takes its context by shared reference; write `ctx: &ActionCtx`"),
                    );
                }
                Read::Service(service) => {
                    if !payloads.is_empty() {
                        misplaced.get_or_insert(input);
                    }
                    parameters.push(Parameter::Service(Box::new(service.clone())));
                }
                Read::ServiceByReference => {
                    unreadable = true;
                    errors.push_at(
                        &input.ty,
                        format!("{noun} `{name}` takes its services by value; write `Service<T>`, which is cheap to clone"),
                    );
                }
                Read::Payload | Read::Reference if role == Role::Snapshot => {
                    unreadable = true;
                    errors.push_at(
                        input,
                        format!("snapshot `{name}` takes no payload: nobody sends it anything; it takes `ctx: &ActionCtx` and services, `Service<T>`"),
                    );
                }
                Read::Payload => {
                    payloads.push(input);
                    parameters.push(Parameter::Payload);
                }
                Read::Reference => {
                    unreadable = true;
                    let ty = match ungroup(&input.ty) {
                        Type::Reference(reference) => reference.elem.to_token_stream(),
                        other => other.to_token_stream(),
                    };
                    errors.push_at(
                        &input.ty,
                        format!(
                            "action `{name}` takes its payload by value; write `{}: {}`",
                            input.pat.to_token_stream(),
                            plain(&ty)
                        ),
                    );
                }
                Read::ImplTrait => {
                    unreadable = true;
                    errors.push_at(&input.ty, concrete(&name, role));
                }
            }
        }
        if let Some(input) = misplaced {
            errors.push_at(
                input,
                format!(
                    "wrong order of parameters in {noun} `{name}`; {}",
                    role.order()
                ),
            );
        }
        let payload = match role {
            Role::Action => check_payload(item, &payloads, unreadable, errors),
            Role::Snapshot => None,
        };
        Self {
            parameters,
            payload,
            output: check_output(item, role, errors),
        }
    }
}

impl<'a> Read<'a> {
    fn of(ty: &'a Type) -> Self {
        match ungroup(ty) {
            Type::Reference(reference) => {
                let inner = last_segment(&reference.elem);
                match inner.map(|segment| segment.ident.to_string()).as_deref() {
                    Some("ActionCtx") => {
                        let plain = inner.is_some_and(|segment| segment.arguments.is_none());
                        if reference.mutability.is_none() && plain {
                            Self::Context
                        } else {
                            Self::ContextMisused
                        }
                    }
                    Some("Service") => Self::ServiceByReference,
                    _ => Self::Reference,
                }
            }
            Type::ImplTrait(_) => Self::ImplTrait,
            other => {
                let segment = last_segment(other);
                match segment.map(|segment| (segment.ident.to_string(), &segment.arguments)) {
                    Some((name, _)) if name == "ActionCtx" => Self::ContextMisused,
                    Some((name, PathArguments::AngleBracketed(arguments))) if name == "Service" => {
                        match arguments.args.first() {
                            Some(GenericArgument::Type(service)) => Self::Service(service),
                            _ => Self::Payload,
                        }
                    }
                    _ => Self::Payload,
                }
            }
        }
    }
}

fn check_payload(
    item: &ItemFn,
    payloads: &[&syn::PatType],
    unreadable: bool,
    errors: &mut Errors,
) -> Option<Type> {
    let name = item.sig.ident.unraw();
    match payloads {
        [] if unreadable => None,
        [] => {
            errors.push(
                item.sig.paren_token.span.join(),
                format!("action `{name}` takes no payload; write it last, by value: `payload: OrderCreated`"),
            );
            None
        }
        [payload] => {
            check_pattern(item, payload, errors);
            Some(payload.ty.as_ref().clone())
        }
        [_, second, ..] => {
            let names: Vec<_> = payloads
                .iter()
                .map(|payload| format!("`{}`", plain(&payload.pat.to_token_stream())))
                .collect();
            errors.push_at(
                second,
                format!(
                    "action `{name}` takes one payload, found {}: {}; put them in one struct",
                    names.len(),
                    names.join(", ")
                ),
            );
            None
        }
    }
}

/// A payload has a name: it is shown to callers.
fn check_pattern(item: &ItemFn, payload: &syn::PatType, errors: &mut Errors) {
    let named =
        matches!(&*payload.pat, Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none());
    if !named {
        errors.push_at(
            &payload.pat,
            format!(
                "the payload of action `{}` needs a name; write `payload: {}`",
                item.sig.ident.unraw(),
                plain(&payload.ty.to_token_stream())
            ),
        );
    }
}

fn check_qualifiers(item: &ItemFn, role: Role, errors: &mut Errors) {
    let sig = &item.sig;
    let noun = role.noun();
    let name = sig.ident.unraw();
    let mut refuse = |tokens: &dyn ToTokens, word: &str| {
        errors.push_at(
            &tokens.to_token_stream(),
            format!("{noun} `{name}` cannot be `{word}`; remove the word"),
        );
    };
    if let Some(token) = &sig.constness {
        refuse(token, "const");
    }
    if !matches!(sig.safety, Safety::Default) {
        refuse(&sig.safety, "unsafe");
    }
    if let Some(abi) = &sig.abi {
        refuse(abi, "extern");
    }
    if let Some(variadic) = &sig.variadic {
        errors.push_at(
            variadic,
            format!(
                "{noun} `{name}` cannot be variadic; {}",
                match role {
                    Role::Action => "put everything in one payload struct",
                    Role::Snapshot => role.order(),
                }
            ),
        );
    }
    if sig.asyncness.is_none() && sig.receiver().is_none() {
        errors.push_at(
            &sig.fn_token,
            format!("{noun} `{name}` must be async; write `{}`", expected(item)),
        );
    }
}

/// An action is one entry of the registry, so nothing about it may vary.
fn check_generics(item: &ItemFn, role: Role, errors: &mut Errors) {
    let generics = &item.sig.generics;
    let name = item.sig.ident.unraw();
    let lifetimes_only = generics.lifetimes().count() == generics.params.len();
    if generics.params.is_empty() {
        if let Some(clause) = &generics.where_clause {
            errors.push_at(clause, concrete(&name, role));
        }
    } else if lifetimes_only {
        errors.push_at(
            &generics.params,
            format!(
                "{} `{name}` cannot have lifetimes; the {} outlives the call, so it owns its data",
                role.noun(),
                role.concrete()
            ),
        );
    } else {
        errors.push_at(&generics.params, concrete(&name, role));
    }
}

fn concrete(name: &Ident, role: Role) -> String {
    format!(
        "{} `{name}` cannot be generic; the registry needs one concrete {}",
        role.noun(),
        role.concrete()
    )
}

/// The return type, if it may be a `Result`: an alias is the type system's to judge.
fn check_output(item: &ItemFn, role: Role, errors: &mut Errors) -> Option<Type> {
    let name = item.sig.ident.unraw();
    let remedy = format!(
        "{} `{name}` must return `Result<T, E>`; use `Infallible` if it cannot fail",
        role.noun()
    );
    match &item.sig.output {
        ReturnType::Default => {
            errors.push(item.sig.ident.span(), remedy);
            None
        }
        ReturnType::Type(_, ty) => match ungroup(ty) {
            Type::Path(_) | Type::Macro(_) if !is_plain_value(ty) => {
                if let Some(answer) = first_argument(ty) {
                    wide_answer(answer, errors);
                }
                Some(ungroup(ty).clone())
            }
            Type::ImplTrait(_) => {
                errors.push_at(ty, concrete(&name, role));
                None
            }
            _ => {
                errors.push_at(ty, remedy);
                None
            }
        },
    }
}

/// `T` of `Result<T, E>`, and of an alias that has it for a parameter.
fn first_argument(ty: &Type) -> Option<&Type> {
    match &last_segment(ty)?.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a type is known to be no alias of `Result`.
fn is_plain_value(ty: &Type) -> bool {
    const VALUES: &[&str] = &[
        "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32",
        "i64", "i128", "isize", "f32", "f64", "String", "Option", "Vec", "Box", "HashMap",
        "BTreeMap",
    ];
    last_segment(ty).is_some_and(|segment| VALUES.iter().any(|value| segment.ident == value))
}

/// The signature as it should be, with what the user wrote where that fits.
fn expected(item: &ItemFn) -> String {
    let sig = &item.sig;
    let inputs: Vec<_> = sig
        .inputs
        .iter()
        .map(|input| plain(&input.to_token_stream()))
        .collect();
    let output = match &sig.output {
        ReturnType::Default => "Result<T, E>".to_owned(),
        ReturnType::Type(_, ty) => plain(&ty.to_token_stream()),
    };
    format!("async fn {}({}) -> {output}", sig.ident, inputs.join(", "))
}
