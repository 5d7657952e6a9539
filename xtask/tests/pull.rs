//! `cargo xtask pull` from the command line, with a local server. Each test works on a copy of the specification, and an
//! error must not change a byte.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

mod support;

use std::fs;
use std::fs::File;

use serde_json::{Value, json};
use support::{Checkout, Server, ok, response};

const SPEC: &str = "spec/26.04/openapi.json";
const NEW: &str = "spec/26.05/openapi.json";

/// Returns the committed document as the vendor would publish it as 26.05: with prose, and without `x-` facts.
fn from_vendor() -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.retain(|key, _| !key.starts_with("x-"));
                members.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let text = fs::read_to_string(Checkout::new().path(SPEC)).unwrap();
    let mut value: Value = serde_json::from_str(&text).unwrap();
    strip(&mut value);
    value["info"]["version"] = "26.05".into();
    value["info"]["description"] = "PROSE".into();
    value["info"]["contact"] = json!({"name": "PROSE"});
    value["paths"]["/invoices"]["get"]["summary"] = "PROSE\n  of invoices".into();
    value["paths"]["/invoices"]["get"]["parameters"][0]["description"] = "PROSE".into();
    value["components"]["schemas"]["Invoice"]["description"] = "PROSE".into();
    value["components"]["schemas"]["Invoice"]["properties"]["id"]["description"] = "PROSE".into();
    let status = value["paths"]["/status"].clone();
    value["paths"]["/status/new"] = status;
    value
}

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

#[test]
fn pulling_a_committed_document_again_changes_nothing() {
    let checkout = Checkout::new();
    let before = checkout.snapshot();
    let versions = checkout.versions();
    assert!(versions.contains(&"26.04".to_owned()));
    for version in versions {
        let file = checkout.path(&format!("spec/{version}/openapi.json"));
        let output = checkout.pulls(&["--from", file.to_str().unwrap()]);
        assert_eq!(
            output,
            format!("{version} is already present and unchanged\n")
        );
    }
    assert!(before == checkout.snapshot(), "something was written");
}

#[test]
fn stripping_a_committed_document_does_not_change_it() {
    let committed = Checkout::new();
    for version in committed.versions() {
        let name = format!("spec/{version}/openapi.json");
        let checkout = Checkout::new();
        for other in committed.versions() {
            fs::remove_dir_all(checkout.path(&format!("spec/{other}"))).unwrap();
        }
        fs::remove_file(checkout.path("spec/lock.yaml")).unwrap();
        let from = committed.path(&name);
        checkout.pulls(&["--from", from.to_str().unwrap()]);
        assert!(
            fs::read(checkout.path(&name)).unwrap() == fs::read(from).unwrap(),
            "stripping changed {name}"
        );
        let lock = fs::read_to_string(checkout.path("spec/lock.yaml")).unwrap();
        assert!(lock.contains("source: \"file openapi.json\""), "{lock}");
    }
}

#[test]
fn a_new_version_is_stripped_completed_and_pinned() {
    let checkout = Checkout::new();
    let server = Server::new(|_| ok(&bytes(&from_vendor())));
    let from = server.url("/openapi.json?key=secret");
    let output = checkout.pulls(&["--from", &from]);
    for text in [
        "26.05 is new: spec/26.05/openapi.json, 193 operations, 280 schemas, from http://127.0.0.1:",
        "since 26.04: operations +1 -0, schemas +0 -0;",
        "`cargo xtask diff 26.04 26.05`",
        "copied from 26.04: ",
        "x-max-ids: 200 at /paths/~1invoices~1{invoiceId}/get/parameters/0",
        "x-scale: 2 at /components/schemas/AccidentInsurance/properties/percent",
        "operations marked as two-factor because of a 202 response: 8",
        ", `productId`\n",
        "new operations: 1;",
        "  GET /status/new",
        "next: `cargo xtask release 26.05`",
    ] {
        assert!(output.contains(text), "`{text}` is not in:\n{output}");
    }
    let text = fs::read_to_string(checkout.path(NEW)).unwrap();
    assert!(!text.contains("PROSE"));
    let written: Value = serde_json::from_str(&text).unwrap();
    let old: Value =
        serde_json::from_str(&fs::read_to_string(checkout.path(SPEC)).unwrap()).unwrap();
    for (place, fact) in [
        ("/paths/~1payments/post", "x-two-factor"),
        ("/paths/~1se~1factoringcontracts/get", "x-market"),
        (
            "/paths/~1users~1{transactionIdentifier}~1confirm/put",
            "x-deprecated-removal",
        ),
        (
            "/paths/~1attachments~1{attachmentId}/get",
            "x-response-media-type",
        ),
    ] {
        let of = |value: &Value| value.pointer(place).unwrap()[fact].clone();
        assert!(!of(&old).is_null());
        assert_eq!(of(&written), of(&old), "{fact}");
    }
    for fact in [
        "x-two-factor",
        "x-max-ids",
        "x-scale",
        "x-market",
        "x-deprecated-removal",
    ] {
        let count = |value: &Value| value.to_string().matches(&format!("\"{fact}\"")).count();
        assert_eq!(count(&written), count(&old), "{fact}");
    }

    let lock = fs::read_to_string(checkout.path("spec/lock.yaml")).unwrap();
    let source = from.split('?').next().unwrap();
    assert!(lock.contains(&format!("source: \"{source}\"")), "{lock}");
    assert!(!lock.contains("secret"));
    let before = checkout.snapshot();
    assert_eq!(
        checkout.pulls(&["--from", &from]),
        "26.05 is already present and unchanged\n"
    );
    assert!(
        before == checkout.snapshot(),
        "the second pull wrote something"
    );
}

#[test]
fn codegen_keeps_the_origin_of_a_document() {
    let checkout = Checkout::new();
    let file = checkout.path(SPEC);
    fs::remove_file(checkout.path("spec/lock.yaml")).unwrap();
    let output = checkout.pulls(&["--from", file.to_str().unwrap()]);
    assert!(
        output.contains("its hash was added to spec/lock.yaml"),
        "{output}"
    );
    checkout.generate();
    let lock = fs::read_to_string(checkout.path("spec/lock.yaml")).unwrap();
    assert!(lock.contains("source: \"file openapi.json\""), "{lock}");
    assert!(lock.contains("spec/policies.yaml"), "{lock}");
}

#[test]
fn json_reports_the_result() {
    let checkout = Checkout::new();
    let server = Server::new(|_| ok(&bytes(&from_vendor())));
    let from = server.url("/openapi.json");
    let read =
        |output: String| -> Value { serde_json::from_str(output.lines().last().unwrap()).unwrap() };
    let new = read(checkout.pulls(&["--json", "--from", &from]));
    assert_eq!(new["version"], "26.05");
    assert_eq!(new["status"], "new");
    assert_eq!(new["source"], from);
    assert_eq!(new["operations"], 193);
    assert_eq!(new["schemas"], 280);
    let carried = new["carried"].as_array().unwrap();
    assert!(carried.len() >= 48, "{}", carried.len());
    assert!(carried.contains(&json!({
        "fact": "x-max-ids",
        "place": "/paths/~1invoices~1{invoiceId}/get/parameters/0",
        "value": 200,
        "from": "26.04",
    })));
    assert_eq!(new["sha256"].as_str().unwrap().len(), 64);
    let again = read(checkout.pulls(&["--json", "--from", &from]));
    assert_eq!(again["status"], "unchanged");
    assert_eq!(again["sha256"], new["sha256"]);
}

#[test]
fn prose_is_written_on_request() {
    let checkout = Checkout::new();
    let server = Server::new(|_| ok(&bytes(&from_vendor())));
    let output = checkout.pulls(&["--with-prose", "--from", &server.url("/")]);
    assert!(
        output.contains("4 descriptions by the vendor are in spec/26.05/prose.yaml"),
        "{output}"
    );
    let prose = fs::read_to_string(checkout.path("spec/26.05/prose.yaml")).unwrap();
    let prose: serde_yaml::Value = serde_yaml::from_str(&prose).unwrap();
    assert_eq!(prose["operations"]["GET /invoices"], "PROSE of invoices.");
    assert_eq!(prose["schemas"]["Invoice"], "PROSE.");
    assert_eq!(prose["fields"]["Invoice.id"], "PROSE.");
    let file = checkout.path(SPEC);
    let output = checkout.pulls(&["--with-prose", "--from", file.to_str().unwrap()]);
    assert!(
        output.contains("the document has no descriptions"),
        "{output}"
    );
    assert!(!checkout.path("spec/26.04/prose.yaml").exists());
}

#[test]
fn codegen_with_prose_uses_it_where_our_documentation_is_silent() {
    let checkout = Checkout::new();
    checkout.fails(
        "codegen",
        &["--with-prose"],
        &["no version has a prose.yaml"],
    );
    fs::write(
        checkout.path("spec/26.04/prose.yaml"),
        "operations: { \"GET /invoices\": PROSE of invoices. }\n\
         fields: { Invoice.creatorId: PROSE of orders., Gone.field: PROSE of nothing. }\n",
    )
    .unwrap();
    let invoices = || {
        let name = "procountor-api/src/generated/new_in_v2604/invoices.rs";
        fs::read_to_string(checkout.path(name)).unwrap()
    };
    checkout.succeeds("codegen", &["--with-prose"]);
    assert!(invoices().contains("/// PROSE of orders."));
    assert!(
        !invoices().contains("PROSE of invoices"),
        "our documentation has precedence"
    );
    checkout.generate();
    assert!(!invoices().contains("PROSE"));
}

#[test]
fn other_content_than_a_document_of_this_api_is_described() {
    let swagger = |value: &mut Value| {
        value.as_object_mut().unwrap().remove("openapi");
        value["swagger"] = "2.0".into();
    };
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut value = from_vendor();
        change(&mut value);
        bytes(&value)
    };
    let whole = bytes(&from_vendor());
    let cases: Vec<(Vec<u8>, &[&str])> = vec![
        (
            b"<!DOCTYPE html><html><head><TITLE>\n Log  in </TITLE></head></html>".to_vec(),
            &[
                "this is a web page titled `Log in`, not an API document",
                "login",
            ],
        ),
        (b"".to_vec(), &["this is empty"]),
        (b"openapi: 3.0.3\ninfo:\n".to_vec(), &["in YAML"]),
        (
            b"{\"a\": 1,\n  oops}".to_vec(),
            &["not JSON", "line 2 column 3"],
        ),
        (
            whole[..whole.len() / 2].to_vec(),
            &["ends in the middle of the JSON, at line 1"],
        ),
        (b"\xff\xfe{\0".to_vec(), &["not valid UTF-8"]),
        (b"[1]".to_vec(), &["not an object"]),
        (
            bytes(&json!({"message": "not found"})),
            &[
                "`openapi` is missing",
                "the title is missing",
                "`paths` is missing",
                "the version is missing",
            ],
        ),
        (changed(&swagger), &["this is Swagger 2.0"]),
        (
            changed(&|value| value["openapi"] = "3.1.0".into()),
            &["this is OpenAPI 3.1.0"],
        ),
        (
            changed(&|value| value["paths"] = json!({})),
            &["`paths` is empty"],
        ),
        (
            bytes(&json!({
                "openapi": "3.0.1",
                "info": {"title": "Petstore", "version": "1.0.0"},
                "paths": {"/pets": {}, "/status": {}},
            })),
            &[
                "`Petstore`, not the Procountor API",
                "`/invoices` is missing",
                "`/ledgerreceipts` is missing",
                "`1.0.0` is not a valid version",
            ],
        ),
    ];
    for (body, expected) in cases {
        let server = Server::new(move |_| ok(&body));
        Checkout::new().pull_fails(
            &["--from", &server.url("/api/openapi.json")],
            &[
                expected,
                &["nothing was written", &server.url("/api/openapi.json")],
            ]
            .concat(),
        );
    }
}

#[test]
fn versions_must_match_and_be_in_order() {
    let serve = |version: &str| {
        let mut value = from_vendor();
        value["info"]["version"] = version.into();
        let body = bytes(&value);
        Server::new(move |_| ok(&body))
    };
    let checkout = Checkout::new();
    let server = serve("26.05");
    checkout.pull_fails(
        &["26.06", "--from", &server.url("/")],
        &["this is version 26.05, not 26.06"],
    );
    checkout.pull_fails(
        &["--from", &serve("22.01").url("/")],
        &["22.01 is older than 26.04"],
    );
    let server = serve("1.0.0");
    checkout.pull_fails(
        &["--from", &server.url("/")],
        &["`1.0.0` is not a valid version", "state the version"],
    );
    let output = checkout.pulls(&["26.07", "--from", &server.url("/")]);
    assert!(output.contains("26.07 is new"), "{output}");
    let text = fs::read_to_string(checkout.path("spec/26.07/openapi.json")).unwrap();
    assert!(text.contains("\"version\": \"26.07\""));

    let output = checkout.command("pull", &["26.13"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_different_document_is_only_accepted_with_replace() {
    let checkout = Checkout::new();
    let text = fs::read_to_string(checkout.path(SPEC)).unwrap();
    let changed = text
        .replace(
            // The overlay renames it.
            "\"operationId\": \"confirm3\"",
            "\"operationId\": \"confirm4\"",
        )
        .replacen("\"maxLength\": 70", "\"maxLength\": 71", 1);
    let server = Server::new(move |_| ok(changed.as_bytes()));
    let from = server.url("/");
    checkout.pull_fails(
        &["--from", &from],
        &[
            "spec/26.04/openapi.json exists and differs from the new document in 2 places; nothing was written",
            "spec/26.04/openapi.json#/paths/~1invoices~1{transactionIdentifier}~1confirm/put/operationId",
            "use --replace to overwrite it",
        ],
    );
    let output = checkout.pulls(&["--replace", "--from", &from]);
    assert!(output.contains("26.04 is replaced"), "{output}");
    assert!(
        output.contains(
            "since the existing document: operations +0 -0, schemas +0 -0; 2 places differ"
        ),
        "{output}"
    );
    assert!(checkout.pulls(&["--from", &from]).contains("unchanged"));
    checkout.generate();
}

#[test]
fn responses_without_a_document_are_errors() {
    for (status, expected) in [
        (
            "404 Not Found",
            "the response status is 404 Not Found; check the URL",
        ),
        ("403 Forbidden", "check whether it needs a login"),
        (
            "503 Service Unavailable",
            "503 Service Unavailable; try again later",
        ),
        ("204 No Content", "204"),
        ("304 Not Modified", "304"),
    ] {
        let server = Server::new(move |_| response(status, "", b"{}"));
        Checkout::new().pull_fails(&["--from", &server.url("/")], &[expected]);
    }
    let packed = Server::new(|_| response("200 OK", "content-encoding: gzip\r\n", b"{}"));
    Checkout::new().pull_fails(
        &["--from", &packed.url("/")],
        &["the response is compressed"],
    );
    let large = Server::new(|_| b"HTTP/1.1 200 OK\r\ncontent-length: 33554433\r\n\r\n{".to_vec());
    Checkout::new().pull_fails(
        &["--from", &large.url("/")],
        &["larger than 33554432 bytes"],
    );
    let closed = Server::closed();
    Checkout::new().pull_fails(&["--from", &closed], &["cannot connect"]);
    Checkout::new().pull_fails(
        &["--from", &closed.replace("http:", "https:")],
        &["cannot connect"],
    );
    Checkout::new().pull_fails(&["--from", "no/such/file"], &["cannot read no/such/file"]);
}

#[test]
fn redirects_are_limited_and_never_lead_to_remote_http() {
    let to = |location: &str| response("302 Found", &format!("location: {location}\r\n"), b"");
    let checkout = Checkout::new();
    for (location, expected) in [
        (
            "http://procountor.invalid/a?key=secret",
            "redirect to http://procountor.invalid/a is refused",
        ),
        (
            "//procountor.invalid/a",
            "redirect to http://procountor.invalid/a is refused",
        ),
        (
            "file:///etc/hosts",
            "redirect to file:///etc/hosts is refused",
        ),
        ("http://[", "without a valid Location header"),
    ] {
        let server = Server::new(move |_| to(location));
        checkout.pull_fails(&["--from", &server.url("/")], &[expected]);
    }
    let server = Server::new(move |_| to("/again"));
    checkout.pull_fails(&["--from", &server.url("/")], &["more than 5 redirects"]);
    assert_eq!(server.requests(), 6);

    let body = bytes(&from_vendor());
    let server = Server::new(move |path| match path {
        "/5" => ok(&body),
        path => to(&format!("/{}", path[1..].parse::<u32>().unwrap() + 1)),
    });
    let output = checkout.pulls(&["--from", &server.url("/0")]);
    assert!(output.contains("26.05 is new"), "{output}");
    let lock = fs::read_to_string(checkout.path("spec/lock.yaml")).unwrap();
    assert!(
        lock.contains(&server.url("/0")),
        "the requested URL is pinned: {lock}"
    );
    assert_eq!(server.requests(), 6);
}

#[test]
fn http_is_for_loopback_only() {
    Checkout::new().pull_fails(
        &["--from", "http://procountor.invalid/openapi.json"],
        &["http://procountor.invalid/openapi.json is refused"],
    );
    Checkout::new().pull_fails(
        &["--from", "ftp://procountor.invalid/openapi.json"],
        &["`ftp` URLs are not supported"],
    );
}

#[test]
fn an_interruption_anywhere_changes_nothing() {
    let whole = ok(&bytes(&from_vendor()));
    let checkout = Checkout::new();
    for part in 0..40 {
        // From an empty response to all but the last byte.
        let cut = (whole.len() - 1) * part / 39;
        let sent = whole[..cut].to_vec();
        let server = Server::new(move |_| sent.clone());
        let expected = match cut {
            0 => "no response",
            _ => "interrupted after",
        };
        checkout.pull_fails(&["--from", &server.url("/")], &[expected]);
    }
    let server = Server::new(move |_| whole.clone());
    checkout.pulls(&["--from", &server.url("/")]);
}

#[test]
fn the_next_pull_repairs_a_killed_one() {
    let whole = bytes(&from_vendor());
    let server = Server::new(move |_| ok(&whole));
    let from = server.url("/");
    let done = Checkout::new();
    done.pulls(&["--from", &from]);
    let text = fs::read_to_string(done.path(NEW)).unwrap();
    let states: [&[(&str, &str)]; 4] = [
        // Killed after it created the folder.
        &[],
        // Killed while it wrote a temporary file.
        &[("spec/26.05/.openapi.json.new", &text[..1000])],
        // Killed before the first rename.
        &[
            ("spec/26.05/.openapi.json.new", &text),
            ("spec/.lock.yaml.new", "whatever"),
            ("spec/.lock.yaml.old", "whatever"),
        ],
        // Killed between the renames.
        &[
            (NEW, &text),
            ("spec/.lock.yaml.new", "whatever"),
            ("spec/.lock.yaml.old", "whatever"),
        ],
    ];
    for files in states {
        let checkout = Checkout::new();
        fs::create_dir(checkout.path("spec/26.05")).unwrap();
        for (name, text) in files {
            fs::write(checkout.path(name), text).unwrap();
        }
        checkout.pulls(&["--from", &from]);
        assert!(
            checkout.relative_snapshot() == done.relative_snapshot(),
            "{files:?}"
        );
    }
    // A pull that fails removes the leftovers, too.
    let checkout = Checkout::new();
    let before = checkout.relative_snapshot();
    fs::create_dir(checkout.path("spec/26.05")).unwrap();
    fs::write(checkout.path("spec/.lock.yaml.new"), "whatever").unwrap();
    let output = checkout
        .command("pull", &["--from", "no/such/file"])
        .output();
    assert!(!output.unwrap().status.success());
    assert!(checkout.relative_snapshot() == before);
    assert!(!checkout.path("spec/26.05").exists());
}

#[test]
fn codegen_reports_a_half_replaced_document_and_the_next_pull_repairs_it() {
    let checkout = Checkout::new();
    let text = fs::read_to_string(checkout.path(SPEC)).unwrap();
    let changed = text.replacen("\"maxLength\": 70", "\"maxLength\": 71", 1);
    fs::write(checkout.path(SPEC), &changed).unwrap();
    checkout.fails(
        "codegen",
        &["--check"],
        &["spec/26.04/openapi.json does not match spec/lock.yaml"],
    );
    let server = Server::new(move |_| ok(changed.as_bytes()));
    let output = checkout.pulls(&["--from", &server.url("/")]);
    assert!(output.contains("its hash was added"), "{output}");
    checkout.generate();
}

#[test]
fn a_locked_checkout_is_an_error() {
    let checkout = Checkout::new();
    let lock = File::create(checkout.path("spec/.pull.lock")).unwrap();
    lock.lock().unwrap();
    let server = Server::new(|_| ok(&bytes(&from_vendor())));
    checkout.pull_fails(
        &["--from", &server.url("/")],
        &["another command is running in this checkout"],
    );
    assert_eq!(server.requests(), 0);
    drop(lock);
    checkout.pulls(&["--from", &server.url("/")]);
}

#[test]
fn two_pulls_do_not_run_at_once() {
    let checkout = Checkout::new();
    let (received, was_received) = std::sync::mpsc::channel();
    let (respond, may_respond) = std::sync::mpsc::channel::<()>();
    let may_respond = std::sync::Mutex::new(may_respond);
    let server = Server::new(move |_| {
        received.send(()).unwrap();
        may_respond.lock().unwrap().recv().unwrap();
        ok(&bytes(&from_vendor()))
    });
    let from = server.url("/");
    std::thread::scope(|scope| {
        let first = scope.spawn(|| checkout.pulls(&["--from", &from]));
        was_received.recv().unwrap();
        checkout.pull_fails(
            &["--from", &from],
            &["another pull is running in this checkout"],
        );
        respond.send(()).unwrap();
        let output = first.join().unwrap();
        assert!(output.contains("26.05 is new"), "{output}");
    });
}

#[test]
fn a_killed_pull_does_not_lock_the_checkout() {
    let checkout = Checkout::new();
    let (received, was_received) = std::sync::mpsc::channel();
    let server = Server::new(move |path| {
        if path == "/slow" {
            received.send(()).unwrap();
            std::thread::sleep(std::time::Duration::from_secs(5));
        }
        ok(&bytes(&from_vendor()))
    });
    let mut command = checkout.command("pull", &["--from", &server.url("/slow")]);
    let mut child = command.spawn().unwrap();
    was_received.recv().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let output = checkout.pulls(&["--from", &server.url("/")]);
    assert!(output.contains("26.05 is new"), "{output}");
}

#[test]
fn a_folder_without_spec_is_an_error() {
    let folder = tempfile::TempDir::new().unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["pull", "--root"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let output = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.contains("use --root with a checkout of this repository"),
        "{output}"
    );
}
