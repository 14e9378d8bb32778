import { fieldsOf, type Field, type Preset } from '$lib/api/fields';
import type { PretrainConfig } from '$lib/api/types';

export type Method = PretrainConfig['method'];

/** A setting of a pretraining: where it is in the configuration, as `augmentation.blur`, and what is known of it. */
export type Setting = Field & { path: string; name: string };
export type SettingGroup = { title: string; hint?: string; settings: Setting[] };

/** Those that the form asks for itself; all others stand under Advanced. */
const IN_FRONT = [
  'method',
  'mode',
  'source_id',
  'initial_encoder_id',
  'target_share',
  'backbone',
  'image_size',
  'epochs'
];

/** Of the network: further training of an encoder keeps them. */
export const NETWORK = ['backbone', 'stem', 'image_size'];

const TRAINING = 'Training';

/** Returns the schemas of a configuration by method: one, or the members of a union. */
export function schemasOf(config: Field): Record<string, string> {
  if (config.members) return config.members;
  const schema = config.of ?? '';
  return { [fieldsOf(schema).method?.const ?? '']: schema };
}

const SCHEMAS = schemasOf(fieldsOf('PretrainedEncoder').config!);

export const schemaOf = (method: Method): string => SCHEMAS[method] ?? Object.values(SCHEMAS)[0]!;

/** The ways to learn without labels, each with its words. */
export const METHODS = Object.entries(SCHEMAS).map(([method, schema]) => ({
  method: method as Method,
  title: fieldsOf(schema).method?.title ?? method,
  hint: fieldsOf(schema).method?.description
}));

const settingsOf = (schema: string, prefix = ''): Setting[] =>
  Object.entries(fieldsOf(schema)).map(([name, field]) => ({
    ...field,
    path: `${prefix}${name}`,
    name
  }));

/** Returns the settings inside an object, whose schema may have other defaults than the object's own. */
const settingsIn = ({ of = '', path, default: taken }: Setting): Setting[] =>
  settingsOf(of, `${path}.`).map((inner) => ({
    ...inner,
    default: (taken as Record<string, unknown> | undefined)?.[inner.name] ?? inner.default
  }));

/** Returns the published settings of a method, by name. */
export const presetsOf = (method: Method): [string, Preset][] =>
  Object.entries(fieldsOf(schemaOf(method)).method?.presets ?? {});

/** Returns one of the settings that the form asks for itself. */
export const settingInFront = (method: Method, name: string): Setting =>
  settingsOf(schemaOf(method)).find((setting) => setting.name === name)!;

/** Returns all settings of a schema, those inside others in their place. */
export const allSettings = (schema: string): Setting[] =>
  settingsOf(schema).flatMap((setting) => (setting.of ? settingsIn(setting) : setting));

/** Returns the settings under Advanced: those of training, then each group of the schema and each object in it. */
export function groupsOf(schema: string): SettingGroup[] {
  const groups = new Map<string, SettingGroup>([[TRAINING, { title: TRAINING, settings: [] }]]);
  for (const setting of settingsOf(schema)) {
    if (IN_FRONT.includes(setting.path)) continue;
    const title = (setting.of ? setting.title : setting.group) ?? TRAINING;
    const group = groups.get(title) ?? { title, settings: [] };
    if (setting.of) group.hint = setting.description;
    group.settings.push(...(setting.of ? settingsIn(setting) : [setting]));
    groups.set(title, group);
  }
  return [...groups.values()].filter(({ settings }) => settings.length > 0);
}

/** Returns the names under which the service complains about what stands under Advanced. */
export const advancedNames = (method: Method): string[] =>
  groupsOf(schemaOf(method)).flatMap(({ settings }) => settings.map(({ name }) => name));

/** Returns the names of all fields of the form that show what is wrong with them. */
export const namesInForm = (method: Method): string[] => [
  'name',
  ...IN_FRONT,
  ...advancedNames(method)
];
