//! Tokens in files: one for each client, readable by its owner only, and replaced atomically. It does not support
//! leases, since a lock file would outlive a crash.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use secrecy::zeroize::Zeroizing;

use super::{StoreFuture, StoreKey, StoredTokens, TokenStore};
use crate::error::StoreError;

/// A token store in a directory, with one unencrypted JSON file for each client.
///
/// On Unix, a file is created with mode 0600 and a new directory with 0700. A file that other users can read or write,
/// a symbolic link in its place, and a directory that other users can write to are rejected. On Windows the permissions
/// of the directory apply: choose one in the user's profile.
///
/// A file is written under a temporary name, synced to disk, and renamed, so that after a crash either the old or the
/// new file is there. Several processes can use one directory; if two save at the same time, the later one wins.
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

/// The most bytes that are read. Tokens are shorter.
const MAX_FILE_SIZE: u64 = 1 << 20;
/// The age at which the temporary file of a crashed process is removed.
const STALE: Duration = Duration::from_secs(600);
/// File systems allow 255 bytes, and the temporary name is longer than the key.
const MAX_KEY_LENGTH: usize = 190;

impl FileTokenStore {
    /// Creates a store in this directory. The directory is created with the first save.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
        }
    }

    fn path(&self, key: &StoreKey) -> Result<PathBuf, StoreError> {
        if key.as_str().len() > MAX_KEY_LENGTH {
            let message =
                "the name in `.token_store(…)` is too long for a file name; use a shorter one";
            return Err(StoreError::new(message).lasting());
        }
        Ok(self.directory.join(format!("tokens-{}.json", key.as_str())))
    }

    /// Runs file operations on a thread that can block.
    async fn blocking<T: Send + 'static>(
        &self,
        key: &StoreKey,
        operation: impl FnOnce(&Path) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let path = self.path(key)?;
        let done = tokio::task::spawn_blocking(move || operation(&path)).await;
        done.map_err(|error| StoreError::new("the file operation was aborted").with_source(error))?
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
    if !exists_privately(path)? {
        return Ok(None);
    }
    let file = match File::open(path) {
        Ok(file) => file,
        // Another process has just removed it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", path, error)),
    };
    let mut json = Zeroizing::new(String::with_capacity(8192));
    file.take(MAX_FILE_SIZE)
        .read_to_string(&mut json)
        .map_err(|error| failed("read", path, error))?;
    let tokens = StoredTokens::from_json(&json).map_err(|error| {
        let message = format!("the file {} cannot be used", path.display());
        StoreError::new(message).lasting().with_source(error)
    })?;
    Ok(Some(tokens))
}

fn save(path: &Path, json: &str) -> Result<(), StoreError> {
    exists_privately(path)?;
    let directory = path.parent().unwrap_or(Path::new("."));
    make_directory(directory).map_err(|error| failed("make", directory, error))?;
    remove_stale(path);
    let (temporary, mut file) = create_temporary(path)?;
    let written = file
        .write_all(json.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&temporary, path));
    if let Err(error) = written {
        // If this fails too, a later save removes it as stale.
        let _ = fs::remove_file(&temporary);
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

/// Creates a file with a new name in the same directory.
fn create_temporary(path: &Path) -> Result<(PathBuf, File), StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{:016x}.new", fastrand::u64(..)));
    let temporary = PathBuf::from(name);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(&temporary) {
        Ok(file) => Ok((temporary, file)),
        Err(error) => Err(failed("write", &temporary, error)),
    }
}

/// Removes the temporary files of processes that crashed: they contain tokens.
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
            // Another process can have removed it.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn failed(action: &str, path: &Path, error: io::Error) -> StoreError {
    let lasting = matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::InvalidData
    );
    let error = StoreError::new(format!("cannot {action} {}", path.display())).with_source(error);
    if lasting { error.lasting() } else { error }
}

/// Returns whether the file exists, or an error if other users have access to it.
fn exists_privately(path: &Path) -> Result<bool, StoreError> {
    let directory = path.parent().unwrap_or(Path::new("."));
    reject_shared(directory, 0o022, "chmod go-w")?;
    let data = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(failed("read", path, error)),
        Ok(data) => data,
    };
    if !data.is_file() {
        let message = format!("{} is not a file; remove it", path.display());
        return Err(StoreError::new(message).lasting());
    }
    reject_shared(path, 0o077, "chmod 600")?;
    Ok(true)
}

#[cfg(unix)]
fn reject_shared(path: &Path, others: u32, remedy: &str) -> Result<(), StoreError> {
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
        "{path} is accessible to other users (mode {:03o}), who may have read the tokens; to use it nevertheless, run \
         `{remedy} {path}`",
        mode & 0o777
    );
    Err(StoreError::new(message).lasting())
}

#[cfg(not(unix))]
fn reject_shared(_: &Path, _: u32, _: &str) -> Result<(), StoreError> {
    Ok(())
}

fn make_directory(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// Without this, a crash can undo the rename.
#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
