// Closes a run with one plain line that people and scripts read alike: "N passed, N failed".
import type { FullConfig, Reporter, TestCase, TestResult } from '@playwright/test/reporter';

export default class Summary implements Reporter {
  private readonly outcomes = new Map<TestCase, TestResult>();

  onBegin(_config: FullConfig): void {
    this.outcomes.clear();
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    this.outcomes.set(test, result);
  }

  onExit(): Promise<void> {
    let passed = 0;
    let failed = 0;
    let skipped = 0;
    const again: string[] = [];
    for (const [test, result] of this.outcomes) {
      if (result.status === 'skipped') skipped += 1;
      else if (test.ok()) {
        passed += 1;
        if (test.outcome() === 'flaky') again.push(test.titlePath().slice(2).join(' › '));
      }
      else failed += 1;
    }
    // Not hidden: what passed only at the second try is named.
    for (const title of again) console.log(`end2end: only at the second try: ${title}`);
    // Listing tests is no run.
    if (this.outcomes.size === 0) return Promise.resolve();
    console.log(`end2end: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
    return Promise.resolve();
  }

  printsToStdio(): boolean {
    return false;
  }
}
