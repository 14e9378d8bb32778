import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/**
 * One build serves every root path: the service puts its own in the place of this one, which stands in
 * index.html alone, when it starts (app/spa.py).
 */
const ROOT_PATH = process.argv.includes('build') ? '/-root-path-' : '';

/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true },
  kit: {
    // One page for every address: the service answers unknown paths with index.html.
    adapter: adapter({
      pages: '../app/static',
      assets: '../app/static',
      fallback: 'index.html',
      precompress: true
    }),
    paths: { base: ROOT_PATH, relative: true },
    // No policy here: the service writes one that knows the page as it is sent.
    output: { bundleStrategy: 'split' },
    version: { pollInterval: 0 }
  }
};
