//! Writes a set of files all or nothing.
//!
//! The steps that are likely to fail (disk space, permissions) write temporary files next to the targets. Then the files are
//! replaced one by one, in the given order; on any error, all of them are restored. If the process is killed, each file has
//! either its old or its new contents, and a new file implies that all files before it in the list are new.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file to write or to remove.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    path: PathBuf,
    /// The new contents, or `None` to remove the file.
    text: Option<String>,
}

impl Change {
    /// Writes a file.
    pub(crate) fn write(path: PathBuf, text: String) -> Self {
        Self {
            path,
            text: Some(text),
        }
    }

    /// Removes a file.
    pub(crate) fn remove(path: PathBuf) -> Self {
        Self { path, text: None }
    }

    fn is_needed(&self) -> bool {
        match (&self.text, fs::read(&self.path)) {
            (Some(text), Ok(found)) => text.as_bytes() != found,
            (None, Err(error)) => error.kind() != io::ErrorKind::NotFound,
            _ => true,
        }
    }
}

/// A step of the plan.
#[derive(Debug)]
enum Step<'a> {
    CreateFolder(&'a Path),
    /// Writes the new contents to a temporary file.
    Prepare(&'a Path, &'a str),
    /// Links the old contents to a second name.
    BackUp(&'a Path),
    /// Renames the temporary file to its final name.
    Install(&'a Path),
    Remove(&'a Path),
    /// Syncs a folder, so that the renames survive a power failure.
    SyncFolder(&'a Path),
    RemoveBackup(&'a Path),
}

/// Applies all changes and returns how many files changed. On an error, no file is changed.
pub(crate) fn write_all(changes: &[Change]) -> Result<usize, String> {
    let changes: Vec<Change> = changes
        .iter()
        .filter(|change| change.is_needed())
        .cloned()
        .collect();
    execute(&plan(&changes), |_| Ok(()))?;
    Ok(changes.len())
}

/// Returns the changes that restore the present state of the files.
pub(crate) fn inverse(changes: &[Change]) -> Result<Vec<Change>, String> {
    let restored = changes.iter().map(|change| {
        let path = change.path.clone();
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Change::write(path, text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Change::remove(path)),
            Err(error) => Err(format!("cannot read {}: {error}", path.display())),
        }
    });
    restored.collect()
}

/// Removes the temporary files and backups that a killed command left in a folder.
pub(crate) fn remove_leftovers(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_leftover =
            name.starts_with('.') && (name.ends_with(".new") || name.ends_with(".old"));
        if is_leftover && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn plan(changes: &[Change]) -> Vec<Step<'_>> {
    let missing = |path: &'_ &Path| !path.as_os_str().is_empty() && !path.exists();
    let folders: BTreeSet<&Path> = changes
        .iter()
        .filter(|change| change.text.is_some())
        .flat_map(|change| change.path.ancestors().skip(1).take_while(missing))
        .collect();
    // A folder sorts before its contents.
    let mut steps: Vec<Step<'_>> = folders.into_iter().map(Step::CreateFolder).collect();
    let prepared = changes.iter().filter_map(|change| {
        let text = change.text.as_deref()?;
        Some(Step::Prepare(&change.path, text))
    });
    steps.extend(prepared);
    let replaced: Vec<&Path> = changes
        .iter()
        .map(|change| change.path.as_path())
        .filter(|path| path.exists())
        .collect();
    steps.extend(replaced.iter().map(|path| Step::BackUp(path)));
    steps.extend(changes.iter().map(|change| match change.text {
        Some(_) => Step::Install(&change.path),
        None => Step::Remove(&change.path),
    }));
    let parents: BTreeSet<&Path> = changes
        .iter()
        .filter_map(|change| change.path.parent())
        .collect();
    steps.extend(parents.into_iter().map(Step::SyncFolder));
    steps.extend(replaced.into_iter().map(Step::RemoveBackup));
    steps
}

/// Runs the steps; on an error, undoes the completed ones. `before` runs before each step and can fail it.
fn execute(
    steps: &[Step<'_>],
    mut before: impl FnMut(&Step<'_>) -> io::Result<()>,
) -> Result<(), String> {
    for (completed, step) in steps.iter().enumerate() {
        let Err(error) = before(step).and_then(|()| step.run()) else {
            continue;
        };
        if matches!(step, Step::RemoveBackup(_)) {
            // All files are in place; the next command removes the backup.
            continue;
        }
        let mut message = format!("cannot write {}: {error}", step.path().display());
        for step in steps[..completed].iter().rev() {
            if let Err(error) = step.undo() {
                message += &format!(
                    "\ncannot restore {}: {error}; its old contents are in {}",
                    step.path().display(),
                    temporary(step.path(), "old").display()
                );
            }
        }
        return Err(message);
    }
    Ok(())
}

impl Step<'_> {
    fn path(&self) -> &Path {
        match self {
            Self::CreateFolder(path)
            | Self::Prepare(path, _)
            | Self::BackUp(path)
            | Self::Install(path)
            | Self::Remove(path)
            | Self::SyncFolder(path)
            | Self::RemoveBackup(path) => path,
        }
    }

    /// Runs the step, or changes nothing.
    fn run(&self) -> io::Result<()> {
        match self {
            Self::CreateFolder(path) => fs::create_dir(path),
            Self::Prepare(path, text) => {
                let new = temporary(path, "new");
                let written = File::create(&new).and_then(|mut file| {
                    file.write_all(text.as_bytes())?;
                    file.sync_all()
                });
                written.inspect_err(|_| _ = fs::remove_file(&new))
            }
            Self::BackUp(path) => {
                let old = temporary(path, "old");
                remove_if_present(&old)?;
                // Not every file system has hard links.
                let linked =
                    fs::hard_link(path, &old).or_else(|_| fs::copy(path, &old).map(|_| ()));
                linked.inspect_err(|_| _ = fs::remove_file(&old))
            }
            Self::Install(path) => fs::rename(temporary(path, "new"), path),
            Self::Remove(path) => fs::remove_file(path),
            Self::SyncFolder(path) => sync_folder(path),
            Self::RemoveBackup(path) => fs::remove_file(temporary(path, "old")),
        }
    }

    fn undo(&self) -> io::Result<()> {
        match self {
            Self::CreateFolder(path) => fs::remove_dir(path),
            Self::Prepare(path, _) => remove_if_present(&temporary(path, "new")),
            Self::BackUp(path) => remove_if_present(&temporary(path, "old")),
            Self::Install(path) | Self::Remove(path) => {
                let old = temporary(path, "old");
                if old.exists() {
                    fs::rename(old, path)
                } else {
                    fs::remove_file(path)
                }
            }
            Self::SyncFolder(_) | Self::RemoveBackup(_) => Ok(()),
        }
    }
}

/// Maps `spec/lock.yaml` to `spec/.lock.yaml.new`. A rename is atomic only within a file system, hence the same folder.
fn temporary(path: &Path, extension: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{extension}"))
}

fn remove_if_present(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Syncs a folder on Unix. Other systems cannot open folders.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) && !folder.as_os_str().is_empty() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
