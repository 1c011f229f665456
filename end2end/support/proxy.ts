// A proxy that lets through to this computer and nowhere else, and notes who was asked for. All that a browser sends over the
// network passes it: pages, workers, service workers, WebSockets, and connections opened in advance.
import { createServer, request } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

export class Proxy {
  /** `host:port` of everything that was asked for. */
  readonly hosts = new Set<string>();
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Proxy> {
    const server = createServer();
    const proxy = new Proxy(server);
    server.on('connection', (socket: Socket) => {
      proxy.sockets.add(socket);
      socket.once('close', () => proxy.sockets.delete(socket));
    });
    server.on('request', (asked, answer) => {
      const url = new URL(asked.url ?? '/', 'http://unnamed');
      proxy.hosts.add(url.host);
      if (!LOOPBACK.has(url.hostname)) return void answer.writeHead(502).end();
      const passed = request(url, { method: asked.method, headers: asked.headers }, (given) => {
        answer.writeHead(given.statusCode ?? 502, given.rawHeaders);
        given.pipe(answer);
      });
      passed.once('error', () => answer.destroy());
      asked.pipe(passed);
    });
    // A tunnel: what Chromium asks for before it opens a WebSocket or speaks TLS.
    server.on('connect', (asked, near: Socket, head: Buffer) => {
      const url = new URL(`http://${asked.url ?? ''}`);
      proxy.hosts.add(url.host);
      near.on('error', () => near.destroy());
      if (!LOOPBACK.has(url.hostname)) return void near.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      const far = connect({ host: url.hostname, port: Number(url.port || 80) }, () => {
        near.write('HTTP/1.1 200 Connected\r\n\r\n');
        far.write(head);
        far.pipe(near).pipe(far);
      });
      far.on('error', () => near.destroy());
      near.on('close', () => far.destroy());
    });
    await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
    return proxy;
  }

  /** For `browser.newContext`. Without the second line Chromium goes to the loopback directly. */
  get settings(): { server: string; bypass: string } {
    return { server: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`, bypass: '<-loopback>' };
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((done) => this.server.close(() => done()));
  }
}
