import { describe, expect, it } from 'vitest';
import { shrike } from './commands.ts';

const session = async (...lines: string[]) => shrike(['shell', '--format', 'csv'], { input: `${lines.join('\n')}\n` });

describe('shrike shell on a pipe', () => {
  it('runs statements over several lines, and the last one without its semicolon', async () => {
    const { code, out } = await session('SELECT', " 'a;b' -- not here;", 'AS t;', 'SELECT 2 AS n');
    expect([code, out]).toEqual([0, 't\r\na;b\r\nn\r\n2\r\n']);
  });

  it('goes on after a mistake, and says so at the end', async () => {
    const { code, out, err } = await session('SELECT * FROM zebra;', 'SELECT 1 AS a;');
    expect([code, out]).toEqual([3, 'a\r\n1\r\n']);
    expect(err).toContain('no such table: zebra');
  });

  it('has commands of its own', async () => {
    const { code, out, err } = await session(
      '.tables listening',
      '.schema time',
      '.mode',
      '.mode json',
      'SELECT 1 AS a;',
      '.docs users',
      '.timer on',
      'SELECT 1;',
      '.bogus',
      '.mode xml',
      '.timer',
      '.help',
      '.quit',
      'SELECT 424242;',
    );
    expect(code).toBe(0);
    expect(out).toContain('listening_ports\n');
    expect(out).toContain('CREATE TABLE time (\n');
    expect(out).toContain('csv\n[\n{"a":1}\n]\n');
    expect(out).toContain('users (state)\n');
    expect(out).toContain('.watch [SECONDS] SQL');
    expect(out).not.toContain('424242');
    expect(err).toMatch(/1 rows, \d+\.\d ms/);
    expect(err).toContain('there is no .bogus');
    expect(err).toContain('there is no format "xml"');
    expect(err).toContain('usage: .timer on|off');
  });
});
