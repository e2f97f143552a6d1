// Container escapes and tools against clusters.

rule Container_Escape_Release_Agent : containers {
  meta:
    id = "f9b39526-b3ad-51d8-b586-6a0f1ce37fc6"
    description = "Script or ELF that escapes by the release agent of a cgroup"
    author = "Shrike"
    severity = "critical"
    attack = "T1611"
    reference = "https://attack.mitre.org/techniques/T1611/"
  strings:
    $a = "release_agent"
    $b = "notify_on_release"
    $c = "cgroup.procs"
    $d1 = /mount\s+-t\s+cgroup/
    $d2 = "upperdir="
    $d3 = "/etc/mtab"
    $d4 = "host_path"
  condition:
    filesize < 20MB and $a and $b and $c and 1 of ($d*) and not filesize > 5MB
}

rule Container_Escape_Core_Pattern : containers {
  meta:
    id = "0bdd1402-600c-5dc3-a055-ea75eb8fb6e0"
    description = "Script that writes core_pattern so that the host runs a program of the container"
    author = "Shrike"
    severity = "high"
    attack = "T1611"
    reference = "https://attack.mitre.org/techniques/T1611/"
  strings:
    $a = /(echo|printf)\s+[^\n]{0,20}\|[^\n]{0,200}>\s*\S*\/proc\/sys\/kernel\/core_pattern/
    $b1 = "upperdir"
    $b2 = "/proc/mounts"
    $b3 = "SIGSEGV"
    $b4 = /kill\s+-(11|SEGV)/
    $b5 = "/host"
  condition:
    filesize < 200KB and not uint32(0) == 0x464c457f and $a and 1 of ($b*)
}

rule Container_Escape_Runc_Overwrite : containers {
  meta:
    id = "f83a685b-320c-5188-820f-1c5a08053abc"
    description = "Program that overwrites runc through /proc/self/exe (CVE-2019-5736)"
    author = "Shrike"
    severity = "critical"
    attack = "T1611"
    reference = "https://attack.mitre.org/techniques/T1611/"
    reference = "https://nvd.nist.gov/vuln/detail/CVE-2019-5736"
  strings:
    $a1 = "/proc/self/exe"
    $b = "runc"
    $c1 = "CVE-2019-5736"
    $c2 = /\[\+\] (Overwritten|Found the PID|Successfully got the file handle)/
    $c3 = "/proc/self/fd/"
    $d = "#!/proc/self/exe"
  condition:
    filesize < 20MB and $b and ($d or $c1 or $c2) and ($a1 or $c3) and not filesize > 10MB
}

rule Container_Escape_Leaky_Vessels : containers {
  meta:
    id = "ee532027-c7ce-5966-aaf2-d2185bcedef2"
    description = "Image or script that uses a leaked descriptor of runc as its working folder (CVE-2024-21626)"
    author = "Shrike"
    severity = "high"
    attack = "T1611"
    reference = "https://attack.mitre.org/techniques/T1611/"
    reference = "https://nvd.nist.gov/vuln/detail/CVE-2024-21626"
  strings:
    $a = /(WORKDIR|--workdir|-w|cwd"?\s*:)\s*"?\/proc\/self\/fd\/[0-9]{1,2}/ nocase
    $b1 = "../../"
    $b2 = "FROM"
    $b3 = "docker"
    $b4 = "runc"
  condition:
    filesize < 200KB and not uint32(0) == 0x464c457f and $a and 1 of ($b*)
}

rule Container_Escape_Docker_Socket : containers {
  meta:
    id = "29e278b1-1f28-5987-b51d-457ce8dd6a4f"
    description = "Script that starts a privileged container through the Docker socket"
    author = "Shrike"
    severity = "high"
    attack = "T1611"
    reference = "https://attack.mitre.org/techniques/T1611/"
  strings:
    $a1 = "/var/run/docker.sock"
    $a2 = "/run/docker.sock"
    $a3 = "containerd.sock"
    $b1 = /docker\s+[^\n]{0,80}run\s+[^\n]{0,160}(-v|--volume)[= ]\/:\/\S+/
    $b2 = /"Binds"\s*:\s*\[\s*"\/:\/[a-z]*/
    $b3 = /docker\s+[^\n]{0,80}run\s+[^\n]{0,160}--privileged[^\n]{0,160}(nsenter|chroot)/
  condition:
    filesize < 500KB and not uint32(0) == 0x464c457f and 1 of ($a*) and 1 of ($b*)
}

rule Container_Escape_Nsenter_Pid1 : containers {
  meta:
    id = "9257b76d-b414-5905-aa89-277aaabf23be"
    description = "Script that enters the namespaces of the first process of the host"
    author = "Shrike"
    severity = "medium"
    attack = "T1611"
    reference = "https://attack.mitre.org/techniques/T1611/"
  strings:
    $a = /nsenter\s+(-t\s*1|--target[= ]1)\s+[^\n]{0,80}(-m|--mount|-a|--all)[^\n]{0,80}(ba|da)?sh\b/
    $b1 = "--privileged"
    $b2 = "hostPID"
    $b3 = "kubectl"
    $b4 = "docker run"
    $b5 = "curl"
  condition:
    filesize < 200KB and not uint32(0) == 0x464c457f and $a and 1 of ($b*)
}

rule Container_Tool_CDK : containers {
  meta:
    id = "767dc1b5-aa13-5743-b2d2-9372c8bd409a"
    description = "CDK, a toolkit for escaping from containers"
    author = "Shrike"
    severity = "critical"
    attack = "T1611"
    reference = "https://attack.mitre.org/techniques/T1611/"
  strings:
    $a1 = "cdk-team/CDK"
    $a2 = "CDK Release"
    $a3 = "shim-pwn"
    $a4 = "mount-cgroup"
    $a5 = "k8s-backdoor-daemonset"
    $a6 = "docker-sock-pwn"
    $a7 = "lxcfs-rw"
  condition:
    uint32(0) == 0x464c457f and 2 of them
}

rule Container_Tool_Deepce_Amicontained : containers {
  meta:
    id = "8c2d1165-3ba6-5ee4-9000-d02192403b8d"
    description = "Scripts and programs that look for ways out of a container"
    author = "Shrike"
    severity = "medium"
    attack = "T1613"
    reference = "https://attack.mitre.org/techniques/T1613/"
  strings:
    $a1 = "DEEPCE" nocase
    $a2 = "Docker Enumeration, Escalation of Privileges and Container Escapes"
    $a3 = "genuinetools/amicontained"
    $b1 = "Dangerous Capabilities"
    $b2 = "Blocked Syscalls"
    $b3 = "docker.sock"
  condition:
    filesize < 20MB and 1 of ($a*) and 1 of ($b*)
}

rule Container_Tool_Peirates : containers {
  meta:
    id = "bb11bc8d-b530-5e98-8788-f6bc814ec33c"
    description = "Peirates, a tool for attacking Kubernetes from a pod"
    author = "Shrike"
    severity = "high"
    attack = "T1613"
    reference = "https://attack.mitre.org/techniques/T1613/"
  strings:
    $a1 = "inguardians/peirates"
    $a2 = "Peirates v"
    $a3 = "Gather IAM credentials from AWS"
    $a4 = "serviceAccountInfo"
  condition:
    uint32(0) == 0x464c457f and 2 of ($a*)
}

rule Container_Tool_Kubeletctl : containers {
  meta:
    id = "e56421d3-fdd5-5dcb-936e-c7ccdf3230e8"
    description = "kubeletctl, which runs commands through open kubelets"
    author = "Shrike"
    severity = "medium"
    attack = "T1613"
    reference = "https://attack.mitre.org/techniques/T1613/"
  strings:
    $a1 = "cyberark/kubeletctl"
    $a2 = "kubeletctl scan rce"
    $b1 = "/runningpods"
    $b2 = "scan rce"
    $b3 = ":10250"
  condition:
    uint32(0) == 0x464c457f and 1 of ($a*) and 1 of ($b*)
}

rule Container_Kubelet_Exec_Script : containers {
  meta:
    id = "f2c62bdc-a1a2-53d7-8f49-a3df54872632"
    description = "Script that runs commands in pods through the kubelet"
    author = "Shrike"
    severity = "high"
    attack = "T1609"
    reference = "https://attack.mitre.org/techniques/T1609/"
  strings:
    $a = /:1025[05]\/(run|exec)\/[^\n]{3,120}/
    $b1 = "cmd="
    $b2 = "command="
    $c = /(curl|requests\.post|wget)\s*[( ]/
  condition:
    filesize < 500KB and not uint32(0) == 0x464c457f and $a and 1 of ($b*) and $c
}

rule Container_Host_Mount_Disk : containers {
  meta:
    id = "9eecbf9a-236d-587e-a1f9-9bac6c18f7d4"
    description = "Script that mounts the disk of the host inside a container and changes into it"
    author = "Shrike"
    severity = "high"
    attack = "T1611"
    reference = "https://attack.mitre.org/techniques/T1611/"
  strings:
    $a = /mount\s+(-o\s+\S+\s+)?\/dev\/(sd[a-z][0-9]?|vd[a-z][0-9]?|nvme\S+|xvd\S+|\$\{?\w+\}?)\s+\/\S+/
    $b = /chroot\s+\/(mnt|host|tmp|rootfs)\S*/
    $c1 = "cap_sys_admin" nocase
    $c2 = ".dockerenv"
    $c3 = "fdisk -l"
    $c4 = "/proc/self/cgroup"
    $c5 = "mknod"
  condition:
    filesize < 200KB and not uint32(0) == 0x464c457f and $a and $b and 1 of ($c*)
}

rule Container_Daemonset_Backdoor : containers {
  meta:
    id = "041a7dac-a3fc-5721-ab36-1c4b527892dc"
    description = "Manifest that puts a privileged pod with the file system of the host on every node and runs a shell command"
    author = "Shrike"
    severity = "high"
    attack = "T1610"
    reference = "https://attack.mitre.org/techniques/T1610/"
  strings:
    $a = /kind:\s*DaemonSet/
    $b = /privileged:\s*true/
    $c = /hostPath:\s*\n\s*path:\s*["']?\/["']?\s*\n/
    $d = /hostPID:\s*true/
    $e = /(chroot|nsenter|curl[^\n]{0,120}\|\s*(ba)?sh|wget[^\n]{0,120}\|\s*(ba)?sh)/
  condition:
    filesize < 100KB and $a and $b and ($c or $d) and $e
}

rule Container_Dockerfile_Miner : containers {
  meta:
    id = "cb01dfc2-0148-5f63-96d8-a4fadfa0b4b9"
    description = "Dockerfile that fetches a miner"
    author = "Shrike"
    severity = "high"
    attack = "T1496.001"
    reference = "https://attack.mitre.org/techniques/T1496/001/"
  strings:
    $a = /^FROM\s+\S+/
    $a2 = /\nFROM\s+\S+/
    $b = /(xmrig|minerd|cpuminer|nbminer|t-rex|stratum\+tcp)/ nocase
    $c = /(RUN|ADD|CMD|ENTRYPOINT)\s/
    $d = /(donate|--url|-o\s|pool|-u\s)/
  condition:
    filesize < 50KB and ($a or $a2) and $b and $c and $d and not uint32(0) == 0x464c457f
}

rule Container_Kernel_Module_Escape : containers {
  meta:
    id = "23a06b9f-d1fb-591b-a0f5-17a6f738c15c"
    description = "Script in a container that loads a kernel module to run a program on the host"
    author = "Shrike"
    severity = "high"
    attack = "T1611"
    reference = "https://attack.mitre.org/techniques/T1611/"
  strings:
    $a = /insmod\s+\S+\.ko/
    $b1 = "call_usermodehelper"
    $b2 = "reverse-shell" nocase
    $c1 = ".dockerenv"
    $c2 = "CAP_SYS_MODULE" nocase
    $c3 = "linux-headers"
  condition:
    filesize < 200KB and not uint32(0) == 0x464c457f and $a and 1 of ($b*) and 1 of ($c*)
}

rule Container_Etcd_Secrets_Dump : containers {
  meta:
    id = "f13aa437-e7a6-5de5-962d-afbb87b7680a"
    description = "Script that reads the secrets of a cluster from etcd"
    author = "Shrike"
    severity = "medium"
    attack = "T1552.007"
    reference = "https://attack.mitre.org/techniques/T1552/007/"
  strings:
    $a = /etcdctl\s+[^\n]{0,200}get\s+[^\n]{0,40}\/registry\/secrets[^\n]{0,80}(\||>)/
  condition:
    filesize < 200KB and not uint32(0) == 0x464c457f and $a
}

rule Container_Proc_Root_Traversal : containers {
  meta:
    id = "df870d8a-764e-507e-b38a-bf47f2f69895"
    description = "Script that reads files of other containers or the host through /proc/PID/root"
    author = "Shrike"
    severity = "medium"
    attack = "T1611"
    reference = "https://attack.mitre.org/techniques/T1611/"
  strings:
    $a = /for\s+\w+\s+in\s+[^\n]{0,40}\/proc\/\[?[0-9*\-]+\]?[^\n]{0,40}/
    $b = /(cat|cp|ls|find|grep)\s[^\n]{0,40}\/proc\/\$\{?\w+\}?\/root\/(etc\/shadow|root\/\.ssh|var\/run\/secrets|run\/secrets|home)|\$\{?\w+\}?\/root\/(etc\/shadow|root\/\.ssh|var\/run\/secrets)/
  condition:
    filesize < 200KB and not uint32(0) == 0x464c457f and $a and $b
}
