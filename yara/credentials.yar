// Credential stealers.

rule CredSteal_Mimipenguin : credentials {
  meta:
    id = "ab978f21-105a-54dd-a8ba-6fdc9dc2f30f"
    description = "Script or ELF that searches the memory of login programs for passwords"
    author = "Shrike"
    severity = "critical"
    attack = "T1003.007"
    reference = "https://attack.mitre.org/techniques/T1003/007/"
  strings:
    $a1 = "mimipenguin" nocase
    $b1 = "gnome-keyring-daemon"
    $b2 = "gdm-password"
    $b3 = "lightdm"
    $b4 = "vsftpd"
    $b5 = "sshd:"
    $c1 = "/proc/$pid/mem"
    $c2 = /\/proc\/(%d|\{\}|\$\{?\w+\}?)\/(mem|maps)/
    $c3 = "gcore"
    $d = "_pammodutil_getpwnam_root_1"
  condition:
    filesize < 2MB and ($a1 or $d or (3 of ($b*))) and 1 of ($c*)
}

rule CredSteal_Shadow_Exfil : credentials {
  meta:
    id = "cb3f770d-abd7-578d-979a-f67ab03cbd0c"
    description = "Script that sends the shadow file away"
    author = "Shrike"
    severity = "high"
    attack = "T1003.008"
    reference = "https://attack.mitre.org/techniques/T1003/008/"
  strings:
    $a = /(curl|wget|nc|ncat)\s[^\n]{0,160}(@|<\s*|--post-file[= ]|-T\s*)\/etc\/(shadow|gshadow|master\.passwd)/
    $b = /cat\s+\/etc\/shadow[^\n]{0,60}\|[^\n]{0,60}(curl|nc|ncat|openssl|base64)/
  condition:
    filesize < 2MB and any of them
}

rule CredSteal_Cloud_Files_Script : credentials {
  meta:
    id = "6dc274ab-9459-5ab2-a779-9164475d95d1"
    description = "Script that collects the credential files of cloud tools and sends them away"
    author = "Shrike"
    severity = "high"
    attack = "T1552.001"
    reference = "https://attack.mitre.org/techniques/T1552/001/"
  strings:
    $a1 = ".aws/credentials"
    $a2 = ".config/gcloud"
    $a3 = ".azure/accessTokens.json"
    $a4 = ".docker/config.json"
    $a5 = ".kube/config"
    $a6 = ".git-credentials"
    $a7 = ".netrc"
    $a8 = ".s3cfg"
    $g = /(find|cat|grep|cp|tar)\s/
    $u = /curl\s+[^\n]{0,120}(-F|--data|-d|-T|--upload-file|--data-binary)\s/
  condition:
    filesize < 500KB and not uint32(0) == 0x464c457f and 3 of ($a*) and $g and $u
}

rule CredSteal_Imds_Token : credentials {
  meta:
    id = "fe245fd1-a4db-59f4-b8a4-23519e09bb12"
    description = "Script that takes credentials from the metadata service and sends them away"
    author = "Shrike"
    severity = "high"
    attack = "T1552"
    reference = "https://attack.mitre.org/techniques/T1552/"
  strings:
    $a1 = "169.254.169.254/latest/meta-data/iam/security-credentials"
    $a2 = "169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    $a3 = "metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token"
    $a4 = "169.254.169.254/metadata/identity/oauth2/token"
    $u = /(curl|wget)\s+[^\n]{0,160}(-F|--data|-d|-T|--upload-file|--post-data|--post-file|--data-binary)[ =]/
  condition:
    filesize < 500KB and not uint32(0) == 0x464c457f and 1 of ($a*) and $u
}

rule CredSteal_Ssh_Keys_Spread : credentials {
  meta:
    id = "a99a3a87-0f68-5e0e-bb98-ac9cfcd7951a"
    description = "Script that collects SSH keys and known hosts and goes on to other machines"
    author = "Shrike"
    severity = "high"
    attack = "T1552.004"
    reference = "https://attack.mitre.org/techniques/T1552/004/"
  strings:
    $a1 = "id_rsa"
    $a2 = "known_hosts"
    $a3 = ".bash_history"
    $a4 = "IdentityFile"
    $b = /ssh\s+[^\n]{0,120}StrictHostKeyChecking=no[^\n]{0,200}(curl|wget|\|\s*(ba)?sh)/
    $l = /for\s+\w+\s+in/
  condition:
    filesize < 1MB and 3 of ($a*) and $b and $l
}

rule CredSteal_Kube_Service_Account : credentials {
  meta:
    id = "e9e0c330-0d15-552c-a726-1e184fc1c604"
    description = "Script that sends a service account token away"
    author = "Shrike"
    severity = "high"
    attack = "T1528"
    reference = "https://attack.mitre.org/techniques/T1528/"
  strings:
    $a = "/var/run/secrets/kubernetes.io/serviceaccount/token"
    $a2 = "/run/secrets/kubernetes.io/serviceaccount/token"
    $u = /(curl|wget|nc)\s+[^\n]{0,160}(-F|-d|--data|--data-binary|-T|--post-file|--post-data)[ =][^\n]{0,120}(token|TOKEN|serviceaccount)[^\n]{0,120}https?:\/\//
  condition:
    filesize < 500KB and 1 of ($a*) and $u
}

rule CredSteal_Pam_Keylogger_Script : credentials {
  meta:
    id = "4c107a9e-a4ff-5e2e-a0a8-d2e921f61e83"
    description = "Script that makes pam_exec hand passwords to a program"
    author = "Shrike"
    severity = "high"
    attack = "T1056.001"
    reference = "https://attack.mitre.org/techniques/T1056/001/"
  strings:
    $a = /pam_exec\.so\s+[^\n]{0,40}expose_authtok[^\n]{0,40}\/\S+/
    $b = /(>>|sed\s+-i|tee\s+-a)[^\n]{0,60}\/etc\/pam\.d\//
  condition:
    filesize < 200KB and $a and $b
}

rule CredSteal_Strace_Sshd : credentials {
  meta:
    id = "b5f3e2a9-bdcc-5634-93b7-b8c43b021693"
    description = "Script that traces sshd or su to read passwords"
    author = "Shrike"
    severity = "high"
    attack = "T1056.001"
    reference = "https://attack.mitre.org/techniques/T1056/001/"
  strings:
    $a = /strace\s+[^\n]{0,80}(-p\s*["'`$(]*[^\n]{0,30}(sshd|pidof|pgrep)|sshd)/
    $b = /-e\s*(trace=)?\s*(read|write)/
  condition:
    filesize < 20KB and not uint32(0) == 0x464c457f and all of them
}

rule CredSteal_Browser_ELF : credentials {
  meta:
    id = "47a110c8-0e8b-52b1-9900-4f59d336135a"
    description = "ELF that reads the password stores of browsers"
    author = "Shrike"
    severity = "high"
    attack = "T1555.003"
    reference = "https://attack.mitre.org/techniques/T1555/003/"
  strings:
    $a1 = "logins.json"
    $a2 = "key4.db"
    $a3 = "Login Data"
    $a4 = "google-chrome"
    $a5 = ".mozilla/firefox"
    $b1 = "SELECT origin_url, username_value, password_value"
    $b2 = "encryptedUsername"
    $b3 = "PK11SDR_Decrypt"
    $c1 = "curl"
    $c2 = "POST"
    $c3 = "webhook"
    $c4 = "telegram"
  condition:
    uint32(0) == 0x464c457f and filesize < 30MB and 2 of ($a*) and 1 of ($b*) and 2 of ($c*)
}

rule CredSteal_Env_Exfil_Node : credentials {
  meta:
    id = "28788c3c-d30e-504f-b41d-3fca49e6956a"
    description = "JavaScript that sends the environment away"
    author = "Shrike"
    severity = "high"
    attack = "T1552.001"
    reference = "https://attack.mitre.org/techniques/T1552/001/"
  strings:
    $a = /JSON\.stringify\s*\(\s*process\.env\s*\)/
    $b = /(https?\.request|fetch|axios\.(post|get)|http\.get)\s*\(/
    $c1 = /os\.(hostname|userInfo|networkInterfaces)\s*\(/
    $c2 = /(webhook\.site|pipedream\.net|oastify\.com|interact\.sh|ngrok|burpcollaborator|discord(app)?\.com\/api\/webhooks|api\.telegram\.org)/
  condition:
    filesize < 500KB and $a and $b and ($c2 or $c1 and filesize < 20KB)
}

rule CredSteal_Wallet_Files : credentials {
  meta:
    id = "01490578-e3f1-50e0-a0c1-b0a49cd6232a"
    description = "Script that searches for wallets of crypto currencies and sends them away"
    author = "Shrike"
    severity = "high"
    attack = "T1555"
    reference = "https://attack.mitre.org/techniques/T1555/"
  strings:
    $a1 = "wallet.dat"
    $a2 = ".ethereum/keystore"
    $a3 = "Exodus"
    $a4 = ".electrum/wallets"
    $a5 = ".bitcoin"
    $a6 = ".solana/id.json" nocase
    $u = /(curl|requests\.post|wget|fetch)\s*[( ][^\n]{0,160}(http|telegram)/
  condition:
    filesize < 500KB and not uint32(0) == 0x464c457f and 3 of ($a*) and $u
}

rule CredSteal_Proc_Environ_Sweep : credentials {
  meta:
    id = "d8c67a6c-b474-5e56-aee9-bfb8441b4fca"
    description = "Script that reads the environments of all processes for secrets and sends them away"
    author = "Shrike"
    severity = "medium"
    attack = "T1552.007"
    reference = "https://attack.mitre.org/techniques/T1552/007/"
  strings:
    $a = /(cat|strings|grep|tr)\s[^\n]{0,60}\/proc\/(\*|\$\{?\w+\}?|[0-9]+)\/environ/
    $b = /grep\s+[^\n]{0,40}(AWS|SECRET|TOKEN|PASS|KEY)/
    $u = /(curl|wget|nc)\s[^\n]{0,120}(-d|-F|--data|-T|--post)[^\n]{0,100}/
  condition:
    filesize < 200KB and not uint32(0) == 0x464c457f and all of them
}

rule CredSteal_Telegram_Exfil : credentials {
  meta:
    id = "2cb601a1-a6a5-5aa1-bfe6-6a806762e7d0"
    description = "Script that sends files or system facts to a Telegram bot"
    author = "Shrike"
    severity = "medium"
    attack = "T1567"
    reference = "https://attack.mitre.org/techniques/T1567/"
  strings:
    $a = /api\.telegram\.org\/bot[0-9$\{A-Za-z_\}]{3,20}[:A-Za-z0-9_$\{\}-]{0,60}\/send(Message|Document)/
    $b1 = "/etc/passwd"
    $b2 = "/etc/shadow"
    $b3 = "id_rsa"
    $b4 = "hostname"
    $b5 = "ifconfig.me"
    $b6 = "whoami"
  condition:
    filesize < 200KB and not uint32(0) == 0x464c457f and $a and 2 of ($b*)
}
