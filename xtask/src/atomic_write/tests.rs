//! Every step of a plan fails in one run, and is the last step of a killed process in another.

use std::collections::BTreeMap;

use tempfile::TempDir;

use super::*;

type Files = BTreeMap<String, Option<String>>;

/// Returns a folder with files, and changes of every kind.
fn example() -> (TempDir, Vec<Change>) {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    for name in ["replaced", "removed", "kept"] {
        fs::write(path(name), format!("old {name}")).unwrap();
    }
    let changes = vec![
        Change::write(path("made/deep/one"), "new one".to_owned()),
        Change::write(path("replaced"), "new replaced".to_owned()),
        Change::remove(path("removed")),
        Change::write(path("made/two"), "new two".to_owned()),
    ];
    (folder, changes)
}

/// Returns everything below a folder: the text of a file, `None` for a folder.
fn contents(folder: &Path) -> Files {
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

/// Returns the files without the leftovers of a killed process.
fn visible(files: &Files) -> Files {
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

fn applied() -> Files {
    let (folder, changes) = example();
    assert_eq!(write_all(&changes), Ok(4));
    let files = contents(folder.path());
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
    assert_eq!(write_all(&changes), Ok(0), "a second run changes nothing");
    files
}

#[test]
fn a_step_that_fails_leaves_everything_as_it_was() {
    let applied = applied();
    let (folder, changes) = example();
    let before = contents(folder.path());
    let count = plan(&changes).len();
    assert!(count > 12, "{count}");
    for failing in 0..count {
        let (folder, changes) = example();
        let mut index = 0;
        let result = execute(&plan(&changes), |step| {
            index += 1;
            if index - 1 == failing {
                Err(io::Error::other(format!("injected {step:?}")))
            } else {
                Ok(())
            }
        });
        let after = contents(folder.path());
        match &plan(&example().1)[failing] {
            Step::RemoveBackup(_) => {
                assert_eq!(result, Ok(()));
                assert_eq!(visible(&after), visible(&applied));
            }
            _ => {
                let message = result.unwrap_err();
                assert!(
                    message.starts_with("cannot write ") && message.contains(": injected "),
                    "{message}"
                );
                assert!(!message.contains("restore"), "{message}");
                assert_eq!(after, before, "step {failing}");
            }
        }
    }
}

#[test]
fn a_killed_process_leaves_every_file_whole_and_the_next_run_completes() {
    let applied = applied();
    let count = plan(&example().1).len();
    for completed in 0..=count {
        let (folder, changes) = example();
        let before = visible(&contents(folder.path()));
        let steps = plan(&changes);
        for step in &steps[..completed] {
            step.run().unwrap();
        }
        let mut new = true;
        for change in &changes {
            let name = change.path.strip_prefix(folder.path()).unwrap();
            let name = name.display().to_string();
            let found = visible(&contents(folder.path())).remove(&name);
            if found != visible(&applied).remove(&name) {
                assert_eq!(
                    found,
                    before.get(&name).cloned(),
                    "{name} after {completed}"
                );
                new = false;
            } else {
                assert!(new, "{name} after {completed}: out of order");
            }
        }
        write_all(&changes).unwrap();
        assert_eq!(
            visible(&contents(folder.path())),
            visible(&applied),
            "after {completed}"
        );
        for folder in [
            folder.path().to_owned(),
            folder.path().join("made"),
            folder.path().join("made/deep"),
        ] {
            remove_leftovers(&folder).unwrap();
        }
        assert_eq!(contents(folder.path()), applied, "after {completed}");
    }
}

#[test]
fn a_folder_that_is_not_writable_is_named() {
    let (folder, _) = example();
    let before = contents(folder.path());
    let path = folder.path().join("kept/file");
    let message = write_all(&[
        Change::write(folder.path().join("first"), "new".to_owned()),
        Change::write(path, "new".to_owned()),
    ])
    .unwrap_err();
    assert!(
        message.starts_with("cannot write ") && message.contains("kept/file: "),
        "{message}"
    );
    assert_eq!(contents(folder.path()), before);
}
