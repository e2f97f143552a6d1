// Web shells.

rule Webshell_PHP_Eval_Request : webshells {
  meta:
    id = "bff7885e-2379-53ce-8c97-c45cbcf39cc7"
    description = "PHP that evaluates what the request holds"
    author = "Shrike"
    severity = "critical"
    attack = "T1505.003"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
  strings:
    $php = /<\?(php|=)/ nocase
    $e = /\b(eval|assert)\s*\(\s*(@?\s*(base64_decode|gzinflate|gzuncompress|str_rot13|stripslashes|urldecode|hex2bin)\s*\(\s*)*@?\$_(POST|GET|REQUEST|COOKIE|SERVER)\s*\[/ nocase
  condition:
    filesize < 2MB and $php and $e
}

rule Webshell_PHP_System_Request : webshells {
  meta:
    id = "4e3687f2-1e7f-5dbb-b75f-340d94904b4d"
    description = "PHP that runs commands from the request"
    author = "Shrike"
    severity = "critical"
    attack = "T1505.003"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
  strings:
    $php = /<\?(php|=)/ nocase
    $e = /\b(system|shell_exec|passthru|exec|popen|proc_open|pcntl_exec)\s*\(\s*@?\s*(base64_decode\s*\(\s*)?\$_(POST|GET|REQUEST|COOKIE)\s*\[/ nocase
  condition:
    filesize < 2MB and $php and $e
}

rule Webshell_PHP_Backticks_Request : webshells {
  meta:
    id = "62745452-05ed-579a-b97f-66be40dd18ad"
    description = "PHP that runs the request in backticks"
    author = "Shrike"
    severity = "critical"
    attack = "T1505.003"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
  strings:
    $php = /<\?(php|=)/ nocase
    $e = /`\s*\{?\$_(POST|GET|REQUEST|COOKIE)\s*\[[^`]{1,80}`/ nocase
  condition:
    filesize < 1MB and $php and $e
}

rule Webshell_PHP_Variable_Function : webshells {
  meta:
    id = "b9d3c58e-b783-575a-9728-ed827348c5b6"
    description = "PHP that calls a function whose name comes from the request"
    author = "Shrike"
    severity = "high"
    attack = "T1505.003"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
  strings:
    $php = /<\?(php|=)/ nocase
    $a = /\$_(POST|GET|REQUEST|COOKIE)\s*\[[^\]]{1,40}\]\s*\(\s*\$_(POST|GET|REQUEST|COOKIE)/ nocase
    $b = /\$[a-z_]\w*\s*=\s*@?\$_(POST|GET|REQUEST|COOKIE)\s*\[[^\]]{1,40}\]\s*;\s*@?\$[a-z_]\w*\s*\(\s*\$_(POST|GET|REQUEST|COOKIE)/ nocase
  condition:
    filesize < 1MB and $php and ($a or $b)
}

rule Webshell_PHP_Preg_Replace_E : webshells {
  meta:
    id = "dcc1fb7c-7e3e-5eb0-b00f-e54ab7a36408"
    description = "PHP that evaluates by the e modifier of preg_replace with data of the request"
    author = "Shrike"
    severity = "high"
    attack = "T1505.003"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
  strings:
    $php = /<\?(php|=)/ nocase
    $e = /preg_replace\s*\(\s*['"]\/[^'"]{0,60}\/[a-z]{0,4}e[a-z]{0,4}['"]\s*,\s*[^;]{0,80}\$_(POST|GET|REQUEST|COOKIE)/ nocase
  condition:
    filesize < 1MB and $php and $e
}

rule Webshell_PHP_Create_Function : webshells {
  meta:
    id = "7307da5e-d8d8-53eb-8e7a-3303482b9e9d"
    description = "PHP that makes a function of the request"
    author = "Shrike"
    severity = "high"
    attack = "T1505.003"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
  strings:
    $php = /<\?(php|=)/ nocase
    $e = /create_function\s*\(\s*[^;]{0,80}(\$_(POST|GET|REQUEST|COOKIE)|base64_decode)/ nocase
    $c = /array_(map|filter|walk)\s*\(\s*['"]?(assert|system|eval|create_function)['"]?\s*,\s*[^;]{0,60}\$_(POST|GET|REQUEST|COOKIE)/ nocase
  condition:
    filesize < 1MB and $php and ($e or $c)
}

rule Webshell_PHP_Packed_Loader : webshells {
  meta:
    id = "5ce382c5-3249-5c8b-9ae6-fb9775161b8a"
    description = "PHP of one packed blob that unpacks and evaluates itself"
    author = "Shrike"
    severity = "high"
    attack = "T1027"
    reference = "https://attack.mitre.org/techniques/T1027/"
  strings:
    $php = /<\?(php|=)/ nocase
    $e = /eval\s*\(\s*(gzinflate|gzuncompress|str_rot13|base64_decode|strrev|convert_uudecode)\s*\(\s*(gzinflate|gzuncompress|str_rot13|base64_decode|strrev|convert_uudecode)?\s*\(?\s*(base64_decode\s*\()?\s*['"][A-Za-z0-9+\/=]{200}/ nocase
  condition:
    filesize < 5MB and $php and $e
}

rule Webshell_PHP_Image_Header : webshells {
  meta:
    id = "97075a3a-c6aa-593a-8b4d-b50c0f734afd"
    description = "PHP code behind the header of an image"
    author = "Shrike"
    severity = "high"
    attack = "T1036.008"
    reference = "https://attack.mitre.org/techniques/T1036/008/"
  strings:
    $gif = "GIF89a"
    $png = { 89 50 4E 47 0D 0A 1A 0A }
    $jpg = { FF D8 FF }
    $php = "<?php" nocase
    $x = /(eval|assert|system|shell_exec|passthru|base64_decode)\s*\(\s*@?(\$_(POST|GET|REQUEST|COOKIE)|['"])/ nocase
  condition:
    filesize < 5MB and ($gif at 0 or $png at 0 or $jpg at 0) and $php and $x
}

rule Webshell_PHP_File_Manager : webshells {
  meta:
    id = "8a8c4613-41dc-58ec-9d35-793dc6eef165"
    description = "PHP file manager with upload and command execution, as web shells have it"
    author = "Shrike"
    severity = "high"
    attack = "T1505.003"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
  strings:
    $php = /<\?(php|=)/ nocase
    $t1 = "safe_mode" nocase
    $t2 = "disable_functions" nocase
    $t3 = "php_uname" nocase
    $a1 = /(shell_exec|passthru|system|popen|proc_open)\s*\(\s*\$/ nocase
    $b1 = "move_uploaded_file" nocase
    $b2 = "/etc/passwd"
    $b3 = "posix_getpwuid" nocase
    $b4 = /chmod\s*\(\s*\$_(POST|GET|REQUEST)/ nocase
    $c = /(web\s?shell|uid=0|reverse shell|back.?connect|bypass)/ nocase
  condition:
    filesize < 1MB and $php and 2 of ($t*) and $a1 and 2 of ($b*) and $c
}

rule Webshell_PHP_Chr_Concat : webshells {
  meta:
    id = "61dbc6c5-4d08-5d4c-9af5-ac3c09645403"
    description = "PHP that spells a function name by chr() and calls it"
    author = "Shrike"
    severity = "medium"
    attack = "T1027.010"
    reference = "https://attack.mitre.org/techniques/T1027/010/"
  strings:
    $php = /<\?(php|=)/ nocase
    $e = /\$\w+\s*=\s*(chr\s*\(\s*[0-9]{2,3}\s*\)\s*\.?\s*){5,}/ nocase
    $r = /\$_(POST|GET|REQUEST|COOKIE)/
  condition:
    filesize < 500KB and $php and $e and $r
}

rule Webshell_PHP_Xor_Strings : webshells {
  meta:
    id = "8fbe80c0-2c02-5486-a93b-364430fc64dc"
    description = "PHP that makes names by xor of short texts and uses the request"
    author = "Shrike"
    severity = "medium"
    attack = "T1027.010"
    reference = "https://attack.mitre.org/techniques/T1027/010/"
  strings:
    $php = /<\?(php|=)/ nocase
    $e1 = "\"^\""
    $e2 = "'^'"
    $e3 = "\" ^ \""
    $e4 = "' ^ '"
    $v1 = "${\""
    $v2 = "$$_"
    $v3 = "${'"
    $r = /(_POST|_GET|_REQUEST|_COOKIE|assert|eval)/ nocase
  condition:
    filesize < 100KB and $php and 1 of ($e*) and 1 of ($v*) and $r
}

rule Webshell_PHP_Include_Input : webshells {
  meta:
    id = "1f34a8b7-7493-526a-93da-3db694fed0bf"
    description = "PHP that includes or evaluates the body of the request, or fetched code"
    author = "Shrike"
    severity = "high"
    attack = "T1505.003"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
  strings:
    $php = /<\?(php|=)/ nocase
    $e = /(include|require)(_once)?\s*\(?\s*['"]php:\/\/input/ nocase
    $f = /(eval|assert)\s*\(\s*file_get_contents\s*\(\s*['"](php:\/\/input|https?:)/ nocase
  condition:
    filesize < 2KB and $php and ($e or $f)
}

rule Webshell_PHP_Cookie_Session_Auth : webshells {
  meta:
    id = "506cb04d-e90d-5fba-98a7-c26bdf044f96"
    description = "PHP that evaluates after comparing an md5 of the request with a constant"
    author = "Shrike"
    severity = "medium"
    attack = "T1505.003"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
  strings:
    $php = /<\?(php|=)/ nocase
    $m = /md5\s*\(\s*(md5\s*\(\s*)?\$_(POST|GET|REQUEST|COOKIE)\s*\[[^\]]{1,30}\]\s*\)?\s*\)\s*={2,3}\s*['"][0-9a-f]{32}/ nocase
    $e = /\b(eval|assert|system|passthru|shell_exec)\s*\(/ nocase
  condition:
    filesize < 500KB and $php and $m and $e
}

rule Webshell_JSP_Runtime_Exec : webshells {
  meta:
    id = "17f7676e-a409-5984-bed3-c0584b8a657b"
    description = "JSP that runs commands from a request parameter"
    author = "Shrike"
    severity = "critical"
    attack = "T1505.003"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
  strings:
    $j = "<%"
    $e = /getRuntime\s*\(\s*\)\s*\.\s*exec\s*\(\s*(request\.getParameter|cmd|command|\w+)/
    $p = /request\.getParameter\s*\(\s*"[^"]{1,20}"\s*\)/
    $o = /(getInputStream|out\.print)/
  condition:
    filesize < 500KB and $j and $e and $p and $o
}

rule Webshell_JSP_ClassLoader : webshells {
  meta:
    id = "a2e1dece-bdba-55e3-b82d-797feff5794b"
    description = "JSP that defines a class from an encrypted request, as Behinder and Godzilla clients do"
    author = "Shrike"
    severity = "critical"
    attack = "T1505.003"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
  strings:
    $j = "<%"
    $d = "defineClass"
    $c = "ClassLoader"
    $a = /Cipher\.getInstance\s*\(\s*"AES/
    $r = /(getReader\(\)\.readLine|request\.getParameter)/
  condition:
    filesize < 200KB and $j and $d and $c and $a and $r
}

rule Webshell_JSP_Reflection_Shell : webshells {
  meta:
    id = "1cc345cb-49c1-54cf-8e57-fb80023065a7"
    description = "JSP that reaches the command interpreter by reflection"
    author = "Shrike"
    severity = "high"
    attack = "T1505.003"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
  strings:
    $j = "<%"
    $a = "java.lang.Runtime"
    $b = /getMethod\s*\(\s*"(getRuntime|exec)"/
    $c = /Class\.forName/
    $p = "getParameter"
  condition:
    filesize < 200KB and $j and $a and $b and $c and $p
}

rule Webshell_ASPX_Eval_Request : webshells {
  meta:
    id = "c15a8f8e-4f18-59b9-8cab-dc97158bdd3a"
    description = "ASP.NET page that evaluates the request"
    author = "Shrike"
    severity = "critical"
    attack = "T1505.003"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
  strings:
    $a = /eval\s*\(\s*Request\s*(\.Item)?\s*[\[(]\s*["'][^"']{1,30}["']\s*[\])]\s*,\s*["']unsafe["']/ nocase
    $b = /Process(StartInfo)?\s*\([^;]{0,60}cmd\.exe[^;]{0,60}Request/ nocase
  condition:
    filesize < 500KB and any of them
}

rule Webshell_Python_Cgi : webshells {
  meta:
    id = "553938aa-547e-50a9-9d8a-14e164426048"
    description = "Python CGI or Flask handler that runs a parameter as a command"
    author = "Shrike"
    severity = "high"
    attack = "T1505.003"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
  strings:
    $a = /(os\.popen|os\.system|subprocess\.(Popen|check_output|getoutput|run|call))\s*\(\s*(request\.(args|form|values|json)|form\.getvalue|cgi\.FieldStorage|flask\.request)/
  condition:
    filesize < 200KB and $a
}

rule Webshell_Node_Exec_Query : webshells {
  meta:
    id = "c177c3a4-6205-53d7-99c6-691d91e22f08"
    description = "Node.js handler that runs a request parameter as a command"
    author = "Shrike"
    severity = "high"
    attack = "T1505.003"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
  strings:
    $a = /(exec|execSync|spawnSync|spawn)\s*\(\s*(req|request|ctx)\.(query|body|params|headers)[.\[]/
    $b = "child_process"
  condition:
    filesize < 200KB and $a and $b
}

rule Webshell_Perl_Cgi : webshells {
  meta:
    id = "34923d95-2541-50f6-8098-e07790587195"
    description = "Perl CGI that runs a parameter"
    author = "Shrike"
    severity = "high"
    attack = "T1505.003"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
  strings:
    $p = "#!/usr/bin/perl"
    $a = /(system|exec|open)\s*\(?\s*[^;\n]{0,30}(param\s*\(\s*['"]\w{1,12}['"]|\$ENV\{['"]?QUERY_STRING)/
    $b = /`\$(in|FORM|query|cmd|ENV)\{[^`]{1,40}`/
  condition:
    filesize < 200KB and $p at 0 and ($a or $b)
}

rule Webshell_Server_Module : webshells {
  meta:
    id = "49cb1364-7d4c-5300-9193-d0760d9f5f75"
    description = "Apache or nginx module that runs commands from a request header"
    author = "Shrike"
    severity = "high"
    attack = "T1505.003"
    reference = "https://attack.mitre.org/techniques/T1505/003/"
  strings:
    $m1 = "ap_hook_handler"
    $m2 = "ngx_http_module"
    $e1 = "popen"
    $e2 = "execve"
    $s = "/bin/sh"
    $h1 = "X-Cmd"
    $h2 = "X-Exec"
    $h3 = "cmd=%s"
  condition:
    uint32(0) == 0x464c457f and filesize < 1MB and 1 of ($m*) and 1 of ($e*) and $s and 1 of ($h*)
}
