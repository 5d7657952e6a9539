//! Small specifications and their endpoints.

#[cfg(test)]
mod support;

use expect_test::{Expect, expect};
use support::{endpoints, ruled, sources, specification};

fn check(paths: &str, schemas: &str, expected: Expect) {
    expected.assert_eq(&endpoints(&sources(&specification(paths, schemas))));
}

#[test]
fn parameters_stand_where_they_go() {
    check(
        r"
/things/{thingId}/parts/{code}:
  put:
    operationId: putPart
    tags: [Things]
    parameters:
      - { name: note, in: query, schema: { type: string, maxLength: 40, minLength: 0 } }
      - { name: accountNumber, in: header, schema: { type: string } }
      - { name: code, in: path, required: true, schema: { type: string } }
      - { name: thingId, in: path, required: true, schema: { type: integer } }
      - { name: day, in: query, required: true, schema: { type: string, format: date } }
      - { name: X-Trace, in: header, required: true, schema: { type: string } }
    requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Part' } } } }
    responses: { '204': { description: '' } }
",
        "Part: { type: object, properties: { name: { type: string } } }",
        expect![[r#"
            /// `PUT /things/{thingId}/parts/{code}`. In 26.04 and later.
            #[endpoint(PUT, "/things/{thingId}/parts/{code}", returns = (), versions = Since<V2604>)]
            #[auth(m2m | on_behalf)]
            #[retry(only_if_unsent)]
            #[rate_limit(queued)]
            pub struct PutPart {
                #[path]
                pub code: String,
                #[path]
                pub thing_id: ThingId,
                #[query]
                pub day: Date,
                #[header(name = "X-Trace")]
                pub x_trace: String,
                #[body]
                pub part: Part,
                #[query(max_len = 40)]
                pub note: Option<String>,
                #[header]
                pub account_number: Option<String>,
            }
        "#]],
    );
}

#[test]
fn lists_are_written_with_commas_unless_they_are_said_to_repeat() {
    check(
        r"
/things:
  get:
    operationId: getThings
    tags: [Things]
    parameters:
      - { name: types, in: query, schema: { type: array, items: { type: string } } }
      - { name: sizes, in: query, explode: false, schema: { type: array, items: { type: number } } }
      - { name: thingIds, in: query, explode: true, required: true, x-max-ids: 200,
          schema: { type: array, items: { type: integer, x-rust-id: ThingId } } }
    responses: { '200': { description: '', content: { application/json: { schema: { type: object } } } } }
",
        "",
        expect![[r#"
            /// `GET /things`. In 26.04 and later.
            #[endpoint(GET, "/things", returns = Json, versions = Since<V2604>)]
            #[auth(m2m | on_behalf)]
            #[retry(safe)]
            #[rate_limit(queued)]
            pub struct GetThings {
                #[query(repeated, required, max_items = 200)]
                pub thing_ids: Vec<ThingId>,
                #[query(comma)]
                pub types: Vec<String>,
                #[query(comma)]
                pub sizes: Vec<Decimal>,
            }
        "#]],
    );
}

#[test]
fn an_operation_for_several_ids_is_two_endpoints() {
    check(
        r"
/things/{thingId}:
  get:
    operationId: getThing
    tags: [Things]
    parameters:
      - { name: thingId, in: path, required: true, x-max-ids: 200, schema: { type: integer } }
      - { name: detailed, in: query, schema: { type: boolean } }
    responses: { '200': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } } }
",
        "Thing: { type: object, properties: { id: { type: integer, x-rust-id: ThingId } } }",
        expect![[r#"
            /// `GET /things/{thingId}`. In 26.04 and later.
            #[endpoint(GET, "/things/{thingId}", returns = Thing, versions = Since<V2604>)]
            #[auth(m2m | on_behalf)]
            #[retry(safe)]
            #[rate_limit(queued)]
            pub struct GetThing {
                #[path]
                pub thing_id: ThingId,
                #[query]
                pub detailed: Option<bool>,
            }

            /// `GET /things/{thingId}`: the same for up to 200 ids at once, in the order of the ids; those
            /// that do not exist are left out, and if none does, that is 404. In 26.04 and later.
            #[endpoint(GET, "/things/{thingId}", returns = Batch<Thing>, versions = Since<V2604>)]
            #[auth(m2m | on_behalf)]
            #[retry(safe)]
            #[rate_limit(queued)]
            pub struct GetThingBatch {
                #[path(name = "thingId", comma, max_items = 200)]
                pub thing_ids: Vec<ThingId>,
                #[query]
                pub detailed: Option<bool>,
            }
        "#]],
    );
}

#[test]
fn a_multipart_body_is_parts_and_a_mixed_answer_and_bytes_are_named() {
    check(
        r"
/things:
  post:
    operationId: saveThing
    tags: [Things]
    requestBody:
      required: true
      content:
        multipart/form-data:
          schema:
            type: object
            required: [meta, file]
            properties:
              meta: { $ref: '#/components/schemas/Thing' }
              file: { type: string, format: binary }
    responses: { '200': { description: '', content: { multipart/mixed: { schema: { $ref: '#/components/schemas/Thing' } } } } }
/things/file:
  get:
    operationId: getFile
    tags: [Things]
    responses: { '200': { description: '', content: { image/*: { schema: { type: string, format: binary } } } } }
",
        "Thing: { type: object, properties: { name: { type: string } } }",
        expect![[r#"
            /// `POST /things`. In 26.04 and later.
            #[endpoint(POST, "/things", returns = Mixed<Thing>, versions = Since<V2604>)]
            #[auth(m2m | on_behalf)]
            #[retry(only_if_unsent)]
            #[rate_limit(queued)]
            pub struct SaveThing {
                #[part(json)]
                pub meta: Thing,
                #[part(file)]
                pub file: FileUpload,
            }

            /// `GET /things/file`. In 26.04 and later.
            #[endpoint(GET, "/things/file", returns = Binary, versions = Since<V2604>)]
            #[auth(m2m | on_behalf)]
            #[retry(safe)]
            #[rate_limit(queued)]
            pub struct GetFile {}
        "#]],
    );
}

#[test]
fn the_status_says_what_the_answer_is() {
    check(
        r"
/things/result:
  get:
    operationId: getResult
    tags: [Things]
    responses:
      '202': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Waiting' } } } }
      '200': { description: '', content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Thing' } } } } }
      '404': { description: '' }
/things/start:
  put:
    operationId: start
    tags: [Things]
    responses: { '202': { description: '' } }
",
        "
Thing: { type: object, properties: { name: { type: string } } }
Waiting: { type: object, properties: { name: { type: string } } }
",
        expect![[r#"
            /// `GET /things/result`. In 26.04 and later.
            #[endpoint(GET, "/things/result", returns = (200: Vec<Thing>, 202: Waiting), versions = Since<V2604>)]
            #[auth(m2m | on_behalf)]
            #[retry(safe)]
            #[rate_limit(queued)]
            pub struct GetResult {}

            /// `PUT /things/start`. In 26.04 and later.
            #[endpoint(PUT, "/things/start", returns = 202: (), versions = Since<V2604>)]
            #[auth(m2m | on_behalf)]
            #[retry(only_if_unsent)]
            #[rate_limit(queued)]
            pub struct Start {}
        "#]],
    );
}

#[test]
fn a_body_may_be_one_value_or_a_list_or_missing() {
    check(
        r"
/things/{thingId}:
  put:
    operationId: putThing
    tags: [Things]
    parameters: [{ name: thingId, in: path, required: true, schema: { type: integer } }]
    requestBody: { required: true, content: { application/json: { schema: { type: integer, x-rust-id: ThingId } } } }
    responses: { '204': { description: '' } }
/things:
  put:
    operationId: putThings
    tags: [Things]
    requestBody:
      required: true
      content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Thing' } } } }
    responses: { '204': { description: '' } }
  post:
    operationId: postThing
    tags: [Things]
    requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
    responses: { '204': { description: '' } }
",
        "Thing: { type: object, properties: { name: { type: string } } }",
        expect![[r#"
            /// `PUT /things/{thingId}`. In 26.04 and later.
            #[endpoint(PUT, "/things/{thingId}", returns = (), versions = Since<V2604>)]
            #[auth(m2m | on_behalf)]
            #[retry(only_if_unsent)]
            #[rate_limit(queued)]
            pub struct PutThing {
                #[path]
                pub thing_id: ThingId,
                #[body]
                pub body: ThingId,
            }

            /// `PUT /things`. In 26.04 and later.
            #[endpoint(PUT, "/things", returns = (), versions = Since<V2604>)]
            #[auth(m2m | on_behalf)]
            #[retry(only_if_unsent)]
            #[rate_limit(queued)]
            pub struct PutThings {
                #[body(required)]
                pub things: Vec<Thing>,
            }

            /// `POST /things`. In 26.04 and later.
            #[endpoint(POST, "/things", returns = (), versions = Since<V2604>)]
            #[auth(m2m | on_behalf)]
            #[retry(only_if_unsent)]
            #[rate_limit(queued)]
            pub struct PostThing {
                #[body]
                pub thing: Option<Thing>,
            }
        "#]],
    );
}

const ROWS: &str = "
Things: { type: object, properties: { results: { type: array, items: { $ref: '#/components/schemas/Thing' } } } }
Thing: { type: object, properties: { thingId: { type: integer, x-rust-id: ThingId } } }
";

#[test]
fn pages_by_number() {
    check(
        r"
/things:
  get:
    operationId: getThings
    tags: [Things]
    parameters:
      - { name: size, in: query, schema: { type: integer, maximum: 100 } }
      - { name: page, in: query, schema: { type: integer } }
    responses: { '200': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Things' } } } } }
",
        ROWS,
        expect![[r#"
            /// `GET /things`. In 26.04 and later.
            #[endpoint(GET, "/things", returns = Things, versions = Since<V2604>)]
            #[auth(m2m | on_behalf)]
            #[paginate(rows = results: Thing, page, size <= 100)]
            #[retry(safe)]
            #[rate_limit(queued)]
            pub struct GetThings {
                #[query(max = 100)]
                pub size: Option<i64>,
                #[query]
                pub page: Option<i64>,
            }
        "#]],
    );
}

#[test]
fn pages_by_key_and_the_key_has_the_type_of_the_row() {
    check(
        r"
/things:
  get:
    operationId: getThings
    tags: [Things]
    parameters:
      - { name: previousId, in: query, schema: { type: integer } }
      - { name: orderById, in: query, schema: { type: string, enum: [ASC, DESC] } }
      - { name: size, in: query, schema: { type: integer } }
    responses: { '200': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Things' } } } } }
",
        ROWS,
        expect![[r#"
            /// `GET /things`. In 26.04 and later.
            #[endpoint(GET, "/things", returns = Things, versions = Since<V2604>)]
            #[auth(m2m | on_behalf)]
            #[paginate(rows = results: Thing, keyset = previous_id by order_by_id on thing_id, size <= 200)]
            #[retry(safe)]
            #[rate_limit(queued)]
            pub struct GetThings {
                #[query]
                pub previous_id: Option<ThingId>,
                #[query]
                pub order_by_id: Option<OrderById>,
                #[query]
                pub size: Option<i64>,
            }
        "#]],
    );
}

#[test]
fn a_second_factor_needs_a_person() {
    check(
        r"
/things:
  delete:
    operationId: removeThings
    tags: [Things]
    x-two-factor: true
    x-market: FI
    responses: { '202': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Ticket' } } } } }
",
        "Ticket: { type: object, properties: { transactionIdentifier: { type: string, x-rust-id: TicketId } } }",
        expect![[r#"
            /// `DELETE /things`.
            ///
            /// Only in environments of the market `FI`. In 26.04 and later.
            #[endpoint(DELETE, "/things", returns = 202: Ticket, versions = Since<V2604>)]
            #[auth(on_behalf, two_factor)]
            #[retry(only_if_unsent)]
            #[rate_limit(queued)]
            pub struct RemoveThings {}
        "#]],
    );
}

#[test]
fn a_post_that_only_reads_says_so() {
    let openapi = specification(
        r"
/things:
  post:
    operationId: askForThings
    tags: [Things]
    responses: { '204': { description: '' } }
",
        "",
    );
    let policies = "
rules:
  - { reason: a report, match: {}, set: { access: any, rate_limit: queued, paging: inferred, retry: safe } }
";
    expect![[r#"
        /// `POST /things`. In 26.04 and later.
        #[endpoint(POST, "/things", returns = (), versions = Since<V2604>)]
        #[auth(m2m | on_behalf)]
        #[retry(safe, reads)]
        #[rate_limit(queued)]
        pub struct AskForThings {}
    "#]]
    .assert_eq(&endpoints(&ruled(&openapi, policies)));
}
