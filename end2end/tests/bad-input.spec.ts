import { expect, test } from '../support/test';
import type { Format } from '../support/app';
import { polite } from '../support/hostile';
import { PUBLISH, readPublish } from '../support/packets';

interface Case {
  payload: string;
  code: string;
  /** What the message has to name. */
  says: (string | RegExp)[];
}

const cases: Partial<Record<Format, Case[]>> = {
  hex: [
    { payload: 'a1 a', code: 'hex-odd', says: [] },
    { payload: 'a1b', code: 'hex-odd', says: [] },
    { payload: 'a1 g2', code: 'hex-digit', says: ['g'] },
    { payload: 'a1\n温度', code: 'hex-digit', says: ['温'] },
  ],
  base64: [
    { payload: 'AAH+/w=', code: 'base64', says: [] },
    { payload: 'AA!A', code: 'base64', says: ['!'] },
  ],
  json: [
    { payload: '{"a": 1,\n  x}', code: 'json', says: [/\b2\b/, /\b3\b/] },
    { payload: '{"temperature": 26.4', code: 'json', says: [/\b1\b/, /\b2[01]\b/] },
    { payload: '', code: 'json', says: [] },
  ],
};

for (const [format, list] of Object.entries(cases) as [Format, Case[]][]) {
  test(`bad ${format} is refused with the place of the fault, the draft stays, and the next message goes out`, async ({ app, startServer }) => {
    const server = await startServer(polite());
    await app.connect({ port: server.port });
    for (const [index, { payload, code, says }] of list.entries()) {
      await test.step(JSON.stringify(payload), async () => {
        await app.publish('never/sent', payload, format);
        const problem = app.publishProblem(code);
        await expect(problem).toBeVisible();
        await expect(problem).not.toBeEmpty();
        for (const part of says) await expect(problem).toContainText(part);
        await expect(app.id('publish-payload')).toHaveValue(payload);
        await expect(app.rows('out')).toHaveCount(index);
        await app.expectState('online');
        await app.publish(`sent/${index}`, 'good', 'text');
        await expect(app.id('publish-problem')).toHaveCount(0);
        const sent = readPublish(await (await server.peer()).packet(PUBLISH, index));
        expect(sent.topic).toBe(`sent/${index}`);
      });
    }
  });
}
