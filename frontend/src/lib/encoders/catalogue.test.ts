// @vitest-environment happy-dom
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { costLine, knownLine, licenceLine, speedLine, type KnownEncoder } from './catalogue';
import TimmFields from './TimmFields.svelte';

const dino: KnownEncoder = {
  name: 'vit_small_patch14_dinov2.lvd142m',
  title: 'DINOv2, small',
  licence: { title: 'Apache-2.0', commercial: true, note: '' },
  parameters: 22_056_192,
  bytes: 88_224_768,
  allowed: true,
  image_size: 224,
  pooling: 'token',
  speed: 1.2,
  advice: 'The first choice.'
};
const research: KnownEncoder = {
  ...dino,
  name: 'fastvit_mci0.apple_mclip',
  title: 'MobileCLIP, S0',
  licence: { title: 'Apple licence', commercial: false, note: 'For research only.' },
  image_size: 256,
  pooling: null
};

describe('a known encoder', () => {
  it('is listed with its licence, and with what that forbids', () => {
    expect(knownLine(dino)).toBe('DINOv2, small (Apache-2.0)');
    expect(knownLine(research)).toBe('MobileCLIP, S0 (no commercial use)');
    expect(licenceLine(dino)).toBe('Licence: Apache-2.0.');
    expect(licenceLine(research)).toBe(
      'Licence: Apple licence. Commercial use is not allowed. For research only.'
    );
  });

  it('is told with its size and speed', () => {
    expect(costLine(dino)).toBe(
      '22 million parameters, a download of about 88 MB. About 1.2 times as fast as EfficientNet-Lite0 without a GPU.'
    );
    expect(costLine({ ...dino, allowed: false })).toContain('only by an administrator');
    expect(speedLine(0.21)).toBe('Takes about 5 times as long as EfficientNet-Lite0 without a GPU');
    expect(speedLine(0.8)).toContain('about 1.3 times as long');
  });
});

describe('the fields of a timm encoder', () => {
  let shown: object;
  afterEach(async () => {
    await unmount(shown);
    document.body.replaceChildren();
  });

  function show(): { text: () => string; input: (type: string) => HTMLInputElement } {
    const props = { model: '', imageSize: null, pooling: null, networks: [] };
    shown = mount(TimmFields, {
      target: document.body,
      props: { ...props, known: [dino, research] }
    });
    flushSync();
    return {
      text: () => document.body.textContent,
      input: (type) => document.querySelector<HTMLInputElement>(`input[type="${type}"]`)!
    };
  }

  function pick(select: number, value: string): void {
    const chosen = document.querySelectorAll('select')[select]!;
    chosen.value = value;
    chosen.dispatchEvent(new Event('change', { bubbles: true }));
    flushSync();
  }

  const pooling = () => document.querySelectorAll('select')[1]!.value;

  it('begin with the advised one, and follow the choice', () => {
    const { text, input } = show();
    expect(document.querySelector('select')!.value).toBe(dino.name);
    expect([input('number').value, pooling()]).toEqual(['224', 'token']);
    expect(text()).not.toContain('Commercial use is not allowed');
    pick(0, research.name);
    expect([input('number').value, pooling()]).toEqual(['256', '']);
    expect(text()).toContain('Commercial use is not allowed');
  });

  it('take any other name', () => {
    show();
    expect(document.querySelector('input[list="networks"]')).toBeNull();
    pick(0, '');
    const name = document.querySelector<HTMLInputElement>('input[list="networks"]')!;
    expect([name.value, name.required]).toEqual(['', true]);
    name.value = dino.name;
    name.dispatchEvent(new Event('input', { bubbles: true }));
    flushSync();
    expect(document.querySelector<HTMLInputElement>('input[list="networks"]')!.value).toBe(
      dino.name
    );
  });
});
