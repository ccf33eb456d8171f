//! What cannot be said truly in a client's types.

use std::fmt;

/// A place inside a declared type, such as ``orders:created › items[] › price``.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The event, or the channel.
    pub(crate) event: String,
    /// Which of its types, unless it is the payload.
    pub(crate) part: Option<&'static str>,
    /// The members and items that lead there, outermost first.
    pub(crate) path: Vec<String>,
}

impl Place {
    /// The payload of an event.
    pub(crate) fn root(event: impl Into<String>) -> Self {
        Self {
            event: event.into(),
            part: None,
            path: Vec::new(),
        }
    }

    /// Another of its types: `reply`, `error` or `snapshot`.
    pub(crate) fn part(event: impl Into<String>, part: &'static str) -> Self {
        Self {
            part: Some(part),
            ..Self::root(event)
        }
    }

    /// A member.
    pub(crate) fn member(&self, name: &str) -> Self {
        let mut place = self.clone();
        place.path.push(name.to_owned());
        place
    }

    /// The items of a list, or one of a tuple.
    pub(crate) fn item(&self, index: Option<usize>) -> Self {
        let index = index.map_or_else(String::new, |index| index.to_string());
        let mut place = self.clone();
        match place.path.last_mut() {
            Some(last) => *last = format!("{last}[{index}]"),
            None => place.path.push(format!("[{index}]")),
        }
        place
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.event)?;
        if let Some(part) = self.part {
            write!(f, " ({part})")?;
        }
        for step in &self.path {
            write!(f, " › {step}")?;
        }
        Ok(())
    }
}

/// A type that clients could not be told the truth of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TypeError {
    pub(crate) place: Place,
    /// What is wrong there.
    pub(crate) what: String,
    /// What to write, best first.
    pub(crate) remedies: Vec<String>,
}

impl TypeError {
    pub(crate) fn new(place: &Place, what: impl Into<String>, remedies: &[&str]) -> Self {
        Self {
            place: place.clone(),
            what: what.into(),
            remedies: remedies.iter().map(|&remedy| remedy.to_owned()).collect(),
        }
    }
}

impl fmt::Display for TypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)?;
        for (index, remedy) in self.remedies.iter().enumerate() {
            let joint = if index == 0 { "; " } else { ", or " };
            write!(f, "{joint}{remedy}")?;
        }
        Ok(())
    }
}
