import { describe, expect, it } from 'vitest';
import type { ExportReport } from '$lib/api/types';
import { percent } from '$lib/format';
import { asked, lostModels, missingFiles, predictedBy, withoutPrediction } from './export-report';

const model = {
  round_id: 'r',
  round: 2,
  step: 3,
  accuracy: { top1: 0.725, mean_class: 0.7, images: 40 }
};
const report = (fields: Partial<ExportReport> = {}): ExportReport => ({
  images: 50,
  model,
  lost_models: [],
  unpredicted: 0,
  unreadable: 0,
  missing: 0,
  missing_images: [],
  audited: 0,
  ...fields
});
const gone = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    image_id: `${at}`,
    filename: `${at}.png`,
    sha256: ''
  }));

describe('what an export has', () => {
  it('says that it shows what an open audit hides', () => {
    expect(asked(report())).toBeNull();
    expect(asked(report({ audited: 1200 }))).toBe(
      'An audit is under way. The export says what the model calls 1,200 images that it may ask about: not for those who answer it.'
    );
  });

  it('says which model predicts', () => {
    expect(predictedBy(report())).toBe(
      `Predictions of round 2, step 3, ${percent(0.725)} of 40 test images right.`
    );
    expect(predictedBy(report({ model: { ...model, step: 0, accuracy: null } }))).toBe(
      'Predictions of round 2, start.'
    );
    expect(predictedBy(report({ model: null }))).toContain('no model');
  });

  it('names what is missing', () => {
    expect(missingFiles(report())).toBeNull();
    expect(missingFiles(report({ missing: 1, missing_images: gone(1) }))).toBe(
      '1 image is missing from storage: 0.png.'
    );
    expect(missingFiles(report({ missing: 1200, missing_images: gone(100) }))).toBe(
      '1,200 images are missing from storage: 0.png, 1.png, 2.png and 1,197 more.'
    );
  });

  it('names the models that cannot be used', () => {
    expect(lostModels(report())).toBeNull();
    const files = ['step.safetensors'];
    const lost = [
      { round_id: 'r', round: 2, step: 4, files },
      { round_id: 'r', round: 2, step: 0, files: [...files, 'images.json'] }
    ];
    expect(lostModels(report({ lost_models: lost }))).toBe(
      'Newer models cannot be used, files are missing from storage: round 2, step 4 (step.safetensors); round 2, start (step.safetensors, images.json).'
    );
  });

  it('counts what has no prediction', () => {
    expect(withoutPrediction(report())).toBeNull();
    expect(withoutPrediction(report({ unpredicted: 2, unreadable: 1 }))).toBe(
      'Without a prediction: 2 images came after the model, 1 image cannot be read.'
    );
  });
});
