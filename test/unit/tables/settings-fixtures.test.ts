/** Tables of settings over fixture trees. */
import { describe, expect, it } from 'vitest';
import { augeas } from '../../../src/tables/host/augeas.ts';
import { crontab } from '../../../src/tables/host/crontab.ts';
import { dns_resolvers, etc_hosts, etc_services } from '../../../src/tables/host/etc.ts';
import { parseSave } from '../../../src/tables/host/iptables.ts';
import { shadow } from '../../../src/tables/host/shadow.ts';
import { shell_history } from '../../../src/tables/host/shell_history.ts';
import { authorized_keys, known_hosts, ssh_configs } from '../../../src/tables/host/ssh.ts';
import { startup_items } from '../../../src/tables/host/startup_items.ts';
import { sudoers } from '../../../src/tables/host/sudoers.ts';
import { system_controls } from '../../../src/tables/host/system_controls.ts';
import { systemd_units } from '../../../src/tables/host/systemd_units.ts';
import { objectPath, parseShow } from '../../../src/tables/lib/systemd.ts';
import { ask, only, tree } from './harness.ts';

const passwd = { 'etc/passwd': 'root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann/:/bin/bash\nbin:x:2:2::/nonexistent:/x\n' };

describe('settings', () => {
  it('of cron: both forms, named times, assignments left out', () => {
    const root = tree({
      'etc/crontab': 'SHELL=/bin/sh\n# c\n17 *\t* * *   root    cd / && run\n',
      'etc/cron.d/x': '@reboot bob /bin/true\n30 3 * * 0 root a  b\n',
      'var/spool/cron/crontabs/ann': '*/5 * * * * /home/ann/x arg\nMAILTO="a b"\n',
    });
    expect(ask(crontab, { system: { root } }).rows.map((r) => [r.event, r.minute, r.hour, r.day_of_week, r.command, r.username])).toEqual([
      ['', '17', '*', '*', 'root cd / && run', 'root'],
      ['@reboot', '', '', '', 'bob /bin/true', 'bob'],
      ['', '30', '3', '0', 'root a b', 'root'],
      ['', '*/5', '*', '*', '/home/ann/x arg', 'ann'],
    ]);
  });
  it('of sudo: includes, continued lines, user ids that look like comments', () => {
    const root = tree({
      'etc/sudoers':
        'Defaults env_reset\n# comment\n#1000 ALL=(ALL) NOPASSWD: ALL\n%wheel ALL=(ALL) \\\n  ALL\n@includedir /etc/sudoers.d\n#include more\n@include /etc/sudoers\n',
      'etc/sudoers.d/a': 'ann ALL=/bin/ls\n',
      'etc/sudoers.d/b.bak': 'no\n',
      'etc/sudoers.d/c~': 'no\n',
      'etc/more': 'bob ALL=ALL\n',
    });
    const answer = ask(sudoers, { system: { root } });
    expect(answer.rows.map((r) => [r.source, r.header, r.rule_details])).toEqual([
      ['/etc/sudoers', 'Defaults', 'env_reset'],
      ['/etc/sudoers', '#1000', 'ALL=(ALL) NOPASSWD: ALL'],
      ['/etc/sudoers', '%wheel', 'ALL=(ALL) ALL'],
      ['/etc/sudoers', 'includedir', '/etc/sudoers.d'],
      ['/etc/sudoers.d/a', 'ann', 'ALL=/bin/ls'],
      ['/etc/sudoers', 'include', 'more'],
      ['/etc/more', 'bob', 'ALL=ALL'],
      ['/etc/sudoers', 'include', '/etc/sudoers'],
    ]);
    // The file includes itself: that ends, and is said.
    expect(answer.warnings).toEqual(['/etc/sudoers includes itself']);
  });
  it('of passwords, without their hashes', () => {
    const root = tree({
      'etc/shadow': 'a:$6$s$HASHED:19000:0:99999:7:::\nb:!:19000::::::\nc::19000:0:1:2:3:4:5\nd:!!:1:::::1:\ne:!$y$j9T$x:1:0:99999:7:::\n',
    });
    const rows = ask(shadow, { system: { root } }).rows;
    expect(rows.map((r) => [r.username, r.password_status, r.hash_alg, r.min, r.max, r.inactive, r.expire, r.flag])).toEqual([
      ['a', 'active', '6', 0, 99999, -1, -1, -1],
      ['b', 'locked', '', -1, -1, -1, -1, -1],
      ['c', 'empty', '', 0, 1, 3, 4, 5],
      ['d', 'not_set', '', -1, -1, -1, 1, -1],
      ['e', 'locked', 'y', 0, 99999, -1, -1, -1],
    ]);
    expect(JSON.stringify(rows)).not.toContain('HASHED');
  });
  it('of names', () => {
    const root = tree({
      'etc/hosts': '127.0.0.1 localhost loop # c\n# no\n::1\n',
      'etc/services': 'ssh 22/tcp # Secure\nntp\t123/udp a b\nbad x/y\n',
      'etc/resolv.conf':
        '# c\nnameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\nnameserver 192.0.2.4\ndomain old\nsearch a.example b.example\nsortlist 10.0.0.0/255.0.0.0\n',
    });
    expect(only(ask(etc_hosts, { system: { root } }))).toMatchObject({ address: '127.0.0.1', hostnames: 'localhost loop' });
    expect(ask(etc_services, { system: { root } }).rows).toEqual([
      { name: 'ssh', port: 22, protocol: 'tcp', aliases: '', comment: 'Secure' },
      { name: 'ntp', port: 123, protocol: 'udp', aliases: 'a b', comment: '' },
    ]);
    expect(ask(dns_resolvers, { system: { root } }).rows.map((r) => [r.id, r.type, r.address])).toEqual([
      [0, 'nameserver', '192.0.2.1'],
      [1, 'nameserver', '192.0.2.2'],
      [2, 'nameserver', '192.0.2.3'],
      [0, 'sortlist', '10.0.0.0'],
      [0, 'search', 'a.example'],
      [1, 'search', 'b.example'],
    ]);
  });
  it('of SSH, of all users or of one', () => {
    const root = tree({
      ...passwd,
      'home/ann/.ssh/authorized_keys':
        '# c\nssh-ed25519 AAAA ann@x y\nfrom="10.0.0.0/8,a b",command="echo \\"hi\\"" ssh-rsa BBBB\n1024 35 1234 old\n',
      'home/ann/.ssh/known_hosts': '|1|x= ssh-rsa C\n',
      'root/.ssh/config': 'StrictHostKeyChecking no\nHost *.Example.com\n  User Bob\n',
      'etc/ssh/ssh_config': 'Host *\n SendEnv LANG\n',
    });
    const system = { root };
    expect(ask(authorized_keys, { system }).rows.map((r) => [r.uid, r.algorithm, r.key, r.options, r.comment])).toEqual([
      [1000, 'ssh-ed25519', 'AAAA', '', 'ann@x y'],
      [1000, 'ssh-rsa', 'BBBB', 'from="10.0.0.0/8,a b",command="echo \\"hi\\""', ''],
      [1000, '', '1024 35 1234 old', '', ''],
    ]);
    expect(ask(authorized_keys, { system, where: { uid: 0 } }).rows).toEqual([]);
    expect(ask(ssh_configs, { system }).rows.map((r) => [r.uid, r.block, r.option])).toEqual([
      [0, '', 'stricthostkeychecking no'],
      [0, 'host *.example.com', 'user bob'],
      [0, 'host *', 'sendenv lang'],
    ]);
    expect(only(ask(known_hosts, { system }))).toEqual({ uid: 1000, key: '|1|x= ssh-rsa C', key_file: '/home/ann/.ssh/known_hosts' });
  });
  it('of shells: times as bash, zsh and fish note them', () => {
    const root = tree({
      ...passwd,
      'root/.bash_history': 'ls\n#1700000000\ncurl x\n#not a time\n',
      'home/ann/.zsh_history': ': 1700000001:0;make\n',
      'home/ann/.local/share/fish/fish_history': '- cmd: echo a\\nb\n  when: 1700000002\n',
    });
    expect(ask(shell_history, { system: { root } }).rows.map((r) => [r.uid, r.time, r.command])).toEqual([
      [0, 0, 'ls'],
      [0, 1700000000, 'curl x'],
      [0, 0, '#not a time'],
      [1000, 1700000001, 'make'],
      [1000, 1700000002, 'echo a\nb'],
    ]);
  });
  it('of the kernel, with what the configuration says', () => {
    const root = tree({
      'proc/sys/kernel/a': '1\n',
      'proc/sys/net/conf/eth0.100/mtu': '1500\n',
      'etc/sysctl.d/10-x.conf': 'kernel.a = 5\n',
      'usr/lib/sysctl.d/10-x.conf': 'kernel.a = 9\n',
      'etc/sysctl.conf': '-net.conf.eth0/100.mtu=9000\n',
    });
    const system = { proc: `${root}/proc`, root };
    expect(ask(system_controls, { system }).rows.map((r) => [r.name, r.subsystem, r.current_value, r.config_value])).toEqual([
      ['kernel.a', 'kernel', '1', '5'],
      ['net.conf.eth0/100.mtu', 'net', '1500', '9000'],
    ]);
    expect(only(ask(system_controls, { system, where: { name: 'net.conf.eth0/100.mtu' } })).current_value).toBe('1500');
  });
  it('of systemd, from files and from its own answer', () => {
    const root = tree({
      ...passwd,
      'usr/lib/systemd/system/a.service':
        '[Unit]\nDescription=A\n[Service]\nUser=bob\nExecStart=-/bin/a x\n[Install]\nWantedBy=multi-user.target\n',
      'usr/lib/systemd/system/b.service': '[Service]\nExecStart=/b\n',
      'etc/systemd/system/multi-user.target.wants/a.service': '-> /usr/lib/systemd/system/a.service',
      'etc/systemd/system/c.service': '-> /dev/null',
      'usr/lib/systemd/system/d.service': '-> a.service',
      'etc/init.d/old': '#!/bin/sh\n',
      'home/ann/.config/autostart/x.desktop': '[Desktop Entry]\nName=X\nExec=/bin/x --y z\n',
    });
    const answer = ask(systemd_units, { system: { root } });
    expect(answer.rows.map((r) => [r.id, r.load_state, r.unit_file_state, r.user])).toEqual([
      ['a.service', 'loaded', 'enabled', 'bob'],
      ['b.service', 'loaded', 'static', ''],
      ['c.service', 'masked', 'masked', ''],
      ['d.service', 'loaded', 'alias', 'bob'],
    ]);
    expect(answer.warnings).toHaveLength(1);
    expect(
      ask(startup_items, { system: { root } })
        .rows.slice(0, 2)
        .map((r) => [r.name, r.path, r.args, r.username]),
    ).toEqual([
      ['X', '/bin/x', '--y z', 'ann'],
      ['old', '/etc/init.d/old', '', ''],
    ]);
    expect(parseShow('Id=a.service\nDescription=x=y\nExecStart={ path=/a ; argv[]=/a b ; }\nJob=12\n\nFoo=1\n\n')).toMatchObject([
      { id: 'a.service', description: 'x=y', exec: '/a b', jobId: 12 },
    ]);
    expect(objectPath('1a-b.service')).toBe('/org/freedesktop/systemd1/unit/_31a_2db_2eservice');
  });
  it('of the packet filter, as iptables-save prints them', () => {
    const text =
      '*filter\n:INPUT DROP [1:2]\n:OURS - [0:0]\n[5:600] -A INPUT -s 10.0.0.0/8 ! -i eth0 -p tcp -m tcp --dport 22 -m comment --comment "a -j b" -j ACCEPT\nCOMMIT\n';
    expect([...parseSave(text, 4)]).toMatchObject([
      { filter_name: 'filter', chain: 'INPUT', policy: 'DROP', packets: 1, bytes: 2 },
      {
        chain: 'INPUT',
        policy: '',
        src_ip: '10.0.0.0',
        src_mask: '255.0.0.0',
        iniface: '!eth0',
        protocol: 6,
        dst_port: '22',
        target: 'ACCEPT',
        match: 'yes',
        packets: 5,
        bytes: 600,
      },
    ]);
    expect([...parseSave('*filter\n[0:0] -A INPUT -d 2001:db8::/32 -j DROP\n', 6)]).toMatchObject([
      { dst_ip: '2001:db8::', dst_mask: 'ffff:ffff::', src_ip: '::' },
    ]);
  });
  it('as trees, in the shapes of Augeas', () => {
    const root = tree({
      'etc/hosts': '# c\n127.0.0.1 localhost lo l\n',
      'etc/ssh/sshd_config': 'PermitRootLogin no\nCiphers a,b\nMatch User bob\n  X11Forwarding yes\n',
      'etc/fstab': '/dev/a / ext4 ro,size=1 0 1\n',
    });
    const all = ask(augeas, { system: { root } }).rows.map((r) => [String(r.node).slice('/files/etc'.length), r.value]);
    expect(all).toEqual(
      expect.arrayContaining([
        ['/hosts/#comment', 'c'],
        ['/hosts/1/ipaddr', '127.0.0.1'],
        ['/hosts/1/alias[2]', 'l'],
        ['/ssh/sshd_config/PermitRootLogin', 'no'],
        ['/ssh/sshd_config/Ciphers/2', 'b'],
        ['/ssh/sshd_config/Match/Condition/User', 'bob'],
        ['/ssh/sshd_config/Match/Settings/X11Forwarding', 'yes'],
        ['/fstab/1/opt[2]/value', '1'],
        ['/fstab/1/passno', '1'],
      ]),
    );
  });
});
