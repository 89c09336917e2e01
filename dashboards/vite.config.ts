import { defineConfig, type Plugin } from 'vite';

// The largest first bundle that is allowed, in gzipped bytes of all scripts and styles.
const budget = 90 * 1024;

// keepFolder leaves dist/.gitkeep in place, which the Go package needs in order to compile.
function keepFolder(): Plugin {
  return {
    name: 'keep-folder',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: '.gitkeep', source: '' });
    },
  };
}

// weigh fails the build when the first bundle is over budget.
function weigh(): Plugin {
  return {
    name: 'weigh',
    async generateBundle(_, bundle) {
      const { gzipSync } = await import('node:zlib');
      let total = 0;
      for (const file of Object.values(bundle)) {
        const content = file.type === 'chunk' ? file.code : file.source;
        if (/\.(js|css)$/.test(file.fileName)) total += gzipSync(content).length;
      }
      this.info(`first bundle: ${(total / 1024).toFixed(1)} KB gzip of ${budget / 1024} KB`);
      if (total > budget) this.error(`first bundle has ${total} gzipped bytes, at most ${budget}`);
    },
  };
}

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [keepFolder(), weigh()],
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { '/v1': process.env.TILLSTREAM_URL ?? 'http://127.0.0.1:8080' } },
});
