import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distance, nearest } from '../../src/nearest.ts';

describe('distance', () => {
  it.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', 'abd', 1],
    ['abc', 'acb', 1],
    ['abc', 'ab', 1],
    ['kitten', 'sitting', 3],
  ])('from %j to %j is %i', (a, b, steps) => {
    expect(distance(a, b)).toBe(steps);
  });

  it('is the same both ways, and zero only for equal texts', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(distance(a, b)).toBe(distance(b, a));
        expect(distance(a, b) === 0).toBe(a === b);
      }),
    );
  });
});

describe('nearest', () => {
  const names = ['processes', 'process_events', 'users', 'listening_ports'];

  it.each([
    ['proceses', 'processes'],
    ['Users', 'users'],
    ['usres', 'users'],
    ['processevents', 'process_events'],
    ['listening', 'listening_ports'],
    ['zebra', undefined],
  ])('to %j is %s', (name, expected) => {
    expect(nearest(name, names)).toBe(expected);
  });
});
