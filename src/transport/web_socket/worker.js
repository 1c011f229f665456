// The page's WebSockets, in a thread of their own: there a frame costs the page nothing, and what came together goes to
// it together. The first frame after a pause goes at once. Each is dated here, so that a busy page spoils no times.
const GATHER = 8; // ms between two batches
const LARGE = 1 << 20; // bytes that do not wait for the rest of a batch
const UNREAD = 32 << 20; // bytes that the page may be behind
const PAUSE = 10; // ms that a frame is held back when it is
const HIGH_WATER = 1 << 20; // bytes that may lie in the browser's own send buffer
const RETRY = 20; // ms between two looks whether there is room again: there is no event for it
const CLOSING_TRIES = 150; // looks at a closing socket before what still waits is given up: 3 s

const sockets = new Map();
let unread = 0;

class Socket {
  waiting = [];
  pieces = [];
  lengths = [];
  times = [];
  size = 0;
  tries = 0;

  constructor(number, url, protocol) {
    this.number = number;
    const socket = (this.socket = new WebSocket(url, protocol));
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.tell('opened', socket.protocol);
    socket.onmessage = ({ data }) => this.received(data);
    // A failing socket gives 'error', which says nothing, and then 'close', which says all there is.
    socket.onclose = ({ code, reason, wasClean }) => {
      this.flush();
      this.tell('closed', code, reason, wasClean);
      this.end();
    };
  }

  tell(...words) {
    if (!this.closing) postMessage([this.number, ...words]);
  }

  received(data) {
    const time = performance.now();
    if (typeof data === 'string') {
      this.flush();
      return this.tell('text', data);
    }
    const last = this.times.length - 1;
    if (this.times[last] === time) {
      this.lengths[last] += data.byteLength;
    } else {
      this.times.push(time);
      this.lengths.push(data.byteLength);
    }
    this.pieces.push(data);
    this.size += data.byteLength;
    if (this.size >= LARGE) this.flush();
    if (this.timer === undefined) this.gather();
    // A socket cannot be told to read no further; a thread that does nothing else can be held.
    if (unread > UNREAD) for (const until = performance.now() + PAUSE; performance.now() < until; );
  }

  gather() {
    if (this.pieces.length === 0) return (this.timer = undefined);
    this.flush();
    this.timer = setTimeout(() => this.gather(), GATHER);
  }

  flush() {
    if (this.pieces.length === 0) return;
    const bytes = new Uint8Array(this.size);
    let at = 0;
    for (const piece of this.pieces) {
      bytes.set(new Uint8Array(piece), at);
      at += piece.byteLength;
    }
    const [lengths, times] = [Uint32Array.from(this.lengths), Float64Array.from(this.times)];
    [this.pieces, this.lengths, this.times, this.size] = [[], [], [], 0];
    if (this.closing) return;
    unread += at;
    const words = [this.number, 'bytes', bytes, lengths, times, performance.now()];
    postMessage(words, [bytes.buffer, lengths.buffer, times.buffer]);
  }

  send(bytes) {
    this.waiting.push(bytes);
    this.drain();
  }

  close() {
    this.closing = true;
    this.drain();
  }

  drain() {
    const { socket, waiting } = this;
    clearTimeout(this.retry);
    if (socket.readyState === WebSocket.OPEN) {
      while (waiting.length > 0 && socket.bufferedAmount < HIGH_WATER) socket.send(waiting.shift());
    } else if (socket.readyState !== WebSocket.CONNECTING) {
      waiting.length = 0;
    }
    if (this.closing && this.tries++ > CLOSING_TRIES) waiting.length = 0;
    if (waiting.length > 0) this.retry = setTimeout(() => this.drain(), RETRY);
    else if (this.closing) {
      socket.close(1000);
      this.end();
    }
  }

  end() {
    clearTimeout(this.timer);
    clearTimeout(this.retry);
    sockets.delete(this.number);
  }

  drop() {
    this.closing = true;
    this.socket.close();
    this.end();
  }
}

onmessage = ({ data: [number, command, ...rest] }) => {
  if (command === 'read') {
    unread -= rest[0];
  } else if (command === 'open') {
    try {
      sockets.set(number, new Socket(number, ...rest));
    } catch (error) {
      postMessage([number, 'failed', String(error.message)]);
    }
  } else {
    sockets.get(number)?.[command](...rest);
  }
};
postMessage([0, 'ready']);
