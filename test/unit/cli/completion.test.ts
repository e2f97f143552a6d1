import { describe, expect, it } from 'vitest';
import { completeLine } from '../../../src/cli/shell-completion.ts';

describe('completeLine', () => {
  it.each([
    ['.mo', ['.mode'], '.mo'],
    ['.schema listen', ['listening_ports'], 'listen'],
    ['SELECT * FROM mounts_', [], 'mounts_'],
    ['SELECT * FROM listen', ['listening_ports'], 'listen'],
    ['SELECT * FROM users WHERE usern', ['username'], 'usern'],
    ['SELECT * FROM users WHERE users.direc', ['directory'], 'direc'],
    ['GROUP_', ['GROUP_CONCAT('], 'GROUP_'],
    ['distin', ['distinct'], 'distin'],
  ])('of %j', (line, candidates, word) => {
    const [found, part] = completeLine(line);
    expect(part).toBe(word);
    expect(found).toEqual(candidates);
  });

  it('offers every table after FROM', () => {
    const [found] = completeLine('SELECT * FROM ');
    expect(found).toContain('processes');
    expect(found).toContain('process_events');
    expect(found).not.toContain('SELECT');
  });
});
