import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';

const service = process.env.EIGENLABEL_SERVICE ?? 'http://127.0.0.1:8400';

export default defineConfig({
  plugins: [tailwindcss(), sveltekit()],
  build: { target: 'es2022', assetsInlineLimit: 0 },
  server: { proxy: { '/api': { target: service } } },
  test: { include: ['src/**/*.test.ts'], environment: 'node', restoreMocks: true }
});
