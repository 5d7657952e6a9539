//! The file store: permissions, crashes, and two processes at once.

use std::process::{Command, Stdio};
use std::time::UNIX_EPOCH;

use super::*;
use crate::wire::Secret;

fn key(name: &str) -> StoreKey {
    StoreKey::new(["https://books.example", "person", "client", name])
}

/// Tokens whose parts have the same number, so that a mixture of two writes is noticed.
fn tokens(number: u64) -> StoredTokens {
    StoredTokens {
        access_token: Secret::new(format!("a{number}-{}", "x".repeat(500))),
        expires_at: UNIX_EPOCH + Duration::from_secs(2_000_000_000 + number),
        lifetime: Duration::from_secs(3600),
        refresh_token: Some(Secret::new(format!("r{number}"))),
        origin: Secret::new(format!("o{number}")),
    }
}

/// Checks that the tokens are complete, and returns their number.
fn number(tokens: &StoredTokens) -> u64 {
    let number = tokens.origin.expose()[1..].parse().unwrap();
    let expected = self::tokens(number);
    assert_eq!(tokens.to_json().expose(), expected.to_json().expose());
    number
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn saved_tokens_are_loaded_until_they_are_removed() {
    let directory = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(directory.path().join("deep/er"));
    assert!(store.load(&key("a")).await.unwrap().is_none());
    store.forget(&key("a")).await.unwrap();
    for name in ["a", "A", "../a", "con", "ä/…"] {
        store
            .save(&key(name), &tokens(name.len() as u64))
            .await
            .unwrap();
    }
    store.save(&key("a"), &tokens(7)).await.unwrap();
    assert_eq!(number(&store.load(&key("a")).await.unwrap().unwrap()), 7);
    assert_eq!(number(&store.load(&key("A")).await.unwrap().unwrap()), 1);
    let files = names(&directory.path().join("deep/er"));
    assert_eq!(files.len(), 5);
    // They differ on file systems that ignore case, and no temporary file is left.
    let mut small: Vec<_> = files.iter().map(|name| name.to_lowercase()).collect();
    small.dedup();
    assert_eq!(small, files);
    assert!(
        files
            .iter()
            .all(|name| name.starts_with("tokens-") && name.ends_with(".json"))
    );
    store.forget(&key("a")).await.unwrap();
    assert!(store.load(&key("a")).await.unwrap().is_none());
    assert!(store.load(&key("A")).await.unwrap().is_some());

    let long = store
        .save(&key(&"x".repeat(300)), &tokens(1))
        .await
        .unwrap_err();
    assert_eq!(
        long.to_string(),
        "the name in `.token_store(…)` is too long for a file name; use a shorter one"
    );
}

#[tokio::test]
async fn a_file_without_tokens_is_an_error_with_its_path() {
    let directory = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(directory.path());
    let path = store.path(&key("a")).unwrap();
    store.save(&key("a"), &tokens(1)).await.unwrap();
    let whole = fs::read_to_string(&path).unwrap();
    for length in [0, 1, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        let error = store.load(&key("a")).await.unwrap_err();
        assert!(!error.is_temporary());
        assert_eq!(
            error.to_string(),
            format!(
                "the file {} cannot be used: the stored value is not a token set; remove it",
                path.display()
            )
        );
    }
    store.save(&key("a"), &tokens(2)).await.unwrap();
    assert_eq!(number(&store.load(&key("a")).await.unwrap().unwrap()), 2);
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_and_a_shared_file_is_rejected() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let set = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("tokens");
    let store = FileTokenStore::new(&directory);
    let key = key("a");
    store.save(&key, &tokens(1)).await.unwrap();
    let path = store.path(&key).unwrap();
    assert_eq!((mode(&directory), mode(&path)), (0o700, 0o600));

    for open in [0o604, 0o640, 0o602, 0o620, 0o610, 0o644, 0o777] {
        set(&path, open);
        let expected = format!(
            "{0} is accessible to other users (mode {open:03o}), who may have read the tokens; to use it nevertheless, run \
             `chmod 600 {0}`",
            path.display()
        );
        let loaded = store.load(&key).await.unwrap_err();
        assert_eq!(loaded.to_string(), expected);
        assert!(!loaded.is_temporary());
        let saved = store.save(&key, &tokens(2)).await.unwrap_err();
        assert_eq!(saved.to_string(), expected);
        assert_eq!(mode(&path), open, "the mode is not changed");
    }
    set(&path, 0o600);
    set(&directory, 0o777);
    let error = store.load(&key).await.unwrap_err();
    assert!(error.to_string().contains("chmod go-w"), "{error}");
    set(&directory, 0o755);
    assert_eq!(number(&store.load(&key).await.unwrap().unwrap()), 1);

    let elsewhere = root.path().join("elsewhere");
    fs::rename(&path, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
    let error = store.load(&key).await.unwrap_err();
    assert!(
        error.to_string().contains("is not a file; remove it"),
        "{error}"
    );
}

#[tokio::test]
async fn a_temporary_file_of_a_crash_is_removed_when_it_is_stale() {
    let directory = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(directory.path());
    let path = store.path(&key("a")).unwrap();
    let temporary = |suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let (old, young) = (temporary(".0123.new"), temporary(".4567.new"));
    let other = store.path(&key("ab")).unwrap();
    for file in [&old, &young, &other] {
        fs::write(file, "{\"format\":1,").unwrap();
    }
    let long_ago = SystemTime::now() - STALE - Duration::from_secs(5);
    for file in [&old, &other] {
        File::options()
            .write(true)
            .open(file)
            .unwrap()
            .set_modified(long_ago)
            .unwrap();
    }
    store.save(&key("a"), &tokens(1)).await.unwrap();
    assert_eq!(
        (old.exists(), young.exists(), other.exists(), path.exists()),
        (false, true, true, true)
    );
}

const WRITER: &str = "PROCOUNTOR_TEST_TOKEN_WRITER";

/// Two processes write as fast as they can and are killed. What is read at the same time and afterwards is complete.
/// The processes are this test again, with a variable set.
#[test]
fn two_writing_processes_are_killed_and_every_state_is_complete() {
    if let Some(directory) = std::env::var_os(WRITER) {
        let path = FileTokenStore::new(directory).path(&key("a")).unwrap();
        for number in 0.. {
            save(&path, tokens(number).to_json().expose()).unwrap();
        }
    }
    let directory = tempfile::tempdir().unwrap();
    let path = FileTokenStore::new(directory.path())
        .path(&key("a"))
        .unwrap();
    save(&path, tokens(0).to_json().expose()).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..10 {
        let mut writers: Vec<_> = (0..2)
            .map(|_| {
                Command::new(std::env::current_exe().unwrap())
                    .args(["--exact", "auth::store::file::tests::two_writing_processes_are_killed_and_every_state_is_complete"])
                    .env(WRITER, directory.path())
                    .stdout(Stdio::null())
                    .spawn()
                    .unwrap()
            })
            .collect();
        let until = SystemTime::now() + Duration::from_millis(150);
        while SystemTime::now() < until {
            seen.insert(number(&load(&path).unwrap().unwrap()));
        }
        for writer in &mut writers {
            assert!(writer.try_wait().unwrap().is_none(), "a writer has failed");
            writer.kill().unwrap();
            writer.wait().unwrap();
        }
        seen.insert(number(&load(&path).unwrap().unwrap()));
    }
    assert!(seen.len() > 10, "the writers wrote {} times", seen.len());
    save(&path, tokens(77).to_json().expose()).unwrap();
    assert_eq!(number(&load(&path).unwrap().unwrap()), 77);
}
