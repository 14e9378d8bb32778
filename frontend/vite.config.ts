import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const service = process.env.EIGENLABEL_SERVICE ?? 'http://127.0.0.1:8400';

/** The kit hides its route announcer by a style attribute, which the content security policy forbids. */
const announcerByClass: Plugin = {
  name: 'announcer-by-class',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('/generated/root.svelte')) return null;
    return code.replace(/style="position: ?absolute;[^"]*"/, 'class="sr-only"');
  }
};

export default defineConfig({
  plugins: [announcerByClass, tailwindcss(), sveltekit()],
  build: { target: 'es2022', assetsInlineLimit: 0, license: { fileName: 'licenses.md' } },
  // Tests of components run them as a browser does.
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
  server: { proxy: { '/api': { target: service } } },
  test: {
    include: ['src/**/*.test.ts', 'scripts/*.test.js'],
    environment: 'node',
    pool: 'threads', // a thread a file costs less than a process
    restoreMocks: true
  }
});
