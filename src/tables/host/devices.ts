/** Devices on buses. */
import { columns } from '../lib/columns.ts';
import { IdDatabase } from '../lib/id-database.ts';
import { listNames, readLine, readLink } from '../lib/procfs.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** PCI devices. */
export const pci_devices: GeneratedTableSpec = {
  name: 'pci_devices',
  kind: 'state',
  description: 'PCI devices. Names need the list of ids that distributions package as pci.ids or hwdata.',
  source: '/sys/bus/pci/devices, pci.ids',
  estimatedRows: 30,
  columns: columns(
    ['pci_slot', 'TEXT', 'Slot'],
    ['pci_class', 'TEXT', 'Class in words'],
    ['driver', 'TEXT', 'Driver that serves it'],
    ['vendor', 'TEXT', 'Maker'],
    ['vendor_id', 'TEXT', 'Id of the maker, in hexadecimal'],
    ['model', 'TEXT', 'Model'],
    ['model_id', 'TEXT', 'Id of the model, in hexadecimal'],
    ['pci_class_id', 'TEXT', 'Class, in hexadecimal'],
    ['pci_subclass_id', 'TEXT', 'Subclass, in hexadecimal'],
    ['pci_subclass', 'TEXT', 'Subclass in words'],
    ['subsystem_vendor_id', 'TEXT', 'Id of the maker of the card, in hexadecimal'],
    ['subsystem_vendor', 'TEXT', 'Maker of the card'],
    ['subsystem_model_id', 'TEXT', 'Id of the model of the card, in hexadecimal'],
    ['subsystem_model', 'TEXT', 'Model of the card; not known here'],
  ),
  examples: ['SELECT pci_slot, pci_class, vendor, model, driver FROM pci_devices', "SELECT pci_slot FROM pci_devices WHERE driver = ''"],
  *rows(context) {
    const top = `${context.system.sys}/bus/pci/devices`;
    const names = listNames(top);
    if (names === undefined) context.warn('this machine has no PCI bus');
    const ids = new IdDatabase(context.system, 'pci.ids');
    for (const slot of (names ?? []).sort()) {
      const id = (file: string): string => (readLine(`${top}/${slot}/${file}`) ?? '').replace(/^0x/, '');
      const kind = id('class');
      const [className, subclassName] = ids.class(kind.slice(0, 2), kind.slice(2, 4));
      const shown = (text: string): string => (text === '' ? '' : `0x${text.toUpperCase()}`);
      yield {
        pci_slot: slot,
        pci_class: className,
        driver: readLink(`${top}/${slot}/driver`)?.split('/').pop() ?? '',
        vendor: ids.vendor(id('vendor')),
        vendor_id: shown(id('vendor')),
        model: ids.device(id('vendor'), id('device')),
        model_id: shown(id('device')),
        pci_class_id: shown(kind.slice(0, 2)),
        pci_subclass_id: shown(kind.slice(2, 4)),
        pci_subclass: subclassName,
        subsystem_vendor_id: shown(id('subsystem_vendor')),
        subsystem_vendor: ids.vendor(id('subsystem_vendor')),
        subsystem_model_id: shown(id('subsystem_device')),
        subsystem_model: '',
      };
    }
  },
};

/** USB devices. */
export const usb_devices: GeneratedTableSpec = {
  name: 'usb_devices',
  kind: 'state',
  description: 'USB devices, hubs included.',
  source: '/sys/bus/usb/devices, usb.ids',
  estimatedRows: 10,
  columns: columns(
    ['usb_address', 'INTEGER', 'Address on its bus'],
    ['usb_port', 'INTEGER', 'Number of the bus'],
    ['vendor', 'TEXT', 'Maker'],
    ['vendor_id', 'TEXT', 'Id of the maker, in hexadecimal'],
    ['version', 'TEXT', 'Version of the device'],
    ['model', 'TEXT', 'Model'],
    ['model_id', 'TEXT', 'Id of the model, in hexadecimal'],
    ['serial', 'TEXT', 'Serial number'],
    ['class', 'TEXT', 'Class, in hexadecimal'],
    ['subclass', 'TEXT', 'Subclass, in hexadecimal'],
    ['protocol', 'TEXT', 'Protocol, in hexadecimal'],
    ['removable', 'INTEGER', 'Whether it can be pulled out: 1 yes'],
  ),
  examples: ['SELECT vendor, model, serial FROM usb_devices', 'SELECT vendor, model FROM usb_devices WHERE removable = 1'],
  *rows(context) {
    const top = `${context.system.sys}/bus/usb/devices`;
    const names = listNames(top);
    if (names === undefined) context.warn('this machine has no USB');
    const ids = new IdDatabase(context.system, 'usb.ids');
    for (const name of (names ?? []).sort()) {
      const value = (file: string): string => readLine(`${top}/${name}/${file}`) ?? '';
      const vendorId = value('idVendor');
      // Interfaces of devices are among them, with a colon in their names and without an id.
      if (vendorId === '') continue;
      const release = value('bcdDevice');
      yield {
        usb_address: Number(value('devnum')),
        usb_port: Number(value('busnum')),
        vendor: value('manufacturer') || ids.vendor(vendorId),
        vendor_id: vendorId,
        version: release,
        model: value('product') || ids.device(vendorId, value('idProduct')),
        model_id: value('idProduct'),
        serial: value('serial'),
        class: value('bDeviceClass'),
        subclass: value('bDeviceSubClass'),
        protocol: value('bDeviceProtocol'),
        removable: value('removable') === 'removable' ? 1 : 0,
      };
    }
  },
};
