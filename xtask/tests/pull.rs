//! `cargo xtask pull` as a user meets it, against a server on this machine. Each test works on a copy of the
//! specification, and what is refused leaves every byte of it as it was.

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
use support::{Checkout, Server, ok, page};

const SPEC: &str = "spec/26.04/openapi.json";
const NEW: &str = "spec/26.05/openapi.json";

/// The committed document as if the vendor published it as 26.05: with sentences, without a fact of ours.
fn vendors() -> Value {
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
fn what_is_there_is_pulled_again_from_a_file_and_nothing_changes() {
    let checkout = Checkout::new();
    let before = checkout.snapshot();
    let versions = checkout.versions();
    assert!(versions.contains(&"26.04".to_owned()));
    for version in versions {
        let file = checkout.path(&format!("spec/{version}/openapi.json"));
        let said = checkout.does(&["--from", file.to_str().unwrap()]);
        assert_eq!(said, format!("{version} is there already and unchanged\n"));
    }
    assert!(before == checkout.snapshot(), "something was written");
}

#[test]
fn every_committed_document_is_reduced_to_itself() {
    let committed = Checkout::new();
    for version in committed.versions() {
        let name = format!("spec/{version}/openapi.json");
        let checkout = Checkout::new();
        for other in committed.versions() {
            fs::remove_dir_all(checkout.path(&format!("spec/{other}"))).unwrap();
        }
        fs::remove_file(checkout.path("spec/lock.yaml")).unwrap();
        let from = committed.path(&name);
        checkout.does(&["--from", from.to_str().unwrap()]);
        assert!(
            fs::read(checkout.path(&name)).unwrap() == fs::read(from).unwrap(),
            "{name} is not reduced to itself"
        );
        let lock = fs::read_to_string(checkout.path("spec/lock.yaml")).unwrap();
        assert!(lock.contains("source: \"file openapi.json\""), "{lock}");
    }
}

#[test]
fn a_new_version_is_reduced_filled_and_pinned() {
    let checkout = Checkout::new();
    let server = Server::new(|_| ok(&bytes(&vendors())));
    let from = server.url("/openapi.json?key=secret");
    let said = checkout.does(&["--from", &from]);
    for words in [
        "26.05 is new: spec/26.05/openapi.json, 193 operations, 280 schemas, from http://127.0.0.1:",
        "since 26.04: operations +1 -0, schemas +0 -0;",
        "`cargo xtask diff 26.04 26.05`",
        "carried over from 26.04: ",
        "x-max-ids: 200 at /paths/~1invoices~1{invoiceId}/get/parameters/0",
        "x-scale: 2 at /components/schemas/AccidentInsurance/properties/percent",
        "operations marked as two-factor, by their answer 202: 8",
        ", `productId`\n",
        "new operations: 1.",
        "  GET /status/new",
        "next: `cargo xtask release 26.05`",
    ] {
        assert!(said.contains(words), "`{words}` is not in:\n{said}");
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
        checkout.does(&["--from", &from]),
        "26.05 is there already and unchanged\n"
    );
    assert!(
        before == checkout.snapshot(),
        "the second pull wrote something"
    );
}

#[test]
fn codegen_keeps_where_a_document_came_from() {
    let checkout = Checkout::new();
    let file = checkout.path(SPEC);
    fs::remove_file(checkout.path("spec/lock.yaml")).unwrap();
    let said = checkout.does(&["--from", file.to_str().unwrap()]);
    assert!(
        said.contains("spec/lock.yaml did not pin it, and does now"),
        "{said}"
    );
    checkout.generate();
    let lock = fs::read_to_string(checkout.path("spec/lock.yaml")).unwrap();
    assert!(lock.contains("source: \"file openapi.json\""), "{lock}");
    assert!(lock.contains("spec/policies.yaml"), "{lock}");
}

#[test]
fn json_tells_what_happened() {
    let checkout = Checkout::new();
    let server = Server::new(|_| ok(&bytes(&vendors())));
    let from = server.url("/openapi.json");
    let read =
        |said: String| -> Value { serde_json::from_str(said.lines().last().unwrap()).unwrap() };
    let new = read(checkout.does(&["--json", "--from", &from]));
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
    let again = read(checkout.does(&["--json", "--from", &from]));
    assert_eq!(again["status"], "unchanged");
    assert_eq!(again["sha256"], new["sha256"]);
}

#[test]
fn sentences_are_written_for_those_who_ask() {
    let checkout = Checkout::new();
    let server = Server::new(|_| ok(&bytes(&vendors())));
    let said = checkout.does(&["--with-prose", "--from", &server.url("/")]);
    assert!(
        said.contains("4 sentences of the vendor are in spec/26.05/prose.yaml"),
        "{said}"
    );
    let prose = fs::read_to_string(checkout.path("spec/26.05/prose.yaml")).unwrap();
    let prose: serde_yaml::Value = serde_yaml::from_str(&prose).unwrap();
    assert_eq!(prose["operations"]["GET /invoices"], "PROSE of invoices.");
    assert_eq!(prose["schemas"]["Invoice"], "PROSE.");
    assert_eq!(prose["fields"]["Invoice.id"], "PROSE.");
    let file = checkout.path(SPEC);
    let said = checkout.does(&["--with-prose", "--from", file.to_str().unwrap()]);
    assert!(said.contains("the document has no sentences"), "{said}");
    assert!(!checkout.path("spec/26.04/prose.yaml").exists());
}

#[test]
fn the_vendors_sentences_stand_where_we_say_nothing_for_those_who_generate_for_themselves() {
    let checkout = Checkout::new();
    let said = checkout.codegen(&["--with-prose"]);
    assert!(said.contains("no version has a prose.yaml"), "{said}");
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
    let output = checkout
        .command("codegen", &["--with-prose"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(invoices().contains("/// PROSE of orders."));
    assert!(!invoices().contains("PROSE of invoices"), "ours counts");
    checkout.generate();
    assert!(!invoices().contains("PROSE"));
}

#[test]
fn what_is_no_document_of_this_api_is_named() {
    let swagger = |value: &mut Value| {
        value.as_object_mut().unwrap().remove("openapi");
        value["swagger"] = "2.0".into();
    };
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut value = vendors();
        change(&mut value);
        bytes(&value)
    };
    let whole = bytes(&vendors());
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
        Checkout::new().refuses(
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
fn versions_must_agree_and_rise() {
    let serve = |version: &str| {
        let mut value = vendors();
        value["info"]["version"] = version.into();
        let body = bytes(&value);
        Server::new(move |_| ok(&body))
    };
    let checkout = Checkout::new();
    let server = serve("26.05");
    checkout.refuses(
        &["26.06", "--from", &server.url("/")],
        &["this is version 26.05, not 26.06"],
    );
    checkout.refuses(
        &["--from", &serve("22.01").url("/")],
        &["22.01 is older than 26.04"],
    );
    let server = serve("1.0.0");
    checkout.refuses(
        &["--from", &server.url("/")],
        &["`1.0.0` is not a valid version", "state the version"],
    );
    let said = checkout.does(&["26.07", "--from", &server.url("/")]);
    assert!(said.contains("26.07 is new"), "{said}");
    let text = fs::read_to_string(checkout.path("spec/26.07/openapi.json")).unwrap();
    assert!(text.contains("\"version\": \"26.07\""));

    let output = checkout.pull(&["26.13"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn another_document_of_a_version_is_taken_only_when_told() {
    let checkout = Checkout::new();
    let text = fs::read_to_string(checkout.path(SPEC)).unwrap();
    let changed = text
        .replace(
            // The overlay gives it a name of ours.
            "\"operationId\": \"confirm3\"",
            "\"operationId\": \"confirm4\"",
        )
        .replacen("\"maxLength\": 70", "\"maxLength\": 71", 1);
    let server = Server::new(move |_| ok(changed.as_bytes()));
    let from = server.url("/");
    checkout.refuses(
        &["--from", &from],
        &[
            "spec/26.04/openapi.json is there and differs from what came in 2 places; nothing was written",
            "spec/26.04/openapi.json#/paths/~1invoices~1{transactionIdentifier}~1confirm/put/operationId",
            "take it with --replace",
        ],
    );
    let said = checkout.does(&["--replace", "--from", &from]);
    assert!(said.contains("26.04 is replaced"), "{said}");
    assert!(
        said.contains("since what was there: operations +0 -0, schemas +0 -0; 2 places differ"),
        "{said}"
    );
    assert!(checkout.does(&["--from", &from]).contains("unchanged"));
    checkout.generate();
}

#[test]
fn answers_that_are_no_document() {
    for (status, expected) in [
        (
            "404 Not Found",
            "the answer is 404 Not Found: is the address right?",
        ),
        ("403 Forbidden", "does it need a login"),
        (
            "503 Service Unavailable",
            "503 Service Unavailable: try again later",
        ),
        ("204 No Content", "204"),
        ("304 Not Modified", "304"),
    ] {
        let server = Server::new(move |_| page(status, "", b"{}"));
        Checkout::new().refuses(&["--from", &server.url("/")], &[expected]);
    }
    let packed = Server::new(|_| page("200 OK", "content-encoding: gzip\r\n", b"{}"));
    Checkout::new().refuses(&["--from", &packed.url("/")], &["the answer is packed"]);
    let large = Server::new(|_| b"HTTP/1.1 200 OK\r\ncontent-length: 33554433\r\n\r\n{".to_vec());
    Checkout::new().refuses(
        &["--from", &large.url("/")],
        &["larger than 33554432 bytes"],
    );
    let nobody = Server::closed();
    Checkout::new().refuses(&["--from", &nobody], &["cannot connect"]);
    Checkout::new().refuses(
        &["--from", &nobody.replace("http:", "https:")],
        &["cannot connect"],
    );
    Checkout::new().refuses(
        &["--from", "no/such/file"],
        &["no/such/file cannot be read"],
    );
}

#[test]
fn redirects_are_followed_a_few_times_and_never_to_http_elsewhere() {
    let to = |location: &str| page("302 Found", &format!("location: {location}\r\n"), b"");
    let checkout = Checkout::new();
    for (location, expected) in [
        (
            "http://procountor.invalid/a?key=secret",
            "redirected to http://procountor.invalid/a, which is refused",
        ),
        (
            "//procountor.invalid/a",
            "redirected to http://procountor.invalid/a, which is refused",
        ),
        (
            "file:///etc/hosts",
            "redirected to file:///etc/hosts, which is refused",
        ),
        ("http://[", "does not say where it leads"),
    ] {
        let server = Server::new(move |_| to(location));
        checkout.refuses(&["--from", &server.url("/")], &[expected]);
    }
    let server = Server::new(move |_| to("/again"));
    checkout.refuses(&["--from", &server.url("/")], &["more than 5 redirects"]);
    assert_eq!(server.asked(), 6);

    let body = bytes(&vendors());
    let server = Server::new(move |path| match path {
        "/5" => ok(&body),
        path => to(&format!("/{}", path[1..].parse::<u32>().unwrap() + 1)),
    });
    let said = checkout.does(&["--from", &server.url("/0")]);
    assert!(said.contains("26.05 is new"), "{said}");
    let lock = fs::read_to_string(checkout.path("spec/lock.yaml")).unwrap();
    assert!(
        lock.contains(&server.url("/0")),
        "what was asked for is pinned: {lock}"
    );
    assert_eq!(server.asked(), 6);
}

#[test]
fn http_is_for_this_machine() {
    Checkout::new().refuses(
        &["--from", "http://procountor.invalid/openapi.json"],
        &["http://procountor.invalid/openapi.json is refused"],
    );
    Checkout::new().refuses(
        &["--from", "ftp://procountor.invalid/openapi.json"],
        &["an address of ftp"],
    );
}

#[test]
fn an_interruption_anywhere_changes_nothing() {
    let whole = ok(&bytes(&vendors()));
    let checkout = Checkout::new();
    for part in 0..40 {
        // From nothing at all to all but the last byte.
        let cut = (whole.len() - 1) * part / 39;
        let sent = whole[..cut].to_vec();
        let server = Server::new(move |_| sent.clone());
        let expected = match cut {
            0 => "no answer",
            _ => "interrupted after",
        };
        checkout.refuses(&["--from", &server.url("/")], &[expected]);
    }
    let server = Server::new(move |_| whole.clone());
    checkout.does(&["--from", &server.url("/")]);
}

#[test]
fn a_pull_that_was_killed_is_repaired_by_the_next() {
    let whole = bytes(&vendors());
    let server = Server::new(move |_| ok(&whole));
    let from = server.url("/");
    let done = Checkout::new();
    done.does(&["--from", &from]);
    let text = fs::read_to_string(done.path(NEW)).unwrap();
    let states: [&[(&str, &str)]; 4] = [
        // Only the folder was made.
        &[],
        // Killed while writing beside the files.
        &[("spec/26.05/.openapi.json.new", &text[..1000])],
        // Killed before the first exchange.
        &[
            ("spec/26.05/.openapi.json.new", &text),
            ("spec/.lock.yaml.new", "whatever"),
            ("spec/.lock.yaml.old", "whatever"),
        ],
        // Killed between the exchanges.
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
        checkout.does(&["--from", &from]);
        assert!(checkout.named() == done.named(), "{files:?}");
    }
    // And one that is refused tidies up all the same.
    let checkout = Checkout::new();
    let before = checkout.named();
    fs::create_dir(checkout.path("spec/26.05")).unwrap();
    fs::write(checkout.path("spec/.lock.yaml.new"), "whatever").unwrap();
    assert!(!checkout.pull(&["--from", "no/such/file"]).status.success());
    assert!(checkout.named() == before);
    assert!(!checkout.path("spec/26.05").exists());
}

#[test]
fn what_was_replaced_halfway_is_named_by_codegen_and_repaired_by_the_next_pull() {
    let checkout = Checkout::new();
    let text = fs::read_to_string(checkout.path(SPEC)).unwrap();
    let changed = text.replacen("\"maxLength\": 70", "\"maxLength\": 71", 1);
    fs::write(checkout.path(SPEC), &changed).unwrap();
    let said = checkout.codegen(&["--check"]);
    assert!(
        said.contains("spec/26.04/openapi.json is not the document that spec/lock.yaml pins"),
        "{said}"
    );
    let server = Server::new(move |_| ok(changed.as_bytes()));
    let said = checkout.does(&["--from", &server.url("/")]);
    assert!(said.contains("does now"), "{said}");
    checkout.generate();
}

#[test]
fn only_one_at_a_time() {
    let checkout = Checkout::new();
    let lock = File::create(checkout.path("spec/.pull.lock")).unwrap();
    lock.lock().unwrap();
    let server = Server::new(|_| ok(&bytes(&vendors())));
    checkout.refuses(
        &["--from", &server.url("/")],
        &["another command is at work in this checkout"],
    );
    assert_eq!(server.asked(), 0);
    drop(lock);
    checkout.does(&["--from", &server.url("/")]);
}

#[test]
fn two_pulls_at_once() {
    let checkout = Checkout::new();
    let (asked, was_asked) = std::sync::mpsc::channel();
    let (answer, may_answer) = std::sync::mpsc::channel::<()>();
    let may_answer = std::sync::Mutex::new(may_answer);
    let server = Server::new(move |_| {
        asked.send(()).unwrap();
        may_answer.lock().unwrap().recv().unwrap();
        ok(&bytes(&vendors()))
    });
    let from = server.url("/");
    std::thread::scope(|scope| {
        let first = scope.spawn(|| checkout.does(&["--from", &from]));
        was_asked.recv().unwrap();
        checkout.refuses(
            &["--from", &from],
            &["another pull is at work in this checkout"],
        );
        answer.send(()).unwrap();
        let said = first.join().unwrap();
        assert!(said.contains("26.05 is new"), "{said}");
    });
}

#[test]
fn a_killed_pull_does_not_lock_the_checkout() {
    let checkout = Checkout::new();
    let (asked, was_asked) = std::sync::mpsc::channel();
    let server = Server::new(move |path| {
        if path == "/slow" {
            asked.send(()).unwrap();
            std::thread::sleep(std::time::Duration::from_secs(5));
        }
        ok(&bytes(&vendors()))
    });
    let mut command = checkout.command("pull", &["--from", &server.url("/slow")]);
    let mut child = command.spawn().unwrap();
    was_asked.recv().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let said = checkout.does(&["--from", &server.url("/")]);
    assert!(said.contains("26.05 is new"), "{said}");
}

#[test]
fn another_folder_is_no_checkout() {
    let folder = tempfile::TempDir::new().unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["pull", "--root"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("is it a checkout of this repository?"),
        "{said}"
    );
}
