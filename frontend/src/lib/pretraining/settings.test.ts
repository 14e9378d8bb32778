// @vitest-environment happy-dom
import type { Component } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Field } from '$lib/api/fields';

const KNOB: Field = { type: 'number', title: 'New knob', default: 0.3, minimum: 0, maximum: 1 };
const SWITCH: Field = { type: 'boolean', title: 'New switch', default: true, group: 'New group' };

type Schemas = Record<string, Record<string, Field>>;

/** Loads the form's modules anew, with schemas that differ from the service's of today. */
async function withSchemas(change: (schemas: Schemas) => void) {
  vi.resetModules();
  const { default: today } = await vi.importActual<{ default: Schemas }>('$lib/api/fields.json');
  const schemas = structuredClone(today);
  change(schemas);
  vi.doMock('$lib/api/fields.json', () => ({ ...schemas, default: schemas }));
  const modules = {
    ...(await import('./settings')),
    ...(await import('./draft')),
    ...(await import('./config'))
  };
  return { ...modules, schemas };
}

/** Shows a component of the modules that were loaded last; returns the texts of its labels and headings. */
async function show(load: () => Promise<{ default: unknown }>, props: object) {
  await close?.();
  const { default: component } = await load();
  const { flushSync, mount, unmount } = await import('svelte');
  const page = mount(component as Component<never>, {
    target: document.body,
    props: {
      batch: 64,
      warmUp: null,
      kept: false,
      open: true,
      reason: () => undefined,
      ...props
    } as never
  });
  close = () => unmount(page);
  flushSync();
  return [...document.querySelectorAll('label, legend, summary')].map((each) =>
    (each.querySelector('[id$="-title"]') ?? each).textContent?.trim()
  );
}

const advanced = () => import('./PretrainAdvanced.svelte');
const methodChoice = () => import('./MethodChoice.svelte');

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
  vi.doUnmock('$lib/api/fields.json');
});

describe('the settings of a pretraining', { timeout: 60_000 }, () => {
  it('are all in the form: in front, or once under Advanced', async () => {
    const { METHODS, allSettings, groupsOf, namesInForm, schemaOf, schemas } = await withSchemas(
      () => {}
    );
    for (const { method } of METHODS) {
      const schema = schemaOf(method);
      const leaves = Object.entries(schemas[schema]!).flatMap(([name, { of }]) =>
        of ? Object.keys(schemas[of]!).map((inner) => `${name}.${inner}`) : name
      );
      expect(allSettings(schema).map(({ path }) => path)).toEqual(leaves);
      const names = namesInForm(method);
      expect(leaves.every((path) => names.includes(path.split('.').at(-1)!))).toBe(true);
      expect(new Set(names).size).toBe(names.length);
      const labels = await show(advanced, {
        draft: (await import('./draft')).startingDraft(method, 28)
      });
      for (const { title, path, type } of groupsOf(schema).flatMap(({ settings }) => settings)) {
        expect(
          // The label of a switch holds its hint too.
          labels.filter((label) =>
            type === 'boolean' ? label?.startsWith(title!) : label === title
          ),
          path
        ).toHaveLength(1);
      }
    }
  });

  it('begin with the default method', async () => {
    const { METHODS } = await withSchemas(() => {});
    expect(METHODS[0]!.method).toBe('moco_v2');
  });

  it('say how long the warm-up is that the service would take', async () => {
    const { startingDraft } = await withSchemas(() => {});
    await show(advanced, { draft: startingDraft('simclr_v2', 28), warmUp: 0.5 });
    const label = [...document.querySelectorAll('label')].find((each) =>
      each.textContent?.includes('Warm-up, in epochs')
    );
    const field = document.getElementById(label!.htmlFor) as HTMLInputElement;
    expect([field.value, field.placeholder]).toEqual(['', '0.5, by the epochs']);
  });

  it('start with what the service takes, apart from what suits the images', async () => {
    const { METHODS, startingDraft, pretrainConfig, schemaOf, allSettings, valueAt } =
      await withSchemas(() => {});
    for (const { method } of METHODS) {
      const amounts = { source: 50_000, target: 4000 };
      const config = pretrainConfig(startingDraft(method, 28), amounts);
      const chosen = ['method', 'backbone', 'stem', 'image_size', 'batch_size'];
      for (const { path, default: taken } of allSettings(schemaOf(method))) {
        if (!chosen.includes(path)) expect(valueAt(config, path), path).toEqual(taken ?? null);
      }
    }
  });

  it('include one that is new to the schema, in its group and in what is sent', async () => {
    const { startingDraft, pretrainConfig, isComplete, setAt, advancedNames } = await withSchemas(
      (schemas) => {
        schemas.MocoV2Config!.new_knob = KNOB;
        schemas.MocoV2Config!.new_switch = SWITCH;
      }
    );
    const draft = { ...startingDraft('moco_v2', 28), source_id: 's' };
    const labels = await show(advanced, { draft });
    expect(labels).toContain('New knob');
    expect(labels.slice(labels.indexOf('New group'))).toContain('New switch');
    expect(advancedNames('moco_v2')).toContain('new_knob');
    const amounts = { source: 1797, target: 140 };
    expect(pretrainConfig(draft, amounts)).toMatchObject({ new_knob: 0.3, new_switch: true });
    setAt(draft, 'new_knob', null);
    expect(isComplete(draft)).toBe(false);
  });

  it('are those of the chosen method, once there are two', async () => {
    const { METHODS, startingDraft, withMethod, groupsOf, schemaOf } = await withSchemas(
      (schemas) => {
        const { temperature, ...shared } = schemas.MocoV2Config!;
        schemas.OtherConfig = {
          ...shared,
          method: { const: 'other', title: 'Other', description: 'Another way.' },
          weight_decay: { ...shared.weight_decay, default: 0.05 },
          new_knob: KNOB
        };
        schemas.PretrainedEncoder!.config = {
          by: 'method',
          members: { moco_v2: 'MocoV2Config', other: 'OtherConfig' }
        };
        expect(temperature).toBeDefined();
      }
    );
    expect(METHODS.map(({ title }) => title)).toEqual(['MoCo v2', 'Other']);
    const paths = groupsOf(schemaOf('other' as never)).flatMap(({ settings }) =>
      settings.map(({ path }) => path)
    );
    expect(paths).toContain('new_knob');
    expect(paths).not.toContain('temperature');

    const draft = { ...startingDraft('moco_v2', 28), epochs: 7 };
    draft.augmentation = { ...draft.augmentation!, blur: 0.1 };
    const other = withMethod(draft, 'other' as never);
    expect(other).toMatchObject({ method: 'other', epochs: 7, backbone: 'resnet_small' });
    expect(other).toMatchObject({ weight_decay: 0.05, new_knob: 0.3, augmentation: { blur: 0.1 } });
    expect('temperature' in other).toBe(false);

    await show(methodChoice, { draft });
    const radios = [...document.querySelectorAll<HTMLInputElement>('input[type=radio]')];
    expect(radios.map(({ value, checked }) => [value, checked])).toEqual([
      ['moco_v2', true],
      ['other', false]
    ]);
  });

  it('show no choice of method while there is one', async () => {
    const { METHODS, startingDraft } = await withSchemas((schemas) => {
      schemas.PretrainedEncoder!.config = { of: 'MocoV2Config' };
    });
    expect(METHODS).toHaveLength(1);
    expect(await show(methodChoice, { draft: startingDraft('moco_v2', 28) })).toEqual([]);
  });
});
