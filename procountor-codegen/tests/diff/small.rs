//! Small pairs of specifications: the kind of each change, and the programs that it breaks.

use expect_test::{Expect, expect};
use procountor_codegen::diff::{Diff, Level, Side, diff};
use procountor_codegen::load;

use crate::support::{sources, specification};

fn compare(before: (&str, &str), after: (&str, &str)) -> Diff {
    let texts = [before, after].map(|(paths, schemas)| specification(paths, schemas));
    let apis = texts
        .each_ref()
        .map(|text| load(&sources(text)).unwrap_or_else(|diagnostics| panic!("{diagnostics}")));
    let documents = texts
        .each_ref()
        .map(|text| serde_json::from_str(text).unwrap());
    diff(
        Side {
            document: &documents[0],
            api: &apis[0],
        },
        Side {
            document: &documents[1],
            api: &apis[1],
        },
    )
}

/// Compares the changes on the wire and in Rust, one per line.
fn check(before: (&str, &str), after: (&str, &str), expected: Expect) {
    let found = compare(before, after);
    let mut lines = String::new();
    for change in found
        .changes
        .iter()
        .filter(|one| one.level != Level::Document)
    {
        let breaks = match (change.breaks.reads, change.breaks.writes) {
            (false, false) => "nothing",
            (true, false) => "reads",
            (false, true) => "writes",
            (true, true) => "reads, writes",
        };
        let text = |text: &Option<String>| text.clone().unwrap_or("-".to_owned());
        lines += &format!(
            "{} {} at {}: {} -> {}; breaks {breaks}\n",
            change.level.name(),
            change.kind.name(),
            change.subject,
            text(&change.before),
            text(&change.after)
        );
    }
    expected.assert_eq(&lines);
}

/// Returns a search with these parameters.
fn search(parameters: &str) -> String {
    format!(
        "
/things:
  get:
    operationId: getThings
    tags: [Things]
    parameters: [{parameters}]
    responses: {{ '204': {{ description: '' }} }}
"
    )
}

fn parameters(before: &str, after: &str, expected: Expect) {
    check((&search(before), ""), (&search(after), ""), expected);
}

const SENT: &str = "
/things:
  post:
    operationId: addThing
    tags: [Things]
    requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
    responses: { '204': { description: '' } }
";
const RECEIVED: &str = "
/things:
  get:
    operationId: getThing
    tags: [Things]
    responses: { '200': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } } }
";

/// Compares the same schemas in a request, then in a response.
fn schemas(before: &str, after: &str, sent: Expect, received: Expect) {
    check((SENT, before), (SENT, after), sent);
    check((RECEIVED, before), (RECEIVED, after), received);
}

#[test]
fn an_optional_parameter_breaks_nothing_and_a_required_one_breaks_writers() {
    parameters(
        "",
        "{ name: note, in: query, schema: { type: string } }, { name: day, in: query, required: true, schema: { type: string, format: date } }",
        expect![[r#"
            wire parameter-added at GET /things query `day`: - -> date, required; breaks writes
            wire parameter-added at GET /things query `note`: - -> text; breaks nothing
            rust constructor-changed at GetThings::new: () -> (day: Date); breaks writes
            rust setter-added at GetThings::note: - -> String; breaks nothing
        "#]],
    );
}

#[test]
fn a_removed_or_narrowed_parameter_breaks_writers() {
    parameters(
        "{ name: note, in: query, schema: { type: string } }, { name: size, in: query, schema: { type: number } }, { name: code, in: query, schema: { type: string, maxLength: 9 } }",
        "{ name: size, in: query, schema: { type: integer } }, { name: code, in: query, schema: { type: string, maxLength: 8 } }",
        expect![[r#"
            wire parameter-removed at GET /things query `note`: text -> -; breaks writes
            wire parameter-type at GET /things query `size`: number -> integer; breaks writes
            wire parameter-limits at GET /things query `code`: max_len = 9 -> max_len = 8; breaks writes
            rust setter-removed at GetThings::note: String -> -; breaks writes
            rust setter-type at GetThings::size: Decimal -> i64; breaks writes
        "#]],
    );
}

#[test]
fn a_widened_parameter_breaks_nothing_on_the_wire() {
    parameters(
        "{ name: size, in: query, schema: { type: integer } }, { name: code, in: query, schema: { type: string, maxLength: 8 } }, { name: kind, in: query, required: true, schema: { type: string } }",
        "{ name: size, in: query, schema: { type: number } }, { name: code, in: query, schema: { type: string } }, { name: kind, in: query, schema: { type: string } }",
        expect![[r#"
            wire parameter-type at GET /things query `size`: integer -> number; breaks nothing
            wire parameter-optional at GET /things query `kind`: - -> -; breaks nothing
            wire parameter-limits at GET /things query `code`: max_len = 8 -> -; breaks nothing
            rust constructor-changed at GetThings::new: (kind: String) -> (); breaks writes
            rust setter-type at GetThings::size: i64 -> Decimal; breaks writes
            rust setter-added at GetThings::kind: - -> String; breaks nothing
        "#]],
    );
}

#[test]
fn a_parameter_that_moves_to_a_header_is_the_same_parameter() {
    parameters(
        "{ name: accountNumber, in: query, schema: { type: string } }",
        "{ name: accountNumber, in: header, schema: { type: string } }",
        expect![[r#"
            wire parameter-location at GET /things header `accountNumber`: query -> header; breaks writes
        "#]],
    );
}

#[test]
fn another_list_style_breaks_writers() {
    parameters(
        "{ name: sizes, in: query, explode: false, schema: { type: array, items: { type: integer } } }",
        "{ name: sizes, in: query, explode: true, schema: { type: array, items: { type: integer } } }",
        expect![[r#"
            wire parameter-list at GET /things query `sizes`: comma -> repeated; breaks writes
        "#]],
    );
}

#[test]
fn added_and_removed_fields() {
    schemas(
        "Thing: { type: object, properties: { old: { type: string }, kept: { type: string } } }",
        "Thing: { type: object, required: [must], properties: { kept: { type: string }, may: { type: string }, must: { type: string } } }",
        expect![[r#"
            wire field-added at Thing.must: - -> text, required; breaks writes
            wire field-removed at Thing.old: text -> -; breaks writes
            wire field-added at Thing.may: - -> text; breaks nothing
            rust member-removed at Thing::old: Option<String> -> -; breaks writes
            rust required-gained at ThingRequired::must: - -> String; breaks writes
            rust default-lost at Thing: - -> -; breaks writes
            rust member-added at Thing::may: - -> Option<String>; breaks nothing
            rust member-added at Thing::must: - -> Option<String>; breaks nothing
        "#]],
        expect![[r#"
            wire field-removed at Thing.old: text -> -; breaks reads
            wire field-added at Thing.may: - -> text; breaks nothing
            wire field-added at Thing.must: - -> text, required; breaks nothing
            rust member-removed at Thing::old: Option<String> -> -; breaks reads
            rust member-added at Thing::may: - -> Option<String>; breaks nothing
            rust member-added at Thing::must: - -> Option<String>; breaks nothing
        "#]],
    );
}

#[test]
fn required_and_optional_break_opposite_sides() {
    schemas(
        "Thing: { type: object, required: [a], properties: { a: { type: string }, b: { type: string } } }",
        "Thing: { type: object, required: [b], properties: { a: { type: string }, b: { type: string } } }",
        expect![[r#"
            wire field-required at Thing.b: - -> -; breaks writes
            wire field-optional at Thing.a: - -> -; breaks nothing
            rust required-gained at ThingRequired::b: - -> String; breaks writes
            rust required-lost at ThingRequired::a: String -> -; breaks writes
        "#]],
        expect![[r#"
            wire field-optional at Thing.a: - -> -; breaks reads
            wire field-required at Thing.b: - -> -; breaks nothing
        "#]],
    );
}

#[test]
fn tighter_limits_break_writers() {
    schemas(
        "Thing: { type: object, properties: { a: { type: string, maxLength: 9 }, n: { type: number, minimum: 0, exclusiveMinimum: true } } }",
        "Thing: { type: object, properties: { a: { type: string, maxLength: 8 }, n: { type: number, minimum: 0 } } }",
        expect![[r#"
            wire field-limits at Thing.a: max_len = 9 -> max_len = 8; breaks writes
            wire field-limits at Thing.n: above = 0 -> min = 0; breaks nothing
        "#]],
        expect![[r#"
            wire field-limits at Thing.a: max_len = 9 -> max_len = 8; breaks nothing
            wire field-limits at Thing.n: above = 0 -> min = 0; breaks nothing
        "#]],
    );
}

#[test]
fn new_enum_values_do_not_break_readers() {
    schemas(
        "Thing: { type: object, properties: { state: { type: string, enum: [A, B] } } }",
        "Thing: { type: object, properties: { state: { type: string, enum: [B, C] } } }",
        expect![[r#"
            wire values-removed at enum `State`: A -> -; breaks writes
            wire values-added at enum `State`: - -> C; breaks nothing
            rust variant-removed at State::A: - -> -; breaks writes
            rust variant-added at State::C: - -> -; breaks nothing
        "#]],
        expect![[r#"
            wire values-added at enum `State`: - -> C; breaks nothing
            wire values-removed at enum `State`: A -> -; breaks nothing
            rust variant-removed at State::A: - -> -; breaks reads
            rust variant-added at State::C: - -> -; breaks nothing
        "#]],
    );
}

#[test]
fn a_narrower_type_breaks_writers_and_a_wider_one_breaks_readers() {
    schemas(
        "Thing: { type: object, properties: { a: { type: string }, b: { type: integer } } }",
        "Thing: { type: object, properties: { a: { type: string, format: date }, b: { type: number } } }",
        expect![[r#"
            wire field-type at Thing.a: text -> date; breaks writes
            wire field-type at Thing.b: integer -> number; breaks nothing
            rust member-type at Thing::a: Option<String> -> Option<Date>; breaks writes
            rust member-type at Thing::b: Option<i64> -> Option<Decimal>; breaks writes
        "#]],
        expect![[r#"
            wire field-type at Thing.b: integer -> number; breaks reads
            wire field-type at Thing.a: text -> date; breaks nothing
            rust member-type at Thing::a: Option<String> -> Option<Date>; breaks reads
            rust member-type at Thing::b: Option<i64> -> Option<Decimal>; breaks reads
        "#]],
    );
}

#[test]
fn a_renamed_schema_is_the_same_on_the_wire() {
    let paths = SENT.replace("schemas/Thing", "schemas/Part");
    check(
        (
            SENT,
            "Thing: { type: object, properties: { a: { type: string }, b: { type: string } } }",
        ),
        (
            &paths,
            "Part: { type: object, properties: { a: { type: string }, b: { type: integer } } }",
        ),
        expect![[r#"
            wire field-type at Part.b: text -> integer; breaks writes
            rust type-renamed at Part: Thing -> Part; breaks writes
            rust member-type at Part::b: Option<String> -> Option<i64>; breaks writes
        "#]],
    );
}

#[test]
fn a_path_with_another_case_or_placeholder_is_the_same_operation() {
    let path = |path: &str, name: &str| {
        format!(
            "
{path}:
  get:
    operationId: getThing
    tags: [Things]
    parameters: [{{ name: {name}, in: path, required: true, schema: {{ type: string }} }}]
    responses: {{ '204': {{ description: '' }} }}
"
        )
    };
    let old = path("/things/{thingid}", "thingid");
    check(
        (&old, ""),
        (&path("/things/{thingId}", "thingId"), ""),
        expect![""],
    );
    check(
        (&old, ""),
        (&path("/Things/{thingid}", "thingid"), ""),
        expect![[r#"
            wire operation-moved at GET /Things/{thingid}: /things/{thingid} -> /Things/{thingid}; breaks reads
        "#]],
    );
    check(
        (&old, ""),
        (&path("/things/{thingid}/all", "thingid"), ""),
        expect![[r#"
            wire operation-moved at GET /things/{thingid}/all: /things/{thingid} -> /things/{thingid}/all; breaks reads
        "#]],
    );
}

#[test]
fn two_factor_and_fewer_ids_break_writers() {
    let path = |more: &str, ids: u32| {
        format!(
            "
/things/{{thingId}}:
  get:
    operationId: getThing
    tags: [Things]
    {more}
    parameters: [{{ name: thingId, in: path, required: true, x-max-ids: {ids}, schema: {{ type: integer }} }}]
    responses: {{ '200': {{ description: '', content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Thing' }} }} }} }} }}
"
        )
    };
    let thing = "Thing: { type: object, properties: { a: { type: string } } }";
    check(
        (&path("", 200), thing),
        (&path("x-two-factor: true", 100), thing),
        expect![[r#"
            wire access-changed at GET /things/{thingId}: any credential -> a person with a second factor; breaks writes
            wire max-ids-changed at GET /things/{thingId}: 200 -> 100; breaks writes
            rust access-changed at GetThing: any credential -> a person with a second factor; breaks writes
            rust access-changed at GetThingBatch: any credential -> a person with a second factor; breaks writes
        "#]],
    );
}

#[test]
fn changed_responses_break_readers() {
    let get = |responses: &str| {
        format!(
            "
/things:
  get:
    operationId: getThing
    tags: [Things]
    responses: {{ {responses} }}
"
        )
    };
    let thing = "Thing: { type: object, properties: { a: { type: string } } }";
    let json = "content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } }";
    let list = "content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Thing' } } } }";
    check(
        (
            &get(&format!("'200': {{ description: '', {list} }}")),
            thing,
        ),
        (
            &get(&format!(
                "'200': {{ description: '', {json} }}, '202': {{ description: '', {json} }}"
            )),
            thing,
        ),
        expect![[r#"
            wire response-added at GET /things 202: - -> Thing; breaks reads
            wire response-changed at GET /things 200: list of Thing -> Thing; breaks reads
            rust output-changed at GetThing: Vec<Thing> -> (200: Thing, 202: Thing); breaks reads
        "#]],
    );
}
