// Serves the pages that are measured, and is what they talk to: they ask for their task, have messages sent, and report.
// The built app is served as it is, but for one script before all others, which works its controls and measures.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const DIST = process.env.SITE_DIST ?? here('../../dist');
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
};

/** The pages: what each is called, and where it is. */
export const PAGES = {
  ours: { title: 'UIoT Testbench', path: 'index.html' },
  mqttjs: { title: 'MQTT.js, counting', path: 'bench/mqttjs.html' },
  raw: { title: 'raw frames, counting', path: 'bench/raw.html' },
};

const baseline = (name, before = '') => `<!doctype html><meta charset="utf-8"><title>${name}</title>
<p>Messages: <output>0</output></p><textarea></textarea>${before}<script type="module" src="pages/${name}.js"></script>`;

export class Site {
  /** `answers` has a function for each thing a page may ask for. */
  constructor(answers) {
    this.answers = answers;
    this.server = createServer((request, response) => {
      this.#serve(request, response).catch((error) => response.writeHead(500).end(String(error)));
    });
  }

  async listen() {
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${this.server.address().port}/`;
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }

  async #serve(request, response) {
    const path = normalize(request.url.split('?')[0]).slice(1) || 'index.html';
    const asked = this.answers[path.replace(/^bench\//, '')];
    if (request.method === 'POST' && asked) {
      let body = '';
      for await (const chunk of request) body += chunk;
      const answer = await asked(body ? JSON.parse(body) : undefined);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer ?? null));
      return;
    }
    try {
      const body = content(path);
      response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  }
}

function content(path) {
  if (path === 'bench/raw.html') return baseline('raw');
  if (path === 'bench/mqttjs.html') return baseline('mqttjs', '<script src="mqtt.min.js"></script>');
  if (path === 'bench/mqtt.min.js') return readFileSync(here('../node_modules/mqtt/dist/mqtt.min.js'));
  if (path.startsWith('bench/pages/')) return readFileSync(here(`pages/${path.slice('bench/pages/'.length)}`));
  const body = readFileSync(join(DIST, path));
  if (path !== 'index.html') return body;
  return String(body).replace('<head>', '<head><script type="module" src="bench/pages/ours.js"></script>');
}
