/** The keywords of JSON Schema, each in one of these lists. Documents hold a few others, of OpenAPI 3.0. */
const words = (text: string): string[] => text.trim().split(/\s+/);

/** Checks of values of one type. */
const OF_NUMBERS = words('multipleOf maximum exclusiveMaximum minimum exclusiveMinimum');
const OF_TEXTS = words('maxLength minLength pattern');
const OF_LISTS = words('maxItems minItems uniqueItems maxContains minContains');
const OF_OBJECTS = words('maxProperties minProperties dependentRequired');
export const VALUES: ReadonlySet<string> = new Set([
  ...words('type enum const format required'),
  ...OF_NUMBERS,
  ...OF_TEXTS,
  ...OF_LISTS,
  ...OF_OBJECTS,
]);

/** What holds a schema, a list of schemas, or schemas by name. */
export const ONE_SCHEMA: ReadonlySet<string> = new Set(
  words('additionalProperties unevaluatedProperties unevaluatedItems items contains not if then else propertyNames'),
);
export const LISTS_OF_SCHEMAS: ReadonlySet<string> = new Set(words('allOf anyOf oneOf prefixItems'));
export const MAPS_OF_SCHEMAS: ReadonlySet<string> = new Set(words('properties patternProperties dependentSchemas'));

/** What says something to people, and `$defs`, which is reached through the references into it. */
export const WORDS: ReadonlySet<string> = new Set(
  words(
    'title description example examples deprecated $comment externalDocs xml discriminator $schema $defs definitions',
  ),
);
/** What is in a text, which nothing checks. */
const CONTENT = words('contentMediaType contentEncoding contentSchema');
/** They check nothing. */
export const ANNOTATIONS: ReadonlySet<string> = new Set([
  ...WORDS,
  ...CONTENT,
  ...words('default readOnly writeOnly nullable'),
]);

/** Checks that are not made here: to call them annotations would lose them. */
export const UNSUPPORTED: ReadonlySet<string> = new Set(
  words(
    'dependencies additionalItems id $id $anchor $vocabulary $dynamicRef $dynamicAnchor $recursiveRef $recursiveAnchor',
  ),
);

/** The types of which a keyword says something; of others it says nothing. */
export const CHECKED_TYPES: ReadonlyMap<string, readonly string[]> = new Map(
  [
    { names: OF_NUMBERS, types: ['number', 'integer'] },
    { names: [...OF_TEXTS, ...CONTENT], types: ['string'] },
    { names: [...OF_LISTS, ...words('contains prefixItems items')], types: ['array'] },
    { names: [...OF_OBJECTS, ...words('patternProperties propertyNames dependentSchemas')], types: ['object'] },
    { names: ['format'], types: ['string', 'number', 'integer'] },
  ].flatMap(({ names, types }) => names.map((name) => [name, types] as const)),
);
