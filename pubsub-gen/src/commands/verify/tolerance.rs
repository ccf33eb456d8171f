//! What a type or a schema cannot tell: the only cases in which it may say something else than serde.

use serde_json::Value;

use super::{
    changes::Change,
    nodes::{Node, Nodes, Schema, list, member, rest, types},
    place::{Kind, Place, Step},
    subject::{Said, Subject},
    trial::{Expected, Side, Trial, Witness},
};

/// Why a witness may say something else than serde.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tolerance {
    /// TypeScript has one type of numbers and one of texts: it cannot tell a limit, a whole number or a format.
    ///
    /// Only for a number or a text of the kind that the schema asks for.
    Limit,
    /// A check in code that serde calls (`try_from`, `deserialize_with`, a parser) refuses what has the right shape.
    ///
    /// Only where what serde says is none of its own sentences, or an untagged enum hides the sentence, and never for
    /// another kind of JSON or for `null`; a schema has to tell an integer that is out of the range of a Rust type below 64 bits.
    CheckInCode,
    /// serde passes over members that nobody declares; TypeScript refuses them in a literal, and there only.
    ///
    /// Only for members that the schema does not know, or that belong to another alternative.
    UnknownMember,
    /// TypeScript takes a literal with the members of several alternatives of a union that no tag tells apart.
    ///
    /// Only for a value whose members come from two values that serde takes.
    MixedAlternatives,
    /// serde takes a member under another name (`alias`); types and schemas know one name.
    Alias,
    /// serde does not look at the tag it writes into a struct; the type says what is written.
    OwnTag,
    /// serde reads a struct from a list of its members, in their order; no type and no schema says so.
    StructFromList,
    /// serde takes an incomplete flattened `Option` as absent; the type asks for all of it or nothing.
    ///
    /// Only where serde passed over the member that was changed, or that the change is in.
    FlattenedOption,
    /// The index signature of a flattened map admits what its named siblings hold.
    WidenedIndex,
    /// A list of a fixed length above 64, or of lists with more than 4,096 items in all, is typed as a list of any length.
    LongTuple,
    /// TypeScript takes a list for a map whose keys are numbers.
    ListForMap,
    /// TypeScript takes what a variant for everything else (`other`) takes, whatever the tag: a variant that has its own tag
    /// without its members.
    ///
    /// Only if serde misses a member that the variant with this tag asks for and the one for everything else does not know.
    OtherWithKnownTag,
    /// serde takes any number for the tag of a flattened enum with a variant for everything else.
    NumberForTag,
    /// A schema passes over the content of a variant that has none (`tag` and `content`), which serde refuses.
    ///
    /// Only for a member that the alternative with this tag does not know, and another does.
    ContentOfUnit,
    /// serde refuses unknown members of some types of the standard library; their schemas leave room for them.
    StandardType,
    /// An alternative that is written and not read (`skip_deserializing`): that serde does not read it says nothing.
    OnlyWritten,
}

impl Tolerance {
    /// Why `witness` may contradict serde in this trial, if it may.
    pub(super) fn of(subject: &Subject<'_>, trial: &Trial, witness: Witness) -> Option<Self> {
        let case = Case {
            subject,
            trial,
            witness,
        };
        match trial.expected {
            Expected::Taken => case.may_refuse(),
            Expected::Refused | Expected::AsTheSchema => case.may_take(),
        }
    }

    /// Its name in a report.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Limit => "limit",
            Self::CheckInCode => "check-in-code",
            Self::UnknownMember => "unknown-member",
            Self::MixedAlternatives => "mixed-alternatives",
            Self::Alias => "alias",
            Self::OwnTag => "own-tag",
            Self::StructFromList => "struct-from-list",
            Self::FlattenedOption => "flattened-option",
            Self::WidenedIndex => "widened-index",
            Self::LongTuple => "long-tuple",
            Self::ListForMap => "list-for-map",
            Self::OtherWithKnownTag => "other-with-known-tag",
            Self::NumberForTag => "number-for-tag",
            Self::ContentOfUnit => "content-of-unit",
            Self::StandardType => "standard-type",
            Self::OnlyWritten => "only-written",
        }
    }
}

struct Case<'c, 'm> {
    subject: &'c Subject<'m>,
    trial: &'c Trial,
    witness: Witness,
}

impl<'m> Case<'_, 'm> {
    /// serde takes or writes the value, and the witness refuses it.
    fn may_refuse(&self) -> Option<Tolerance> {
        let Trial {
            change,
            place,
            said,
            ..
        } = self.trial;
        if *change == Change::Aliased {
            return Some(Tolerance::Alias);
        }
        if let Some((_, Step::Member(name))) = place.split()
            && self.subject.hints.is_tag(name)
        {
            return Some(Tolerance::OwnTag);
        }
        if *change == Change::Retyped && self.kind() == Some(Kind::List) {
            let nodes = self.at(place);
            if nodes.admits(Kind::Object) && !nodes.admits(Kind::List) {
                return Some(Tolerance::StructFromList);
            }
        }
        if self.subject.hints.flattens_option
            && (self.leaves_out(said) || self.leaves_out_above(said))
        {
            return Some(Tolerance::FlattenedOption);
        }
        if self.kind() == Some(Kind::Number)
            && self.trial.side == Side::Sent
            && let Some((parent, Step::Member(name))) = place.split()
        {
            let (holder, nodes) = (self.at(&parent), self.at(place));
            let is_tag = holder.iter().any(|node| tag_of(node, name).is_some());
            let is_open = holder.iter().any(|node| is_any_tag(node, name));
            if is_tag && is_open && !nodes.admits(Kind::Number) {
                return Some(Tolerance::NumberForTag);
            }
        }
        if self.witness == Witness::TypeScript {
            let between = matches!(change, Change::Mixed | Change::Renamed);
            if self.has_unknown_member()
                || (between && self.leaves_out(said))
                || self.is_passed_over(said)
            {
                return Some(Tolerance::UnknownMember);
            }
        }
        None
    }

    /// serde refuses the value, or never writes it, and the witness takes it.
    fn may_take(&self) -> Option<Tolerance> {
        let Trial {
            change,
            side,
            place,
            ..
        } = self.trial;
        let types = self.witness == Witness::TypeScript;
        if types && *change == Change::MadeAtALimit && !self.is_about_shape() {
            return Some(Tolerance::Limit);
        }
        let changes_kind = matches!(change, Change::Retyped | Change::Nulled);
        let is_of_schema = !types && self.is_beyond_a_type();
        if !changes_kind && !is_of_schema && self.is_hidden_or_own() {
            return Some(Tolerance::CheckInCode);
        }
        if types && matches!(change, Change::Added | Change::Mixed) {
            return Some(match change {
                Change::Added => Tolerance::UnknownMember,
                _ => Tolerance::MixedAlternatives,
            });
        }
        if types && self.is_admitted_by_siblings() {
            return Some(Tolerance::WidenedIndex);
        }
        if types && *change == Change::Resized && self.schema().is_long_tuple(place) {
            return Some(Tolerance::LongTuple);
        }
        if types && *change == Change::Retyped && self.kind() == Some(Kind::List) {
            let nodes = self.at(place);
            let is_by_numbers =
                nodes.has("patternProperties") || nodes.iter().any(has_numbers_for_keys);
            if is_by_numbers && !nodes.admits(Kind::List) {
                return Some(Tolerance::ListForMap);
            }
        }
        if types && *side == Side::Sent && self.is_known_as_other() {
            return Some(Tolerance::OtherWithKnownTag);
        }
        if !types && matches!(change, Change::Renamed | Change::Mixed) && self.has_content_of_unit()
        {
            return Some(Tolerance::ContentOfUnit);
        }
        if !types && matches!(change, Change::Added | Change::Mixed) && self.is_of_standard_type() {
            return Some(Tolerance::StandardType);
        }
        let is_read = |text: &Value| {
            let nodes = self.subject.input.at(place);
            nodes.literals().any(|literal| literal == text)
        };
        let is_written = |text: &Value| {
            let nodes = self.subject.output.at(place);
            nodes.literals().any(|literal| literal == text)
        };
        if *side == Side::Received
            && *change == Change::Renamed
            && let Some(text) = place.of(&self.trial.value)
            && is_written(text)
            && !is_read(text)
        {
            return Some(Tolerance::OnlyWritten);
        }
        None
    }

    fn at(&self, place: &Place) -> Nodes<'m> {
        self.schema().at(place)
    }

    fn schema(&self) -> Schema<'m> {
        match self.trial.side {
            Side::Sent => self.subject.input,
            Side::Received => self.subject.output,
        }
    }

    /// The kind of what stands at the changed place.
    fn kind(&self) -> Option<Kind> {
        self.trial.place.of(&self.trial.value).map(Kind::of)
    }

    /// Whether serde refused the shape, and not what is in it.
    fn is_about_shape(&self) -> bool {
        const SHAPE: [&str; 6] = [
            "missing field",
            "unknown field",
            "unknown variant",
            "duplicate field",
            "invalid length",
            "can only flatten",
        ];
        self.refusal()
            .is_some_and(|said| SHAPE.iter().any(|start| said.starts_with(start)))
    }

    /// Whether what serde says is none of its own sentences, or hides the sentence.
    fn is_hidden_or_own(&self) -> bool {
        const OWN: [&str; 10] = [
            "missing field",
            "unknown field",
            "unknown variant",
            "duplicate field",
            "invalid length",
            "invalid type",
            "can only flatten",
            "no variant of enum",
            "trailing",
            "expected",
        ];
        let made = matches!(
            self.trial.change,
            Change::Made | Change::MadeAtALimit | Change::Example
        );
        self.refusal().is_some_and(|said| {
            let hides = said.starts_with("data did not match any variant");
            if hides {
                made
            } else {
                !OWN.iter().any(|start| said.starts_with(start))
            }
        })
    }

    /// Whether serde refuses an integer because it is out of the range of its Rust type.
    fn is_beyond_a_type(&self) -> bool {
        let integer = self
            .refusal()
            .and_then(|said| said.strip_prefix("invalid value: integer `"))
            .and_then(|rest| rest.split_once('`'));
        let Some((integer, _)) = integer else {
            return false;
        };
        Place::all(&self.trial.value)
            .iter()
            .any(|(place, part)| match part {
                Value::Number(number) => {
                    number.to_string() == integer && self.at(place).is_beyond(number)
                }
                _ => false,
            })
    }

    fn refusal(&self) -> Option<&str> {
        match &self.trial.said {
            Said::Refused(said) => Some(said),
            Said::Written(_) => None,
        }
    }

    /// Whether the value has a member, anywhere, that the schema does not know.
    fn has_unknown_member(&self) -> bool {
        Place::all(&self.trial.value).iter().any(|(place, part)| {
            let Value::Object(members) = part else {
                return false;
            };
            let nodes = self.at(place);
            let closed = !nodes.iter().any(|node| rest(node).next().is_some());
            closed && members.keys().any(|name| !nodes.knows(name))
        })
    }

    /// Whether the object at the changed place has a member that serde did not write again.
    fn leaves_out(&self, said: &Said) -> bool {
        let Said::Written(written) = said else {
            return false;
        };
        let holder = match self.trial.place.split() {
            Some((parent, _)) => parent,
            None => Place::default(),
        };
        match (holder.of(&self.trial.value), holder.of(written)) {
            (Some(Value::Object(members)), Some(Value::Object(written))) => {
                members.keys().any(|name| !written.contains_key(name))
            }
            _ => false,
        }
    }

    /// Whether serde did not write again a member that the changed place is in.
    fn leaves_out_above(&self, said: &Said) -> bool {
        let Said::Written(written) = said else {
            return false;
        };
        let mut place = self.trial.place.clone();
        while let Some((holder, _)) = place.split() {
            let object = holder.of(written).is_some_and(Value::is_object);
            if object && place.of(written).is_none() {
                return true;
            }
            place = holder;
        }
        false
    }

    /// Whether serde misses a member beside a tag that it knows, and an alternative without this member takes any tag.
    fn is_known_as_other(&self) -> bool {
        let missing = self
            .refusal()
            .and_then(|said| said.strip_prefix("missing field `"))
            .and_then(|rest| rest.split_once('`'));
        let (Some((missing, _)), Some((holder, Step::Member(changed)))) =
            (missing, self.trial.place.split())
        else {
            return false;
        };
        let Some(Value::Object(members)) = holder.of(&self.trial.value) else {
            return false;
        };
        let alternatives = self.schema().alternatives_at(&holder);
        let asks = |node: &Node| list(node, "required").iter().any(|name| name == missing);
        let is_about = |tag: &str| changed == missing || changed == tag;
        !members.contains_key(missing)
            && members.iter().any(|(tag, value)| {
                let has_tag = |node: &Node| tag_of(node, tag) == Some(value);
                let is_known = |one: &Nodes<'_>| one.iter().any(has_tag) && one.iter().any(asks);
                let is_other = |one: &Nodes<'_>| {
                    one.iter().any(|node| is_any_tag(node, tag)) && !one.knows(missing)
                };
                is_about(tag)
                    && alternatives.iter().any(is_known)
                    && alternatives.iter().any(is_other)
            })
    }

    /// Whether serde passed over the changed member, as an alternative without it does.
    fn is_passed_over(&self, said: &Said) -> bool {
        let Some((parent, Step::Member(name))) = self.trial.place.split() else {
            return false;
        };
        let Said::Written(written) = said else {
            return false;
        };
        let written = parent.of(written).and_then(|holder| holder.get(name));
        written.is_none() && self.at(&parent).passes_over(name)
    }

    /// Whether an alternative with the tag that stands beside the changed place does not know all members.
    fn has_content_of_unit(&self) -> bool {
        let holder = self.trial.place.split().map(|(parent, _)| parent);
        let holder = holder.unwrap_or_default();
        let Some(Value::Object(members)) = holder.of(&self.trial.value) else {
            return false;
        };
        let nodes = self.at(&holder);
        let is_tagged = |node: &Node| {
            members.iter().any(|(name, value)| {
                let tag = member(node, name).and_then(|property| property.get("const"));
                tag == Some(value)
            })
        };
        let knows_all = |node: &Node| members.keys().all(|name| member(node, name).is_some());
        let mut tagged = nodes.iter().filter(|node| is_tagged(node));
        tagged.any(|node| !knows_all(node)) && members.keys().all(|name| nodes.knows(name))
    }

    /// Whether the member was added to a type of the standard library.
    fn is_of_standard_type(&self) -> bool {
        /// The members of the types that serde reads so, as it writes them.
        const MEMBERS: [&[&str]; 7] = [
            &["end", "start"],
            &["Ok"],
            &["Err"],
            &["nanos", "secs"],
            &["nanos_since_epoch", "secs_since_epoch"],
            &["Included"],
            &["Excluded"],
        ];
        let holder = self.trial.place.split().map(|(parent, _)| parent);
        let nodes = self.at(&holder.unwrap_or_default());
        nodes.iter().any(|node| {
            let properties = node.get("properties").and_then(Value::as_object);
            let mut names: Vec<_> = properties
                .into_iter()
                .flat_map(|properties| properties.keys())
                .collect();
            names.sort_unstable();
            MEMBERS.iter().any(|members| names == *members)
        })
    }

    /// Whether the place is that of a map's member, and a member with a name of its own beside it admits what stands there.
    fn is_admitted_by_siblings(&self) -> bool {
        let Some((parent, Step::Member(name))) = self.trial.place.split() else {
            return false;
        };
        let (nodes, Some(kind)) = (self.at(&parent), self.kind()) else {
            return false;
        };
        let is_of_map = !nodes.knows(name) && nodes.iter().any(|node| rest(node).next().is_some());
        let siblings = parent.of(&self.trial.value).and_then(Value::as_object);
        is_of_map
            && siblings
                .into_iter()
                .flat_map(|members| members.keys())
                .any(|sibling| {
                    nodes.knows(sibling) && self.at(&parent.member(sibling)).admits(kind)
                })
    }
}

/// The tag under this name in an alternative that has one.
fn tag_of<'n>(node: &'n Node, name: &str) -> Option<&'n Value> {
    member(node, name).and_then(|property| property.get("const"))
}

/// Whether this alternative takes any text for a tag, as the one of `serde(other)` does.
fn is_any_tag(node: &Node, name: &str) -> bool {
    let property = member(node, name).and_then(Value::as_object);
    property.is_some_and(|property| {
        let is_listed = property.contains_key("const") || property.contains_key("enum");
        !is_listed && types(property) == ["string"]
    })
}

/// Whether it is a map whose keys are the text of numbers: what is text itself says so.
fn has_numbers_for_keys(node: &Node) -> bool {
    let keys = node.get("propertyNames").and_then(Value::as_object);
    keys.is_some_and(|keys| keys.contains_key("pattern") && !keys.contains_key("type"))
}

#[cfg(test)]
mod tests;
