// Counts the keys of benchmarks/keys_per_label.py with the code of the annotate page.
import { readFileSync } from 'node:fs';
import { createServer } from 'vite';

const { categories: names, asked } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const vite = await createServer({ server: { middlewareMode: true }, logLevel: 'error' });
try {
  const { keysToLabel } = await vite.ssrLoadModule('/src/lib/labelling/effort.ts');
  const categories = names.map((name, position) => ({
    id: String(position),
    name,
    position,
    shortcut: null,
    archived: false
  }));
  const counted = asked.map(({ step, truth, suggestions }) => ({
    step,
    keys: keysToLabel(
      categories,
      suggestions.map(([index, confidence]) => ({ category_id: String(index), confidence })),
      categories[truth]
    )
  }));
  const mean = (rows) => (rows.reduce((sum, { keys }) => sum + keys, 0) / rows.length).toFixed(2);
  const share = (rows) =>
    ((100 * rows.filter(({ keys }) => keys === 1).length) / rows.length).toFixed(0);
  const line = (what, rows) =>
    console.log(
      `${what}: ${mean(rows)} keys a label, ${share(rows)} % with one (${rows.length} labels)`
    );
  for (const step of new Set(counted.map((each) => each.step))) {
    line(
      `step ${step}`,
      counted.filter((each) => each.step === step)
    );
  }
  line(`all, ${names.length} categories`, counted);
} finally {
  await vite.close();
}
