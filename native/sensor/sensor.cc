#include "sensor.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <fstream>
#include <sys/utsname.h>
#include <unistd.h>

#include "handlers.h"
#include "text.h"

namespace shrike::sensor {
namespace {

using namespace std::chrono_literals;

constexpr size_t kBatch = 4096;
// Between drains. Waking up is the cost, so the reader sleeps as long as the ring lets it; a row is there a sleep and a batch after its event.
constexpr auto kShortest = 1ms, kLongest = 20ms;

int64_t now(clockid_t clock) {
  timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * 1'000'000'000ll + time.tv_nsec;
}

std::string boot_prefix() { return read_file("/proc/sys/kernel/random/boot_id", 8); }

// Where this process's root is in its mount namespace, from its own record: the kernel's walk of the working directory, less what getcwd says.
std::string own_root_in(const char* records, size_t length) {
  sk_exec task;
  for (size_t at = 0; at + sizeof(task) <= length; at += task.e.size) {
    memcpy(&task, records + at, sizeof(task));
    if (task.e.size < sizeof(task)) break;
    if (task.e.pid != static_cast<uint32_t>(getpid())) continue;
    std::string walked = path_of_walk({records + at + sizeof(task) + task.path_len, task.cwd_len}, false);
    char folder[4096];
    if (!getcwd(folder, sizeof(folder)) || folder[0] != '/') break;
    std::string_view own = folder[1] ? std::string_view(folder) : std::string_view();
    if (walked.size() > own.size() && walked.ends_with(own) && walked != "/") return walked.substr(0, walked.size() - own.size());
    break;
  }
  return {};
}

size_t fixed_size(uint16_t type) {
  switch (type) {
    case SK_EXEC: case SK_EXEC_FAILED: case SK_TASK: return sizeof(sk_exec);
    case SK_FORK: return sizeof(sk_fork);
    case SK_EXIT: return sizeof(sk_exit);
    case SK_CGROUP: return sizeof(sk_cgroup);
    case SK_MODULE: return sizeof(sk_module);
    case SK_BPF: return sizeof(sk_bpf);
    case SK_PTRACE: return sizeof(sk_ptrace);
    case SK_MOUNT: return sizeof(sk_mount);
    case SK_NAMESPACE: return sizeof(sk_namespace);
    case SK_SIGNAL: return sizeof(sk_signal);
    case SK_CRED: return sizeof(sk_cred);
    default: return sizeof(sk_event);  // other handlers check their own
  }
}

}  // namespace

Sensor::~Sensor() { stop(); }

std::string Sensor::prepare() {
  handlers_ = make_handlers(warnings_);
  if (!warnings_.empty()) return "the tables and the sensor disagree: " + warnings_.front();
  for (auto& handler : handlers_) {
    for (auto [type, table] : handler->types()) {
      by_type_[type] = handler.get();
      table_of_[type] = table;
    }
  }
  decode_errors_ = &Counters::instance().get("sensor", "lost_decode");
  clock_.offset = now(CLOCK_REALTIME) - now(CLOCK_BOOTTIME);
  return {};
}

std::string Sensor::start(const SensorOptions& options) {
  options_ = options;
  if (std::string problem = Loader::unavailable(); !problem.empty()) return problem;
  if (std::string problem = prepare(); !problem.empty()) return problem;
  bool loaded = loader_.load(options.bpf_dir, options.ring_bytes);
  for (const std::string& problem : loader_.problems()) warnings_.push_back(problem);
  if (!loaded) return warnings_.empty() ? "the kernel programs do not load" : warnings_.back();
  for (auto& handler : handlers_) {
    if (std::string problem = handler->loaded(loader_, options_); !problem.empty()) warnings_.push_back(problem);
  }
  if (int error = ring_.open(loader_.map("sk_ring"), options.ring_bytes); error < 0) return std::string("the ring buffer cannot be mapped: ") + strerror(-error);
  tree_ = std::make_unique<ProcessTree>(boot_prefix());
  context_.reset(new Context{*tree_, clock_});
  for (auto& handler : handlers_) handler->started(*context_);
  if (!options.record.empty()) {
    recorder_ = std::make_unique<RecordingWriter>();
    utsname kernel;
    uname(&kernel);
    if (std::string problem = recorder_->open(options.record, {boot_prefix(), clock_.offset, kernel.release}); !problem.empty()) return problem;
  }
  // Attach first and read afterwards: what happens in between waits in the ring, so no process can begin unseen. The tree is filled before
  // the first record is read.
  size_t before = loader_.problems().size();
  if (!loader_.attach()) {
    loader_.detach();
    return loader_.problems().back();
  }
  for (size_t i = before; i < loader_.problems().size(); i++) warnings_.push_back(loader_.problems()[i]);
  fill_tree();
  collector_ = Counters::instance().add_collector([this](auto& samples) { collect(samples); });
  running_ = true;
  thread_ = std::thread([this] { read_loop(); });
  return {};
}

std::string Sensor::replay(const SensorOptions& options, const std::string& path, double speed) {
  options_ = options;
  if (std::string problem = prepare(); !problem.empty()) return problem;
  auto reader = std::make_unique<RecordingReader>();
  RecordingHeader header;
  if (std::string problem = reader->open(path, &header); !problem.empty()) return problem;
  clock_.offset = header.clock_offset;
  tree_ = std::make_unique<ProcessTree>(header.boot);
  context_.reset(new Context{*tree_, clock_});
  for (auto& handler : handlers_) handler->started(*context_);
  running_ = true;
  thread_ = std::thread([this, reader = std::move(reader), speed]() mutable { replay_loop(std::move(reader), speed); });
  return {};
}

// The kernel's iterator tells who is there; their arguments are in their own memory, which /proc reads for us.
void Sensor::fill_tree() {
  tree_->cgroups().scan();
  if (recorder_) {
    tree_->cgroups().each([&](uint32_t hierarchy, uint64_t id, const std::string& path) {
      std::vector<char> record(sizeof(sk_cgroup) + path.size() + 1);
      auto* group = reinterpret_cast<sk_cgroup*>(record.data());
      group->e.size = static_cast<uint32_t>(record.size());
      group->e.type = SK_CGROUP;
      group->id = id;
      group->hierarchy = hierarchy;
      group->path_len = static_cast<uint16_t>(path.size() + 1);
      memcpy(record.data() + sizeof(sk_cgroup), path.c_str(), path.size() + 1);
      recorder_->write(record.data(), record.size());
    });
  }
  int program = loader_.program("tasks");
  int link = program < 0 ? -1 : bpf_link_create(program, 0, BPF_TRACE_ITER, nullptr);
  int fd = link < 0 ? -1 : bpf_iter_create(link);
  if (fd < 0) {
    warnings_.push_back("the task iterator does not run: processes that are there already are read from /proc when they are first seen");
    if (link >= 0) close(link);
    return;
  }
  std::vector<char> buffer;
  size_t end = 0;
  for (;;) {
    buffer.resize(end + (256 << 10));
    ssize_t n = read(fd, buffer.data() + end, buffer.size() - end);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    end += static_cast<size_t>(n);
  }
  close(fd);
  close(link);
  std::vector<char> record;
  set_own_root(own_root_in(buffer.data(), end));
  for (size_t at = 0; at + sizeof(sk_exec) <= end;) {
    uint32_t size;
    memcpy(&size, buffer.data() + at, sizeof(size));
    if (size < sizeof(sk_exec) || size > end - at) break;
    record.assign(buffer.begin() + static_cast<long>(at), buffer.begin() + static_cast<long>(at + size));
    at += size;
    auto* task = reinterpret_cast<sk_exec*>(record.data());
    std::string args = read_file(("/proc/" + std::to_string(task->e.pid) + "/cmdline").c_str(), SK_ARGS_MAX);
    task->args_len = static_cast<uint16_t>(args.size());
    task->e.size = size + static_cast<uint32_t>(args.size());
    record.insert(record.end(), args.begin(), args.end());
    dispatch(record.data(), record.size());
  }
  // Parents come before children in pid order only until pids wrap; link what was read before its parent.
  tree_->link_orphans();
}

void Sensor::dispatch(const void* record, size_t length) {
  const auto& event = *static_cast<const sk_event*>(record);
  if (length < sizeof(sk_event) || event.type >= SK_TYPE_MAX || !by_type_[event.type] || event.size > length || event.size < fixed_size(event.type)) {
    decode_errors_->fetch_add(1, std::memory_order_relaxed);
    return;
  }
  if (recorder_) {
    recorder_->write(record, event.size);
    recorded_.store(recorder_->records(), std::memory_order_relaxed);
  }
  by_type_[event.type]->handle(event, event.size, *context_);
}

void Sensor::end_batch() {
  for (auto& handler : handlers_) handler->end_batch();
}

// Wall clock and boot clock drift apart when the time is set; small corrections would only make seconds jump back and forth.
void Sensor::tick_clock() {
  int64_t offset = now(CLOCK_REALTIME) - now(CLOCK_BOOTTIME);
  if (std::abs(offset - clock_.offset) > 50'000'000) clock_.offset = offset;
}

void Sensor::read_loop() {
  pthread_setname_np(pthread_self(), "shrike-sensor");
  std::chrono::microseconds pause = kLongest;
  for (;;) {
    uint64_t waiting = ring_.waiting();
    size_t count = ring_.drain(kBatch, [this](const void* record, size_t length) { dispatch(record, length); });
    end_batch();
    if (count == kBatch) continue;
    if (waiting > ring_.size() / 8) {
      pause = std::max<std::chrono::microseconds>(kShortest, pause / 2);
    } else if (waiting < ring_.size() / 64) {
      pause = std::min<std::chrono::microseconds>(kLongest, pause * 2);
    }
    tick_clock();
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, pause, [this] { return stopping_; })) break;
  }
  // The programs are detached by now: empty the ring.
  while (ring_.drain(kBatch, [this](const void* record, size_t length) { dispatch(record, length); }) > 0) end_batch();
  end_batch();
}

void Sensor::replay_loop(std::unique_ptr<RecordingReader> reader, double speed) {
  pthread_setname_np(pthread_self(), "shrike-replay");
  auto began = std::chrono::steady_clock::now();
  uint64_t first = 0;
  size_t length, batch = 0;
  std::string problem;
  while (const sk_event* event = reader->next(&length, &problem)) {
    bool live = event->type != SK_TASK && event->type != SK_CGROUP;
    if (live && !first) first = event->ktime;
    auto due = began + std::chrono::nanoseconds(speed > 0 && live && event->ktime > first ? static_cast<int64_t>(static_cast<double>(event->ktime - first) / speed) : 0);
    if (due > std::chrono::steady_clock::now()) {
      end_batch();
      std::unique_lock lock(mutex_);
      if (wake_.wait_until(lock, due, [this] { return stopping_; })) break;
    }
    dispatch(event, length);
    if (event->type == SK_CGROUP) continue;
    if (++batch % kBatch == 0) {
      end_batch();
      std::lock_guard lock(mutex_);
      if (stopping_) break;
    }
  }
  end_batch();
  if (!problem.empty()) {
    decode_errors_->fetch_add(1, std::memory_order_relaxed);
    std::lock_guard lock(mutex_);
    recording_problem_ = problem;
  }
  running_ = false;
}

std::string Sensor::stop() {
  if (collector_ >= 0) {
    // What the kernel counted is kept, so that the sums stay true after the maps are gone.
    std::vector<Counters::Sample> last;
    loader_.detach();
    collect(last);
    Counters::instance().remove_collector(collector_);
    collector_ = -1;
    for (const auto& sample : last) Counters::instance().get(sample.table, sample.stage).fetch_add(sample.value, std::memory_order_relaxed);
  }
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  running_ = false;
  if (recorder_) {
    recording_problem_ = recorder_->close();
    recorder_.reset();
  }
  return recording_problem_;
}

void Sensor::collect(std::vector<Counters::Sample>& samples) const {
  static const char* const kStages[SK_COUNTER_MAX] = {"produced", "lost_ring", "lost_scratch", "filtered"};
  int map = loader_.map("sk_counters");
  int processors = libbpf_num_possible_cpus();
  if (map < 0 || processors <= 0) return;
  struct PerCpu { uint64_t n[SK_COUNTER_MAX]; };
  std::vector<PerCpu> values(static_cast<size_t>(processors));
  std::map<std::string, std::array<uint64_t, SK_COUNTER_MAX>> sums;
  for (uint32_t type = 1; type < SK_TYPE_MAX; type++) {
    if (!table_of_[type] || bpf_map_lookup_elem(map, &type, values.data()) != 0) continue;
    auto& sum = sums[table_of_[type]];
    for (const PerCpu& value : values) {
      for (int stage = 0; stage < SK_COUNTER_MAX; stage++) sum[static_cast<size_t>(stage)] += value.n[stage];
    }
  }
  for (const auto& [table, sum] : sums) {
    for (size_t stage = 0; stage < SK_COUNTER_MAX; stage++) samples.push_back({table, kStages[stage], sum[stage]});
  }
  samples.push_back({"sensor", "lost_recursion", loader_.recursion_misses()});
  samples.push_back({"sensor", "unknown_process", tree_->unknown()});
}

}  // namespace shrike::sensor
