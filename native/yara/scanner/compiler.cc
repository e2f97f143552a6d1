#include "compiler.h"

#include <sys/prctl.h>
#include <sys/wait.h>

#include <csignal>

#include "fd.h"
#include "rule_set.h"
#include "sandbox.h"
#include "scanner.h"

namespace shrike::yara {
namespace {

bool write_all(int fd, const std::string& data) {
  for (size_t done = 0; done < data.size();) {
    const ssize_t n = write(fd, data.data() + done, data.size() - done);
    if (n <= 0) return false;
    done += static_cast<size_t>(n);
  }
  return true;
}

int ignore_message(YR_SCAN_CONTEXT*, int, void*, void*) { return CALLBACK_CONTINUE; }

// The magic module opens its data base when it is first asked, which a sealed scanner cannot do. Asking here makes the scanners inherit it.
void warm_up() {
  YR_COMPILER* compiler = nullptr;
  YR_RULES* rules = nullptr;
  if (yr_compiler_create(&compiler) != ERROR_SUCCESS) return;
  if (yr_compiler_add_string(compiler, "import \"magic\" rule r { condition: magic.type() == \"\" or magic.mime_type() == \"\" }", nullptr) == 0 &&
      yr_compiler_get_rules(compiler, &rules) == ERROR_SUCCESS) {
    const uint8_t byte = 0;
    yr_rules_scan_mem(rules, &byte, 1, 0, ignore_message, nullptr, 5);
    yr_rules_destroy(rules);
  }
  yr_compiler_destroy(compiler);
}

[[noreturn]] void run_scanner(int control, Fd socket, YR_RULES* rules, pid_t between) {
  close(control);
  // Once the process between is gone, the broker is the parent (it is a sub-reaper) and can wait for this one.
  while (getppid() == between) sched_yield();
  const auto pid = static_cast<uint32_t>(getpid());
  if (write(socket.get(), &pid, sizeof pid) == sizeof pid && seal_scanner()) Scanner(rules).serve(socket.get());
  _exit(0);
}

}  // namespace

void run_compiler(int control, CompileRequest request) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  hold_texts(request);
  limit_resources(request.memory);
  if (yr_initialize() != ERROR_SUCCESS || !seal_compiler()) _exit(1);
  RuleSet set;
  const bool good = set.compile(request);
  if (good) {
    bool magic = false;
    for (const Source& source : request.sources) magic = magic || source.from != 0 || source.text.find("magic") != std::string::npos;
    if (magic) warm_up();
  }
  std::string files;
  for (const Source& source : request.sources) {
    if (source.from != 0) files += source.file + '\0';
  }
  for (const std::string& file : set.included()) files += file + '\0';
  if (!write_all(control, framed(set.answer())) || !write_all(control, framed(files)) || !good) _exit(0);
  for (;;) {
    char byte;
    Fd fds[2];
    if (receive_with_fds(control, &byte, 1, fds) != 1 || !fds[0].ok()) _exit(0);
    const pid_t between = fork();
    if (between == 0) {
      const pid_t self = getpid();
      if (fork() == 0) run_scanner(control, std::move(fds[0]), set.rules(), self);
      _exit(0);
    }
    if (between > 0) waitpid(between, nullptr, 0);
  }
}

}  // namespace shrike::yara
