//! TypeScript, as the witness: each value is assigned to its type in one program.

use std::{
    collections::BTreeMap,
    env,
    ffi::OsStr,
    fmt::Write as _,
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use pubsub_runtime::Part;
use serde_json::Value;

use super::{super::wrong_use, place::on_one_line, subject::Subject, trial::Side};

/// How much of its complaints is told of a compiler that failed, in bytes.
const MAX_TOLD: u64 = 4_096;

/// How long one compiler may take.
const PATIENCE: Duration = Duration::from_mins(10);

const CONFIG: &str = r#"{
  "compilerOptions": {
    "strict": true,
    "noEmit": true,
    "skipLibCheck": false,
    "target": "ES2022",
    "lib": ["ES2022"],
    "module": "nodenext",
    "moduleResolution": "nodenext",
    "types": []
  },
  "files": ["values.ts"]
}
"#;

/// A TypeScript compiler.
#[derive(Debug)]
pub(super) struct Compiler {
    path: PathBuf,
    /// Such as `5.9.3`.
    pub(super) version: String,
}

/// A program that assigns values to types, one a line.
#[derive(Debug, Default)]
pub(super) struct Program {
    text: String,
    /// Where the value of each line begins, in units of UTF-16, as compilers count.
    starts: Vec<usize>,
}

/// What a compiler says: the first error of each line.
pub(super) type Errors = BTreeMap<usize, Told>;

/// An error of a compiler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    /// Where in the value, in units of UTF-16; `None` if it is about all of it.
    pub(super) offset: Option<usize>,
    pub(super) text: String,
}

impl Compiler {
    /// The compilers at these paths; without one, the one that npm installed above one of the folders.
    pub(super) fn find(paths: &[PathBuf], folders: &[PathBuf]) -> anyhow::Result<Vec<Self>> {
        if !paths.is_empty() {
            return paths.iter().map(|path| Self::new(path.clone())).collect();
        }
        let installed = folders
            .iter()
            .flat_map(|folder| folder.ancestors())
            .map(|folder| folder.join("node_modules").join(".bin").join("tsc"))
            .find(|path| path.is_file());
        match installed {
            Some(path) => Ok(vec![Self::new(path)?]),
            None => wrong_use(
                "no TypeScript compiler is installed here; run `npm install --save-dev typescript`, or write `--tsc path/to/tsc`",
            ),
        }
    }

    fn new(path: PathBuf) -> anyhow::Result<Self> {
        if !path.is_file() {
            return wrong_use(format!(
                "{} is no file; write `--tsc path/to/node_modules/.bin/tsc`",
                path.display()
            ));
        }
        let path = fs::canonicalize(&path).unwrap_or(path);
        let mut command = start(&path);
        let output = match command.arg("--version").output() {
            Ok(output) => output,
            Err(error) => {
                return wrong_use(format!(
                    "{} cannot be started: {error}; write `--tsc path/to/node_modules/.bin/tsc`, and install Node if it is missing",
                    path.display()
                ));
            }
        };
        let said = String::from_utf8_lossy(&output.stdout);
        let Some(version) = said.trim().strip_prefix("Version ") else {
            return wrong_use(format!(
                "{} is no TypeScript compiler: `--version` answers {:?}; write `--tsc path/to/node_modules/.bin/tsc`",
                path.display(),
                said.trim()
            ));
        };
        Ok(Self {
            path,
            version: version.to_owned(),
        })
    }

    /// Compiles a program against `events-client.d.ts`, in a folder that is ours.
    ///
    /// # Errors
    ///
    /// The compiler does not run or does not end, or complains of something else than an assigned value.
    pub(super) fn check(
        &self,
        folder: &Path,
        types: &str,
        program: &Program,
    ) -> anyhow::Result<Errors> {
        fs::create_dir_all(folder)?;
        let write = |file: &str, text: &str| {
            let path = folder.join(file);
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
        };
        write("events-client.d.ts", types)?;
        write("values.ts", &program.text)?;
        write("tsconfig.json", CONFIG)?;
        let said = self.run(folder)?;
        let mut errors = Errors::new();
        let mut last = None;
        for text in said.lines() {
            match Diagnostic::parse(text) {
                Some(Diagnostic {
                    file,
                    line,
                    column,
                    text,
                }) if file.ends_with("values.ts") => {
                    let start = line
                        .checked_sub(1)
                        .and_then(|line| program.starts.get(line));
                    errors.entry(line).or_insert_with(|| Told {
                        offset: start.and_then(|start| column.checked_sub(start + 1)),
                        text: text.to_owned(),
                    });
                    last = Some(line);
                }
                Some(Diagnostic {
                    file, line, text, ..
                }) => {
                    bail!(
                        "TypeScript {} refuses {file}, line {line}: {text}",
                        self.version
                    )
                }
                // The reasons follow, each a little deeper; the deepest says most.
                None => match last.filter(|_| text.starts_with("  ")) {
                    Some(line) => {
                        if let Some(told) = errors.get_mut(&line) {
                            text.trim().clone_into(&mut told.text);
                        }
                    }
                    None if text.contains("error TS") => {
                        bail!("TypeScript {}: {text}", self.version)
                    }
                    None => {}
                },
            }
        }
        Ok(errors)
    }

    /// What the compiler prints.
    fn run(&self, folder: &Path) -> anyhow::Result<String> {
        // A pipe would stop the compiler once it is full.
        let (output, complaints) = (folder.join("said.txt"), folder.join("complaints.txt"));
        let mut child = start(&self.path)
            .args(["--pretty", "false", "--project"])
            .arg(folder)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(File::create(&output)?)
            .stderr(File::create(&complaints)?)
            .spawn()
            .with_context(|| format!("{} cannot be started", self.path.display()))?;
        let started = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if started.elapsed() > PATIENCE {
                drop(child.kill());
                drop(child.wait());
                bail!(
                    "TypeScript {} does not end; verify single events with `--event NAME`",
                    self.version
                );
            }
            thread::sleep(Duration::from_millis(20));
        };
        let said = fs::read_to_string(&output)?;
        if !status.success() && said.trim().is_empty() {
            let mut told = Vec::new();
            File::open(&complaints)?
                .take(MAX_TOLD)
                .read_to_end(&mut told)?;
            bail!(
                "TypeScript {} ended with {status}: {}",
                self.version,
                String::from_utf8_lossy(&told).trim()
            );
        }
        Ok(said)
    }
}

impl Program {
    /// Adds a value, and says on which line it stands.
    pub(super) fn assign(&mut self, subject: &Subject<'_>, side: Side, value: &Value) -> usize {
        if self.is_empty() {
            self.text.push_str(
                "import type { EventError, EventInput, EventPayload, EventReply } from './events-client.js';\n",
            );
            self.starts.push(0);
        }
        let name = Value::from(subject.name).to_string();
        let ty = match (subject.part, side) {
            (Part::Payload, Side::Sent) => format!("EventInput<{name}>"),
            (Part::Payload, Side::Received) => format!("EventPayload<{name}>"),
            (Part::Reply, _) => format!("EventReply<{name}>"),
            (Part::Error, _) => format!("EventError<{name}>"),
            (Part::Snapshot, _) => {
                format!("import('./events-client.js').Snapshots[{name}]['payload']")
            }
        };
        let line = self.starts.len() + 1;
        let head = format!("export const v{line}: {ty} = ");
        self.starts.push(head.encode_utf16().count());
        let _ = writeln!(self.text, "{head}{};", on_one_line(value));
        line
    }

    pub(super) fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }
}

/// A compiler is a script of Node or a program of its own.
fn start(path: &Path) -> Command {
    let mut head = [0; 64];
    let length = File::open(path)
        .and_then(|mut file| file.read(&mut head))
        .unwrap_or(0);
    let head = String::from_utf8_lossy(&head[..length]);
    let first = head.lines().next().unwrap_or_default();
    let is_script = path.extension().is_some_and(|extension| {
        ["js", "cjs", "mjs"]
            .into_iter()
            .any(|script| extension == OsStr::new(script))
    });
    if is_script || (first.starts_with("#!") && first.contains("node")) {
        let node = env::var_os("NODE").unwrap_or_else(|| "node".into());
        let mut command = Command::new(node);
        command.arg(path);
        command
    } else {
        Command::new(path)
    }
}

/// `values.ts(12,14): error TS2322: Type …`
struct Diagnostic<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    text: &'a str,
}

impl<'a> Diagnostic<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (place, rest) = text.split_once("): error TS")?;
        let (file, at) = place.rsplit_once('(')?;
        let (line, column) = at.split_once(',')?;
        let (_, text) = rest.split_once(": ")?;
        Some(Self {
            file,
            line: line.parse().ok()?,
            column: column.parse().ok()?,
            text,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{hints::Hints, nodes::Schema},
        *,
    };

    #[test]
    fn each_value_stands_on_a_line_of_its_own() {
        let (root, hints) = (Value::Bool(true), Hints::default());
        let schema = Schema {
            root: &root,
            document: &root,
        };
        let subject = Subject::of("orders:created", schema, hints);
        let mut program = Program::default();
        for text in ["a", "\u{2028}", "\u{2029}\n", "b"] {
            let line = program.assign(&subject, Side::Sent, &Value::from(text));
            let lines = program.text.split(['\n', '\r', '\u{2028}', '\u{2029}']);
            assert_eq!(lines.count() - 1, line, "{text:?}");
        }
    }

    #[test]
    fn an_error_of_the_compiler_is_told_apart_from_its_reasons() {
        let found = Diagnostic::parse("values.ts(12,14): error TS2322: Type 'x' is not (1,2): y.");
        let Some(Diagnostic {
            file,
            line,
            column,
            text,
        }) = found
        else {
            panic!("not understood");
        };
        assert_eq!((file, line, column), ("values.ts", 12, 14));
        assert_eq!(text, "Type 'x' is not (1,2): y.");
        assert!(Diagnostic::parse("  Types of property 'a' are incompatible.").is_none());
    }
}
