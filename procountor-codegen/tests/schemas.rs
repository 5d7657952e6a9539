//! Small specifications and their schemas, enums and ids.

#[cfg(test)]
mod support;

use expect_test::{Expect, expect};
use support::{items, overlaid, sources, specification};

/// Returns an operation that sends and returns a schema.
const SENDS_THING: &str = r"
/things:
  post:
    operationId: addThing
    tags: [Things]
    requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
    responses: { '200': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } } }
";

fn check(file: &str, schemas: &str, expected: Expect) {
    let openapi = specification(SENDS_THING, schemas);
    expected.assert_eq(&items(&sources(&openapi), file));
}

#[test]
fn fields_carry_their_types_and_limits() {
    check(
        "things.rs",
        r"
Thing:
  type: object
  required: [name, price]
  properties:
    id: { type: integer, x-rust-id: ThingId }
    name: { type: string, minLength: 1, maxLength: 80 }
    note: { type: string, minLength: 0, maxLength: 2147483647 }
    price: { type: number, minimum: -999999999.99, maximum: 999999999.99, x-scale: 2 }
    share: { type: number, minimum: 0, exclusiveMinimum: true, maximum: 100, exclusiveMaximum: true }
    tiny: { type: number, minimum: 1.0e-05 }
    tags: { type: array, minItems: 1, maxItems: 2147483647, uniqueItems: true, items: { type: string } }
    day: { type: string, format: date }
    version: { type: string, format: date-time }
    key: { type: string, x-secret: true }
    meta: { type: object, additionalProperties: true }
    names: { type: object, additionalProperties: { type: string } }
    anything: { type: object }
    type: { type: string }
    self: { type: string }
    InfoMessage: { type: string }
    old: { allOf: [{ $ref: '#/components/schemas/Part' }], deprecated: true }
    partList: { type: array, items: { $ref: '#/components/schemas/Part' } }
Part: { type: object, required: [count], properties: { count: { type: integer, format: int32 } } }
",
        expect![[r#"
            /// The API's `Part`. In 26.04 and later.
            #[derive(Schema)]
            pub struct Part {
                #[schema(required)]
                pub count: Option<i64>,
                #[doc(hidden)]
                pub unknown: Unknown,
            }

            /// The API's `Thing`. In 26.04 and later.
            #[derive(Schema)]
            pub struct Thing {
                pub id: Option<ThingId>,
                #[schema(required, min_len = 1, max_len = 80)]
                pub name: Option<String>,
                pub note: Option<String>,
                #[schema(required, min = -999999999.99, max = 999999999.99, scale = 2)]
                pub price: Option<Decimal>,
                #[schema(above = 0, below = 100)]
                pub share: Option<Decimal>,
                #[schema(min = 0.00001)]
                pub tiny: Option<Decimal>,
                #[schema(min_items = 1, unique)]
                pub tags: Option<Vec<String>>,
                pub day: Option<Date>,
                pub version: Option<DateTime>,
                pub key: Option<Secret>,
                pub meta: Option<BTreeMap<String, Json>>,
                pub names: Option<BTreeMap<String, String>>,
                pub anything: Option<Json>,
                pub r#type: Option<String>,
                pub self_: Option<String>,
                #[schema(name = "InfoMessage")]
                pub info_message: Option<String>,
                /// Deprecated by the vendor.
                pub old: Option<Part>,
                pub part_list: Option<Vec<Part>>,
                #[doc(hidden)]
                pub unknown: Unknown,
            }
        "#]],
    );
}

#[test]
fn what_is_only_answered_requires_nothing() {
    let openapi = specification(
        &SENDS_THING.replace(
            "Thing' } } } }\n    responses",
            "Part' } } } }\n    responses",
        ),
        r"
Thing: { type: object, required: [name], properties: { name: { type: string } } }
Part: { type: object, required: [name], properties: { name: { type: string } } }
",
    );
    expect![[r#"
        /// The API's `Part`. In 26.04 and later.
        #[derive(Schema)]
        pub struct Part {
            #[schema(required)]
            pub name: Option<String>,
            #[doc(hidden)]
            pub unknown: Unknown,
        }

        /// The API's `Thing`. In 26.04 and later.
        #[derive(Schema)]
        pub struct Thing {
            pub name: Option<String>,
            #[doc(hidden)]
            pub unknown: Unknown,
        }
    "#]]
    .assert_eq(&items(&sources(&openapi), "things.rs"));
}

#[test]
fn a_schema_that_leads_back_to_itself_is_boxed() {
    check(
        "things.rs",
        r"
Thing: { type: object, properties: { part: { $ref: '#/components/schemas/Part' }, name: { type: string } } }
Part:
  type: object
  properties:
    thing: { $ref: '#/components/schemas/Thing' }
    parts: { type: array, items: { $ref: '#/components/schemas/Part' } }
",
        expect![[r#"
            /// The API's `Part`. In 26.04 and later.
            #[derive(Schema)]
            pub struct Part {
                pub thing: Option<Boxed<Thing>>,
                pub parts: Option<Vec<Part>>,
                #[doc(hidden)]
                pub unknown: Unknown,
            }

            /// The API's `Thing`. In 26.04 and later.
            #[derive(Schema)]
            pub struct Thing {
                pub part: Option<Boxed<Part>>,
                pub name: Option<String>,
                #[doc(hidden)]
                pub unknown: Unknown,
            }
        "#]],
    );
}

#[test]
fn a_patch_whose_schema_others_use_has_its_own() {
    let paths = format!(
        "{SENDS_THING}
  patch:
    operationId: changeThing
    tags: [Things]
    requestBody: {{ required: true, content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Thing' }} }} }} }}
    responses: {{ '204': {{ description: '' }} }}
"
    );
    let openapi = specification(
        &paths,
        "Thing: { type: object, required: [name], properties: { name: { type: string, maxLength: 9 }, sum: { type: number } } }",
    );
    expect![[r#"
        /// The API's `Thing`. In 26.04 and later.
        #[derive(Schema)]
        pub struct Thing {
            #[schema(required, max_len = 9)]
            pub name: Option<String>,
            pub sum: Option<Decimal>,
            #[doc(hidden)]
            pub unknown: Unknown,
        }

        /// Changes of the API's `Thing`: what is kept, cleared and set. In 26.04 and later.
        #[derive(Schema)]
        pub struct ThingPatch {
            #[schema(max_len = 9)]
            pub name: Patch<String>,
            pub sum: Patch<Decimal>,
            #[doc(hidden)]
            pub unknown: Unknown,
        }
    "#]]
    .assert_eq(&items(&sources(&openapi), "things.rs"));
}

#[test]
fn what_several_groups_use_is_common() {
    let paths = format!(
        "{SENDS_THING}{}",
        SENDS_THING
            .replace("things", "others")
            .replace("addThing", "addOther")
            .replace("[Things]", "[Others]")
    );
    let openapi = specification(
        &paths,
        "Thing: { type: object, properties: { name: { type: string } } }",
    );
    expect![[r#"
        // @generated by cargo xtask codegen from spec/; do not edit
        //! Schemas that several groups use.

        use crate::generated_prelude::*;

        /// The API's `Thing`. In 26.04 and later.
        #[derive(Schema)]
        pub struct Thing {
            pub name: Option<String>,
            #[doc(hidden)]
            pub unknown: Unknown,
        }
    "#]]
    .assert_eq(&support::file(&sources(&openapi), "new_in_v2604/common.rs"));
}

#[test]
fn equal_lists_are_one_enum_and_names_come_from_properties() {
    check(
        "enums.rs",
        r"
Thing:
  type: object
  properties:
    colour: { type: string, enum: [RED, LIGHT_BLUE] }
    status: { type: string, enum: [OPEN, CLOSED] }
    part: { $ref: '#/components/schemas/Part' }
    payerTypes: { type: array, items: { type: string, enum: [STATE, HOUSEHOLD] } }
Part:
  type: object
  properties:
    colour: { type: string, enum: [LIGHT_BLUE, RED] }
    status: { type: string, enum: [SOLD] }
    outcome: { type: string, enum: [GOOD, BAD], x-rust-enum: PartOutcome }
",
        expect![[r#"
            /// Values of `Part.colour`. In 26.04 and later.
            #[open_enum]
            pub enum Colour {
                Red,
                LightBlue,
            }

            /// Values of `Part.outcome`. In 26.04 and later.
            #[open_enum]
            pub enum PartOutcome {
                Good,
                Bad,
            }

            /// Values of `Part.status`. In 26.04 and later.
            #[open_enum]
            pub enum PartStatus {
                Sold,
            }

            /// Values of `Thing.payerTypes`. In 26.04 and later.
            #[open_enum]
            pub enum PayerType {
                State,
                Household,
            }

            /// Values of `Thing.status`. In 26.04 and later.
            #[open_enum]
            pub enum ThingStatus {
                Open,
                Closed,
            }
        "#]],
    );
}

#[test]
fn odd_values_get_names() {
    check(
        "enums.rs",
        r"
Thing:
  type: object
  properties:
    odd:
      type: string
      enum: ['', PARTLY_PAID, 'PARTLY_PAID,', 3_YEARS, REDUCING_4_PERCENT, s, s., SELF, UNRECOGNIZED, 'ä', cm, CM]
      x-rust-variants: { cm: CmSmall }
",
        expect![[r#"
            /// Values of `Thing.odd`. In 26.04 and later.
            #[open_enum]
            pub enum Odd {
                #[wire("")]
                Empty,
                PartlyPaid,
                #[wire("PARTLY_PAID,")]
                PartlyPaidComma,
                #[wire("3_YEARS")]
                Value3Years,
                #[wire("REDUCING_4_PERCENT")]
                Reducing4Percent,
                #[wire("s")]
                S,
                #[wire("s.")]
                SDot,
                #[wire("SELF")]
                SelfValue,
                #[wire("UNRECOGNIZED")]
                UnrecognizedValue,
                #[wire("ä")]
                Ä,
                #[wire("cm")]
                CmSmall,
                Cm,
            }
        "#]],
    );
}

#[test]
fn ids_are_found_by_rule_and_by_name() {
    let paths = format!(
        "{SENDS_THING}
/things/{{thingId}}:
  delete:
    operationId: removeThing
    tags: [Things]
    parameters: [{{ name: thingId, in: path, required: true, schema: {{ type: integer }} }}]
    responses: {{ '204': {{ description: '' }} }}
"
    );
    let openapi = specification(
        &paths,
        r"
Thing:
  type: object
  properties:
    id: { type: integer }
    uuid: { type: string, format: uuid }
    thingId: { type: integer }
    thingIds: { type: array, items: { type: integer } }
    officeId: { type: integer }
    customId: { type: string }
",
    );
    let sources = overlaid(
        &openapi,
        "
- target: $.components.schemas.Thing.properties.id
  description: The id of the resource.
  update: { x-rust-id: ThingId }
- target: $.components.schemas.Thing.properties.uuid
  description: The id of the resource.
  update: { x-rust-id: ThingUuid }
",
    );
    expect![[r#"
        ids! {
            /// Identifies a thing. In 26.04 and later.
            ThingId(i64);
            /// Identifies a thing. In 26.04 and later.
            ThingUuid(String);
        }
    "#]]
    .assert_eq(&items(&sources, "ids.rs"));
    expect![[r#"
        /// The API's `Thing`. In 26.04 and later.
        #[derive(Schema)]
        pub struct Thing {
            pub id: Option<ThingId>,
            pub uuid: Option<ThingUuid>,
            pub thing_id: Option<ThingId>,
            pub thing_ids: Option<Vec<ThingId>>,
            pub office_id: Option<i64>,
            pub custom_id: Option<String>,
            #[doc(hidden)]
            pub unknown: Unknown,
        }
    "#]]
    .assert_eq(&items(&sources, "things.rs"));
}
