//! Replays the history of the API: starting from a checkout with only the oldest version, releasing all later versions yields
//! the committed files, byte for byte. The handwritten files of a version (overlay, policies, docs, dates) are added before its
//! release.
//!
//! A release does not move or remove a line of earlier definitions.
//!
//! With UPDATE_EXPECT=1, the committed files are replaced by the result.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where something is not as it expects"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Returns everything in a folder that is not built, by its path in the folder.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(root).expect("below the root");
            let built = ["target", ".git", "spec/.pull.lock"].map(Path::new);
            if built.contains(&name) {
                continue;
            }
            if path.is_dir() {
                walk(root, &path, files);
            } else {
                files.insert(name.to_owned(), fs::read(&path).expect("a file"));
            }
        }
    }
    let mut files = BTreeMap::new();
    walk(root, root, &mut files);
    files
}

fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn versions() -> Vec<String> {
    let entries = fs::read_dir(repository().join("spec")).expect("spec");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let mut versions: Vec<String> = names
        .map(|name| name.into_string().expect("text"))
        .filter(|name| name.len() == 5 && name.as_bytes()[2] == b'.')
        .collect();
    versions.sort();
    versions
}

/// A checkout with only the oldest version.
struct Checkout(tempfile::TempDir);

impl Checkout {
    fn of_the_first_version(versions: &[String]) -> Self {
        let checkout = Self(tempfile::tempdir().expect("a folder"));
        for (path, bytes) in files(repository()) {
            let of_a_version = path.strip_prefix("spec").is_ok_and(|path| {
                let folder = path.iter().next().unwrap_or_default();
                versions.iter().any(|version| folder == version.as_str())
            });
            let generated = path.starts_with("procountor-api/src/generated");
            if !of_a_version && !generated && path != Path::new("spec/lock.yaml") {
                checkout.write(&path, &bytes);
            }
        }
        let (first, later) = versions.split_first().expect("versions");
        checkout.forget(first, later);
        checkout.write_what_people_say(first);
        checkout.xtask(&["pull", first, "--from", &checkout.document(first)]);
        checkout.xtask(&["codegen"]);
        checkout
    }

    /// Reverts the changes of releases to files that are also written by hand.
    fn forget(&self, first: &str, later: &[String]) {
        let feature = |version: &str| format!("v{}", version.replace('.', ""));
        let newest = later.last().expect("a later version");
        self.edit("procountor-api/Cargo.toml", |text| {
            let mut text = text.replace(
                &format!("default = [\"{}\"", feature(newest)),
                &format!("default = [\"{}\"", feature(first)),
            );
            for version in later {
                let feature = feature(version);
                text = text.replace(&format!("## API version {version}.\n{feature} = []\n"), "");
                text = text.replace(&format!(", \"{feature}\""), "");
            }
            text
        });
        let (mut now, mut then) = (String::new(), String::new());
        self.edit("CHANGELOG.md", |text| {
            let sections: Vec<&str> = text.split("\n## ").collect();
            let is_release = |section: &&&str| section.contains(": API version ");
            let releases: Vec<&&str> = sections.iter().filter(is_release).collect();
            assert_eq!(
                releases.len(),
                later.len(),
                "a release has a section of the changelog"
            );
            let number = |section: &str| {
                let end = section.find([':', '\n']).expect("a heading");
                section[..end].to_owned()
            };
            now = number(releases[0]);
            then = number(sections.last().expect("the first number"));
            let kept = sections.iter().filter(|section| !is_release(section));
            kept.copied().collect::<Vec<_>>().join("\n## ")
        });
        let (now, then) = (
            format!("version = \"{now}\""),
            format!("version = \"{then}\""),
        );
        self.edit("Cargo.toml", |text| text.replace(&now, &then));
        self.edit("Cargo.lock", |text| {
            let ours = |package: &str| package.contains(&now) && !package.contains("source = ");
            let packages = text.split("\n\n").map(|package| match ours(package) {
                true => package.replace(&now, &then),
                false => package.to_owned(),
            });
            packages.collect::<Vec<_>>().join("\n\n")
        });
    }

    /// Returns the handwritten files of a version.
    fn write_what_people_say(&self, version: &str) {
        for name in ["overlay.yaml", "policies.yaml", "docs.yaml", "version.yaml"] {
            let path = Path::new("spec").join(version).join(name);
            if let Ok(bytes) = fs::read(repository().join(&path)) {
                self.write(&path, &bytes);
            }
        }
    }

    /// Returns the document of a version, as it came.
    fn document(&self, version: &str) -> String {
        let name = format!("procountor-{version}.json");
        let path = self.0.path().join("target").join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        let from = repository().join("spec").join(version).join("openapi.json");
        fs::copy(from, &path).expect("a document");
        path.display().to_string()
    }

    /// Returns the generated files of definitions and versions.
    fn generated(&self) -> BTreeMap<PathBuf, String> {
        let files = files(&self.0.path().join("procountor-api/src/generated"));
        let lists = ["mod.rs", "versions.rs", "unavailable.rs"].map(Path::new);
        let files = files
            .into_iter()
            .filter(|(path, _)| !lists.contains(&path.as_path()));
        let text = |bytes| String::from_utf8(bytes).expect("text");
        files.map(|(path, bytes)| (path, text(bytes))).collect()
    }

    fn xtask(&self, arguments: &[&str]) {
        let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(arguments)
            .arg("--root")
            .arg(self.0.path())
            .output()
            .expect("xtask runs");
        assert!(
            output.status.success(),
            "{arguments:?}:\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }

    fn write(&self, path: &Path, bytes: &[u8]) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }

    fn edit(&self, path: &str, change: impl FnOnce(String) -> String) {
        let text = fs::read_to_string(self.0.path().join(path)).expect("a file");
        let changed = change(text.clone());
        assert!(changed != text, "{path}: there is nothing to take back");
        self.write(Path::new(path), changed.as_bytes());
    }
}

/// Asserts that a release did not move or remove anything. Only an item that ended, returned or was deprecated has other
/// attributes. Any other item can only have other sentences, if the new version has its own.
fn nothing_moved(
    version: &str,
    before: &BTreeMap<PathBuf, String>,
    after: &BTreeMap<PathBuf, String>,
) {
    for (path, before) in before {
        let place = format!("{version}, {}", path.display());
        let after = after.get(path).unwrap_or_else(|| panic!("{place} is gone"));
        let items = |text: &str| -> Vec<String> { text.split("\n\n").map(str::to_owned).collect() };
        let (before, after) = (items(before), items(after));
        assert_eq!(before.len(), after.len(), "{place} has other items");
        for (before, after) in before.iter().zip(&after) {
            let (before, after) = (Item::of(before), Item::of(after));
            assert_eq!(before.code, after.code, "{place}");
            if before.attributes == after.attributes {
                assert_eq!(before.versions, after.versions, "{place}");
            }
        }
    }
}

/// An item of the generated source, in parts.
struct Item<'a> {
    /// Everything else.
    code: Vec<&'a str>,
    /// The attributes that a release can change.
    attributes: Vec<&'a str>,
    /// The versions: the argument of `endpoint`, and the last sentence of the documentation.
    versions: (Option<&'a str>, String),
}

impl<'a> Item<'a> {
    fn of(text: &'a str) -> Self {
        let (mut code, mut attributes) = (Vec::new(), Vec::new());
        let (mut sentences, mut range) = (String::new(), None);
        let mut is_open = false;
        for line in text.lines() {
            let trimmed = line.trim_start();
            if is_open || trimmed.starts_with("#[cfg(") || trimmed.starts_with("#[deprecated(") {
                attributes.push(line);
                is_open = !line.ends_with(']');
            } else if let Some(words) = trimmed.strip_prefix("///") {
                if code.is_empty() {
                    sentences.push_str(words);
                }
            } else if let Some((endpoint, versions)) = line.split_once(", versions = ") {
                code.push(endpoint);
                range = Some(versions);
            } else {
                code.push(line);
            }
        }
        let last = sentences.rsplit(" In ").next().unwrap_or_default();
        Self {
            code,
            attributes,
            versions: (range, last.to_owned()),
        }
    }
}

/// The folders of definitions grow with the versions, one for each.
#[test]
fn a_version_has_one_folder() {
    let generated = repository().join("procountor-api/src/generated");
    let entries = fs::read_dir(generated).expect("the generated source");
    let names = entries
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.path().is_dir());
    let mut folders: Vec<String> = names
        .map(|entry| entry.file_name().into_string().expect("text"))
        .collect();
    folders.sort();
    let expected = versions()
        .into_iter()
        .map(|version| format!("new_in_v{}", version.replace('.', "")));
    assert_eq!(folders, expected.collect::<Vec<_>>());
}

#[test]
fn the_releases_of_all_versions_give_the_committed_tree() {
    let versions = versions();
    let checkout = Checkout::of_the_first_version(&versions);
    for version in &versions[1..] {
        checkout.write_what_people_say(version);
        let document = checkout.document(version);
        let before = checkout.generated();
        checkout.xtask(&["release", version, "--from", &document, "--skip-checks"]);
        nothing_moved(version, &before, &checkout.generated());
    }
    let (replayed, committed) = (files(checkout.0.path()), files(repository()));
    let paths = replayed.keys().chain(committed.keys());
    let mut different: Vec<&PathBuf> = paths
        .filter(|path| replayed.get(*path) != committed.get(*path))
        .collect();
    different.sort();
    different.dedup();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        for path in &different {
            match replayed.get(*path) {
                Some(bytes) => fs::write(repository().join(path), bytes).expect("a file"),
                None => fs::remove_file(repository().join(path)).expect("a file"),
            }
        }
        return;
    }
    assert!(different.is_empty(), "not as committed: {different:#?}");
}
