// process_file_events: files created, written, changed, removed; watched ones read.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "handler.h"
#include "watch.h"

namespace shrike::sensor {

// One act on a file, from whatever told of it.
struct FileAct {
  sk_file_op op = SK_FILE_NONE;
  std::string_view path, dest, cwd, syscall, attribute, fstype;
  bool has_dest = false;
  bool from_kernel = false;  // path and dest are the kernel's own
  bool partial = false;
  bool io_uring = false;
  int error = 0;
  uint32_t flags = 0;
  int64_t inode = 0, device = 0, size = -1, mode = -1;  // inode 0, size or mode -1: not known
  int64_t owner = -1, group = -1;
  int64_t fsuid = -1, fsgid = -1, suid = -1, sgid = -1;
};

// Turns a walk round (see path_of_walk) into memory that is there already.
void turn_round(std::string& path, std::string_view walk, bool truncated);
// Makes a path absolute that the caller gave, in whose view "/" is `root`.
void resolve_path(std::string& path, std::string_view given, const std::string& root, const std::string& folder);

class FileEvents : public Handler {
 public:
  explicit FileEvents(std::vector<std::string>& problems);
  std::vector<Type> types() const override;
  std::string loaded(Loader& loader, const SensorOptions& options) override;
  void handle(const sk_event& event, size_t length, Context& context) override;
  void end_batch() override;

  // Whether the watch list names an absolute path.
  bool watched(std::string_view path) const { return watch_ && watch_->matches(path); }
  // Adds a row. The event says who and when.
  void write(const sk_event& event, Process& process, const FileAct& act, Context& context);

  // What a hook saw on the way. It is taken by the end of the same thread's system call, or by the io_uring request it belongs to.
  struct Seen {
    uint16_t op;
    std::string path, dest, fstype;
    uint64_t inode;
    int64_t size;
    uint32_t device, mode;
    bool partial;
  };
  std::optional<Seen> take_request(uint64_t request, uint16_t op) { return take(seen_by_request_, request, op); }

 private:
  template <typename Map, typename Key>
  static std::optional<Seen> take(Map& map, Key key, uint16_t op) {
    if (map.empty()) return {};
    auto node = map.extract(key);
    if (!node || node.mapped().op != op) return {};
    return std::move(node.mapped());
  }
  void ended(const sk_file& record, size_t length, Context& context);
  void seen(const sk_file_path& record, size_t length);
  // A text that often comes again, with where its column's dictionary has it.
  struct Word {
    std::string text;
    store::TextId known;
  };
  static void set(store::RowWriter& row, int column, std::string_view text, Word& last) {
    if (last.text != text) {
      last.text = text;
      last.known = {};
    }
    row.set_text(column, last.text, last.known);
  }
  void set_flags(store::RowWriter& row, sk_file_op op, uint32_t flags);

  EventTable table_;
  std::unique_ptr<Watch> watch_;
  std::vector<std::string> globs_;
  int list_map_ = -1;
  bool root_known_ = false;
  std::unordered_map<uint32_t, Seen> seen_;  // by thread
  std::unordered_map<uint64_t, Seen> seen_by_request_;
  std::unordered_map<uint64_t, Word> flags_;
  std::array<Word, SK_FILE_OP_MAX> operations_;
  std::array<store::TextId, 512> modes_;
  Word last_path_, last_cwd_, last_fstype_, last_syscall_, from_kernel_, from_argument_;
  std::string path_, dest_, cwd_, base_, root_;  // kept between events for their memory
  std::string cwd_walk_;                         // what cwd_ was made from
  struct {
    int operation, ppid, partial, cwd, path, dest_path, fsuid, fsgid, suid, sgid, uptime, success, error, syscall, flags, mode, inode, device, size, fstype,
        attribute, new_uid, new_gid, path_source, io_uring;
  } c_;
};

}  // namespace shrike::sensor
