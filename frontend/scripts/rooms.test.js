import { describe, expect, it } from 'vitest';
import { circleIn, importsOf } from './rooms';

const SOURCES = {
  'lib/ui/Button.svelte': "<script>import { address } from '$lib/address';</script>",
  'lib/jobs/words.ts':
    "import type { Job } from '../api/types';\nimport { count } from '$lib/format';",
  'lib/jobs/Table.svelte': "import Button from '$lib/ui/Button.svelte';\nimport './words';",
  'lib/jobs/words.test.ts': "import { start } from '$lib/rounds/start';",
  'lib/format.ts': "import { tick } from 'svelte';",
  'routes/+page.svelte': "import Table from '$lib/jobs/Table.svelte';"
};

const arrows = (sources) =>
  [...importsOf(sources)].map(([room, imported]) => [room, [...imported.keys()]]);

describe('the rooms of src/lib', () => {
  it('import what their files import, tests and pages apart', () => {
    expect(arrows(SOURCES)).toEqual([
      ['ui', ['address']],
      ['jobs', ['api', 'format', 'ui']],
      ['format', []]
    ]);
    expect(circleIn(importsOf(SOURCES))).toBeNull();
  });

  it('are found where they import in a circle, also by a type or late', () => {
    const late = { ...SOURCES, 'lib/format.ts': "const table = () => import('$lib/jobs/words');" };
    expect(circleIn(importsOf(late))).toEqual(['jobs', 'format', 'jobs']);
    const typed = { ...SOURCES, 'lib/ui/a.ts': "import type { Job } from '$lib/jobs/words';" };
    expect(circleIn(importsOf(typed))).toEqual(['ui', 'jobs', 'ui']);
  });

  it('are told apart from pages, which nothing of lib may import', () => {
    const page = { 'lib/ui/a.ts': "import Page from '../../routes/+page.svelte';" };
    expect(arrows(page)).toEqual([['ui', ['routes']]]);
  });
});
