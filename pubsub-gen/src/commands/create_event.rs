//! `pubsub-gen create-event`

use std::{
    fmt::Write as _,
    fs,
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::Args;
use inquire::{Confirm, Text};
use minijinja::{Environment, UndefinedBehavior, Value, context};
use serde_json::json;

use super::{
    Format, Outcome,
    domain_file::DomainFile,
    event_draft::{EventDraft, check_channel},
    files::{check_path, create, replace},
    format::json,
    settings::Settings,
    workspace::Workspace,
    wrong_use,
};

/// Scaffolds an event; on a terminal it asks for what is left out.
#[derive(Debug, Args)]
pub(crate) struct CreateEvent {
    /// The channel, such as `orders`; added to `domain!` if it is not declared.
    #[arg(long)]
    channel: Option<String>,
    /// The event's name, such as `created` or `orders:created`.
    #[arg(long)]
    name: Option<String>,
    /// The payload's fields, such as `order_id:String,total:f64`.
    #[arg(long)]
    fields: Option<String>,
    /// With an action, so that clients can send it.
    #[arg(long, conflicts_with = "no_action")]
    action: bool,
    /// Without an action: only the server sends it.
    #[arg(long)]
    no_action: bool,
    /// The directory of the domain crate; by default that of the workspace's only one.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// How the answer is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

const TEMPLATE: &str = include_str!("../../templates/event.rs.jinja");

impl CreateEvent {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let asks = io::stdin().is_terminal() && io::stderr().is_terminal();
        let draft = self.draft(asks)?;
        let source = self.source()?;
        let module = draft.module();
        let lib_path = source.join("lib.rs");
        let lib = match fs::read_to_string(&lib_path) {
            Ok(lib) => lib,
            Err(error) => {
                return wrong_use(format!(
                    "{} cannot be read ({error}); `--dir` is the directory of the domain crate, with `src/lib.rs` in it",
                    lib_path.display()
                ));
            }
        };
        let lib = DomainFile::parse(lib, &lib_path.display().to_string())?;
        let path = source.join(format!("{module}.rs"));
        let folder = source.join(&module);
        if lib.has_module(&module) || fs::symlink_metadata(&path).is_ok() || folder.exists() {
            return wrong_use(format!(
                "{} exists already; choose another name, or remove it first",
                path.display()
            ));
        }
        let text = render(&draft)?;
        let (lib, is_new) = lib.with(&module, &draft.channel);

        create(&path, &text)?;
        replace(&lib_path, &lib).inspect_err(|_| {
            // Half of it would not compile; what was refused is reported.
            drop(fs::remove_file(&path));
        })?;
        if self.format == Format::Json {
            return Ok(Outcome::Done(json(&json!({
                "event": draft.full_name(),
                "files": [path, lib_path],
                "newChannel": is_new.then_some(&draft.channel),
            }))?));
        }
        let mut said = format!(
            "wrote {}\nwrote {}: `pub mod {module};`",
            path.display(),
            lib_path.display()
        );
        if is_new {
            let _ = write!(
                said,
                " and `channel {} {{ }}`, which is open to every caller: give it scopes",
                draft.channel
            );
        }
        Ok(Outcome::Done(said))
    }

    fn draft(&self, asks: bool) -> anyhow::Result<EventDraft> {
        let channel = match &self.channel {
            Some(channel) => check_channel(channel)?,
            None => ask(asks, "channel", "Channel", "such as orders", check_channel)?,
        };
        let name = match &self.name {
            Some(name) => name.clone(),
            None => ask(asks, "name", "Name", "such as created", |name: &str| {
                EventDraft::new(&channel, name, "", false)?;
                Ok(name.to_owned())
            })?,
        };
        let fields = match &self.fields {
            Some(fields) => fields.clone(),
            None => ask(
                asks,
                "fields",
                "Fields",
                "such as order_id:String,total:f64; may be empty",
                |fields: &str| {
                    EventDraft::new(&channel, &name, fields, false)?;
                    Ok(fields.to_owned())
                },
            )?,
        };
        let action = match (self.action, self.no_action) {
            (true, _) => true,
            (_, true) => false,
            _ if asks => Confirm::new("May clients send it, and run an action?")
                .with_default(true)
                .prompt()?,
            _ => return wrong_use("write `--action` or `--no-action`"),
        };
        EventDraft::new(&channel, &name, &fields, action)
    }

    /// The `src` of the domain crate; nothing is written outside it.
    fn source(&self) -> anyhow::Result<PathBuf> {
        let directory = if let Some(directory) = &self.dir {
            check_path("--dir", directory)?;
            directory.clone()
        } else {
            let workspace = Workspace::find(None)?;
            let package = Settings::find(&workspace.root)?.package;
            workspace.domain(package.as_deref())?.directory().to_owned()
        };
        let canonical = |path: &Path| {
            fs::canonicalize(path).with_context(|| format!("{} is no directory", path.display()))
        };
        let root = match canonical(&directory) {
            Ok(root) if root.is_dir() => root,
            _ => {
                return wrong_use(format!(
                    "{} is no directory; `--dir` is the directory of the domain crate",
                    directory.display()
                ));
            }
        };
        let source = directory.join("src");
        match canonical(&source) {
            Ok(resolved) if resolved.starts_with(&root) => Ok(source),
            Ok(resolved) => wrong_use(format!(
                "{} leads to {}, outside the crate",
                source.display(),
                resolved.display()
            )),
            Err(_) => wrong_use(format!(
                "{} is missing; `--dir` is the directory of the domain crate, with `src/lib.rs` in it",
                source.display()
            )),
        }
    }
}

/// Asks on a terminal until the answer fits; elsewhere the flag is missing.
fn ask(
    asks: bool,
    flag: &str,
    question: &str,
    help: &str,
    check: impl Fn(&str) -> anyhow::Result<String>,
) -> anyhow::Result<String> {
    if !asks {
        return wrong_use(format!("`--{flag}` is missing; {help}"));
    }
    loop {
        let answer = Text::new(question).with_help_message(help).prompt()?;
        match check(&answer) {
            Ok(answer) => return Ok(answer),
            Err(error) => drop(writeln!(io::stderr(), "{error}")),
        }
    }
}

fn render(draft: &EventDraft) -> anyhow::Result<String> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let fields: Vec<Value> = draft
        .fields
        .iter()
        .map(|field| context! { name => field.name.as_str(), type => field.type_name.as_str() })
        .collect();
    let rendered = environment.render_named_str(
        "event.rs",
        TEMPLATE,
        context! {
            event => draft.full_name(),
            channel => draft.channel.as_str(),
            word => draft.word.as_str(),
            payload => draft.payload(),
            function => draft.function(),
            fields => fields,
            action => draft.action,
        },
    )?;
    // The engine drops the newline at the end of a template.
    Ok(format!("{}\n", rendered.trim_end()))
}
