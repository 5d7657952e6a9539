//! Reduction of the vendor's documents to facts.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::fs;
use std::path::Path;

use expect_test::{Expect, expect};
use procountor_codegen::facts::{self, Incoming, Json};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Returns a small vendor document with sentences wherever OpenAPI allows them.
fn vendors() -> Value {
    json!({
        "openapi": "3.0.1",
        "info": {
            "title": "Procountor API", "version": "26.05", "description": "PROSE", "termsOfService": "PROSE",
            "contact": {"name": "PROSE"}, "license": {"name": "PROSE"}, "x-logo": "PROSE",
        },
        "externalDocs": {"description": "PROSE", "url": "PROSE"},
        "servers": [{"url": "https://{host}/api", "description": "PROSE", "variables": {"host": {"default": "a", "description": "PROSE"}}}],
        "tags": [{"name": "Invoices", "description": "PROSE", "externalDocs": {"url": "PROSE"}}],
        "paths": {
            "/invoices": {
                "summary": "PROSE", "description": "PROSE",
                "parameters": [{"name": "common", "in": "query", "description": "PROSE of all", "schema": {"type": "string"}}],
                "get": {
                    "tags": ["Invoices"], "operationId": "description", "summary": "PROSE  of\n one", "description": "PROSE of one. More PROSE",
                    "deprecated": true, "x-codegen": "PROSE",
                    "parameters": [
                        {"$ref": "#/components/parameters/Page"},
                        {"name": "description", "in": "query", "description": "PROSE!",
                         "schema": {"type": "array", "items": {"type": "string", "title": "PROSE", "enum": ["description", "title"]}},
                         "examples": {"summary": {"summary": "PROSE", "value": {"description": "data"}}}},
                    ],
                    "requestBody": {"description": "PROSE", "content": {"application/json": {
                        "schema": {"$ref": "#/components/schemas/Invoice", "description": "PROSE"},
                        "example": {"summary": "data", "x-data": 1.50},
                        "encoding": {"file": {"headers": {"title": {"description": "PROSE", "schema": {"type": "string"}}}}},
                    }}},
                    "responses": {
                        "200": {"description": "PROSE", "headers": {"description": {"description": "PROSE", "schema": {"type": "string"}}},
                                "links": {"title": {"description": "PROSE", "operationId": "description"}}},
                        "202": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/TransactionIdentifier"}}}},
                        "404": {"$ref": "#/components/responses/description"},
                    },
                    "callbacks": {"description": {"{$url}": {"post": {"description": "PROSE", "responses": {}}}}},
                },
            },
            "/ledgerreceipts": {},
            "/status": {},
        },
        "components": {
            "schemas": {
                "Invoice": {
                    "title": "PROSE", "description": "PROSE of the\tschema", "externalDocs": {"url": "PROSE"}, "type": "object",
                    "required": ["title", "description"],
                    "properties": {
                        "title": {"type": "string", "title": "PROSE", "description": "PROSE of a field.", "default": "title"},
                        "description": {"type": "object", "description": "PROSE", "properties": {"summary": {"type": "number", "description": "PROSE"}}},
                        "x-odd": {"type": "string", "description": "PROSE", "example": {"description": "data"}},
                        "properties": {"type": "object", "additionalProperties": {"type": "number", "description": "PROSE"}},
                    },
                    "discriminator": {"propertyName": "title", "mapping": {"description": "#/components/schemas/description"}},
                },
                "description": {"description": "PROSE", "allOf": [{"$ref": "#/components/schemas/Invoice"}, {"description": "PROSE", "properties": {"more": {"type": "string", "description": "PROSE of more"}}}]},
                "TransactionIdentifier": {"type": "object"},
            },
            "parameters": {"Page": {"name": "page", "in": "query", "description": "PROSE of a page", "schema": {"type": "integer"}}},
            "responses": {"description": {"description": "PROSE"}},
            "securitySchemes": {"description": {"type": "oauth2", "description": "PROSE", "flows": {"clientCredentials": {"tokenUrl": "t", "scopes": {"description": "PROSE"}}}}},
        },
    })
}

fn read(value: &Value) -> Incoming {
    facts::read("doc", value.to_string().as_bytes(), None).unwrap()
}

fn stripped(value: &Value) -> Json {
    facts::strip_prose(read(value).json, "26.05")
}

/// Returns a line for each part.
fn brief(json: &Json, pointers: &[&str]) -> String {
    let lines = pointers.iter().map(|pointer| {
        let text = json.pointer(pointer).unwrap().to_text().unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        format!("{pointer}: {value}\n")
    });
    lines.collect()
}

#[test]
fn sentences_are_removed_but_names_and_data_stay() {
    let json = stripped(&vendors());
    let text = json.to_text().unwrap();
    assert!(!text.contains("PROSE"), "{text}");
    expect![[r##"
        /info: {"title":"Procountor API","version":"26.05"}
        /servers/0: {"url":"https://{host}/api","variables":{"host":{"default":"a"}}}
        /tags/0: {"name":"Invoices"}
        /paths/~1invoices/parameters/0: {"name":"common","in":"query","schema":{"type":"string"}}
        /paths/~1invoices/get: {"tags":["Invoices"],"operationId":"description","deprecated":true,"parameters":[{"$ref":"#/components/parameters/Page"},{"name":"description","in":"query","schema":{"type":"array","items":{"type":"string","enum":["description","title"]}},"examples":{"summary":{"value":{"description":"data"}}}}],"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Invoice"},"example":{"summary":"data","x-data":1.5},"encoding":{"file":{"headers":{"title":{"schema":{"type":"string"}}}}}}}},"responses":{"200":{"description":"","headers":{"description":{"schema":{"type":"string"}}},"links":{"title":{"operationId":"description"}}},"202":{"description":"","content":{"application/json":{"schema":{"$ref":"#/components/schemas/TransactionIdentifier"}}}},"404":{"$ref":"#/components/responses/description"}},"callbacks":{"description":{"{$url}":{"post":{"responses":{}}}}}}
        /components/schemas/Invoice: {"type":"object","required":["title","description"],"properties":{"title":{"type":"string","default":"title"},"description":{"type":"object","properties":{"summary":{"type":"number"}}},"x-odd":{"type":"string","example":{"description":"data"}},"properties":{"type":"object","additionalProperties":{"type":"number"}}},"discriminator":{"propertyName":"title","mapping":{"description":"#/components/schemas/description"}}}
        /components/schemas/description: {"allOf":[{"$ref":"#/components/schemas/Invoice"},{"properties":{"more":{"type":"string"}}}]}
        /components/responses: {"description":{"description":""}}
        /components/securitySchemes: {"description":{"type":"oauth2","flows":{"clientCredentials":{"tokenUrl":"t","scopes":{"description":""}}}}}
    "##]].assert_eq(&brief(
        &json,
        &[
            "/info",
            "/servers/0",
            "/tags/0",
            "/paths/~1invoices/parameters/0",
            "/paths/~1invoices/get",
            "/components/schemas/Invoice",
            "/components/schemas/description",
            "/components/responses",
            "/components/securitySchemes",
        ],
    ));
}

#[test]
fn the_vendors_sentences_are_listed_by_item() {
    let prose = facts::prose(&read(&vendors()).json);
    expect![[r#"
        operations:
          GET /invoices: PROSE of one. More PROSE.
        schemas:
          Invoice: PROSE of the schema.
          description: PROSE.
        fields:
          Invoice.title: PROSE of a field.
          Invoice.description: PROSE.
          Invoice.x-odd: PROSE.
          description.more: PROSE of more.
        parameters:
          GET /invoices common: PROSE of all.
          GET /invoices page: PROSE of a page.
          GET /invoices description: PROSE!.
    "#]]
    .assert_eq(&prose.to_yaml().unwrap());
}

#[test]
fn numbers_and_strings_keep_their_spelling() {
    let text = r#"{
  "openapi": "3.0.3",
  "info": {
    "title": "Procountor API",
    "version": "26.05"
  },
  "paths": {
    "/invoices": {},
    "/ledgerreceipts": {},
    "/status": {}
  },
  "components": {
    "schemas": {
      "A": {
        "minimum": 1e-05,
        "maximum": 999999999999999.99,
        "multipleOf": 1.10,
        "default": 18446744073709551616,
        "enum": [
          "päivä \"\\ \u0001",
          null,
          true,
          []
        ]
      }
    }
  }
}
"#;
    let incoming = facts::read("doc", text.as_bytes(), None).unwrap();
    let stripped = facts::strip_prose(incoming.json, "26.05");
    assert_eq!(stripped.to_text().unwrap(), text);
}

#[test]
fn committed_documents_do_not_contain_prose() {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let mut seen = 0;
    for entry in fs::read_dir(spec).unwrap() {
        let path = entry.unwrap().path();
        let version = path.file_name().unwrap().to_str().unwrap();
        if !facts::is_version(version) {
            continue;
        }
        let text = fs::read_to_string(path.join("openapi.json")).unwrap();
        let incoming = facts::read("doc", text.as_bytes(), Some(version)).unwrap();
        let stripped = facts::strip_prose(incoming.json, version)
            .to_text()
            .unwrap();
        assert!(stripped == text, "{version}");
        seen += 1;
    }
    assert!(seen > 0);
}

#[test]
fn facts_are_inherited_by_items_that_still_exist() {
    let operation = |extra: Value| {
        let mut operation = json!({"responses": {"202": {"description": "", "content": {"application/json":
            {"schema": {"$ref": "#/components/schemas/TransactionIdentifier"}}}}}});
        operation
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        operation
    };
    let parameter =
        |name: &str, ty: &str| json!({"name": name, "in": "query", "schema": {"type": ty}});
    let with = |mut value: Value, facts: Value| {
        value
            .as_object_mut()
            .unwrap()
            .extend(facts.as_object().unwrap().clone());
        value
    };
    let old = json!({
        "paths": {
            "/a": {
                "get": operation(json!({"deprecated": true, "x-deprecated-removal": "26.03", "x-market": "FI", "parameters": [
                    with(parameter("ids", "array"), json!({"style": "form", "explode": true, "x-max-ids": 200})),
                    with(parameter("other", "string"), json!({"x-max-ids": 5})),
                    with(parameter("said", "array"), json!({"style": "form", "explode": true})),
                ]})),
                "put": operation(json!({"deprecated": true, "x-deprecated-removal": "26.03"})),
            },
            "/gone": {"get": operation(json!({"x-market": "SE"}))},
        },
        "components": {"schemas": {"S": {"properties": {
            "x-scale": {"type": "number", "x-scale": 2},
            "other": {"type": "number", "x-scale": 4, "x-inferred-integer": true},
        }}}},
    });
    let mut new = vendors();
    new["paths"]["/a"] = json!({
        "get": operation(json!({"deprecated": true, "parameters": [
            parameter("new", "string"),
            with(parameter("said", "array"), json!({"explode": false})),
            parameter("other", "integer"),
            parameter("ids", "array"),
        ]})),
        "put": operation(json!({"deprecated": false})),
    });
    new["components"]["schemas"]["S"] =
        json!({"properties": {"x-scale": {"type": "number"}, "other": {"type": "string"}}});
    let mut json = stripped(&new);
    assert_eq!(facts::mark_two_factor(&mut json), 3);
    let inherited: String = facts::inherit(&mut json, &old)
        .iter()
        .map(|one| {
            format!(
                "{} {} {} {:?}\n",
                one.fact, one.value, one.pointer, one.lost
            )
        })
        .collect();
    expect![[r#"
        x-market "FI" /paths/~1a/get None
        x-deprecated-removal "26.03" /paths/~1a/get None
        x-max-ids 200 /paths/~1a/get/parameters/3 None
        style "form" /paths/~1a/get/parameters/3 None
        explode true /paths/~1a/get/parameters/3 None
        x-max-ids 5 /paths/~1a/get/parameters/1 Some("its type changed")
        x-deprecated-removal "26.03" /paths/~1a/put Some("it is not deprecated")
        x-market "SE" /paths/~1gone/get Some("it was removed")
        x-scale 2 /components/schemas/S/properties/x-scale None
        x-scale 4 /components/schemas/S/properties/other Some("its type changed")
    "#]]
    .assert_eq(&inherited);
    expect![[r##"
        /paths/~1a: {"get":{"responses":{"202":{"description":"","content":{"application/json":{"schema":{"$ref":"#/components/schemas/TransactionIdentifier"}}}}},"deprecated":true,"parameters":[{"name":"new","in":"query","schema":{"type":"string"}},{"name":"said","in":"query","schema":{"type":"array"},"explode":false},{"name":"other","in":"query","schema":{"type":"integer"}},{"name":"ids","in":"query","schema":{"type":"array"},"x-max-ids":200,"style":"form","explode":true}],"x-two-factor":true,"x-market":"FI","x-deprecated-removal":"26.03"},"put":{"responses":{"202":{"description":"","content":{"application/json":{"schema":{"$ref":"#/components/schemas/TransactionIdentifier"}}}}},"deprecated":false,"x-two-factor":true}}
        /components/schemas/S: {"properties":{"x-scale":{"type":"number","x-scale":2},"other":{"type":"string"}}}
    "##]].assert_eq(&brief(&json, &["/paths/~1a", "/components/schemas/S"]));

    let value: Value = serde_json::from_str(&json.to_text().unwrap()).unwrap();
    assert!(facts::has_facts(&value));
    assert!(!facts::has_facts(
        &serde_json::from_str(&stripped(&vendors()).to_text().unwrap()).unwrap()
    ));
    let again = stripped(&value);
    assert_eq!(again, json, "inherited facts are kept");
}

#[test]
fn differences_are_json_pointers() {
    let old = stripped(&vendors());
    let mut value = vendors();
    value["paths"]["/status"] = json!({"get": {}});
    value["servers"] = json!([]);
    value["info"]["version"] = "26.06".into();
    let schemas = value["components"]["schemas"].as_object_mut().unwrap();
    let first = schemas.shift_remove("Invoice").unwrap();
    schemas.insert("Invoice".to_owned(), first);
    let new = facts::strip_prose(read(&value).json, "26.06");
    expect![[r#"
        /info/version
        /servers/0
        /paths/~1status/get
        /components/schemas"#]]
    .assert_eq(&facts::differences(&old, &new).join("\n"));
    assert!(facts::differences(&old, &old).is_empty());
}

fn refused(bytes: &[u8], version: Option<&str>, expected: Expect) {
    expected.assert_eq(&facts::read("doc", bytes, version).unwrap_err().to_string());
}

#[test]
fn all_problems_are_reported() {
    let document = json!({"openapi": "3.1.0", "info": {"title": "Shop", "version": "v1"}, "paths": {"/status": 1}});
    refused(
        document.to_string().as_bytes(),
        None,
        expect![[r#"
            doc#/openapi: this is OpenAPI 3.1.0. help: use an OpenAPI 3.0 document; schemas have another meaning in other versions
            doc#/info/title: this describes `Shop`, not the Procountor API. help: use a document of the Procountor API
            doc#/paths: `/invoices` is missing, which every version of this API has. help: use a document of the Procountor API
            doc#/paths: `/ledgerreceipts` is missing, which every version of this API has. help: use a document of the Procountor API
            doc#/paths/~1status: the path is not an object. help: use a document of the Procountor API
            doc#/info/version: `v1` is not a valid version; expected one like 26.04. help: state the version: `cargo xtask pull 26.04`"#]],
    );
    refused(
        vendors().to_string().as_bytes(),
        Some("26.04"),
        expect![
            "doc#/info/version: this is version 26.05, not 26.04. help: pull 26.05, or use the address of 26.04"
        ],
    );
    refused(
        b"<html><title></title>",
        None,
        expect![
            "doc: this is a web page, not an API document. help: open the address in a browser to see whether it is correct and whether it needs a login"
        ],
    );
    refused(
        b" <?xml version='1.0'?>",
        None,
        expect![
            "doc: this is a web page, not an API document. help: open the address in a browser to see whether it is correct and whether it needs a login"
        ],
    );
    refused(
        "[".repeat(100_000).as_bytes(),
        None,
        expect![
            "doc: this is not JSON (recursion limit exceeded at line 1 column 128). help: check the address"
        ],
    );
}

#[test]
fn versions_are_year_and_month() {
    for good in ["26.04", "23.12", "30.01"] {
        assert!(facts::is_version(good), "{good}");
    }
    for bad in [
        "26.4", "26.13", "26.00", "2026.04", "26.04.1", "26-04", "", "1.0.0", "２6.04",
    ] {
        assert!(!facts::is_version(bad), "{bad}");
    }
}

/// Generates arbitrary JSON with many OpenAPI keywords.
fn anything() -> impl Strategy<Value = Value> {
    const KEYS: [&str; 24] = [
        "description",
        "title",
        "summary",
        "externalDocs",
        "properties",
        "items",
        "allOf",
        "schemas",
        "schema",
        "content",
        "responses",
        "parameters",
        "get",
        "examples",
        "example",
        "default",
        "enum",
        "x-max-ids",
        "x-other",
        "$ref",
        "200",
        "headers",
        "scopes",
        "flows",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(8, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(&KEYS[..]), inner), 0..6).prop_map(
                |members| {
                    Value::Object(
                        members
                            .into_iter()
                            .map(|(key, value)| (key.to_owned(), value))
                            .collect(),
                    )
                }
            ),
        ]
    })
}

proptest! {
    #[test]
    fn stripping_twice_has_no_further_effect(
        (operation, schema, components, info) in (anything(), anything(), anything(), anything())
    ) {
        let mut value = vendors();
        value["paths"]["/invoices"]["post"] = operation;
        value["components"]["schemas"]["Any"] = schema;
        value["components"]["headers"] = components;
        value["info"]["contact"] = info;
        let once = stripped(&value);
        let text = once.to_text().unwrap();
        let again = facts::read("doc", text.as_bytes(), None).unwrap();
        let twice = facts::strip_prose(again.json, "26.05");
        prop_assert_eq!(&twice, &once);
        prop_assert_eq!(twice.to_text().unwrap(), text);
    }
}
