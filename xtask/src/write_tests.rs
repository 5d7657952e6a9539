//! Each step of a plan fails once, and is the last one of a killed process once.

use std::collections::BTreeMap;

use tempfile::TempDir;

use super::*;

type Files = BTreeMap<String, Option<String>>;

/// A folder with files, and changes of every sort.
fn example() -> (TempDir, Vec<Change>) {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    for name in ["replaced", "removed", "kept"] {
        fs::write(path(name), format!("old {name}")).unwrap();
    }
    let changes = vec![
        Change::to(path("made/deep/one"), "new one".to_owned()),
        Change::to(path("replaced"), "new replaced".to_owned()),
        Change::remove(path("removed")),
        Change::to(path("made/two"), "new two".to_owned()),
    ];
    (folder, changes)
}

/// Everything below a folder: the texts of files, and nothing for folders.
fn all(folder: &Path) -> Files {
    fn walk(top: &Path, folder: &Path, files: &mut Files) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(top).unwrap().display().to_string();
            if path.is_dir() {
                files.insert(name, None);
                walk(top, &path, files);
            } else {
                files.insert(name, Some(fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut files = Files::new();
    walk(folder, folder, &mut files);
    files
}

/// Without what a killed process may leave.
fn seen(files: &Files) -> Files {
    let hidden = |name: &str| {
        name.rsplit('/')
            .next()
            .is_some_and(|name| name.starts_with('.'))
    };
    files
        .iter()
        .filter(|(name, text)| text.is_some() && !hidden(name))
        .map(|(name, text)| (name.clone(), text.clone()))
        .collect()
}

fn done() -> Files {
    let (folder, changes) = example();
    assert_eq!(write_all(&changes), Ok(4));
    let files = all(folder.path());
    assert_eq!(
        files.keys().collect::<Vec<_>>(),
        [
            "kept",
            "made",
            "made/deep",
            "made/deep/one",
            "made/two",
            "replaced"
        ]
    );
    assert_eq!(files["replaced"].as_deref(), Some("new replaced"));
    assert_eq!(write_all(&changes), Ok(0), "nothing is left to do");
    files
}

#[test]
fn a_step_that_fails_leaves_everything_as_it_was() {
    let done = done();
    let (folder, changes) = example();
    let before = all(folder.path());
    let count = plan(&changes).len();
    assert!(count > 12, "{count}");
    for failing in 0..count {
        let (folder, changes) = example();
        let mut index = 0;
        let result = carry_out(&plan(&changes), |step| {
            index += 1;
            match index - 1 == failing {
                true => Err(io::Error::other(format!("no {step:?}"))),
                false => Ok(()),
            }
        });
        let after = all(folder.path());
        match &plan(&example().1)[failing] {
            Step::Forget(_) => {
                assert_eq!(result, Ok(()));
                assert_eq!(seen(&after), seen(&done));
            }
            _ => {
                let message = result.unwrap_err();
                assert!(message.contains("cannot be written: no "), "{message}");
                assert!(!message.contains("put back"), "{message}");
                assert_eq!(after, before, "step {failing}");
            }
        }
    }
}

#[test]
fn a_killed_process_leaves_every_file_whole_and_the_next_finishes() {
    let done = done();
    let count = plan(&example().1).len();
    for taken in 0..=count {
        let (folder, changes) = example();
        let before = seen(&all(folder.path()));
        let steps = plan(&changes);
        for step in &steps[..taken] {
            step.take().unwrap();
        }
        let mut new = true;
        for change in &changes {
            let name = change.path.strip_prefix(folder.path()).unwrap();
            let name = name.display().to_string();
            let found = seen(&all(folder.path())).remove(&name);
            if found != seen(&done).remove(&name) {
                assert_eq!(found, before.get(&name).cloned(), "{name} after {taken}");
                new = false;
            } else {
                assert!(new, "{name} after {taken}: out of order");
            }
        }
        write_all(&changes).unwrap();
        assert_eq!(seen(&all(folder.path())), seen(&done), "after {taken}");
        for folder in [
            folder.path().to_owned(),
            folder.path().join("made"),
            folder.path().join("made/deep"),
        ] {
            sweep(&folder).unwrap();
        }
        assert_eq!(all(folder.path()), done, "after {taken}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_to_is_named() {
    let (folder, _) = example();
    let before = all(folder.path());
    let path = folder.path().join("kept/file");
    let message = write_all(&[
        Change::to(folder.path().join("first"), "new".to_owned()),
        Change::to(path, "new".to_owned()),
    ])
    .unwrap_err();
    assert!(message.contains("kept/file cannot be written"), "{message}");
    assert_eq!(all(folder.path()), before);
}
