const KEPT = [
  'type',
  'title',
  'description',
  'default',
  'enum',
  'const',
  'minimum',
  'exclusiveMinimum',
  'maximum',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems'
];

const nameOf = (ref) => ref.split('/').at(-1);

/** Returns entries with the one of this name first. */
const firstOf = (entries, first) =>
  entries.toSorted(([one], [other]) => (other === first) - (one === first));

/**
 * Returns what a form needs to know of one property: its type, words, default and bounds.
 *
 * `nullable` says that it may be null, `of` names the schema of an object, `by` and `members` the schemas of a union by
 * the value of the property that tells them apart, the default first, `items` describes what an array holds, `group` the part of a
 * form, `titles` and `hints` the words for the values of `enum`, `presets` settings of its schema that belong together.
 */
function fieldOf(property) {
  const options = property.anyOf?.filter(({ type }) => type !== 'null') ?? [];
  if (options.length === 1) {
    return { ...fieldOf({ ...options[0], ...property, anyOf: undefined }), nullable: true };
  }
  const field = Object.fromEntries(
    KEPT.filter((key) => property[key] !== undefined).map((key) => [key, property[key]])
  );
  if (property['x-group']) field.group = property['x-group'];
  if (property['x-presets']) field.presets = property['x-presets'];
  if (property['x-titles']) field.titles = property['x-titles'];
  if (property['x-hints']) field.hints = property['x-hints'];
  if (property.$ref) field.of = nameOf(property.$ref);
  if (property.items) field.items = fieldOf(property.items);
  if (property.discriminator) {
    const { propertyName, mapping } = property.discriminator;
    field.by = propertyName;
    field.members = Object.fromEntries(
      firstOf(Object.entries(mapping), property['x-default']).map(([value, ref]) => [
        value,
        nameOf(ref)
      ])
    );
  }
  return field;
}

/** Returns the names of the schemas that a field leads to. */
const namesIn = ({ of, members, items }) => [
  ...(of ? [of] : []),
  ...Object.values(members ?? {}),
  ...(items ? namesIn(items) : [])
];

const operationsOf = ({ paths }) => Object.values(paths).flatMap((path) => Object.values(path));

const inOrder = (object) =>
  Object.fromEntries(Object.entries(object).toSorted(([one], [other]) => (one < other ? -1 : 1)));

const mapped = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));

/** Returns the fields of the schemas of these names, and of all that they lead to, by the names of schema and field. */
export function fieldsOf({ components }, names) {
  const found = {};
  const add = (name) => {
    const { properties } = components.schemas[name];
    if (!properties || found[name]) return;
    found[name] = mapped(properties, fieldOf);
    Object.values(found[name]).flatMap(namesIn).forEach(add);
  };
  names.forEach(add);
  return inOrder(found);
}

/** Returns the names of the schemas that the bodies of requests have. */
export const bodiesOf = (document) =>
  operationsOf(document)
    .map(({ requestBody }) => requestBody?.content?.['application/json']?.schema)
    .filter(Boolean)
    .map(fieldOf)
    .flatMap(namesIn);

/** Returns the query parameters of all requests by name, where every request that has one describes it alike. */
function parametersOf(document) {
  const found = {};
  for (const { parameters = [] } of operationsOf(document)) {
    for (const { name, in: place, schema } of parameters) {
      if (place !== 'query') continue;
      const field = fieldOf(schema);
      const alike = !(name in found) || JSON.stringify(found[name]) === JSON.stringify(field);
      found[name] = alike ? field : {};
    }
  }
  return found;
}

const LIMITS = [...KEPT, 'titles', 'hints'].filter(
  (key) => !['type', 'title', 'description', 'const'].includes(key)
);

function limitOf(field) {
  const kept = LIMITS.filter((key) => key in field && typeof field[key] !== 'boolean');
  const limit = Object.fromEntries(kept.map((key) => [key, field[key]]));
  if (field.items && Object.keys(limitOf(field.items)).length) limit.items = limitOf(field.items);
  return limit;
}

const withLimits = (fields) =>
  Object.fromEntries(
    Object.entries(mapped(fields, limitOf)).filter(([, limit]) => Object.keys(limit).length > 0)
  );

/** Returns defaults, bounds and choices of all that requests are made of; `Parameters` are those of addresses. */
export function limitsOf(document) {
  const schemas = { ...fieldsOf(document, bodiesOf(document)), Parameters: parametersOf(document) };
  const limits = mapped(schemas, (fields) => inOrder(withLimits(fields)));
  return inOrder(
    Object.fromEntries(
      Object.entries(limits).filter(([, fields]) => Object.keys(fields).length > 0)
    )
  );
}
