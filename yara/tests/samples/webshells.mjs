/** Harmless samples, in pieces that only the test puts together (see ../make-samples.mjs). */
export const samples = [
  {
    rule: 'Webshell_PHP_Eval_Request',
    lines: [
      ["<?php"],
      ["@ev", "al($_PO", "ST['c']);"],
    ],
    without: 0,
  },
  {
    rule: 'Webshell_PHP_System_Request',
    lines: [
      ["<?php"],
      ["echo sys", "tem($_G", "ET[\"cmd\"]);"],
    ],
    without: 0,
  },
  {
    rule: 'Webshell_PHP_Backticks_Request',
    lines: [
      ["<?php"],
      ["echo `{$_RE", "QUEST['x']}`;"],
    ],
    without: 0,
  },
  {
    rule: 'Webshell_PHP_Variable_Function',
    lines: [
      ["<?php"],
      ["$_G", "ET['f']($_PO", "ST['a']);"],
    ],
    without: 0,
  },
  {
    rule: 'Webshell_PHP_Preg_Replace_E',
    lines: [
      ["<?php"],
      ["preg_re", "place(\"/.*/e\", $_PO", "ST['x'], \"\");"],
    ],
    without: 0,
  },
  {
    rule: 'Webshell_PHP_Create_Function',
    lines: [
      ["<?php"],
      ["$f = create_", "function('', $_PO", "ST['c']); $f();"],
    ],
    without: 0,
  },
  {
    rule: 'Webshell_PHP_Packed_Loader',
    lines: [
      ["<?php"],
      ["ev", "al(gzin", "flate(base64_", "decode('QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB')));"],
    ],
    without: 0,
  },
  {
    rule: 'Webshell_PHP_Image_Header',
    lines: [
      ["GIF8", "9a"],
      ["<?p", "hp"],
      ["sys", "tem($_G", "ET['c']); ?>"],
    ],
    without: 0,
  },
  {
    rule: 'Webshell_PHP_File_Manager',
    lines: [
      ["<?php"],
      ["echo ini_get('safe_", "mode'); echo ini_get('disable_", "functions'); echo php_", "uname();"],
      ["$o = shell_", "exec($c); move_uploaded_", "file($a, $b); readfile('/etc/pas", "swd'); posix_get", "pwuid(0);"],
      ["echo \"back", "connect\";"],
    ],
    without: 0,
  },
  {
    rule: 'Webshell_PHP_Chr_Concat',
    lines: [
      ["<?php"],
      ["$f = ch", "r(115).ch", "r(121).ch", "r(115).ch", "r(116).ch", "r(101).ch", "r(109); $f($_PO", "ST['q']);"],
    ],
    without: 0,
  },
  {
    rule: 'Webshell_PHP_Xor_Strings',
    lines: [
      ["<?php"],
      ["$_=(\"!((%)(\"^\"@[[@[\\\\\"); $__=${\"_PO", "ST\"}; $_($$__[0]);"],
    ],
    without: 0,
  },
  {
    rule: 'Webshell_PHP_Include_Input',
    lines: [
      ["<?php"],
      ["inc", "lude('php", "://input');"],
    ],
    without: 0,
  },
  {
    rule: 'Webshell_PHP_Cookie_Session_Auth',
    lines: [
      ["<?php"],
      ["if (md", "5($_COO", "KIE['k']) == '0123456789abcdef0123456789abcdef') ev", "al($x);"],
    ],
    without: 0,
  },
  {
    rule: 'Webshell_JSP_Runtime_Exec',
    lines: [
      ["<% String c = request.get", "Parameter(\"cmd\");"],
      ["Process p = Runtime.get", "Runtime().ex", "ec(c); out.pri", "nt(p.getInput", "Stream()); %>"],
    ],
    without: 0,
  },
  {
    rule: 'Webshell_JSP_ClassLoader',
    lines: [
      ["<%! class U extends Class", "Loader { Class g(byte[] b) { return define", "Class(b,0,b.length); } } %>"],
      ["<% Cipher c = Cipher.get", "Instance(\"AES\"); String s = request.getRea", "der().readLine(); request.getReader().read", "Line(); session.put", "Value(\"u\", k); %>"],
    ],
    without: 0,
  },
  {
    rule: 'Webshell_JSP_Reflection_Shell',
    lines: [
      ["<% Class k = Class.for", "Name(\"java.lang.Run", "time\");"],
      ["k.getMet", "hod(\"ex", "ec\", String.class).invoke(x, request.getPara", "meter(\"c\")); %>"],
    ],
    without: 0,
  },
  {
    rule: 'Webshell_ASPX_Eval_Request',
    lines: [
      ["<%ev", "al(Request.It", "em[\"p\"],\"un", "safe\");%>"],
    ],
    without: 0,
  },
  {
    rule: 'Webshell_Python_Cgi',
    lines: [
      ["out = os.po", "pen(request.ar", "gs.get('c')).read()"],
      ["# x"],
    ],
    without: 0,
  },
  {
    rule: 'Webshell_Node_Exec_Query',
    lines: [
      ["require('child_", "process').exe", "cSync(req.que", "ry.c)"],
      ["//"],
    ],
    without: 0,
  },
  {
    rule: 'Webshell_Perl_Cgi',
    lines: [
      ["#!/usr/bi", "n/perl"],
      ["sys", "tem(par", "am('cmd'));"],
    ],
    without: 0,
  },
  {
    rule: 'Webshell_Server_Module', as: 'executable',
    lines: [
      ["ap_hook_", "handler"],
      ["pop", "en"],
      ["/bin/", "sh"],
      ["X-", "Cmd"],
    ],
    without: 0,
  },
];
