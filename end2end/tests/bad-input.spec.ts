import { expect, test } from '../support/test';
import { polite } from '../support/hostile';
import { PUBLISH, readPublish } from '../support/packets';

const cases = [
  { format: 'hex', payload: 'a1 a', code: 'hex-odd', says: [] },
  { format: 'hex', payload: 'a1b', code: 'hex-odd', says: [] },
  { format: 'hex', payload: 'a1 g2', code: 'hex-digit', says: ['g'] },
  { format: 'hex', payload: 'a1\n温度', code: 'hex-digit', says: ['温'] },
  { format: 'base64', payload: 'AAH+/w=', code: 'base64', says: [] },
  { format: 'base64', payload: 'AA!A', code: 'base64', says: ['!'] },
  { format: 'json', payload: '{"a": 1,\n  x}', code: 'json', says: [/\b2\b/, /\b3\b/] },
  { format: 'json', payload: '{"temperature": 26.4', code: 'json', says: [/\b1\b/, /\b2[01]\b/] },
  { format: 'json', payload: '', code: 'json', says: [] },
] as const;

for (const { format, payload, code, says } of cases) {
  test(`${format} ${JSON.stringify(payload)} is refused as ${code}, the draft stays, and the next message goes out`, async ({ app, startServer }) => {
    const server = await startServer(polite());
    await app.connect({ port: server.port });
    await app.publish('never/sent', payload, format);
    const problem = app.publishProblem(code);
    await expect(problem).toBeVisible();
    await expect(problem).not.toBeEmpty();
    for (const part of says) await expect(problem).toContainText(part);
    await expect(app.id('publish-payload')).toHaveValue(payload);
    await expect(app.rows('out')).toHaveCount(0);
    await app.expectState('online');
    await app.publish('sent', 'good', 'text');
    await expect(app.id('publish-problem')).toHaveCount(0);
    const first = readPublish(await (await server.peer()).nextOf(PUBLISH));
    expect(first.topic).toBe('sent');
  });
}
