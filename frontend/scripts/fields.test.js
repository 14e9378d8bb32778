import { expect, it } from 'vitest';
import { bodiesOf, fieldsOf, limitsOf } from './fields';

const ref = (name) => ({ $ref: `#/components/schemas/${name}` });
const post = (name) => ({
  post: { requestBody: { content: { 'application/json': { schema: ref(name) } } } }
});
const limit = (maximum) => ({ name: 'limit', in: 'query', schema: { type: 'integer', maximum } });

const DOCUMENT = {
  paths: {
    '/things': post('NewThing'),
    '/others': { get: { parameters: [limit(500), { name: 'q', in: 'query', schema: {} }] } },
    '/more': {
      get: { parameters: [limit(500), { name: 'q', in: 'query', schema: { type: 'x' } }] }
    }
  },
  components: {
    schemas: {
      Answer: { properties: { id: { type: 'string' } } },
      NewThing: {
        properties: {
          name: { type: 'string', title: 'Name', maxLength: 80, 'x-group': 'Run' },
          size: { title: 'Size', anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }] },
          inner: { ...ref('Inner'), default: { a: 1 } },
          one: {
            oneOf: [ref('Left'), ref('Right')],
            discriminator: {
              propertyName: 'kind',
              mapping: { left: ref('Left').$ref, right: ref('Right').$ref }
            }
          },
          many: { type: 'array', items: ref('Inner'), maxItems: 3 }
        }
      },
      Inner: { properties: { a: { type: 'integer' } } },
      Left: { properties: { kind: { const: 'left' } } },
      Right: { properties: { kind: { const: 'right' } } }
    }
  }
};

it('describes every field of what requests are made of, in its own order', () => {
  const { NewThing, ...others } = fieldsOf(DOCUMENT, bodiesOf(DOCUMENT));
  expect(NewThing).toEqual({
    name: { type: 'string', title: 'Name', maxLength: 80, group: 'Run' },
    size: { type: 'integer', title: 'Size', minimum: 1, nullable: true },
    inner: { of: 'Inner', default: { a: 1 } },
    one: { by: 'kind', members: { left: 'Left', right: 'Right' } },
    many: { type: 'array', maxItems: 3, items: { of: 'Inner' } }
  });
  expect(Object.keys(NewThing)).toEqual(['name', 'size', 'inner', 'one', 'many']);
  expect(Object.keys(others)).toEqual(['Inner', 'Left', 'Right']);
});

it('lists bounds and choices of everything that is sent', () => {
  expect(limitsOf(DOCUMENT)).toEqual({
    NewThing: {
      name: { maxLength: 80 },
      size: { minimum: 1 },
      inner: { default: { a: 1 } },
      many: { maxItems: 3 }
    },
    Parameters: { limit: { maximum: 500 } }
  });
});
