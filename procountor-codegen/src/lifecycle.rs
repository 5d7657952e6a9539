//! Where and how long a version is reached, from its `version.yaml`. Without one, the vendor's rule gives the path: a
//! version of February, May, August or November has one of its own, the others are only ever the latest.

use serde::Deserialize;

use crate::diagnostic::Diagnostics;
use crate::layers::Source;
use crate::model::{Api, Lifecycle};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    path: Option<String>,
    released: Option<String>,
    supported_until: Option<String>,
}

/// Sets what is known of the version.
pub(crate) fn apply(api: &mut Api, source: Option<&Source>) -> Result<(), Diagnostics> {
    api.lifecycle = by_rule(&api.version);
    let Some(source) = source else {
        return Ok(());
    };
    let mut diagnostics = Diagnostics::default();
    let file: File = match serde_yaml::from_str(&source.text) {
        Ok(file) => file,
        Err(error) => {
            diagnostics.file(
                &source.name,
                format!("this says nothing of a version ({error})"),
                "write `path`, and `released` and `supported_until` where they are known",
            );
            return Err(diagnostics);
        }
    };
    if let Some(path) = &file.path
        && !is_path(path)
    {
        diagnostics.file(
            &source.name,
            format!("`{path}` is not the path of a version"),
            "write it as `/v2411/api`",
        );
    }
    if let Some(day) = &file.released
        && !is_day(day)
    {
        diagnostics.file(
            &source.name,
            format!("`released`: `{day}` is not a day"),
            "write it as 2024-08-17",
        );
    }
    if let Some(text) = &file.supported_until
        && (text.trim().is_empty() || text.contains('\n'))
    {
        diagnostics.file(
            &source.name,
            "`supported_until` is not a line of text",
            "write it as `mid-May 2025`, or leave it out",
        );
    }
    api.lifecycle = Lifecycle {
        path: file.path.unwrap_or_else(|| api.lifecycle.path.clone()),
        released: file.released,
        supported_until: file.supported_until,
    };
    diagnostics.or_value(())
}

fn by_rule(version: &str) -> Lifecycle {
    let quarterly = [".02", ".05", ".08", ".11"]
        .iter()
        .any(|month| version.ends_with(month));
    let path = if quarterly {
        format!("/v{}/api", version.replace('.', ""))
    } else {
        "/latest/api".to_owned()
    };
    Lifecycle {
        path,
        ..Lifecycle::default()
    }
}

/// One or more segments of letters, digits, points and dashes.
fn is_path(path: &str) -> bool {
    let plain = |one: char| one.is_ascii_alphanumeric() || one == '.' || one == '-';
    path.strip_prefix('/').is_some_and(|path| {
        path.split('/')
            .all(|segment| !segment.is_empty() && segment.chars().all(plain))
    })
}

/// `YYYY-MM-DD`.
fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else {
        return false;
    };
    let number = |text: &str, digits: usize, from: u32, to: u32| {
        let plain = text.len() == digits && text.chars().all(|one| one.is_ascii_digit());
        plain
            && text
                .parse()
                .is_ok_and(|number: u32| (from..=to).contains(&number))
    };
    number(year, 4, 2000, 2999) && number(month, 2, 1, 12) && number(day, 2, 1, 31)
}
