//! The repository on disk: where it lies, which files are its own, and the programs that are run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::error::TaskError;

/// Folders that hold what was built or fetched.
const NOT_OURS: [&str; 7] = [
    "target",
    "node_modules",
    "dist",
    "gen",
    "test-results",
    ".git",
    ".svelte-kit",
];

/// The folder that holds the workspace.
pub(crate) struct Repository {
    root: PathBuf,
}

/// A text file of the repository.
pub(crate) struct TextFile {
    /// Relative to the repository, with forward slashes.
    pub(crate) path: String,
    /// All of it.
    pub(crate) text: String,
}

impl Repository {
    /// The repository that the current folder is in.
    pub(crate) fn here() -> Result<Self, TaskError> {
        let start = std::env::current_dir().map_err(|source| TaskError::Read {
            path: PathBuf::from("."),
            source,
        })?;
        let is_root =
            |folder: &&Path| folder.join("tauri.conf.json").is_file() && folder.join("Cargo.toml").is_file();
        let root = start.ancestors().find(is_root).map(Path::to_path_buf);
        root.map(|root| Self { root })
            .ok_or(TaskError::NoRepository(start))
    }

    #[cfg(test)]
    pub(crate) fn at(root: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
        }
    }

    /// Where a path of the repository lies on this machine.
    pub(crate) fn locate(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The files with one of `extensions`, sorted; what was built or fetched is left out.
    pub(crate) fn files(&self, extensions: &[&str]) -> Result<Vec<TextFile>, TaskError> {
        let mut paths = Vec::new();
        collect(&self.root, extensions, &mut paths)?;
        paths.sort();
        paths
            .into_iter()
            .map(|path| {
                let text = fs::read_to_string(&path).map_err(|source| TaskError::Read {
                    path: path.clone(),
                    source,
                })?;
                let relative = path.strip_prefix(&self.root).unwrap_or(&path);
                let path = relative
                    .components()
                    .map(|part| part.as_os_str().to_string_lossy())
                    .collect::<Vec<_>>();
                Ok(TextFile {
                    path: path.join("/"),
                    text,
                })
            })
            .collect()
    }

    /// Runs a program in the repository; all it says goes to the terminal.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Result<(), TaskError> {
        self.start(program, arguments, Stdio::inherit()).map(drop)
    }

    /// Runs a program in the repository and returns its answer; only its complaints go to the terminal.
    pub(crate) fn ask(&self, program: &str, arguments: &[&str]) -> Result<Vec<u8>, TaskError> {
        self.start(program, arguments, Stdio::piped())
            .map(|output| output.stdout)
    }

    fn start(&self, program: &str, arguments: &[&str], answer: Stdio) -> Result<Output, TaskError> {
        let command = || format!("{program} {}", arguments.join(" "));
        let output = Command::new(program)
            .args(arguments)
            .current_dir(&self.root)
            .stdin(Stdio::null())
            .stdout(answer)
            .stderr(Stdio::inherit())
            .output()
            .map_err(|source| TaskError::Start {
                command: command(),
                source,
            })?;
        if output.status.success() {
            Ok(output)
        } else {
            Err(TaskError::Failed {
                command: command(),
                status: output.status,
            })
        }
    }
}

fn collect(folder: &Path, extensions: &[&str], paths: &mut Vec<PathBuf>) -> Result<(), TaskError> {
    let unreadable = |source| TaskError::Read {
        path: folder.to_path_buf(),
        source,
    };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let kind = entry.file_type().map_err(unreadable)?;
        let path = entry.path();
        if kind.is_dir() && !NOT_OURS.iter().any(|name| entry.file_name() == *name) {
            collect(&path, extensions, paths)?;
        } else if kind.is_file()
            && path
                .extension()
                .is_some_and(|it| extensions.iter().any(|one| it == *one))
        {
            paths.push(path);
        }
    }
    Ok(())
}
