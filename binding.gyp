{
  'targets': [
    {
      'target_name': 'shrike',
      'sources': [
        '<!@(node -p "[\'.\', \'store\', \'sqlite\', \'sensor\', \'yara\'].flatMap((folder) => fs.readdirSync(\'native/\' + folder).filter((name) => name.endsWith(\'.cc\')).map((name) => \'native/\' + folder + \'/\' + name)).join(\' \')")',
      ],
      'include_dirs': [
        '<!(node -p "require(\'node-addon-api\').include_dir")',
        'node_modules/better-sqlite3/deps/sqlite3',
        'native',
        'bpf/include',
      ],
      'defines': ['NAPI_VERSION=8', 'NAPI_DISABLE_CPP_EXCEPTIONS', '_GNU_SOURCE'],
      'cflags!': ['-fno-exceptions'],
      'cflags_cc!': ['-fno-exceptions', '-std=gnu++17', '-std=gnu++20'],
      # -Wrestrict: GCC 12 sees an overlap in std::string's own operator+ (GCC bug 105651).
      'cflags_cc': ['-std=c++20', '-O3', '-fexceptions', '-fvisibility=hidden', '-fvisibility-inlines-hidden', '-Wall', '-Wextra', '-Werror', '-Wno-missing-field-initializers', '-Wno-restrict'],
      'ldflags': ['-Wl,--exclude-libs,ALL', '-Wl,-z,relro,-z,now'],
      # Debian's libbpf.a is not position-independent, so libbpf is linked as a shared library.
      'libraries': ['-lbpf', '-lelf', '-lz', '-lzstd'],
    },
    {
      # Scans with libyara in processes of its own, so that what breaks the parser does not break the agent.
      'target_name': 'shrike-yara',
      'type': 'executable',
      'sources': ['<!@(node -p "fs.readdirSync(\'native/yara/scanner\').filter((name) => name.endsWith(\'.cc\')).map((name) => \'native/yara/scanner/\' + name).join(\' \')")'],
      'defines': ['_GNU_SOURCE'],
      'cflags_cc!': ['-fno-exceptions', '-fno-rtti', '-std=gnu++17', '-std=gnu++20'],
      'cflags_cc': ['-std=c++20', '-O2', '-fexceptions', '-fPIE', '-fstack-protector-strong', '-Wall', '-Wextra', '-Werror', '-Wno-missing-field-initializers', '-Wno-restrict'],
      'ldflags': ['-pie', '-Wl,-z,relro,-z,now'],
      'libraries': ['-lyara'],
    },
  ],
}
