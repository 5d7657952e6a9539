//! The base path and the support period of a version, from its `version.yaml`. Without that file, the vendor's rule gives
//! the path: versions of February, May, August and November have a path of their own, the others share `/latest`.

use serde::Deserialize;

use crate::diagnostic::Diagnostics;
use crate::inputs::Source;
use crate::model::{Api, Lifecycle};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    path: Option<String>,
    released: Option<String>,
    supported_until: Option<String>,
}

/// Sets the lifecycle of a version.
pub(crate) fn apply(api: &mut Api, source: Option<&Source>) -> Result<(), Diagnostics> {
    api.lifecycle = default_lifecycle(&api.version);
    let Some(source) = source else {
        return Ok(());
    };
    let file: File = serde_yaml::from_str(&source.text).map_err(|error| {
        let message = format!("this is not a version file ({error})");
        let help = "use the keys `path`, `released` and `supported_until`; each is optional";
        Diagnostics::one(&source.name, message, help)
    })?;
    let mut diagnostics = Diagnostics::default();
    if let Some(path) = &file.path
        && !is_path(path)
    {
        let message = format!("`{path}` is not a valid base path");
        diagnostics.file(&source.name, message, "write it like `/v2411/api`");
    }
    if let Some(day) = &file.released
        && !is_day(day)
    {
        let message = format!("`released`: `{day}` is not a date");
        diagnostics.file(&source.name, message, "write it like 2024-08-17");
    }
    if let Some(text) = &file.supported_until
        && (text.trim().is_empty() || text.contains('\n'))
    {
        diagnostics.file(
            &source.name,
            "`supported_until` is not one line of text",
            "write it like `mid-May 2025`, or remove it",
        );
    }
    api.lifecycle = Lifecycle {
        path: file.path.unwrap_or_else(|| api.lifecycle.path.clone()),
        released: file.released,
        supported_until: file.supported_until,
    };
    diagnostics.or_value(())
}

fn default_lifecycle(version: &str) -> Lifecycle {
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

/// Returns whether this is a path of letters, digits, dots and hyphens.
fn is_path(path: &str) -> bool {
    let plain = |one: char| one.is_ascii_alphanumeric() || one == '.' || one == '-';
    path.strip_prefix('/').is_some_and(|path| {
        path.split('/')
            .all(|segment| !segment.is_empty() && segment.chars().all(plain))
    })
}

/// Returns whether this is a date as `YYYY-MM-DD`.
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
