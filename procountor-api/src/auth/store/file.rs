//! Tokens in files: one for each client, readable by its owner only, replaced whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use secrecy::zeroize::Zeroizing;

use super::{StoreFuture, StoreKey, StoredTokens, TokenStore};
use crate::error::StoreError;

/// Keeps tokens in a directory, as one file of JSON for each client.
///
/// On Unix a file is made with mode 0600 and a new directory with 0700; a file that others can read or write, a link in
/// its place, and a directory that others can write into are refused. On Windows the rights of the directory hold: take one
/// below the user's profile.
///
/// A file is written beside its place, brought to disk, and then put there, so that a crash at any moment leaves the old one
/// or the new one. Several processes may use one directory; of two that save at once the later one wins. The file is not
/// encrypted.
///
/// ```
/// use procountor_api::{Environment, M2mCredentials, auth::FileTokenStore, v2604};
///
/// # let directory = tempfile::tempdir()?;
/// # let directory = directory.path().join("tokens");
/// let client = v2604::Client::builder()
///     .environment(Environment::Test)
///     .m2m(M2mCredentials::new("shopClient", "client secret", "api key"))
///     .token_store(FileTokenStore::new(directory), "company 4711")
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct FileTokenStore {
    directory: PathBuf,
}

/// Longer than any tokens are.
const LONGEST_FILE: u64 = 1 << 20;
/// What a process that crashed left beside a file is removed after this time.
const STALE: Duration = Duration::from_secs(600);
/// File systems take 255 bytes; the name while it is written is longer.
const LONGEST_KEY: usize = 190;

impl FileTokenStore {
    /// Keeps tokens in this directory, which is made with the first save.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
        }
    }

    fn path(&self, key: &StoreKey) -> Result<PathBuf, StoreError> {
        if key.as_str().len() > LONGEST_KEY {
            let message = "the name of the company is too long for a file; take a shorter one";
            return Err(StoreError::new(message).lasting());
        }
        Ok(self.directory.join(format!("tokens-{}.json", key.as_str())))
    }

    /// Files are slow, and must not hold up the runtime.
    async fn blocking<T: Send + 'static>(
        &self,
        key: &StoreKey,
        work: impl FnOnce(&Path) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let path = self.path(key)?;
        let done = tokio::task::spawn_blocking(move || work(&path)).await;
        done.map_err(|error| StoreError::new("the file was not reached").with_source(error))?
    }
}

impl TokenStore for FileTokenStore {
    fn load<'a>(&'a self, key: &'a StoreKey) -> StoreFuture<'a, Option<StoredTokens>> {
        Box::pin(self.blocking(key, load))
    }

    fn save<'a>(&'a self, key: &'a StoreKey, tokens: &'a StoredTokens) -> StoreFuture<'a, ()> {
        let json = tokens.to_json();
        Box::pin(self.blocking(key, move |path| save(path, json.expose())))
    }

    fn forget<'a>(&'a self, key: &'a StoreKey) -> StoreFuture<'a, ()> {
        Box::pin(self.blocking(key, forget))
    }
}

fn load(path: &Path) -> Result<Option<StoredTokens>, StoreError> {
    if !private(path)? {
        return Ok(None);
    }
    let file = match File::open(path) {
        Ok(file) => file,
        // Forgotten by another process meanwhile.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", path, error)),
    };
    let mut json = Zeroizing::new(String::with_capacity(8192));
    file.take(LONGEST_FILE)
        .read_to_string(&mut json)
        .map_err(|error| failed("read", path, error))?;
    let tokens = StoredTokens::from_json(&json).map_err(|error| {
        let message = format!("the file {} cannot be used", path.display());
        StoreError::new(message).lasting().with_source(error)
    })?;
    Ok(Some(tokens))
}

fn save(path: &Path, json: &str) -> Result<(), StoreError> {
    private(path)?;
    let directory = path.parent().unwrap_or(Path::new("."));
    make_directory(directory).map_err(|error| failed("make", directory, error))?;
    remove_stale(path);
    let (beside, mut file) = open_beside(path)?;
    let written = file
        .write_all(json.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&beside, path));
    if let Err(error) = written {
        // If even that fails, the next save removes it when it is stale.
        let _ = fs::remove_file(&beside);
        return Err(failed("write", path, error));
    }
    sync_directory(directory).map_err(|error| failed("write", directory, error))
}

fn forget(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("remove", path, error)),
        _ => Ok(()),
    }
}

/// A new file beside the place, which nobody else writes.
fn open_beside(path: &Path) -> Result<(PathBuf, File), StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{:016x}.new", fastrand::u64(..)));
    let beside = PathBuf::from(name);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(&beside) {
        Ok(file) => Ok((beside, file)),
        Err(error) => Err(failed("write", &beside, error)),
    }
}

/// Removes what was left beside the file by a process that crashed: it holds tokens.
fn remove_stale(path: &Path) {
    let (Some(directory), Some(name)) = (path.parent(), path.file_name()) else {
        return;
    };
    let name = format!("{}.", name.to_string_lossy());
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    for entry in entries {
        let found = entry.file_name();
        let found = found.to_string_lossy();
        let age = || {
            let modified = entry.metadata().and_then(|data| data.modified()).ok()?;
            SystemTime::now().duration_since(modified).ok()
        };
        if found.starts_with(&name) && found.ends_with(".new") && age() > Some(STALE) {
            // Another process may have been faster.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn failed(what: &str, path: &Path, error: io::Error) -> StoreError {
    let lasting = matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::InvalidData
    );
    let error_of_ours = StoreError::new(format!("cannot {what} {}", path.display()));
    let error_of_ours = error_of_ours.with_source(error);
    if lasting {
        error_of_ours.lasting()
    } else {
        error_of_ours
    }
}

/// Whether the file is there. One that is not its owner's alone is an error.
fn private(path: &Path) -> Result<bool, StoreError> {
    let directory = path.parent().unwrap_or(Path::new("."));
    refuse_open(directory, 0o022, "chmod go-w")?;
    let data = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(failed("read", path, error)),
        Ok(data) => data,
    };
    if !data.is_file() {
        let message = format!("{} is not a file; remove it", path.display());
        return Err(StoreError::new(message).lasting());
    }
    refuse_open(path, 0o077, "chmod 600")?;
    Ok(true)
}

#[cfg(unix)]
fn refuse_open(path: &Path, others: u32, remedy: &str) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = match fs::metadata(path) {
        Ok(data) => data.permissions().mode(),
        Err(_) => return Ok(()),
    };
    if mode & others == 0 {
        return Ok(());
    }
    let path = path.display();
    let message = format!(
        "{path} is open to others (mode {:03o}); after `{remedy} {path}` it is used again, but whoever could read it may \
         have the tokens",
        mode & 0o777
    );
    Err(StoreError::new(message).lasting())
}

#[cfg(not(unix))]
fn refuse_open(_: &Path, _: u32, _: &str) -> Result<(), StoreError> {
    Ok(())
}

fn make_directory(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// Without this, a crash could undo the exchange of the files.
#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
