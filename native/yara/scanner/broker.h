// The process that is asked: keeps rule sets, opens targets, hands them to sandboxed scanners, replaces those that die or hang.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cache.h"
#include "pool.h"

namespace shrike::yara {

class Broker {
 public:
  // `control`: a socket on which the sockets of clients arrive; when it ends, so does everything.
  explicit Broker(Fd control) : control_(std::move(control)) {}
  void run();

 private:
  struct Client {
    Fd socket;
    std::string in, out;
    size_t pending = 0;  // requests not answered yet
    bool gone = false;
  };

  int poll_timeout() const;
  void accept();
  void read_client(uint64_t id, Client& client);
  void flush(Client& client);
  void request(uint64_t id, Client& client, const std::string& body);
  void answer(uint64_t client, uint32_t id, std::string_view members);
  void compile(uint64_t client, uint32_t id, CompileRequest request);
  void start_compiler(Pool& pool, const CompileRequest& request);
  void read_compiler(Pool& pool);
  void compiler_gone(Pool& pool);
  void scan(uint64_t client, uint32_t id, ScanRequest request);
  void status(uint64_t client, uint32_t id);
  void dispatch(Pool& pool);
  bool begin(Pool& pool, ScannerProcess& scanner, std::unique_ptr<Task> task);
  bool from_cache(Pool& pool, Task& task);
  void fail(const Task& task, std::string_view failure, std::string_view error);
  void read_scanner(Pool& pool, ScannerProcess& scanner);
  void finish(Pool& pool, ScannerProcess& scanner, const std::string& fragment);
  void scanner_gone(Pool& pool, ScannerProcess& scanner);
  void watch(Pool& pool);
  void forget_pools();
  void drop_pool(uint32_t id);

  Fd control_;
  std::map<uint64_t, Client> clients_;
  std::map<uint32_t, std::unique_ptr<Pool>> pools_;
  uint64_t next_client_ = 1;
  uint32_t next_pool_ = 1;
  size_t open_tasks_ = 0;
  Cache cache_{64u << 20};
  struct { uint64_t scanned, cached, failed, timeouts, hung, crashed, bytes; } counts_{};
};

}  // namespace shrike::yara
