// HOW IT WORKS
//
//   agent ──sockets──► broker ──forks──► compiler (one per rule set, reads rule files)
//                        │  ▲               │ forks
//                        │  └──answers── scanner × threads (sees only the descriptors it is handed)
//                        └──file descriptors──┘
//
// One thread, one poll loop. The broker never looks into rules or into what is scanned. Each scanner works on one task and has at most one
// more waiting in its socket. A scanner that dies takes one task with it, whose answer says so; the one behind it goes back to the queue.
#include "broker.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>

#include <yara.h>

#include "compiler.h"

namespace shrike::yara {
namespace {

constexpr size_t kMaxRequest = 256u << 20;
constexpr size_t kMaxAnswer = 128u << 20;
// A client that does not read, or asks without end, is not read from until it does.
constexpr size_t kMaxOutput = 16u << 20;
constexpr size_t kMaxPending = 65'536;
// Files that wait are opened at once, so that what is short-lived is still there, but only so many.
constexpr size_t kMaxOpenTasks = 768;
constexpr size_t kMaxPools = 8;
constexpr auto kIdle = std::chrono::seconds(20);
// Beyond its own time-out a scan gets this to notice it and to find the rule to blame.
constexpr auto kGrace = std::chrono::milliseconds(2000);
// A file changed so short a time ago may change again within the same clock tick.
constexpr int64_t kSettledNs = 50'000'000;

int64_t now_ns() {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1'000'000'000ll + now.tv_nsec;
}

// Reads what is there; false at the end of the stream.
bool read_some(int fd, std::string& buffer) {
  char chunk[65536];
  for (;;) {
    const ssize_t n = read(fd, chunk, sizeof chunk);
    if (n > 0) {
      buffer.append(chunk, static_cast<size_t>(n));
      if (n < static_cast<ssize_t>(sizeof chunk)) return true;
      continue;
    }
    return n < 0 && (errno == EAGAIN || errno == EINTR);
  }
}

CacheKey key_of(const Pool& pool, const Task& task) {
  const OpenTarget& target = task.target;
  return {target.device, target.inode, target.size, target.ctime_ns, target.mtime_ns, pool.id,
          task.request.flags & (kFast | kNegate | kStrings), task.request.max_strings};
}

}  // namespace

void Broker::run() {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  signal(SIGPIPE, SIG_IGN);
  fcntl(control_.get(), F_SETFL, O_NONBLOCK);
  std::vector<pollfd> fds;
  for (;;) {
    fds.clear();
    fds.push_back({control_.get(), POLLIN, 0});
    for (auto& [id, client] : clients_) {
      const bool full = client.out.size() > kMaxOutput || client.pending > kMaxPending;
      fds.push_back({client.socket.get(), static_cast<short>((full ? 0 : POLLIN) | (client.out.empty() ? 0 : POLLOUT)), 0});
    }
    for (auto& [id, pool] : pools_) {
      if (pool->control.ok()) fds.push_back({pool->control.get(), POLLIN, 0});
      for (auto& scanner : pool->scanners) fds.push_back({scanner->socket.get(), POLLIN, 0});
    }
    if (poll(fds.data(), fds.size(), poll_timeout()) < 0 && errno != EINTR) break;
    std::map<int, short> ready;
    for (const pollfd& each : fds) {
      if (each.revents != 0) ready[each.fd] = each.revents;
    }
    if (ready.contains(control_.get())) {
      accept();
      if (!control_.ok()) break;
    }
    for (auto& [id, client] : clients_) {
      const auto found = ready.find(client.socket.get());
      if (found == ready.end()) continue;
      if ((found->second & POLLOUT) != 0) flush(client);
      if ((found->second & (POLLIN | POLLHUP | POLLERR)) != 0) read_client(id, client);
    }
    for (auto& [id, pool] : pools_) {
      if (pool->control.ok() && ready.contains(pool->control.get())) read_compiler(*pool);
      for (size_t i = 0; i < pool->scanners.size(); i++) {
        if (ready.contains(pool->scanners[i]->socket.get())) read_scanner(*pool, *pool->scanners[i]);
      }
      watch(*pool);
      std::erase_if(pool->scanners, [](const auto& scanner) { return !scanner->socket.ok(); });
      dispatch(*pool);
    }
    for (auto& [id, client] : clients_) flush(client);
    std::erase_if(clients_, [](const auto& entry) { return entry.second.gone; });
    forget_pools();
  }
  while (!pools_.empty()) drop_pool(pools_.begin()->first);
}

// Deadlines are checked this often while anything runs; nothing wakes an idle broker but its sockets, once its scanners are gone.
int Broker::poll_timeout() const {
  int timeout = -1;
  for (const auto& [id, pool] : pools_) {
    for (const auto& scanner : pool->scanners) {
      if (!scanner->tasks.empty()) return 50;
      timeout = 5000;
    }
  }
  return timeout;
}

void Broker::accept() {
  for (;;) {
    char byte;
    Fd fds[2];
    const ssize_t n = receive_with_fds(control_.get(), &byte, 1, fds);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) return control_.reset();
    if (!fds[0].ok()) continue;
    fcntl(fds[0].get(), F_SETFL, O_NONBLOCK);
    clients_[next_client_++].socket = std::move(fds[0]);
  }
}

void Broker::read_client(uint64_t id, Client& client) {
  const bool open = read_some(client.socket.get(), client.in);
  std::string body;
  bool too_long = false;
  while (take_frame(client.in, body, kMaxRequest, too_long)) request(id, client, body);
  if (!open || too_long) client.gone = true;
}

void Broker::flush(Client& client) {
  while (!client.out.empty() && !client.gone) {
    const ssize_t n = send(client.socket.get(), client.out.data(), client.out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) client.gone = true;
    else client.out.erase(0, static_cast<size_t>(n));
  }
}

void Broker::request(uint64_t id, Client& client, const std::string& body) {
  Reader in(body.data(), body.size());
  const auto kind = static_cast<Kind>(in.number<uint8_t>());
  const auto number = in.number<uint32_t>();
  client.pending++;
  if (kind == Kind::Compile) {
    if (auto wanted = read_compile(in)) return compile(id, number, std::move(*wanted));
  } else if (kind == Kind::Scan) {
    if (auto wanted = read_scan(in)) return scan(id, number, std::move(*wanted));
  } else if (kind == Kind::Status) {
    return status(id, number);
  }
  answer(id, number, "\"failure\":\"request\",\"error\":\"the request is not understood\"");
}

void Broker::answer(uint64_t id, uint32_t number, std::string_view members) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  Client& client = found->second;
  if (client.pending > 0) client.pending--;
  std::string body = "{\"id\":" + std::to_string(number);
  if (!members.empty()) body += ',';
  body += members;
  body += '}';
  client.out += framed(body);
}

void Broker::compile(uint64_t client, uint32_t id, CompileRequest request) {
  for (auto& [number, pool] : pools_) {
    if (pool->key != request.key || pool->state == Pool::State::Failed) continue;
    if (pool->state == Pool::State::Ready && file_signature(pool->in) != pool->signature) {
      // Its files changed: nobody finds it any more, and it goes when its tasks are done.
      pool->key.clear();
      continue;
    }
    pool->used = Clock::now();
    pool->threads = std::max(pool->threads, request.threads);
    if (pool->state == Pool::State::Ready) return answer(client, id, pool->answer);
    pool->waiting.emplace_back(client, id);
    return;
  }
  auto pool = std::make_unique<Pool>();
  pool->id = next_pool_++;
  pool->key = request.key;
  pool->threads = request.threads;
  pool->used = Clock::now();
  pool->waiting.emplace_back(client, id);
  start_compiler(*pool, request);
  pools_[pool->id] = std::move(pool);
}

void Broker::start_compiler(Pool& pool, const CompileRequest& request) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return compiler_gone(pool);
  pool.control = Fd(pair[0]);
  const pid_t pid = fork();
  if (pid == 0) {
    // Of everything the broker holds the compiler keeps one socket.
    dup2(pair[1], 3);
    close_range(4, ~0u, 0);
    run_compiler(3, request);
  }
  close(pair[1]);
  fcntl(pool.control.get(), F_SETFL, O_NONBLOCK);
  pool.compiler = pid;
}

// The first frame is the answer, the second the list of files; after that the compiler says nothing more.
void Broker::read_compiler(Pool& pool) {
  const bool open = read_some(pool.control.get(), pool.in);
  if (pool.state != Pool::State::Compiling) {
    if (!open) compiler_gone(pool);
    return;
  }
  bool too_long = false;
  std::string body;
  if (pool.answer.empty() && take_frame(pool.in, body, kMaxAnswer, too_long)) pool.answer = body;
  std::string files;
  if (!pool.answer.empty() && take_frame(pool.in, files, kMaxAnswer, too_long)) {
    const bool good = pool.answer.starts_with("\"ok\":true");
    pool.state = good ? Pool::State::Ready : Pool::State::Failed;
    json_pair(pool.answer, "set", pool.id);
    pool.in = files;
    pool.signature = file_signature(files);
    for (const auto& [client, id] : pool.waiting) answer(client, id, pool.answer);
    pool.waiting.clear();
  } else if (!open || too_long) {
    compiler_gone(pool);
  }
}

void Broker::compiler_gone(Pool& pool) {
  std::string members;
  json_pair(members, "failure", "crash");
  json_pair(members, "error", "the process that compiles the rules " + how_it_ended(pool.compiler));
  pool.control.reset();
  pool.compiler = 0;
  // What was compiled cannot be forked any more: the next request compiles anew.
  const bool compiling = pool.state == Pool::State::Compiling;
  pool.state = Pool::State::Failed;
  for (const auto& [client, id] : pool.waiting) answer(client, id, members);
  pool.waiting.clear();
  if (compiling) return;
  for (const auto& task : pool.queue) fail(*task, "set", "the rule set was lost");
  pool.queue.clear();
}

void Broker::scan(uint64_t client, uint32_t id, ScanRequest request) {
  auto task = std::make_unique<Task>();
  task->client = client;
  task->id = id;
  task->request = std::move(request);
  const auto found = pools_.find(task->request.set);
  if (found == pools_.end() || found->second->state != Pool::State::Ready) return fail(*task, "set", "there is no such rule set");
  Pool& pool = *found->second;
  pool.used = Clock::now();
  if (open_tasks_ < kMaxOpenTasks) {
    task->target = open_target(task->request);
    task->opened = true;
    if (!task->target.failure.empty()) return fail(*task, task->target.failure, task->target.error);
    if (from_cache(pool, *task)) return;
    open_tasks_++;
  }
  pool.queue.push_back(std::move(task));
}

bool Broker::from_cache(Pool& pool, Task& task) {
  if (task.request.target != Target::Path || (task.request.flags & (kNoCache | kProfile)) != 0) return false;
  const std::string* known = cache_.find(key_of(pool, task));
  if (known == nullptr) return false;
  counts_.cached++;
  std::string members;
  json_pair(members, "cached", 1);
  answer(task.client, task.id, members + ',' + *known);
  return true;
}

void Broker::fail(const Task& task, std::string_view failure, std::string_view error) {
  counts_.failed++;
  std::string members;
  json_pair(members, "failure", failure);
  json_pair(members, "error", error);
  json_pair(members, "size", static_cast<int64_t>(task.target.size));
  answer(task.client, task.id, members);
}

void Broker::dispatch(Pool& pool) {
  while (!pool.queue.empty()) {
    ScannerProcess* best = nullptr;
    for (auto& scanner : pool.scanners) {
      if (scanner->socket.ok() && scanner->tasks.size() < 2 && (best == nullptr || scanner->tasks.size() < best->tasks.size())) best = scanner.get();
    }
    if ((best == nullptr || !best->tasks.empty()) && pool.scanners.size() < pool.threads && pool.control.ok()) {
      if (ScannerProcess* fresh = pool.spawn()) best = fresh;
    }
    if (best == nullptr) return;
    std::unique_ptr<Task> task = std::move(pool.queue.front());
    pool.queue.pop_front();
    if (!clients_.contains(task->client)) {
      if (task->opened) open_tasks_--;
      continue;
    }
    if (!task->opened) {
      task->target = open_target(task->request);
      task->opened = true;
      if (!task->target.failure.empty()) {
        fail(*task, task->target.failure, task->target.error);
        continue;
      }
      if (from_cache(pool, *task)) continue;
      open_tasks_++;
    }
    if (!begin(pool, *best, std::move(task))) scanner_gone(pool, *best);
  }
}

bool Broker::begin(Pool& pool, ScannerProcess& scanner, std::unique_ptr<Task> task) {
  const Job job{task->request.flags, task->request.timeout_ms, task->request.max_strings, task->request.target == Target::Process ? 1u : 0u};
  const int fds[2] = {task->target.fd.get(), task->target.regions.get()};
  const bool sent = send_with_fds(scanner.socket.get(), &job, sizeof job, fds, task->target.regions.ok() ? 2 : 1);
  if (!sent) {
    pool.queue.push_front(std::move(task));
    return false;
  }
  if (scanner.tasks.empty()) scanner.since = Clock::now();
  scanner.tasks.push_back(std::move(task));
  return true;
}

void Broker::read_scanner(Pool& pool, ScannerProcess& scanner) {
  if (!scanner.socket.ok()) return;
  const bool open = read_some(scanner.socket.get(), scanner.in);
  if (scanner.pid == 0 && scanner.in.size() >= sizeof(uint32_t)) {
    uint32_t pid;
    memcpy(&pid, scanner.in.data(), sizeof pid);
    scanner.pid = static_cast<pid_t>(pid);
    scanner.in.erase(0, sizeof pid);
  }
  bool too_long = false;
  std::string fragment;
  while (scanner.pid != 0 && !scanner.tasks.empty() && take_frame(scanner.in, fragment, kMaxAnswer, too_long)) finish(pool, scanner, fragment);
  if (too_long && scanner.pid > 0) kill(scanner.pid, SIGKILL);
  if (!open || too_long) scanner_gone(pool, scanner);
}

void Broker::finish(Pool& pool, ScannerProcess& scanner, const std::string& fragment) {
  const std::unique_ptr<Task> task = std::move(scanner.tasks.front());
  scanner.tasks.pop_front();
  scanner.since = Clock::now();
  open_tasks_--;
  const OpenTarget& target = task->target;
  std::string members;
  json_pair(members, "path", target.path);
  json_pair(members, "size", static_cast<int64_t>(target.size));
  json_pair(members, "inode", static_cast<int64_t>(target.inode));
  json_pair(members, "device", static_cast<int64_t>(target.device));
  json_pair(members, "ctime_ns", std::to_string(target.ctime_ns));
  members += ',' + fragment;
  counts_.scanned++;
  counts_.bytes += target.size;
  const bool failed = fragment.find("\"failure\":\"") != std::string::npos;
  if (fragment.find("\"failure\":\"timeout\"") != std::string::npos) counts_.timeouts++;
  if (!failed && task->request.target == Target::Path && (task->request.flags & kProfile) == 0 && now_ns() - target.ctime_ns > kSettledNs) {
    cache_.put(key_of(pool, *task), members);
  }
  answer(task->client, task->id, members);
}

void Broker::scanner_gone(Pool& pool, ScannerProcess& scanner) {
  if (!scanner.socket.ok()) return;
  const std::string how = how_it_ended(scanner.pid);
  scanner.socket.reset();
  if (scanner.tasks.empty()) return;
  std::unique_ptr<Task> task = std::move(scanner.tasks.front());
  scanner.tasks.pop_front();
  open_tasks_--;
  if (scanner.expired) {
    counts_.hung++;
    fail(*task, "hung", "the scan did not end within its time-out and its process was killed");
  } else {
    counts_.crashed++;
    fail(*task, "crash", "the scanner " + how + " while it scanned this");
  }
  while (!scanner.tasks.empty()) {
    pool.queue.push_front(std::move(scanner.tasks.back()));
    scanner.tasks.pop_back();
  }
}

void Broker::watch(Pool& pool) {
  const auto now = Clock::now();
  for (auto& scanner : pool.scanners) {
    if (!scanner->socket.ok()) continue;
    if (scanner->tasks.empty()) {
      if (now - scanner->since <= kIdle || scanner->pid == 0) continue;
      kill(scanner->pid, SIGKILL);
      scanner_gone(pool, *scanner);
      continue;
    }
    const uint32_t timeout = scanner->tasks.front()->request.timeout_ms;
    if (timeout == 0 || scanner->pid == 0 || scanner->expired) continue;
    const bool profiled = (scanner->tasks.front()->request.flags & kProfile) != 0;
    if (now - scanner->since < std::chrono::milliseconds(timeout) * (profiled ? 4 : 5) / 2 * (profiled ? 2 : 1) + kGrace) continue;
    scanner->expired = true;
    kill(scanner->pid, SIGKILL);
  }
}

void Broker::forget_pools() {
  std::vector<uint32_t> done;
  for (auto& [id, pool] : pools_) {
    if (pool->idle() && (pool->state == Pool::State::Failed || pool->key.empty())) done.push_back(id);
  }
  if (pools_.size() - done.size() > kMaxPools) {
    Pool* oldest = nullptr;
    for (auto& [id, pool] : pools_) {
      if (pool->idle() && (oldest == nullptr || pool->used < oldest->used)) oldest = pool.get();
    }
    if (oldest != nullptr) done.push_back(oldest->id);
  }
  for (const uint32_t id : done) drop_pool(id);
}

void Broker::drop_pool(uint32_t id) {
  const auto found = pools_.find(id);
  if (found == pools_.end()) return;
  Pool& pool = *found->second;
  for (auto& scanner : pool.scanners) {
    if (scanner->pid > 0) kill(scanner->pid, SIGKILL);
    scanner_gone(pool, *scanner);
  }
  pool.control.reset();
  if (pool.compiler > 0) {
    kill(pool.compiler, SIGKILL);
    waitpid(pool.compiler, nullptr, 0);
  }
  pools_.erase(found);
}

void Broker::status(uint64_t client, uint32_t id) {
  std::string members;
  json_pair(members, "version", YR_VERSION);
  json_pair(members, "scanned", static_cast<int64_t>(counts_.scanned));
  json_pair(members, "cached", static_cast<int64_t>(counts_.cached));
  json_pair(members, "failed", static_cast<int64_t>(counts_.failed));
  json_pair(members, "timeouts", static_cast<int64_t>(counts_.timeouts));
  json_pair(members, "hung", static_cast<int64_t>(counts_.hung));
  json_pair(members, "crashed", static_cast<int64_t>(counts_.crashed));
  json_pair(members, "bytes", static_cast<int64_t>(counts_.bytes));
  json_pair(members, "cache_entries", static_cast<int64_t>(cache_.size()));
  json_pair(members, "broker", getpid());
  json_key(members, "sets");
  members += '[';
  for (const auto& [number, pool] : pools_) {
    json_comma(members);
    members += '{';
    json_pair(members, "set", number);
    json_pair(members, "queued", static_cast<int64_t>(pool->queue.size()));
    json_pair(members, "compiler", pool->compiler);
    json_key(members, "scanners");
    members += '[';
    for (const auto& scanner : pool->scanners) {
      json_comma(members);
      members += std::to_string(scanner->pid);
    }
    members += "]}";
  }
  members += ']';
  answer(client, id, members);
}

}  // namespace shrike::yara
