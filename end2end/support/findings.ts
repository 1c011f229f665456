// What a walk through the screens found: each fault once, with the stops at which it stands.
import { expect } from '@playwright/test';

export class Findings {
  private readonly found = new Map<string, string[]>();

  /** Measures in a fault (px, times) do not make it another. */
  add(stop: string, faults: string[]): void {
    for (const fault of faults) {
      const same = fault.replace(/\(-?\d+–-?\d+ in -?\d+–-?\d+\)/, '').replace(/\d\d:\d\d:\d\d\.\d+/, '…');
      const stops = this.found.get(same) ?? [];
      if (!stops.includes(stop)) stops.push(stop);
      this.found.set(same, stops);
    }
  }

  expectNone(): void {
    expect([...this.found].map(([fault, stops]) => `${fault} — at ${stops.join('; ')}`)).toEqual([]);
  }
}
