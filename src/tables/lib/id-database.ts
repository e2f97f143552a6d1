/** Names of PCI and USB makers and devices, from the lists that distributions carry (package pci.ids, usb.ids or hwdata). */
import type { System } from '../spec.ts';
import { readText } from './procfs.ts';

export class IdDatabase {
  readonly #text: string;

  constructor(system: System, file: 'pci.ids' | 'usb.ids') {
    this.#text =
      ['/usr/share/hwdata', '/usr/share/misc', '/usr/share', '/var/lib/usbutils']
        .map((folder) => readText(`${system.root}${folder}/${file}`))
        .find((text) => text !== undefined) ?? '';
  }

  /** Name of a maker by its four hexadecimal digits; empty when unknown. */
  vendor(id: string): string {
    return this.#line(`\n${id}  `, 0)[0];
  }

  /** Name of a device of that maker; empty when unknown. */
  device(vendor: string, id: string): string {
    const [name, start] = this.#line(`\n${vendor}  `, 0);
    return name === '' ? '' : this.#line(`\n\t${id}  `, start, /\n[0-9a-f]/g)[0];
  }

  /** Name of a class (two digits) and of a subclass of it. */
  class(id: string, subclass: string): readonly [string, string] {
    const [name, start] = this.#line(`\nC ${id}  `, 0);
    return [name, name === '' ? '' : this.#line(`\n\t${subclass}  `, start, /\nC /g)[0]];
  }

  #line(key: string, from: number, until?: RegExp): readonly [string, number] {
    const start = this.#text.indexOf(key, from);
    if (start < 0) return ['', 0];
    if (until) {
      until.lastIndex = from;
      const end = until.exec(this.#text);
      if (end && end.index < start) return ['', 0];
    }
    const stop = this.#text.indexOf('\n', start + 1);
    return [this.#text.slice(start + key.length, stop < 0 ? undefined : stop), start + 1];
  }
}
