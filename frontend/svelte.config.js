import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true },
  kit: {
    // One page for every address: the service answers unknown paths with index.html.
    adapter: adapter({ pages: '../app/static', assets: '../app/static', fallback: 'index.html' }),
    paths: { relative: false },
    // The service copies the script hash from the built page into its own header.
    csp: { mode: 'hash', directives: { 'script-src': ['self'] } },
    output: { bundleStrategy: 'split' },
    version: { pollInterval: 0 }
  }
};
