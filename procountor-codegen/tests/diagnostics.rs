//! Invalid inputs, and the problems that the generator reports.

#[cfg(test)]
mod support;

use expect_test::{Expect, expect};
use procountor_codegen::docs::undocumented;
use procountor_codegen::{Sources, load};
use support::{overlaid, problems, ruled, source, sources, specification};

/// A valid specification.
const FINE: &str = r"
/things:
  get:
    operationId: getThings
    tags: [Things]
    parameters: [{ name: name, in: query, schema: { type: string } }]
    responses: { '200': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } } }
";
const THING: &str = "Thing: { type: object, properties: { name: { type: string } } }";

fn check(openapi: &str, expected: Expect) {
    expected.assert_eq(&problems(&sources(openapi)));
}

fn check_overlay(actions: &str, expected: Expect) {
    expected.assert_eq(&problems(&overlaid(&specification(FINE, THING), actions)));
}

fn check_policies(policies: &str, expected: Expect) {
    expected.assert_eq(&problems(&ruled(&specification(FINE, THING), policies)));
}

fn check_docs(docs: &str, expected: Expect) {
    let docs = vec![source("docs.yaml", docs)];
    expected.assert_eq(&problems(&Sources {
        docs,
        ..sources(&specification(FINE, THING))
    }));
}

#[test]
fn a_valid_specification_is_accepted() {
    check(&specification(FINE, THING), expect!["nothing is wrong"]);
}

#[test]
fn documents_that_are_not_json() {
    check(
        "openapi: 3.0.3\n",
        expect![
            "openapi.json: this is not JSON, line 1, column 1. help: fetch the specification again"
        ],
    );
    check(
        "{\n  \"openapi\": \"3.0.3\",\n  \"pat",
        expect![
            "openapi.json: the file ends in the middle of the JSON, line 3, column 6. help: fetch the specification again"
        ],
    );
    check(
        "",
        expect![
            "openapi.json: the file ends in the middle of the JSON, line 1, column 0. help: fetch the specification again"
        ],
    );
}

#[test]
fn documents_of_another_format() {
    check(
        r#"{"swagger": "2.0", "paths": {}}"#,
        expect![
            "openapi.json#/swagger: this is Swagger 2.0. help: convert it to OpenAPI 3.0 first"
        ],
    );
    check(
        r#"{"openapi": "3.1.0", "paths": {}}"#,
        expect![
            "openapi.json#/openapi: this is OpenAPI 3.1.0. help: use an OpenAPI 3.0 document; schemas have another meaning in other versions"
        ],
    );
    check(
        r#"{"openapi": 3}"#,
        expect![
            "openapi.json#/openapi: this is OpenAPI 3. help: use an OpenAPI 3.0 document; schemas have another meaning in other versions"
        ],
    );
    check(
        "[]",
        expect!["openapi.json: `openapi` is missing. help: use an OpenAPI 3.0 document"],
    );
}

#[test]
fn all_missing_parts_are_reported() {
    check(
        r#"{"openapi": "3.0.3"}"#,
        expect![[r#"
        openapi.json#/info: `version` is missing. help: add it in the overlay
        openapi.json#: `paths` is missing. help: add it in the overlay"#]],
    );
    check(
        &specification(
            r"
/a: { get: { operationId: getA, parameters: [{ in: query, schema: { type: string } }] }, search: {} }
/b: { get: { tags: [B], responses: { '200': {} } }, put: [] }
/c: []
",
            "Thing: { type: object, properties: 5 }",
        ),
        expect![[r#"
            openapi.json#/paths/~1a/get: `tags` is missing. help: add it in the overlay
            openapi.json#/paths/~1a/get/parameters/0: this is not a parameter (missing field `name`). help: repair it in the overlay
            openapi.json#/paths/~1a/get: `responses` is missing. help: add it in the overlay
            openapi.json#/paths/~1a/search: `search` is not a supported method. help: use one of get, post, put, patch, delete
            openapi.json#/paths/~1b/get: `operationId` is missing. help: add it in the overlay
            openapi.json#/paths/~1b/get/responses/200: this is not a response (missing field `description`). help: repair it in the overlay
            openapi.json#/paths/~1b/put: `operationId` is missing. help: add it in the overlay
            openapi.json#/paths/~1b/put: `tags` is missing. help: add it in the overlay
            openapi.json#/paths/~1b/put: `responses` is missing. help: add it in the overlay
            openapi.json#/paths/~1c: the path is not an object. help: repair it in the overlay
            openapi.json#/components/schemas/Thing: this is not a schema (invalid type: integer `5`, expected a map). help: repair it in the overlay"#]],
    );
}

#[test]
fn references_without_a_target() {
    check(
        &specification(
            FINE,
            r"
Thing:
  type: object
  properties:
    outside: { $ref: 'https://example.org/schemas.json#/Other' }
    file: { $ref: 'other.json' }
    beside: { $ref: '#/components/schemas/Round', deprecated: true }
Round: { $ref: '#/components/schemas/Trip' }
Trip: { $ref: '#/components/schemas/Round' }
Lost: { type: object, properties: { name: { $ref: '#/components/schemas/Missing' } } }
",
        ),
        expect![[r#"
            openapi.json#/components/schemas/Thing/properties/outside: `$ref` to `https://example.org/schemas.json#/Other` leads out of the document. help: move the target to `components`
            openapi.json#/components/schemas/Thing/properties/file: `$ref` to `other.json` leads out of the document. help: move the target to `components`
            openapi.json#/components/schemas/Thing/properties/beside: keys beside `$ref` to `#/components/schemas/Round` have no effect. help: remove them, or put the reference into `allOf`
            openapi.json#/components/schemas/Thing/properties/beside: `$ref` to `#/components/schemas/Round` leads only to itself. help: replace one of the references with a schema
            openapi.json#/components/schemas/Round: `$ref` to `#/components/schemas/Trip` leads only to itself. help: replace one of the references with a schema
            openapi.json#/components/schemas/Trip: `$ref` to `#/components/schemas/Round` leads only to itself. help: replace one of the references with a schema
            openapi.json#/components/schemas/Lost/properties/name: the target of `$ref` to `#/components/schemas/Missing` does not exist. help: add the target to `components`, or correct the reference in the overlay"#]],
    );
}

#[test]
fn schemas_that_consist_only_of_themselves() {
    check(
        &specification(
            FINE,
            r"
Thing: { type: object, properties: { lists: { $ref: '#/components/schemas/Lists' } } }
Lists: { type: array, items: { $ref: '#/components/schemas/Lists' } }
",
        ),
        expect![
            "openapi.json#/components/schemas/Thing/properties/lists/items: the generator does not support `Lists`, which consists only of itself. help: describe it in another way in the overlay"
        ],
    );
}

#[test]
fn a_recursive_schema_is_valid() {
    let schemas =
        "Thing: { type: object, properties: { parent: { $ref: '#/components/schemas/Thing' } } }";
    check(&specification(FINE, schemas), expect!["nothing is wrong"]);
}

#[test]
fn schemas_that_the_model_cannot_express() {
    check(
        &specification(
            FINE,
            r"
Thing:
  type: object
  required: [missing]
  additionalProperties: true
  properties:
    either: { oneOf: [{ type: string }, { type: integer }] }
    both: { allOf: [{ type: object }, { type: object }] }
    inline: { type: object, properties: { name: { type: string } } }
    pattern: { type: string, pattern: '[a-z]' }
    step: { type: number, multipleOf: 4 }
    bounded: { type: string, maximum: 100 }
    sized: { type: string, enum: [A], maxLength: 9 }
    odd: { type: string, format: hostname }
    bytes: { type: string, format: binary }
    numbers: { type: integer, enum: [1, 2] }
    nothing: { type: string, enum: [A, null] }
    list: { type: array, items: { type: string, maxLength: 9 } }
    any: { type: array }
    unknown: { type: string }
    same_name: { type: string }
    sameName: { type: string }
",
        ),
        expect![[r#"
            openapi.json#/components/schemas/Thing/properties/either: the generator does not support a combination of schemas. help: describe it in another way in the overlay
            openapi.json#/components/schemas/Thing/properties/both: the generator does not support a combination of schemas. help: describe it in another way in the overlay
            openapi.json#/components/schemas/Thing/properties/inline: the generator does not support an object without a name. help: describe it in another way in the overlay
            openapi.json#/components/schemas/Thing/properties/pattern: the generator does not support `pattern`. help: describe it in another way in the overlay
            openapi.json#/components/schemas/Thing/properties/step: the generator does not support `multipleOf`. help: describe it in another way in the overlay
            openapi.json#/components/schemas/Thing/properties/bounded: the generator does not support keywords that do not fit together (type: string). help: describe it in another way in the overlay
            openapi.json#/components/schemas/Thing/properties/sized: the generator does not support a length beside `enum`. help: describe it in another way in the overlay
            openapi.json#/components/schemas/Thing/properties/odd: the generator does not support the format `hostname`. help: describe it in another way in the overlay
            openapi.json#/components/schemas/Thing/properties/bytes: the generator does not support bytes inside JSON. help: describe it in another way in the overlay
            openapi.json#/components/schemas/Thing/properties/numbers: the generator does not support `enum` on an integer. help: describe it in another way in the overlay
            openapi.json#/components/schemas/Thing/properties/nothing: the generator does not support null in `enum`. help: describe it in another way in the overlay
            openapi.json#/components/schemas/Thing/properties/list/items: the generator does not support constraints on the items of a list. help: describe it in another way in the overlay
            openapi.json#/components/schemas/Thing/properties/any: the generator does not support a list without `items`. help: describe it in another way in the overlay
            openapi.json#/components/schemas/Thing/properties/unknown: the generator does not support the field name `unknown`. help: describe it in another way in the overlay
            openapi.json#/components/schemas/Thing/properties/sameName: the generator does not support `sameName` beside `same_name`: both are `same_name` in Rust. help: describe it in another way in the overlay
            openapi.json#/components/schemas/Thing: the generator does not support `missing`, which is required and not declared. help: describe it in another way in the overlay
            openapi.json#/components/schemas/Thing: the generator does not support `additionalProperties` beside `properties`. help: describe it in another way in the overlay"#]],
    );
}

#[test]
fn operations_that_the_model_cannot_express() {
    check(
        &specification(
            r"
/things/{thingId}:
  get:
    operationId: getThing1
    tags: [Things]
    parameters:
      - { name: other, in: path, required: true, schema: { type: string } }
      - { name: session, in: cookie, schema: { type: string } }
      - { name: filter, in: query, schema: { type: object } }
      - { name: piped, in: query, style: pipeDelimited, schema: { type: array, items: { type: string } } }
      - { name: some_name, in: query, schema: { type: string } }
      - { name: someName, in: query, schema: { type: string } }
      - { name: count, in: query, x-max-ids: 5, schema: { type: integer } }
    responses: { '204': { description: '', content: { application/json: { schema: { type: object } } } } }
  put:
    operationId: putThing
    tags: [Things, Others]
    x-response-media-type: multipart/mixed
    parameters: [{ name: thingId, in: path, required: true, schema: { type: integer } }]
    requestBody: { required: true, content: { text/xml: { schema: { type: string } } } }
    responses: { '200': { description: '', content: { text/csv: { schema: { type: string } } } }, default: { description: '' } }
  delete:
    operationId: putThing
    tags: [Things]
    parameters: [{ name: thingId, in: path, required: true, schema: { type: integer } }]
    responses: { '404': { description: '' } }
",
            "",
        ),
        expect![[r#"
            openapi.json#/paths/~1things~1{thingId}/get: the operation id `getThing1` ends in a number. help: set another `operationId` in the overlay
            openapi.json#/paths/~1things~1{thingId}/get/parameters/1: the generator does not support a cookie. help: describe it in another way in the overlay
            openapi.json#/paths/~1things~1{thingId}/get/parameters/2/schema: the generator does not support an object as a parameter. help: describe it in another way in the overlay
            openapi.json#/paths/~1things~1{thingId}/get/parameters/3: the generator does not support this `style`. help: describe it in another way in the overlay
            openapi.json#/paths/~1things~1{thingId}/get/parameters/6: the generator does not support this use of `x-max-ids`. help: describe it in another way in the overlay
            openapi.json#/paths/~1things~1{thingId}/get: the generator does not support `{thingId}` in the path without a parameter. help: describe it in another way in the overlay
            openapi.json#/paths/~1things~1{thingId}/get: the generator does not support the path parameter `other`, which is not in the path. help: describe it in another way in the overlay
            openapi.json#/paths/~1things~1{thingId}/get: the generator does not support two parameters that are both `some_name` in Rust. help: describe it in another way in the overlay
            openapi.json#/paths/~1things~1{thingId}/get/responses/204: the generator does not support a 204 with a body. help: describe it in another way in the overlay
            openapi.json#/paths/~1things~1{thingId}/put: the generator does not support an operation with no tag or several. help: describe it in another way in the overlay
            openapi.json#/paths/~1things~1{thingId}/put/requestBody/content/text~1xml/schema: the generator does not support a body of the media type `text/xml`. help: describe it in another way in the overlay
            openapi.json#/paths/~1things~1{thingId}/put: the generator does not support a default response. help: describe it in another way in the overlay
            openapi.json#/paths/~1things~1{thingId}/put/responses/200/content/text~1csv/schema: the generator does not support a response of the media type `text/csv` with this schema. help: describe it in another way in the overlay
            openapi.json#/paths/~1things~1{thingId}/put: the generator does not support the `x-response-media-type` `multipart/mixed` of an operation that declares another one. help: describe it in another way in the overlay
            openapi.json#/paths/~1things~1{thingId}/delete: the generator does not support an operation without a successful response. help: describe it in another way in the overlay
            openapi.json#/paths/~1things~1{thingId}/delete: `putThing` is also the name of `PUT /things/{thingId}`. help: give one of them another `operationId` in the overlay"#]],
    );
}

#[test]
fn names_that_are_taken() {
    check(
        &specification(
            r"
/things:
  get:
    operationId: thing
    tags: [Things]
    parameters: [{ name: thing, in: query, schema: { type: string, enum: [A], x-rust-enum: Client } }]
    responses: { '200': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } } }
",
            r"
Thing: { type: object, properties: { name: { type: string, enum: [B, b], x-rust-enum: First } } }
Other: { type: object, properties: { name: { type: string, enum: [b, B], x-rust-enum: Second, x-rust-variants: { c: C } } } }
Third_Thing: { type: object, properties: { id: { type: integer, x-rust-id: OtherId } } }
Fourth: { type: object, properties: { id: { type: string, x-rust-id: OtherId }, on: { type: boolean, x-rust-id: On } } }
",
        ),
        expect![[r#"
            openapi.json#/components/schemas/Fourth/properties/id: `OtherId` is text here and an integer elsewhere. help: use another `x-rust-id` for one of them
            openapi.json#/components/schemas/Fourth/properties/on: `On` is neither text nor an integer. help: remove `x-rust-id`
            openapi.json: `Third_Thing`, a schema, is not a valid type name. help: set `x-rust-name` on the schema
            openapi.json: `Thing` is the name of a schema and of an operation. help: set another `operationId` in the overlay
            openapi.json#/components/schemas/Thing/properties/name: one list of values has several names: First, Second. help: use one `x-rust-enum` for all of them
            openapi.json#/components/schemas/Thing/properties/name: the values `B` and `b` are both `B` in Rust. help: name one of them in `x-rust-variants`
            openapi.json#/components/schemas/Thing/properties/name: `x-rust-variants` names `c`, which is not a value of this enum. help: remove the name
            openapi.json: `Client` is the name of an item of the runtime and of an enum. help: set `x-rust-enum` on the enum"#]],
    );
}

#[test]
fn names_that_are_not_valid_in_rust() {
    check(
        &specification(
            r"
/things:
  get:
    operationId: 1st-thing
    tags: [2nd things]
    parameters: [{ name: '3rd', in: query, schema: { type: string, enum: [A], x-rust-enum: Fourth Enum } }]
    responses: { '200': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/5th' } } } } }
",
            "5th: { type: object, properties: { '6th': { type: integer, x-rust-id: seventhId }, '%': { type: string } } }",
        ),
        expect![[r#"
            openapi.json#/components/schemas/5th/properties/6th: the generator does not support the field name `6th`. help: describe it in another way in the overlay
            openapi.json#/components/schemas/5th/properties/%: the generator does not support the field name ``. help: describe it in another way in the overlay
            openapi.json#/paths/~1things/get: the operation id `1st-thing` is not a valid name. help: correct it in the overlay
            openapi.json#/paths/~1things/get/parameters/0: the generator does not support the parameter name `3rd`. help: describe it in another way in the overlay
            openapi.json#/tags: `2nd_things` is not a valid module name. help: set `x-group` on the tag `2nd things` in the overlay
            openapi.json: `5th`, a schema, is not a valid type name. help: set `x-rust-name` on the schema
            openapi.json: `seventhId`, an id, is not a valid type name. help: use another `x-rust-id`
            openapi.json: `1stThing`, an operation, is not a valid type name. help: set another `operationId` in the overlay
            openapi.json: `Fourth Enum`, an enum, is not a valid type name. help: set `x-rust-enum` on the enum"#]],
    );
    let fine = specification(FINE, THING).replace("26.04", "26.04 beta");
    check(
        &fine,
        expect![
            "openapi.json#/info/version: `26.04 beta` is not a valid version; expected one like 26.04. help: correct it in the overlay"
        ],
    );
}

#[test]
fn unknown_and_misplaced_keys() {
    check(
        &specification(
            FINE,
            r"
Thing:
  type: object
  x-java-class: Thing
  properties:
    x-name: { type: string, x-rust-Id: ThingId, example: { x-y: 1 } }
    list: { type: array, x-rust-enum: Colour, items: { type: string, enum: [RED] } }
    count: { type: integer, x-secret: true }
",
        ),
        expect![[r#"
            openapi.json#/components/schemas/Thing/x-java-class: unknown key `x-java-class`. help: remove it, or use one of x-deprecated-removal, x-group, x-inferred-integer, x-market, x-max-ids, x-response-media-type, x-rust-enum, x-rust-id, x-rust-name, x-rust-variants, x-scale, x-secret, x-two-factor
            openapi.json#/components/schemas/Thing/properties/x-name/x-rust-Id: unknown key `x-rust-Id`. help: remove it, or use one of x-deprecated-removal, x-group, x-inferred-integer, x-market, x-max-ids, x-response-media-type, x-rust-enum, x-rust-id, x-rust-name, x-rust-variants, x-scale, x-secret, x-two-factor
            openapi.json#/components/schemas/Thing/properties/list/x-rust-enum: `x-rust-enum` has no effect here. help: move it to an object with `enum`
            openapi.json#/components/schemas/Thing/properties/count/x-secret: `x-secret` has no effect here. help: move it to an object with `type: string`"#]],
    );
}

#[test]
fn invalid_overlays() {
    let openapi = specification(FINE, THING);
    let with = |text: &str| {
        let overlay = Some(source("overlay.yaml", text));
        problems(&Sources {
            overlay,
            ..sources(&openapi)
        })
    };
    expect!["overlay.yaml: this is not an overlay (overlay: invalid type: sequence, expected a string at line 1 column 10). help: use the keys `overlay: 1.0.0`, `info` with `title` and `version`, and `drop` or `actions`"].assert_eq(&with("overlay: [1.0.0"));
    expect!["overlay.yaml: this is not an overlay (unknown field `extends`, expected one of `overlay`, `info`, `drop`, `actions` at line 4 column 1). help: use the keys `overlay: 1.0.0`, `info` with `title` and `version`, and `drop` or `actions`"].assert_eq(&with("overlay: 1.0.0\ninfo: { title: T, version: '1' }\nactions: []\nextends: other"));
    expect!["overlay.yaml: this is Overlay 2.0.0. help: use Overlay 1.0"].assert_eq(&with(
        "overlay: 2.0.0\ninfo: { title: T, version: '1' }\nactions: []",
    ));
}

#[test]
fn invalid_actions_and_actions_without_effect() {
    check_overlay(
        "
- target: $.paths['/others']
  description: It has gone.
  remove: true
- target: $.paths['/things'].get
  description: It says so already.
  update: { operationId: getThings }
- target: $.paths['/things'].get
  description: Both.
  update: { operationId: findThings }
  remove: true
- target: $.paths['/things'].get
  description: Neither.
- target: $.paths['/things'].get
  update: { operationId: findThings }
- target: $.paths['/things'].get
  description: ' '
  update: { operationId: findThings }
- target: $.paths['/things'].get
  description: A typo.
  updates: { operationId: findThings }
- target: $.paths['/things'].get.operationId
  description: Not an object.
  update: { operationId: findThings }
- target: paths[
  description: Not a path.
  remove: true
- description: No target.
  remove: true
",
        expect![[r#"
            overlay.yaml: action 3 ($.paths['/things'].get): exactly one of `update` and `remove: true` is required. help: write two actions to do both
            overlay.yaml: action 4 ($.paths['/things'].get): exactly one of `update` and `remove: true` is required. help: write two actions to do both
            overlay.yaml: action 5 ($.paths['/things'].get): `description` is missing or empty. help: explain in `description` why the document is wrong
            overlay.yaml: action 6 ($.paths['/things'].get): `description` is missing or empty. help: explain in `description` why the document is wrong
            overlay.yaml: action 7 ($.paths['/things'].get): unknown field `updates`, expected one of `target`, `description`, `update`, `remove`. help: an action has `target`, `description` and `update` or `remove`
            overlay.yaml: action 9 (paths[): the target is not a valid JSONPath (at position 0, parser error). help: use the syntax of RFC 9535
            overlay.yaml: action 10 (no target): missing field `target`. help: an action has `target`, `description` and `update` or `remove`
            overlay.yaml: action 1 ($.paths['/others']): the target matches nothing. help: remove the action if the vendor has repaired the document; otherwise correct the target
            overlay.yaml: action 2 ($.paths['/things'].get): the update changes nothing. help: remove the action; the document already has these values
            overlay.yaml: action 8 ($.paths['/things'].get.operationId): `update` applies to objects and arrays only. help: select the object or array that contains the value"#]],
    );
}

#[test]
fn actions_merge_append_and_remove_in_order() {
    let openapi = specification(FINE, THING);
    let sources = overlaid(
        &openapi,
        "
- target: $.paths['/things'].get.parameters
  description: Appended to the list.
  update: { name: day, in: query, schema: { type: string, format: date } }
- target: $.paths['/things'].get
  description: Joined with the list, and merged with the object.
  update: { deprecated: true, parameters: [{ name: count, in: query, schema: { type: integer } }] }
- target: $.paths['/things'].get.parameters[0, 1]
  description: Both are removed.
  remove: true
- target: $.paths['/things'].get.parameters[0]
  description: Only the count is left.
  update: { in: header }
",
    );
    expect![[r#"
        /// `GET /things`. In 26.04 and later.
        #[deprecated(note = "deprecated by the vendor since 26.04")]
        #[endpoint(GET, "/things", returns = Thing, versions = Since<V2604>)]
        #[auth(m2m | on_behalf)]
        #[retry(safe)]
        #[rate_limit(company)]
        pub struct GetThings {
            #[header]
            pub count: Option<i64>,
        }
    "#]]
    .assert_eq(&support::endpoints(&sources));
}

#[test]
fn invalid_policies() {
    check_policies(
        "rule: []",
        expect![
            "policies.yaml: this is not a list of policy rules (unknown field `rule`, expected `rules`). help: put the rules into a list `rules`"
        ],
    );
    check_policies(
        "
rules:
  - { reason: a typo, match: { methods: GET }, set: { retry: safe } }
  - { reason: no such value, match: {}, set: { retry: always } }
  - { reason: no such method, match: { method: LIST }, set: { retry: safe } }
  - { reason: '', match: {}, set: { retry: safe } }
  - { reason: nothing, match: {}, set: {} }
  - { match: {}, set: { retry: safe } }
",
        expect![[r#"
            policies.yaml: rule 1: unknown field `methods`, expected one of `method`, `path`, `two_factor`. help: a rule has `reason`, `match` (method, path, two_factor) and `set` (access, retry, rate_limit, paging)
            policies.yaml: rule 2: unknown variant `always`, expected one of `safe`, `idempotent`, `only_if_unsent`, `never`. help: a rule has `reason`, `match` (method, path, two_factor) and `set` (access, retry, rate_limit, paging)
            policies.yaml: rule 3: `method` is GET, POST, PUT, PATCH, DELETE or a list of them. help: a rule has `reason`, `match` (method, path, two_factor) and `set` (access, retry, rate_limit, paging)
            policies.yaml: rule 4: `reason` is empty. help: a rule has `reason`, `match` (method, path, two_factor) and `set` (access, retry, rate_limit, paging)
            policies.yaml: rule 5: `set` is empty. help: a rule has `reason`, `match` (method, path, two_factor) and `set` (access, retry, rate_limit, paging)
            policies.yaml: rule 6: missing field `reason`. help: a rule has `reason`, `match` (method, path, two_factor) and `set` (access, retry, rate_limit, paging)"#]],
    );
}

#[test]
fn policies_that_match_nothing_or_contradict_each_other() {
    check_policies(
        "
rules:
  - { reason: all, match: {}, set: { access: any, rate_limit: company, retry: never } }
  - { reason: reads, match: { method: GET }, set: { retry: safe } }
  - { reason: also reads, match: { method: [GET, PUT] }, set: { retry: idempotent } }
  - { reason: elsewhere, match: { path: /others/** }, set: { retry: never } }
",
        expect![[r#"
            policies.yaml: rules 2 and 3 are equally specific and contradict each other on `retry` of `GET /things` (Safe and Idempotent). help: make one of them more specific
            policies.yaml: no rule sets `paging` for `GET /things`. help: add a rule that sets it
            policies.yaml: rule 4 matches no operation. help: correct `match`, or remove the rule"#]],
    );
}

#[test]
fn the_most_specific_policy_wins() {
    check_policies(
        "
rules:
  - { reason: exactly this, match: { path: /things }, set: { retry: idempotent } }
  - { reason: such paths, match: { method: GET, path: /* }, set: { retry: never } }
  - { reason: all, match: {}, set: { access: any, rate_limit: company, retry: only_if_unsent, paging: 'off' } }
  - { reason: reads, match: { method: GET }, set: { retry: safe } }
",
        expect!["nothing is wrong"],
    );
}

#[test]
fn operations_without_a_sentence_are_listed() {
    let openapi = specification(FINE, THING);
    let explained = |docs: &str| {
        let docs = vec![source("docs.yaml", docs)];
        let api = load(&Sources {
            docs,
            ..sources(&openapi)
        });
        undocumented(&api.unwrap_or_else(|wrong| panic!("{wrong}")))
    };
    assert_eq!(explained("schemas: {}"), ["GET /things"]);
    assert!(explained("operations: { GET /Things: list them. }").is_empty());
}

#[test]
fn invalid_sentences_and_sentences_about_missing_items() {
    check_docs(
        "
groups: { things: 'Things: all of them.', others: Others. }
operations: { GET /things: list them, GET /others: list them. }
schemas: { Thing: A thing., Other: Another. }
fields: { Thing.name: Its name., Thing.size: Its size. }
parameters: { GET /things name: Its name., GET /things size: Its size. }
enums: { Colour: A colour. }
ids: { ThingId: A thing. }
",
        expect![[r#"
            docs.yaml: `operations`: `GET /things` is not one sentence. help: write one line that ends with a period
            docs.yaml: `groups`: `others` does not exist. help: correct the name, or remove the sentence
            docs.yaml: `operations`: `GET /others` does not exist. help: correct the name, or remove the sentence
            docs.yaml: `schemas`: `Other` does not exist. help: correct the name, or remove the sentence
            docs.yaml: `fields`: `Thing.size` does not exist. help: correct the name, or remove the sentence
            docs.yaml: `parameters`: `GET /things size` does not exist. help: correct the name, or remove the sentence
            docs.yaml: `enums`: `Colour` does not exist. help: correct the name, or remove the sentence
            docs.yaml: `ids`: `ThingId` does not exist. help: correct the name, or remove the sentence"#]],
    );
    check_docs(
        "
operations: { GET /things: list them., GET /Things: list them all. }
",
        expect![
            "docs.yaml: `operations`: `GET /things` and `GET /Things` describe the same item. help: remove one of them"
        ],
    );
    check_docs(
        "sentences: {}",
        expect![
            "docs.yaml: this is not a file of sentences (unknown field `sentences`, expected one of `groups`, `operations`, `schemas`, `fields`, `parameters`, `enums`, `ids`). help: use the keys `groups`, `operations`, `schemas`, `fields`, `parameters`, `enums` and `ids`; each is optional"
        ],
    );
}
