// Clients that we did not write, behind one face: MQTT.js in Node, and Paho in a page.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import mqtt from 'mqtt';
import type { MqttClient } from 'mqtt';

export interface Login {
  address: string;
  clientId: string;
  username: string;
  password: string;
  /** Seconds. */
  keepAlive?: number;
}

export interface Message {
  topic: string;
  payload: string;
  qos: number;
}

/** What became of CONNECT: 0, or the code of the refusal. */
export type Code = number;

export interface ForeignClient {
  /** The code of CONNACK. */
  connect(login: Login): Promise<Code>;
  /** The granted QoS, or 128. */
  subscribe(filter: string, qos: 0 | 1): Promise<number>;
  /** Resolves when the message is sent (QoS 0) or acknowledged (QoS 1). */
  publish(topic: string, payload: string, qos: 0 | 1): Promise<void>;
  /** The first message on this topic that was not taken yet, as soon as it is there. */
  next(topic: string, limit?: number): Promise<Message>;
  /** Resolves when the connection is gone, whoever ended it. */
  untilClosed(): Promise<void>;
  /** With DISCONNECT, after what is under way. */
  disconnect(): Promise<void>;
  /** Whatever is under way. */
  drop(): Promise<void>;
}

/** Polls until `look` finds something. */
async function until<T>(what: string, limit: number, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const end = Date.now() + limit;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`${what} never came`);
    await new Promise((next) => setTimeout(next, 10));
  }
}

/** MQTT.js over the WebSocket of Node's package `ws`. */
export class MqttJs implements ForeignClient {
  private client: MqttClient | undefined;
  private readonly inbox: Message[] = [];
  private closed = false;

  async connect(login: Login): Promise<Code> {
    const client = mqtt.connect(login.address, {
      clientId: login.clientId,
      username: login.username,
      password: login.password,
      keepalive: login.keepAlive ?? 60,
      reconnectPeriod: 0,
    });
    this.client = client;
    this.closed = false;
    client.on('message', (topic, payload, packet) => {
      this.inbox.push({ topic, payload: payload.toString(), qos: packet.qos });
    });
    client.on('close', () => (this.closed = true));
    return await new Promise<Code>((done, fail) => {
      client.once('connect', () => done(0));
      client.once('error', (error) => ('code' in error ? done(Number(error.code)) : fail(error)));
      client.once('close', () => fail(new Error('closed without CONNACK')));
    });
  }

  private get running(): MqttClient {
    if (!this.client) throw new Error('not connected');
    return this.client;
  }

  async subscribe(filter: string, qos: 0 | 1): Promise<number> {
    return await new Promise((done, fail) =>
      this.running.subscribe(filter, { qos }, (error, grants) => {
        if (!error) return done(grants?.[0]?.qos ?? 128);
        const granted = (error as { packet?: { granted?: number[] } }).packet?.granted?.[0];
        return granted === undefined ? fail(error) : done(granted);
      }),
    );
  }

  async publish(topic: string, payload: string, qos: 0 | 1): Promise<void> {
    await this.running.publishAsync(topic, payload, { qos });
  }

  async next(topic: string, limit = 7_000): Promise<Message> {
    return await until(`a message on ${topic}`, limit, () => {
      const index = this.inbox.findIndex((message) => message.topic === topic);
      return index < 0 ? undefined : this.inbox.splice(index, 1)[0];
    });
  }

  async untilClosed(): Promise<void> {
    await until('the end of the connection', 7_000, () => this.closed || undefined);
  }

  async disconnect(): Promise<void> {
    await this.running.endAsync();
  }

  async drop(): Promise<void> {
    await this.running.endAsync(true);
  }
}

/** The part of Paho that is used, as it is in the page. */
interface PahoClient {
  onMessageArrived: (message: { destinationName: string; payloadString: string; qos: number }) => void;
  onMessageDelivered: (message: object) => void;
  onConnectionLost: () => void;
  connect(options: object): void;
  subscribe(filter: string, options: object): void;
  send(message: object): void;
  disconnect(): void;
}
interface PahoMessage {
  destinationName: string;
  qos: number;
}
interface PahoPage {
  Paho: {
    Client: new (uri: string, clientId: string) => PahoClient;
    Message: new (payload: string) => PahoMessage;
  };
  paho: Record<string, { client: PahoClient; inbox: Message[]; closed: boolean; delivered: Set<object> }>;
}

const pahoSource = readFileSync(createRequire(import.meta.url).resolve('paho-mqtt'), 'utf8');
let pahoCount = 0;

/** Paho in a page of a real browser. It tries MQTT 3.1.1 first, and 3.1 if that was refused. */
export class Paho implements ForeignClient {
  private readonly name = `paho${++pahoCount}`;

  /** `address` is where the page comes from: Paho wants a localStorage, and the browser a page of this machine. */
  constructor(
    private readonly page: Page,
    private readonly address: string,
  ) {}

  async connect(login: Login): Promise<Code> {
    const there = await this.page.evaluate(() => 'Paho' in window);
    if (!there) {
      await this.page.goto(this.address);
      await this.page.addScriptTag({ content: pahoSource });
    }
    return await this.page.evaluate(
      async ([name, login]) => {
        const page = window as unknown as PahoPage;
        page.paho ??= {};
        const client = new page.Paho.Client(`${login.address}/mqtt`, login.clientId);
        const kept = { client, inbox: [] as Message[], closed: false, delivered: new Set<object>() };
        page.paho[name] = kept;
        client.onMessageArrived = (message) =>
          kept.inbox.push({ topic: message.destinationName, payload: message.payloadString, qos: message.qos });
        // With QoS 0 Paho calls what this returns, if it returns anything.
        client.onMessageDelivered = (message) => void kept.delivered.add(message);
        client.onConnectionLost = () => (kept.closed = true);
        return await new Promise<number>((done, fail) =>
          client.connect({
            userName: login.username,
            password: login.password,
            keepAliveInterval: login.keepAlive ?? 60,
            timeout: 5,
            onSuccess: () => done(0),
            onFailure: (failure: { errorMessage: string }) => {
              const code = /return code:(\d+)/.exec(failure.errorMessage);
              if (code) done(Number(code[1]));
              else fail(new Error(failure.errorMessage));
            },
          }),
        );
      },
      [this.name, login] as const,
    );
  }

  async subscribe(filter: string, qos: 0 | 1): Promise<number> {
    return await this.page.evaluate(
      async ([name, filter, qos]) => {
        const { client } = (window as unknown as PahoPage).paho[name]!;
        return await new Promise<number>((done) =>
          client.subscribe(filter, {
            qos,
            // Paho hands over the byte of SUBACK in an array.
            onSuccess: (answer: { grantedQos: ArrayLike<number> | number }) =>
              done(typeof answer.grantedQos === 'number' ? answer.grantedQos : (answer.grantedQos[0] ?? -1)),
            onFailure: (answer: { errorCode: ArrayLike<number> | number }) =>
              done(typeof answer.errorCode === 'number' ? answer.errorCode : (answer.errorCode[0] ?? -1)),
          }),
        );
      },
      [this.name, filter, qos] as const,
    );
  }

  async publish(topic: string, payload: string, qos: 0 | 1): Promise<void> {
    await this.page.evaluate(
      async ([name, topic, payload, qos]) => {
        const page = window as unknown as PahoPage;
        const kept = page.paho[name]!;
        const message = new page.Paho.Message(payload);
        message.destinationName = topic;
        message.qos = qos;
        kept.client.send(message);
        for (let waited = 0; !kept.delivered.has(message); waited += 10) {
          if (waited > 7_000) throw new Error(`the message on ${topic} was never acknowledged`);
          await new Promise((next) => setTimeout(next, 10));
        }
      },
      [this.name, topic, payload, qos] as const,
    );
  }

  async next(topic: string, limit = 7_000): Promise<Message> {
    return await until(`a message on ${topic}`, limit, () =>
      this.page.evaluate(
        ([name, topic]) => {
          const { inbox } = (window as unknown as PahoPage).paho[name]!;
          const index = inbox.findIndex((message) => message.topic === topic);
          return index < 0 ? undefined : inbox.splice(index, 1)[0];
        },
        [this.name, topic] as const,
      ),
    );
  }

  async untilClosed(): Promise<void> {
    await this.page.waitForFunction((name) => (window as unknown as PahoPage).paho[name]!.closed, this.name);
  }

  async disconnect(): Promise<void> {
    await this.page.evaluate((name) => (window as unknown as PahoPage).paho[name]!.client.disconnect(), this.name);
  }

  async drop(): Promise<void> {
    await this.disconnect();
  }
}
