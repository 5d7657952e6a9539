//! Writes files all or nothing. What can fail for long (space, rights) happens beside the files; then they are exchanged
//! one by one, in the order given, and on any error back again. A process that is killed leaves every file whole: old or
//! new, those before it in the list new as well.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What a file is to be.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    path: PathBuf,
    /// Without a text, the file goes.
    text: Option<String>,
}

impl Change {
    /// A file with this text.
    pub(crate) fn to(path: PathBuf, text: String) -> Self {
        Self {
            path,
            text: Some(text),
        }
    }

    /// No file.
    pub(crate) fn remove(path: PathBuf) -> Self {
        Self { path, text: None }
    }

    fn changes_something(&self) -> bool {
        match (&self.text, fs::read(&self.path)) {
            (Some(text), Ok(found)) => text.as_bytes() != found,
            (None, Err(error)) => error.kind() != io::ErrorKind::NotFound,
            _ => true,
        }
    }
}

/// One step of the plan.
#[derive(Debug)]
enum Step<'a> {
    /// Makes a folder that is not there.
    Folder(&'a Path),
    /// Writes the new text beside the file.
    Prepare(&'a Path, &'a str),
    /// Gives what is there a second name.
    Keep(&'a Path),
    /// Puts the new file in its place; from now on it is seen.
    Install(&'a Path),
    Remove(&'a Path),
    /// Sees to it that the names outlive a power cut.
    Settle(&'a Path),
    /// Gives up the second name.
    Forget(&'a Path),
}

/// Writes and removes files, or changes nothing. How many were changed.
pub(crate) fn write_all(changes: &[Change]) -> Result<usize, String> {
    let changes: Vec<Change> = changes
        .iter()
        .filter(|change| change.changes_something())
        .cloned()
        .collect();
    carry_out(&plan(&changes), |_| Ok(()))?;
    Ok(changes.len())
}

/// What puts the files back to what they are now.
pub(crate) fn inverse(changes: &[Change]) -> Result<Vec<Change>, String> {
    let back = changes.iter().map(|change| {
        let path = change.path.clone();
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Change::to(path, text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Change::remove(path)),
            Err(error) => Err(format!("{} cannot be read: {error}", path.display())),
        }
    });
    back.collect()
}

/// Removes from a folder what a killed command left beside the files.
pub(crate) fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let ours = name.starts_with('.') && (name.ends_with(".new") || name.ends_with(".old"));
        if ours && entry.file_type()?.is_file() {
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
    // A folder sorts before what is in it.
    let mut steps: Vec<Step<'_>> = folders.into_iter().map(Step::Folder).collect();
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
    steps.extend(replaced.iter().map(|path| Step::Keep(path)));
    steps.extend(changes.iter().map(|change| match change.text {
        Some(_) => Step::Install(&change.path),
        None => Step::Remove(&change.path),
    }));
    let settled: BTreeSet<&Path> = changes
        .iter()
        .filter_map(|change| change.path.parent())
        .collect();
    steps.extend(settled.into_iter().map(Step::Settle));
    steps.extend(replaced.into_iter().map(Step::Forget));
    steps
}

/// Takes the steps; on an error, takes back those that were taken. `before` is asked before each step.
fn carry_out(
    steps: &[Step<'_>],
    mut before: impl FnMut(&Step<'_>) -> io::Result<()>,
) -> Result<(), String> {
    for (taken, step) in steps.iter().enumerate() {
        let Err(error) = before(step).and_then(|()| step.take()) else {
            continue;
        };
        if matches!(step, Step::Forget(_)) {
            // Everything is in its place; a name too many is swept away by the next command.
            continue;
        }
        let mut message = format!("{} cannot be written: {error}", step.path().display());
        for step in steps[..taken].iter().rev() {
            if let Err(error) = step.take_back() {
                message += &format!(
                    "\n{} cannot be put back: {error}; what it was is in {}",
                    step.path().display(),
                    beside(step.path(), "old").display()
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
            Self::Folder(path)
            | Self::Prepare(path, _)
            | Self::Keep(path)
            | Self::Install(path)
            | Self::Remove(path)
            | Self::Settle(path)
            | Self::Forget(path) => path,
        }
    }

    /// Takes the step, or leaves everything as it was.
    fn take(&self) -> io::Result<()> {
        match self {
            Self::Folder(path) => fs::create_dir(path),
            Self::Prepare(path, text) => {
                let new = beside(path, "new");
                let written = File::create(&new).and_then(|mut file| {
                    file.write_all(text.as_bytes())?;
                    file.sync_all()
                });
                written.inspect_err(|_| _ = fs::remove_file(&new))
            }
            Self::Keep(path) => {
                let old = beside(path, "old");
                remove_if_there(&old)?;
                // Not every file system has hard links.
                let kept = fs::hard_link(path, &old).or_else(|_| fs::copy(path, &old).map(|_| ()));
                kept.inspect_err(|_| _ = fs::remove_file(&old))
            }
            Self::Install(path) => fs::rename(beside(path, "new"), path),
            Self::Remove(path) => fs::remove_file(path),
            Self::Settle(path) => settle(path),
            Self::Forget(path) => fs::remove_file(beside(path, "old")),
        }
    }

    fn take_back(&self) -> io::Result<()> {
        match self {
            Self::Folder(path) => fs::remove_dir(path),
            Self::Prepare(path, _) => remove_if_there(&beside(path, "new")),
            Self::Keep(path) => remove_if_there(&beside(path, "old")),
            Self::Install(path) | Self::Remove(path) => {
                let old = beside(path, "old");
                if old.exists() {
                    fs::rename(old, path)
                } else {
                    fs::remove_file(path)
                }
            }
            Self::Settle(_) | Self::Forget(_) => Ok(()),
        }
    }
}

/// `spec/lock.yaml` -> `spec/.lock.yaml.new`: in the same folder, so that a rename is enough.
fn beside(path: &Path, extension: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{extension}"))
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Only Unix opens folders.
fn settle(folder: &Path) -> io::Result<()> {
    if cfg!(unix) && !folder.as_os_str().is_empty() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "write_tests.rs"]
mod tests;
