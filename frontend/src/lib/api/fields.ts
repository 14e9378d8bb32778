import * as schemas from './fields.json';

export type Preset = {
  title: string;
  description: string;
  values: Record<string, boolean | number | string>;
};

/** What the service's schema says of one field of a request (`scripts/fields.js`). */
export type Field = {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  /** The values of a choice. */
  enum?: string[];
  const?: string;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  nullable?: boolean;
  /** The schema of an object. */
  of?: string;
  /** Of a union: the field that tells its members apart, and their schemas by its value. */
  by?: string;
  members?: Record<string, string>;
  group?: string;
  /** Settings of its schema that belong together, by name; their values by path. */
  presets?: Record<string, Preset>;
};

/** Returns the fields of a schema that requests are made of, in the service's order. */
export const fieldsOf = (schema: string): Record<string, Field> =>
  (schemas as unknown as Record<string, Record<string, Field>>)[schema] ?? {};

/** Returns what a schema takes for what is left out, null where it takes nothing. */
export function defaultsOf(schema: string): Record<string, unknown> {
  const fields = Object.entries(fieldsOf(schema));
  return Object.fromEntries(
    fields.map(([name, field]) => [
      name,
      structuredClone(field.default ?? field.const ?? (field.of ? defaultsOf(field.of) : null))
    ])
  );
}
