import { describe, expect, it } from 'vitest';
import { startingDraft, withPreset } from './draft';
import { presetsOf } from './settings';

const cifar = Object.fromEntries(presetsOf('moco_v2')).cifar!;

describe('published settings', () => {
  it('fill in the form', () => {
    const draft = withPreset(startingDraft('moco_v2', 500), cifar);
    expect(draft).toMatchObject({ backbone: 'resnet18', image_size: 32, batch_size: 512 });
    expect(draft).toMatchObject({ temperature: 0.1, queue_size: 4096, head: 'linear' });
    expect(draft.augmentation).toMatchObject({ smallest_crop: 0.08, blur: 0, flip: 0.5 });
  });

  it('leave the learning rate to the method', () => {
    const draft = { ...startingDraft('moco_v2', 500), learning_rate: 2 };
    expect(withPreset(draft, cifar).learning_rate).toBeNull();
  });

  it('keep the network of an encoder that is trained further', () => {
    const draft = { ...startingDraft('moco_v2', 500), mode: 'uf' as const };
    expect(withPreset(draft, cifar)).toMatchObject({ backbone: 'resnet50', image_size: 224 });
  });
});
