import type { ExportReport } from '$lib/api/types';
import { count, counted, percent } from '$lib/format';

const place = (step: number) => (step === 0 ? 'start' : `step ${step}`);

/** Returns which model predicts, with the accuracy that the steps show. */
export function predictedBy({ model }: ExportReport): string {
  if (!model) return 'There is no model yet: no predictions.';
  const measured = model.accuracy
    ? `, ${percent(model.accuracy.top1)} of ${counted(model.accuracy.images, 'test image')} right`
    : '';
  return `Predictions of round ${model.round}, ${place(model.step)}${measured}.`;
}

/** Returns what an export lacks because it is gone from storage, by name; null where nothing is. */
export function missingFiles({ missing, missing_images }: ExportReport): string | null {
  if (missing === 0) return null;
  const names = missing_images.slice(0, 3).map(({ filename }) => filename);
  const more = missing - names.length;
  const rest = more > 0 ? ` and ${count(more)} more` : '';
  const verb = missing === 1 ? 'is' : 'are';
  return `${counted(missing, 'image')} ${verb} missing from storage: ${names.join(', ')}${rest}.`;
}

/** Returns which newer models are not used because their files are lost; null where none is. */
export function lostModels({ lost_models }: ExportReport): string | null {
  if (lost_models.length === 0) return null;
  const names = lost_models.map(
    ({ round, step, files }) => `round ${round}, ${place(step)} (${files.join(', ')})`
  );
  return `Newer models cannot be used, files are missing from storage: ${names.join('; ')}.`;
}

/** Returns who should not read the export; null where no audit is open. */
export function asked({ audited }: ExportReport): string | null {
  if (audited === 0) return null;
  const about = `${counted(audited, 'image')} that it may ask about`;
  return `An audit is under way. The export says what the model calls ${about}: not for those who answer it.`;
}

/** Returns how many images have no prediction, and why; null where all have one. */
export function withoutPrediction(report: ExportReport): string | null {
  const { model, unpredicted, unreadable } = report;
  if (!model || unpredicted + unreadable === 0) return null;
  const parts = [];
  if (unpredicted > 0) parts.push(`${counted(unpredicted, 'image')} came after the model`);
  if (unreadable > 0) parts.push(`${counted(unreadable, 'image')} cannot be read`);
  return `Without a prediction: ${parts.join(', ')}.`;
}
