//! Small pairs of specifications: what each change is called, and whom it breaks.

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

/// The changes of the wire and of Rust, a line for each.
fn check(before: (&str, &str), after: (&str, &str), expected: Expect) {
    let found = compare(before, after);
    let mut lines = String::new();
    for change in found
        .changes
        .iter()
        .filter(|one| one.level != Level::Document)
    {
        let breaks = match (change.breaks.reads, change.breaks.writes) {
            (false, false) => "nobody",
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

/// A search with these parameters.
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
const ANSWERED: &str = "
/things:
  get:
    operationId: getThing
    tags: [Things]
    responses: { '200': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } } }
";

/// The same schemas in a request, then in an answer.
fn schemas(before: &str, after: &str, sent: Expect, answered: Expect) {
    check((SENT, before), (SENT, after), sent);
    check((ANSWERED, before), (ANSWERED, after), answered);
}

#[test]
fn an_optional_parameter_breaks_nobody_and_a_required_one_who_writes() {
    parameters(
        "",
        "{ name: note, in: query, schema: { type: string } }, { name: day, in: query, required: true, schema: { type: string, format: date } }",
        expect![[r#"
            wire parameter-added at GET /things query `day`: - -> date, required; breaks writes
            wire parameter-added at GET /things query `note`: - -> text; breaks nobody
            rust constructor-changed at GetThings::new: () -> (day: Date); breaks writes
            rust setter-added at GetThings::note: - -> String; breaks nobody
        "#]],
    );
}

#[test]
fn a_parameter_that_goes_or_takes_less_breaks_who_writes() {
    parameters(
        "{ name: note, in: query, schema: { type: string } }, { name: size, in: query, schema: { type: number } }, { name: code, in: query, schema: { type: string, maxLength: 9 } }",
        "{ name: size, in: query, schema: { type: integer } }, { name: code, in: query, schema: { type: string, maxLength: 8 } }",
        expect![[r#"
            wire parameter-removed at GET /things query `note`: text -> -; breaks writes
            wire parameter-type at GET /things query `size`: number -> whole number; breaks writes
            wire parameter-limits at GET /things query `code`: max_len = 9 -> max_len = 8; breaks writes
            rust setter-removed at GetThings::note: String -> -; breaks writes
            rust setter-type at GetThings::size: Decimal -> i64; breaks writes
        "#]],
    );
}

#[test]
fn a_parameter_that_takes_more_breaks_nobody_on_the_wire() {
    parameters(
        "{ name: size, in: query, schema: { type: integer } }, { name: code, in: query, schema: { type: string, maxLength: 8 } }, { name: kind, in: query, required: true, schema: { type: string } }",
        "{ name: size, in: query, schema: { type: number } }, { name: code, in: query, schema: { type: string } }, { name: kind, in: query, schema: { type: string } }",
        expect![[r#"
            wire parameter-type at GET /things query `size`: whole number -> number; breaks nobody
            wire parameter-optional at GET /things query `kind`: - -> -; breaks nobody
            wire parameter-limits at GET /things query `code`: max_len = 8 -> -; breaks nobody
            rust constructor-changed at GetThings::new: (kind: String) -> (); breaks writes
            rust setter-type at GetThings::size: i64 -> Decimal; breaks writes
            rust setter-added at GetThings::kind: - -> String; breaks nobody
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
fn a_list_that_is_written_in_another_way_breaks_who_writes() {
    parameters(
        "{ name: sizes, in: query, explode: false, schema: { type: array, items: { type: integer } } }",
        "{ name: sizes, in: query, explode: true, schema: { type: array, items: { type: integer } } }",
        expect![[r#"
            wire parameter-list at GET /things query `sizes`: comma -> repeated; breaks writes
        "#]],
    );
}

#[test]
fn a_field_that_comes_or_goes() {
    schemas(
        "Thing: { type: object, properties: { old: { type: string }, kept: { type: string } } }",
        "Thing: { type: object, required: [must], properties: { kept: { type: string }, may: { type: string }, must: { type: string } } }",
        expect![[r#"
            wire field-added at Thing.must: - -> text, required; breaks writes
            wire field-removed at Thing.old: text -> -; breaks writes
            wire field-added at Thing.may: - -> text; breaks nobody
            rust member-removed at Thing::old: Option<String> -> -; breaks writes
            rust required-gained at ThingRequired::must: - -> String; breaks writes
            rust default-lost at Thing: - -> -; breaks writes
            rust member-added at Thing::may: - -> Option<String>; breaks nobody
            rust member-added at Thing::must: - -> Option<String>; breaks nobody
        "#]],
        expect![[r#"
            wire field-removed at Thing.old: text -> -; breaks reads
            wire field-added at Thing.may: - -> text; breaks nobody
            wire field-added at Thing.must: - -> text, required; breaks nobody
            rust member-removed at Thing::old: Option<String> -> -; breaks reads
            rust member-added at Thing::may: - -> Option<String>; breaks nobody
            rust member-added at Thing::must: - -> Option<String>; breaks nobody
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
            wire field-optional at Thing.a: - -> -; breaks nobody
            rust required-gained at ThingRequired::b: - -> String; breaks writes
            rust required-lost at ThingRequired::a: String -> -; breaks writes
        "#]],
        expect![[r#"
            wire field-optional at Thing.a: - -> -; breaks reads
            wire field-required at Thing.b: - -> -; breaks nobody
        "#]],
    );
}

#[test]
fn limits_bind_who_writes() {
    schemas(
        "Thing: { type: object, properties: { a: { type: string, maxLength: 9 }, n: { type: number, minimum: 0, exclusiveMinimum: true } } }",
        "Thing: { type: object, properties: { a: { type: string, maxLength: 8 }, n: { type: number, minimum: 0 } } }",
        expect![[r#"
            wire field-limits at Thing.a: max_len = 9 -> max_len = 8; breaks writes
            wire field-limits at Thing.n: above = 0 -> min = 0; breaks nobody
        "#]],
        expect![[r#"
            wire field-limits at Thing.a: max_len = 9 -> max_len = 8; breaks nobody
            wire field-limits at Thing.n: above = 0 -> min = 0; breaks nobody
        "#]],
    );
}

#[test]
fn enums_are_open_for_who_reads() {
    schemas(
        "Thing: { type: object, properties: { state: { type: string, enum: [A, B] } } }",
        "Thing: { type: object, properties: { state: { type: string, enum: [B, C] } } }",
        expect![[r#"
            wire values-removed at enum `State`: A -> -; breaks writes
            wire values-added at enum `State`: - -> C; breaks nobody
            rust variant-removed at State::A: - -> -; breaks writes
            rust variant-added at State::C: - -> -; breaks nobody
        "#]],
        expect![[r#"
            wire values-added at enum `State`: - -> C; breaks nobody
            wire values-removed at enum `State`: A -> -; breaks nobody
            rust variant-removed at State::A: - -> -; breaks reads
            rust variant-added at State::C: - -> -; breaks nobody
        "#]],
    );
}

#[test]
fn a_type_that_takes_less_breaks_who_writes_and_one_that_gives_more_who_reads() {
    schemas(
        "Thing: { type: object, properties: { a: { type: string }, b: { type: integer } } }",
        "Thing: { type: object, properties: { a: { type: string, format: date }, b: { type: number } } }",
        expect![[r#"
            wire field-type at Thing.a: text -> date; breaks writes
            wire field-type at Thing.b: whole number -> number; breaks nobody
            rust member-type at Thing::a: Option<String> -> Option<Date>; breaks writes
            rust member-type at Thing::b: Option<i64> -> Option<Decimal>; breaks writes
        "#]],
        expect![[r#"
            wire field-type at Thing.b: whole number -> number; breaks reads
            wire field-type at Thing.a: text -> date; breaks nobody
            rust member-type at Thing::a: Option<String> -> Option<Date>; breaks reads
            rust member-type at Thing::b: Option<i64> -> Option<Decimal>; breaks reads
        "#]],
    );
}

#[test]
fn a_schema_with_another_name_is_the_same_on_the_wire() {
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
            wire field-type at Part.b: text -> whole number; breaks writes
            rust type-renamed at Part: Thing -> Part; breaks writes
            rust member-type at Part::b: Option<String> -> Option<i64>; breaks writes
        "#]],
    );
}

#[test]
fn a_path_in_other_capitals_or_with_another_placeholder_is_the_same_operation() {
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
fn an_operation_for_persons_only_and_with_fewer_ids_breaks_who_writes() {
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
fn answers_of_another_form_break_who_reads() {
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
            wire answer-added at GET /things 202: - -> Thing; breaks reads
            wire answer-changed at GET /things 200: list of Thing -> Thing; breaks reads
            rust output-changed at GetThing: Vec<Thing> -> (200: Thing, 202: Thing); breaks reads
        "#]],
    );
}
