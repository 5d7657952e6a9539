//! The file store: rights, crashes, and two processes at once.

use std::process::{Command, Stdio};
use std::time::UNIX_EPOCH;

use super::*;
use crate::wire::Secret;

fn key(name: &str) -> StoreKey {
    StoreKey::new(["https://books.example", "person", "client", name])
}

/// Tokens whose parts must belong together: what is read is one of those that were written, whole.
fn tokens(number: u64) -> StoredTokens {
    StoredTokens {
        access_token: Secret::new(format!("a{number}-{}", "x".repeat(500))),
        expires_at: UNIX_EPOCH + Duration::from_secs(2_000_000_000 + number),
        life: Duration::from_secs(3600),
        refresh_token: Some(Secret::new(format!("r{number}"))),
        origin: Secret::new(format!("o{number}")),
    }
}

/// The number of whole tokens.
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
async fn what_is_saved_is_loaded_until_it_is_forgotten() {
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
    // No two are one file where capitals do not count, and none is left half written.
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
        "the name of the company is too long for a file; take a shorter one"
    );
}

#[tokio::test]
async fn a_file_with_something_else_is_an_error_that_names_it() {
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
                "the file {} cannot be used: what is kept are no tokens; remove it",
                path.display()
            )
        );
    }
    store.save(&key("a"), &tokens(2)).await.unwrap();
    assert_eq!(number(&store.load(&key("a")).await.unwrap().unwrap()), 2);
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_and_an_open_file_is_refused() {
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
        let told = format!(
            "{0} is open to others (mode {open:03o}); after `chmod 600 {0}` it is used again, but whoever could read it may have \
             the tokens",
            path.display()
        );
        let loaded = store.load(&key).await.unwrap_err();
        assert_eq!(loaded.to_string(), told);
        assert!(!loaded.is_temporary());
        assert_eq!(
            store.save(&key, &tokens(2)).await.unwrap_err().to_string(),
            told
        );
        assert_eq!(mode(&path), open, "it is left as it was");
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
async fn what_a_crash_left_behind_is_removed_when_nobody_can_be_writing_it() {
    let directory = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(directory.path());
    let path = store.path(&key("a")).unwrap();
    let beside = |name: &str| {
        let mut beside = path.as_os_str().to_owned();
        beside.push(name);
        PathBuf::from(beside)
    };
    let (old, young) = (beside(".0123.new"), beside(".4567.new"));
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

/// Two processes write as fast as they can, and are killed in the middle of it; whatever is read meanwhile and afterwards is
/// whole. The processes are this test again, with a variable set.
#[test]
fn two_processes_write_and_are_killed_and_every_state_is_whole() {
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
                    .args(["--exact", "auth::store::file::tests::two_processes_write_and_are_killed_and_every_state_is_whole"])
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
